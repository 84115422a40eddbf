"""Long replies in parts: nothing lost, nothing torn."""

from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape

from bot.telegram.pages import MAX_TEXT, MessagePage, keyboard, pages, parts
from tests.bot.telegram.conversation import says
from tests.bot_html import visible

TAGS = (
    "<b>",
    "<i>",
    "<pre>",
    "<blockquote expandable>",
    '<a href="https://x.y/?a=1&amp;b=2">',
    "<tg-spoiler>",
)
WORDS = st.text(st.sampled_from('aé€😀<&>" \n\n'), max_size=60).map(lambda text: str(escape(text)))


def wrapped(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """`inside` in a tag, or several in a row."""

    def wrap(tag: str, text: str) -> str:
        return f"{tag}{text}</{tag.strip('<>').split()[0]}>"

    return st.builds(wrap, st.sampled_from(TAGS), inside) | st.lists(inside, max_size=6).map("".join)


MARKUP = st.recursive(WORDS, wrapped, max_leaves=20)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(MARKUP)
@example("<b>" + "x" * 900 + "</b>")
@example("\n" * 300 + "x")
@example("😀" * 390)
@example("\n".join(["😀" * 30] * 10))
def test_parts_are_valid_fit_and_hold_all_the_text(markup: str) -> None:
    limit = 400
    found = parts(markup, limit)
    assert "".join("".join(map(visible, found)).split()) == "".join(visible(markup).split())
    if units(markup) > limit and visible(markup).strip():
        assert all(units(part) <= limit and visible(part).strip() for part in found)


@given(st.lists(st.text("abc&é", min_size=1, max_size=80), min_size=1, max_size=60))
def test_lines_that_fit_stay_whole(lines: list[str]) -> None:
    found = parts(str(escape("\n".join(lines))), 500)
    assert [line for part in found for line in visible(part).split("\n")] == lines


def test_a_tag_open_at_a_cut_is_closed_and_opened_again() -> None:
    rows = "\n".join(["0123456789"] * 20)
    first, *_, last = parts(f"<blockquote expandable><b>{rows}</b></blockquote>", 150)
    assert first.startswith("<blockquote expandable><b>0123456789\n")
    assert first.endswith("0123456789</b></blockquote>")
    assert last.startswith("<blockquote expandable><b>0123456789")


def test_what_fits_is_not_touched() -> None:
    assert parts(" <b>x</b>\n" + "y" * (MAX_TEXT - 10)) == [" <b>x</b>\n" + "y" * (MAX_TEXT - 10)]


def test_plain_text_drops_our_tags_and_keeps_everything_that_merely_looks_like_one() -> None:
    page = MessagePage('<a href="https://x">1 < 2</a> &amp; <b>3 > 2</b> <sol> <bold>')
    assert page.plain == "1 < 2 & 3 > 2 <sol> <bold>"


def test_only_the_last_page_has_buttons() -> None:
    found = pages(says("\n".join(["x" * 100] * 100), {"More": "/more"}))
    assert len(found) == 3
    assert [page.keyboard is not None for page in found] == [False, False, True]


def test_no_buttons_and_empty_rows_are_no_keyboard() -> None:
    assert keyboard(()) is None
    assert keyboard(((), ())) is None
