"""Telegram's HTML: which markup it takes, and what a reader sees of it."""

import re
from html import unescape

TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote", "a", "tg-spoiler"})

_TOKEN = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z-]*)(?P<rest>[^>]*)>|(?P<lone><)")
_ATTRIBUTES = {
    "a": re.compile(r'\s+href="[^"]*"'),
    "blockquote": re.compile(r"(\s+expandable)?"),
    "code": re.compile(r'(\s+class="language-[^"]*")?'),
}
_NONE = re.compile("")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class BadHtml(Exception):
    """Markup that Telegram refuses; the text is what follows "can't parse entities: "."""


def visible(markup: str) -> str:
    """The text without tags and entities. Raises BadHtml as Telegram would."""
    opened: list[str] = []
    for token in _TOKEN.finditer(markup):
        at = len(markup[: token.start()].encode())
        name = (token["name"] or "").lower()
        if token["lone"] or name not in TAGS:
            raise BadHtml(f'Unsupported start tag "{name}" at byte offset {at}')
        if token["end"]:
            if not opened or opened.pop() != name:
                raise BadHtml(f'Unexpected end tag "{name}" at byte offset {at}')
        elif _ATTRIBUTES.get(name, _NONE).fullmatch(token["rest"]) is None:
            raise BadHtml(f'Unsupported attributes of tag "{name}" at byte offset {at}')
        else:
            opened.append(name)
    if opened:
        raise BadHtml(f'Can\'t find end tag corresponding to start tag "{opened[-1]}"')
    text = _ENTITY.sub(lambda entity: unescape(entity[0]), _TOKEN.sub("", markup))
    return text.replace("\u00a0", " ")  # a space, only that no line is broken there
