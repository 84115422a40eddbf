"""What a command answers: text with a little markup, and buttons that are command lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

MAX_BUTTON_BYTES = 64
"""Telegram's limit for what a button may carry."""


def fits(line: str) -> bool:
    """Whether a button can carry this line."""
    return 0 < len(line.encode()) <= MAX_BUTTON_BYTES


@dataclass(frozen=True, slots=True)
class Button:
    """`label` is what the user sees; `line` is what would do the same when typed."""

    label: str
    line: str

    def __post_init__(self) -> None:
        if not fits(self.line):
            raise ValueError(f"a button carries 1 to {MAX_BUTTON_BYTES} bytes: {self.line!r}")


def row(lines: Mapping[str, str]) -> tuple[Button, ...]:
    """Buttons beside each other, by label; those whose line a button cannot carry are left out."""
    return tuple(Button(label, line) for label, line in lines.items() if fits(line))


@dataclass(frozen=True, slots=True)
class File:
    """A file that comes with a reply: its name, without a folder, and what is in it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` is Telegram's HTML subset, already escaped (Markup); `buttons` are rows, top to bottom.

    fresh: send a new message even when a button asked for it, instead of editing the pressed one.
    files: sent after the text.
    """

    text: Markup
    buttons: tuple[tuple[Button, ...], ...] = ()
    fresh: bool = False
    files: tuple[File, ...] = ()
