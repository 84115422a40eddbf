"""What a command answers: text with a little markup, buttons that are command lines, and files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

MAX_BUTTON_BYTES = 64
"""Telegram's limit for what a button may carry."""


BELOW = ">"
"""Before the line that a button carries: its answer goes below the message, which stays as it is."""


def fits(line: str, *, below: bool = False) -> bool:
    """Whether a button can carry this line. below: as in `Button`."""
    return 0 < len(line.encode()) <= MAX_BUTTON_BYTES - (len(BELOW) if below else 0)


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message. Pressing it does what typing its line would do."""

    label: str
    """What the user sees."""
    line: str
    """The command line."""
    below: bool = False
    """Whether the answer comes as a new message, so that the one with the button stays to be read."""
    url: str = ""
    """A page that Telegram opens instead of sending the line."""

    def __post_init__(self) -> None:
        if not fits(self.line, below=self.below):
            raise ValueError(f"a button carries 1 to {MAX_BUTTON_BYTES} bytes: {self.data!r}")

    @property
    def data(self) -> str:
        """What Telegram stores in the button and sends back; `pressed` reads it."""
        return f"{BELOW}{self.line}" if self.below else self.line


def pressed(data: str) -> tuple[str, bool]:
    """The line of a button with this data, and whether the answer goes below the pressed message."""
    return data.removeprefix(BELOW), data.startswith(BELOW)


def row(lines: Mapping[str, str], *, below: bool = False) -> tuple[Button, ...]:
    """Buttons beside each other, from lines by label. A line that is too long for a button is left out."""
    return tuple(Button(label, line, below) for label, line in lines.items() if fits(line, below=below))


@dataclass(frozen=True, slots=True)
class File:
    """A file that is sent along with a reply."""

    name: str
    """Its name, without a folder."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is sent along with a reply."""

    light: str = field(repr=False)
    """It as SVG, on a light ground."""
    dark: str = field(repr=False)
    """The same on a dark ground."""
    words: str
    """What it shows, for who cannot see it."""
    width: int
    """Points of a phone from left to right."""
    height: int
    """And from top to bottom."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one line of a user."""

    text: Markup
    """In Telegram's subset of HTML, with everything else escaped."""
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons, from top to bottom."""
    fresh: bool = False
    """Whether to send a new message even when a button was pressed, instead of editing the one with the
    button.
    """
    files: tuple[File, ...] = ()
    """Sent after the text."""
    pictures: tuple[Picture, ...] = ()
    """Sent after the text, before the files."""
    asks: str = ""
    """Of a question: the command that its answer is put behind.

    A phone is made to answer it with a reply to it, in place of its buttons.
    """
    pressed: bool = False
    """Of a question: its buttons answer it too, so they are shown and no reply is forced."""
    report: int | None = None
    """The number of a hedge whose report is still to be put below the text; None for a whole reply."""
    above: Markup | None = None
    """A question about open positions, which stands above the text and above what every answer must say."""
