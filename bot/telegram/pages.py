"""A Reply as Telegram takes it: messages of at most 4096 characters, with the buttons under the last one."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.wording.reply import Button, Reply

MAX_TEXT = 4096
"""Telegram's limit for one message, in UTF-16 units of the text that is seen. Here tags count as well: a part
that fits with its tags fits without them."""

_TAG = re.compile(r"<(/?)(b|i|u|s|code|pre|blockquote|a|tg-spoiler)(?:\s[^>]*)?>")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_UNIT = re.compile(r"<[^>]*>|&[#\w]+;|.", re.DOTALL)
"""What must not be torn apart: a tag, an entity, a character."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One message: its text in Telegram's HTML, and the buttons below it."""

    html: str
    keyboard: InlineKeyboardMarkup | ForceReply | None = None

    @property
    def plain(self) -> str:
        """The text without our markup, for when Telegram does not take that. Everything else stays."""
        return html.unescape(_TAG.sub("", self.html))


def pages(reply: Reply) -> list[MessagePage]:
    """The messages of a reply, in order; at least one."""
    *firsts, last = parts(str(reply.text))
    below = ForceReply() if reply.asks and not reply.pressed else keyboard(reply.buttons)
    return [*(MessagePage(part) for part in firsts), MessagePage(last, below)]


def keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    """Buttons that carry their command lines; None where there are none."""
    table = [[_button(button) for button in row] for row in rows]
    return InlineKeyboardMarkup([row for row in table if row]) if any(table) else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)


def parts(text: str, limit: int = MAX_TEXT) -> list[str]:
    """`text` cut between lines into parts of at most `limit` UTF-16 units.

    A tag that is open at a cut is closed there and opened again in the next part. Only a line that does not
    fit by itself is cut elsewhere, never inside a tag or an entity. Blank parts are left out.
    """
    if _length(text) <= limit:
        return [text]
    done: list[str] = []
    current = ""
    tags: tuple[str, ...] = ()
    for piece in _pieces(text, limit // 2):
        after = _open_tags(piece, tags)
        if _length(current + piece.rstrip("\n")) + _length(_closing(after)) > limit:
            done.append(current.rstrip("\n") + _closing(tags))
            current = "".join(tags)
        current, tags = current + piece, after
    done.append(current.rstrip("\n") + _closing(tags))
    return [part for part in done if MessagePage(part).plain.strip()] or [text]


def _pieces(text: str, limit: int) -> Iterator[str]:
    """The lines with their ends. A line longer than `limit` comes in several pieces."""
    for line in _LINE.findall(text):
        if _length(line) <= limit:
            yield line
            continue
        piece = ""
        for unit in _UNIT.findall(line):
            if _length(piece) + _length(unit) > limit:
                yield piece
                piece = ""
            piece += unit
        yield piece


def _open_tags(text: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """The opening tags still open after `text`, outermost first, when `before` were open before it."""
    tags = list(before)
    for tag in _TAG.finditer(text):
        if not tag[1]:
            tags.append(tag[0])
        # A closing tag without an opening one is a mistake of ours; it closes nothing here.
        elif tags:
            tags.pop()
    return tuple(tags)


def _closing(tags: tuple[str, ...]) -> str:
    return "".join(f"</{tag.strip('<>').split()[0]}>" for tag in reversed(tags))


def _length(text: str) -> int:
    # Telegram counts UTF-16 units, in which an emoji is two.
    return len(text.encode("utf-16-le")) // 2
