"""What a command answers: text with a little markup, and buttons that are command lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

MAX_BUTTON_BYTES = 64
"""Telegram's limit for what a button may carry."""


BELOW = ">"
"""Before the line that a button carries: its answer goes below the message, which stays as it is."""


def fits(line: str, *, below: bool = False) -> bool:
    """Whether a button can carry this line; below: as `Button` has it."""
    return 0 < len(line.encode()) <= MAX_BUTTON_BYTES - (len(BELOW) if below else 0)


@dataclass(frozen=True, slots=True)
class Button:
    """`label` is what the user sees; `line` is what would do the same when typed.

    below: the answer comes as a new message, and that with the button stays to be read. url: a page that
    Telegram opens instead of sending the line.
    """

    label: str
    line: str
    below: bool = False
    url: str = ""

    def __post_init__(self) -> None:
        if not fits(self.line, below=self.below):
            raise ValueError(f"a button carries 1 to {MAX_BUTTON_BYTES} bytes: {self.data!r}")

    @property
    def data(self) -> str:
        """What the button carries; `pressed` reads it."""
        return f"{BELOW}{self.line}" if self.below else self.line


def pressed(data: str) -> tuple[str, bool]:
    """The line of a button that carries this, and whether its answer goes below."""
    return data.removeprefix(BELOW), data.startswith(BELOW)


def row(lines: Mapping[str, str], *, below: bool = False) -> tuple[Button, ...]:
    """Buttons beside each other, by label; those whose line a button cannot carry are left out."""
    return tuple(Button(label, line, below) for label, line in lines.items() if fits(line, below=below))


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
