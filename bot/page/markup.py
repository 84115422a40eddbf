"""The bot's HTML as a tree of plain data, from which the page builds elements.

Markup never reaches the page as text. Only what is on the list below becomes an element; of anything else the
page gets the text that is in it.
"""

from html.parser import HTMLParser
from typing import Any

TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote"})
"""The elements that a message may have. `a` is one, too, for addresses of https alone."""
FOLD = "fold"
"""A quote that is folded away until somebody opens it."""

Node = str | list[Any]
"""A text, or a list of a tag, its nodes, and of `a` its address."""


def nodes(html: str) -> list[Node]:
    """The message as texts and elements, in order."""
    reader = _Tree()
    reader.feed(str(html))  # a Markup would escape what it is added to
    reader.close()
    return reader.tree


class _Tree(HTMLParser):
    """Builds the tree; whatever is not closed ends with the message."""

    def __init__(self) -> None:
        super().__init__()
        self.tree: list[Node] = []
        self._open: list[tuple[str, list[Node]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("href") or ""
        if tag == "a" and address.startswith("https://"):
            self._begin(tag, "a", address)
        elif tag == "blockquote" and "expandable" in given:
            self._begin(tag, FOLD)
        elif tag in TAGS:
            self._begin(tag, tag)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == opened for opened, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._inside.append(data)

    @property
    def _inside(self) -> list[Node]:
        return self._open[-1][1] if self._open else self.tree

    def _begin(self, tag: str, shown: str, *more: str) -> None:
        within: list[Node] = []
        self._inside.append([shown, within, *more])
        self._open.append((tag, within))
