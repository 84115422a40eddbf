"""One visitor's chat: what was said, the buttons that can be pressed, and who looks on in a browser."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from markupsafe import escape

from bot.desk.secrecy import Named, keeps_secret
from bot.page.markup import nodes
from bot.page.strip import Strip
from bot.wording.reply import File, Picture, Reply
from core.domain.errors import BadInput

MOST_MESSAGES = 200
"""So many messages of a chat are kept; the oldest go first."""
MOST_FILES = 20
"""So many files of a chat can be fetched; the oldest go first."""
MOST_WAITING = 10
"""So many lines may wait for their answer."""
MOST_EVENTS = 500
"""A browser that has not taken so many events is gone."""
HIDDEN = "••••••"
"""What is shown in place of a line that holds a secret."""

Event = dict[str, Any]
"""What a browser is told, as JSON: its `kind`, and what belongs to that."""


class Listed(Named, Protocol):
    """A command as the page lists it."""

    @property
    def help(self) -> str: ...


class Talk(Protocol):
    """The conversation, as this front end sees it."""

    @property
    def commands(self) -> Sequence[Listed]: ...

    async def answer(
        self, text: str, *, user: int, request: int | None = None, reply_to: int | None = None
    ) -> Reply: ...

    async def take(self, name: str, content: bytes, *, user: int) -> Reply: ...

    async def asked_in(self, question: str, message: int, *, user: int) -> None: ...


@dataclass(slots=True)
class ChatMessage:
    """One bubble."""

    number: int
    """Counts up within the chat."""
    sender: str
    """`you`, `bot`, or `push` for what comes without being asked for."""
    reply: Reply
    """What it says."""
    answers: str = ""
    """The first word of the line that it answers."""
    files: dict[str, File] = field(default_factory=dict)
    """Its files by the token of their address."""
    pictures: dict[str, Picture] = field(default_factory=dict)
    """Its pictures by the token of their address."""

    def shown(self) -> Event:
        """As the page gets it. The lines of the buttons stay here."""
        return {
            "number": self.number,
            "sender": self.sender,
            "body": nodes(self.reply.text),
            "buttons": [
                [{"label": button.label, "url": button.url} for button in row] for row in self.reply.buttons
            ],
            "files": [
                {"name": file.name, "address": f"file/{token}", "bytes": len(file.content)}
                for token, file in self.files.items()
            ],
            "pictures": [
                {
                    "address": f"picture/{token}",
                    "words": each.words,
                    "width": each.width,
                    "height": each.height,
                }
                for token, each in self.pictures.items()
            ],
            "answers": self.answers,
            "asks": bool(self.reply.asks),
        }


class Visitor:
    """One throw-away user and their chat. `user` is their id, above zero."""

    def __init__(self, user: int, talk: Talk) -> None:
        self.user = user
        self.strip = Strip()
        self.changed = True
        """Whether their coins or positions may have changed since the strip chart last read them."""
        self._talk = talk
        self._messages: dict[int, ChatMessage] = {}
        self._last = 0
        self._lookers: set[asyncio.Queue[Event | None]] = set()
        self._turn = asyncio.Lock()
        self._waiting = 0

    @property
    def messages(self) -> list[Event]:
        """All messages that are kept, as the page gets them."""
        return [message.shown() for message in self._messages.values()]

    @property
    def watched(self) -> bool:
        """Whether a browser looks on."""
        return bool(self._lookers)

    async def say(self, line: str, reply_to: int | None = None) -> None:
        """Show a line of the visitor, and answer it below. Raises BadInput where too many lines wait."""
        secret = keeps_secret(line, self._talk.commands)
        self._add("you", Reply(escape(HIDDEN if secret else line)))
        asked = partial(self._talk.answer, line, user=self.user, reply_to=reply_to)
        await self._answer(line, None, asked)

    async def give(self, name: str, content: bytes) -> None:
        """Show that a file was given, and answer it below. Raises BadInput where too many lines wait."""
        self._add("you", Reply(escape(f"File: {name[:60]}")))
        await self._answer("", None, partial(self._talk.take, name, content, user=self.user))

    async def press(self, number: int, row: int, place: int) -> None:
        """Press a button. It is answered in the place of its message, where it asks for nothing else.

        Raises BadInput where there is no such button any more.
        """
        message = self._messages.get(number)
        if message is None or not (0 <= row < len(message.reply.buttons)):
            raise BadInput("That button is gone. Press one of a newer message.")
        buttons = message.reply.buttons[row]
        if not 0 <= place < len(buttons) or buttons[place].url:
            raise BadInput("That button is gone. Press one of a newer message.")
        button = buttons[place]
        asked = partial(self._talk.answer, button.line, user=self.user)
        await self._answer(button.line, None if button.below else number, asked)

    def push(self, reply: Reply) -> int:
        """Show what comes without being asked for. Returns the number of the message."""
        self.changed = True
        return self._add("push", reply)

    def file(self, token: str) -> File | None:
        """The file with this token; None where it is not this visitor's, or too old."""
        return next(
            (message.files[token] for message in self._messages.values() if token in message.files), None
        )

    def picture(self, token: str) -> Picture | None:
        """The picture with this token; None where it is not this visitor's, or too old."""
        return next(
            (each.pictures[token] for each in self._messages.values() if token in each.pictures), None
        )

    def look(self) -> asyncio.Queue[Event | None]:
        """What happens from now on; None at the end. Give it back to `leave`."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._lookers.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Event | None]) -> None:
        """This browser is gone."""
        self._lookers.discard(queue)

    def end(self) -> None:
        """Let all browsers go."""
        for queue in self._lookers:
            queue.put_nowait(None)

    def tell(self, kind: str, **more: Any) -> None:
        """Tell all browsers of this visitor."""
        for queue in [each for each in self._lookers if each.qsize() > MOST_EVENTS]:
            queue.put_nowait(None)
            self.leave(queue)
        for queue in self._lookers:
            queue.put_nowait({"kind": kind, **more})

    async def _answer(self, line: str, edits: int | None, asked: Callable[[], Awaitable[Reply]]) -> None:
        if self._waiting >= MOST_WAITING:
            raise BadInput("Wait for the answers first, please.")
        self._waiting += 1
        self.tell("busy", busy=True)
        try:
            async with self._turn:
                reply = await asked()
                self.changed = True
                word = line.strip().partition(" ")[0]
                if reply.fresh or edits not in self._messages:
                    number = self._add("bot", reply, word)
                else:
                    number = self._replace(edits or 0, reply, word)
                if reply.asks:
                    await self._talk.asked_in(reply.asks, number, user=self.user)
        finally:
            self._waiting -= 1
            self.tell("busy", busy=self._waiting > 0)

    def _add(self, sender: str, reply: Reply, answers: str = "") -> int:
        self._last += 1
        self._put(ChatMessage(self._last, sender, reply, answers))
        while len(self._messages) > MOST_MESSAGES:
            del self._messages[next(iter(self._messages))]
        return self._last

    def _replace(self, number: int, reply: Reply, answers: str) -> int:
        self._put(ChatMessage(number, self._messages[number].sender, reply, answers))
        return number

    def _put(self, message: ChatMessage) -> None:
        message.files = {secrets.token_urlsafe(16): file for file in message.reply.files}
        message.pictures = {secrets.token_urlsafe(16): each for each in message.reply.pictures}
        self._messages[message.number] = message
        kept = [each for each in self._messages.values() if each.files]
        for old in kept[:-MOST_FILES]:
            old.files = {}
        self.tell("message", message=message.shown())
