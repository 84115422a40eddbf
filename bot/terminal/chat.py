"""One person's conversation in a terminal, at a prompt or through a pipe."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from bot.clocks.clock import MovableClock, utc_now
from bot.desk.secrecy import Named, keeps_secret
from bot.reading.documents import MOST_BYTES
from bot.wording.reply import Button, File, Reply
from core.domain.errors import BadInput, NoData, NoStore

if TYPE_CHECKING:
    from prompt_toolkit.history import History

LOCAL_USER = 0
"""The terminal's user; Telegram's ids are above zero."""
PLAYED = (
    "/start",
    ":press Try a sample portfolio",
    "/portfolio",
    "/hedge",
    "/hedge 50% ETH",
    "/calc value 50000 beta 1.5 price 3500 size 0.01",
)
"""The conversation that the demo plays when nobody is at the keyboard."""
PUSHED = "── pushed to you ──"
UNWATCHED = "No alert can come now, and what is due comes later: {}"
PUSH_SECONDS = 1.0
"""Between two looks for what is pushed while nobody types."""
HINTS = "Type /help, what you hold (SOL 60), :press LABEL, :tick 6h, or :quit."


class Answers(Protocol):
    """The conversation, as this front end sees it."""

    async def answer(self, text: str, *, user: int, request: int | None = None) -> Reply: ...

    async def take(self, name: str, content: bytes, *, user: int) -> Reply: ...


class Pushed(Protocol):
    """What is shown without being asked for."""

    def due(self) -> AsyncIterator[Reply]: ...


class _Plain(HTMLParser):
    """Turns Telegram's HTML into plain text. A part that folds away there gets a bar in front here."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self._bar = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self._bar = "│ "
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._bar = ""
            self._break()

    def handle_data(self, data: str) -> None:
        first, *rest = data.split("\n")
        self.lines[-1] += first
        for line in rest:
            self.lines.append(self._bar + line)

    def _break(self) -> None:
        if self.lines[-1].removeprefix("│ "):
            self.lines.append(self._bar)
        else:
            self.lines[-1] = self._bar


def plain_text(html: str) -> str:
    """The text of a reply as a person reads it."""
    parser = _Plain()
    parser.feed(str(html))  # a Markup would escape what it is added to
    parser.close()
    text = "\n".join(line.rstrip() for line in parser.lines).strip("\n")
    return text.replace("\u00a0", " ")  # what is copied from a terminal is typed again


