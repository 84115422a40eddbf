"""Replies as text, so that they can be stored with the change that they tell of, and sent later."""

import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from bot.wording.reply import Button, File, Picture, Reply


def write_reply(reply: Reply) -> str:
    """The reply as JSON; `read_reply` gives it back exactly."""
    kept: dict[str, Any] = {"text": str(reply.text)}
    if reply.buttons:
        kept["buttons"] = [
            [[button.label, button.line, button.below] for button in row] for row in reply.buttons
        ]
    if reply.fresh:
        kept["fresh"] = True
    if reply.files:
        kept["packed"] = [[file.name, _packed(file.content)] for file in reply.files]
    if reply.pictures:
        kept["pictures"] = [
            [each.light, each.dark, each.words, each.width, each.height] for each in reply.pictures
        ]
    if reply.asks:
        kept["asks"] = reply.asks
    if reply.pressed:
        kept["pressed"] = True
    if reply.report is not None:
        kept["report"] = reply.report
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_reply(text: str) -> Reply:
    """The reply that `write_reply` wrote."""
    kept = json.loads(text)
    return Reply(
        Markup(kept["text"]),  # noqa: S704 - it was Markup when it was written  # nosec B704
        tuple(tuple(Button(*button) for button in row) for row in kept.get("buttons", ())),
        kept.get("fresh", False),
        tuple(_files(kept)),
        tuple(Picture(*each) for each in kept.get("pictures", ())),
        kept.get("asks", ""),
        kept.get("pressed", False),
        kept.get("report"),
    )


def _files(kept: dict[str, Any]) -> Iterator[File]:
    for name, content in kept.get("packed", ()):
        yield File(name, zlib.decompress(base64.b64decode(content)))
    # An answer that was kept by an earlier version, and is sent by this one.
    for name, content in kept.get("files", ()):
        yield File(name, base64.b64decode(content))


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, level=1)).decode()
