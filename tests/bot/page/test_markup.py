"""What the page gets of a message."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.page.markup import FOLD, TAGS, Node, nodes
from tests.bot.page.browsing import text_of

KNOWN = {*TAGS, FOLD, "a"}


def test_a_message_becomes_elements_and_texts() -> None:
    html = "<b>a &lt;b&gt;</b>\n<blockquote expandable>c<pre>d  e</pre></blockquote>f &amp; g"
    assert nodes(html) == [["b", ["a <b>"]], "\n", [FOLD, ["c", ["pre", ["d  e"]]]], "f & g"]


def test_an_address_is_one_of_https_alone() -> None:
    assert nodes('<a href="https://bybit.com/x">there</a>') == [["a", ["there"], "https://bybit.com/x"]]
    for address in ("javascript:alert(1)", "http://x.example", "data:text/html,x", " https://x"):
        assert nodes(f'<a href="{address}">there</a>') == ["there"]


def test_what_is_not_on_the_list_is_text() -> None:
    assert text_of(nodes('<script>alert(1)</script><img src=x onerror=y><b onclick="z">b</b>')) == "alert(1)b"
    assert nodes('<b onclick="z">b</b>') == [["b", ["b"]]]
    assert nodes("<i>a</b>c</i>d") == [["i", ["a", "c"]], "d"]


def tags(tree: list[Node]) -> set[str]:
    return {tag for each in tree if not isinstance(each, str) for tag in ({each[0]} | tags(each[1]))}


@given(st.text(alphabet="<>/abi=\"' &;prescodlqut!-\n", max_size=200))
def test_whatever_comes_only_listed_elements_are_made(html: str) -> None:
    tree = nodes(html)
    assert tags(tree) <= KNOWN
    json.dumps(tree)