class Chat:
    """One person's conversation. It remembers the last buttons, so that they can be
    pressed by their labels.
    """

    def __init__(
        self,
        conversation: Answers,
        clock: MovableClock | None,
        out: TextIO,
        folder: Path = Path(),
        pushes: Pushed | None = None,
    ) -> None:
        self._conversation = conversation
        self._clock = clock
        self._out = out
        self._folder = folder
        self._buttons: list[Button] = []
        self._pushes = pushes
        self._failing = False
        self._speaking = asyncio.Lock()

    async def say(self, line: str) -> bool:
        """Answer one message, then show what is pushed. False when the person wants to leave."""
        if line in (":quit", ":q"):
            return False
        async with self._speaking:
            await self._answer_line(line)
        await self.show_pushes()
        return True

    async def show_pushes(self) -> None:
        """Show what is pushed now. Where that cannot be known it says so once, and goes on."""
        if self._pushes is None:
            return
        async with self._speaking:
            try:
                async for reply in self._pushes.due():
                    self._print(PUSHED)
                    self._show(reply)
            except (NoData, NoStore) as error:
                if not self._failing:
                    self._print(UNWATCHED.format(error))
                self._failing = True
            else:
                self._failing = False

    async def _answer_line(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        try:
            if word == ":tick":
                self._tick(rest)
            elif word == ":press":
                pressed = self._pressed(rest.strip())
                if pressed.url:
                    self._print(f"Open {pressed.url}\n")
                else:
                    await self._answer(pressed.line)
            elif word == ":file":
                self._show(await self._take(rest.strip()))
            elif word.startswith(":"):
                self._print(HINTS)
            elif line.strip():
                await self._answer(line)
        except BadInput as error:
            self._print(str(error))

    async def _answer(self, text: str) -> None:
        self._show(await self._conversation.answer(text, user=LOCAL_USER))

    async def _take(self, path: str) -> Reply:
        """The reply to a file of this machine."""
        try:
            content = await asyncio.to_thread(_beginning, path)
        except OSError as error:
            raise BadInput(f"Cannot read {path or 'that'}: {error.strerror}. Type :file PATH") from None
        return await self._conversation.take(path, content, user=LOCAL_USER)

    def _show(self, reply: Reply) -> None:
        self._print(plain_text(reply.text))
        self._buttons = [button for row in reply.buttons for button in row]
        for row in reply.buttons:
            self._print(" ".join(f"[{button.label}]" for button in row))
        for picture in reply.pictures:
            self._print(f"(A picture, in Telegram and in the browser: {picture.words})")
        if reply.files:
            self._print(f"In {self._save(reply.files)}: {', '.join(file.name for file in reply.files)}")
        self._print("")

    def _save(self, files: Sequence[File]) -> Path:
        """Put the files into a new folder here, which only its owner may read. Returns the folder."""
        day = utc_now().strftime("%Y-%m-%d")
        names = (f"microhedge-export-{day}{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
        folder = next(self._folder / name for name in names if not (self._folder / name).exists())
        try:
            folder.mkdir(mode=0o700)
            for file in files:
                (folder / file.name).write_bytes(file.content)
        except OSError as error:
            raise BadInput(f"Cannot write to {folder}: {error.strerror}.") from None
        return folder

    def _pressed(self, label: str) -> Button:
        wanted = label.strip("[]").casefold()
        for button in self._buttons:
            if button.label.casefold() == wanted:
                return button
        near = [button for button in self._buttons if wanted and button.label.casefold().startswith(wanted)]
        if len(near) == 1:
            return near[0]
        labels = ", ".join(button.label for button in self._buttons)
        raise BadInput(f"The buttons here are: {labels}." if labels else "There is no button to press.")

    def _tick(self, step: str) -> None:
        if self._clock is None:
            raise BadInput("Only the clock of the simulated market can be moved.")
        self._clock.move(step)
        self._print(f"It is now {self._clock():%Y-%m-%d %H:%M} UTC.\n")

    def _print(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()


def _beginning(path: str) -> bytes:
    """As much of the file as is read at most, and one byte more, so that a larger one is known as such."""
    with Path(path).expanduser().open("rb") as file:
        return file.read(MOST_BYTES + 1)


async def show_pushes(chat: Chat) -> None:
    """Show what is pushed, without end."""
    while True:
        await chat.show_pushes()
        await asyncio.sleep(PUSH_SECONDS)


async def converse(
    chat: Chat, lines: AsyncIterator[str], echo: Callable[[str], None] = lambda _line: None
) -> bool:
    """Answer line after line until there are no more. Returns whether any of them said something."""
    heard = False
    async for line in lines:
        echo(line)
        heard = heard or bool(line.strip())
        if not await chat.say(line):
            break
    return heard


async def piped(stream: TextIO) -> AsyncIterator[str]:
    """The messages of a pipe: one for each line, and one for all lines between `:paste` and `:end`."""
    block: list[str] | None = None
    for raw in stream:
        line = raw.rstrip("\n")
        if line == ":paste":
            block = []
        elif line == ":end" and block is not None:
            yield "\n".join(block)
            block = None
        elif block is not None:
            block.append(line)
        else:
            yield line
    if block:
        yield "\n".join(block)


async def prompted(history: Path | None, commands: Sequence[Named]) -> AsyncIterator[str]:
    """The messages that are typed at a prompt with completion. A pasted block is one message.

    history: the file of what was typed before; None to forget everything in the end. Lines that hold a secret
    are not remembered.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter

    words = [f"/{command.name}" for command in commands]
    session: PromptSession[str] = PromptSession(
        history=remembering(history, commands),
        completer=WordCompleter(words, pattern=re.compile(r"/\w*")),
    )
    while True:
        try:
            yield await session.prompt_async("you> ")
        except (EOFError, KeyboardInterrupt):
            return


def remembering(history: Path | None, commands: Sequence[Named]) -> "History":
    """The history of the prompt, in the file if there is one. Lines that hold a secret never get into it."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    kept = FileHistory(str(history)) if history else InMemoryHistory()
    append = kept.append_string

    def append_unless_secret(string: str) -> None:
        if not keeps_secret(string, commands):
            append(string)

    # The library has no hook for what is remembered, so its method is replaced.
    kept.append_string = append_unless_secret  # type: ignore[method-assign]
    return kept


async def played(lines: Iterable[str]) -> AsyncIterator[str]:
    """These messages, without anybody typing them."""
    for line in lines:
        yield line


def at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
