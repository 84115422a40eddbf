"""What is answered to each kind of arrival, and whether as a new message or in place of an old one."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from markupsafe import Markup
from telegram.error import TelegramError

from bot.desk.secrecy import keeps_secret
from bot.reading.documents import MOST_BYTES
from bot.telegram.client import BotClient
from bot.telegram.inbox.arrival import Arrival
from bot.telegram.send_reply import acknowledge, fetch_file, remove
from bot.wording.reply import Reply, pressed

TEXT_ONLY = Reply(
    Markup(
        "I read text, and files with a table of what you hold (CSV, TSV, XLSX, JSON), but no pictures and no "
        "voice. Type SOL 60, a coin a line. /help shows what I understand."
    )
)
TOO_LARGE = Reply(Markup("That file is larger than 2 MB, so I did not read it. Send your coins alone."))
NOT_FETCHED = Reply(Markup("Telegram did not give me that file, so nothing was saved. Send it again."))
EDITED = Reply(Markup("An edited message changes nothing here. Send it as a new one."))
DELETED = Markup("Your message is deleted, for what was in it.")
DELETE_IT = Markup("<b>I could not delete your message with the key. Delete it yourself now.</b>")
EXPOSED = Reply(
    Markup("Others may have seen the key in that message: delete it at the venue. Send keys in private only.")
)
PRIVATE_ONLY = Reply(Markup("I talk in private chats only; open a private chat with me."))

HeardFrom = Callable[[int], Awaitable[Reply | None]]
"""Called with a user who has written in private. Returns what to tell them besides, if anything."""

_COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?")


class CommandLike(Protocol):
    """As much of a command as matters here."""

    @property
    def name(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def secret(self) -> bool: ...


class Answerer(Protocol):
    """The conversation, as this front end sees it."""

    @property
    def commands(self) -> Sequence[CommandLike]:
        """The commands in the order of the menu."""
        ...

    async def answer(
        self, text: str, *, user: int, request: int | None, reply_to: int | None = None
    ) -> Reply:
        """The reply to a line of a user. `request` is the same when Telegram delivers a line twice.

        reply_to: the message that the line is a reply to. Raises nothing that a user can cause, and NoStore
        while the database is away.
        """
        ...

    async def take(self, name: str, content: bytes, *, user: int, request: int | None) -> Reply:
        """The reply to a file. Raises as `answer` does."""
        ...

    async def completed(self, kept: Reply, *, user: int) -> Reply:
        """The reply that was kept with a change, once it is whole. Raises NoStore as `answer` does."""
        ...

    async def asked_in(self, question: str, message: int, *, user: int) -> None:
        """The question that `Reply.asks` names is in this message."""
        ...


async def nobody_listens(_user: int) -> None:
    """Nobody is told who writes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and where it goes."""

    reply: Reply
    edits: int | None = None
    """The message in whose place the reply goes; None for a new message."""


class ArrivalAnswers:
    """Answers arrivals, with one method for each kind."""

    def __init__(self, conversation: Answerer, bot: BotClient) -> None:
        self._conversation = conversation
        self._bot = bot

    def holds_secret(self, text: str) -> bool:
        """Whether a text holds a secret and so must not be kept anywhere."""
        return keeps_secret(text, self._conversation.commands)

    async def answer(self, arrival: Arrival, kept: Reply | None = None) -> Answer | None:
        """What to send for an arrival; None for nothing.

        kept: the answer of an arrival that was carried out before, whose sender may not have got it.
        """
        match arrival.kind:
            case "text":
                return await self._text(arrival, kept)
            case "file":
                return await self._file(arrival)
            case "press":
                return await self._press(arrival, kept)
            case "group":
                return await self._group(arrival)
        told = await self._remove_secret(arrival)
        return Answer(_with(EDITED if arrival.kind == "edited" else TEXT_ONLY, told))

    async def _text(self, arrival: Arrival, kept: Reply | None) -> Answer | None:
        """A line typed in a private chat."""
        if kept is not None:
            return Answer(await self._conversation.completed(kept, user=arrival.user))
        line = _own(arrival.text, self._bot.username)
        if line is None:
            return None
        # First of all, whatever becomes of the line.
        told = await self._remove_secret(arrival)
        reply = await self._conversation.answer(
            line, user=arrival.user, request=arrival.update, reply_to=arrival.reply_to
        )
        return Answer(_with(reply, told))

    async def asked_in(self, question: str, message: int, user: int) -> None:
        """The question is in this message: a reply to that is its answer."""
        await self._conversation.asked_in(question, message, user=user)

    async def _press(self, arrival: Arrival, kept: Reply | None) -> Answer | None:
        """A button was pressed: its line is answered in place of the message it belongs to, or below that."""
        if not arrival.private or not arrival.text:
            await acknowledge(self._bot, arrival.press)
            return None
        line, below = pressed(arrival.text)
        _, reply = await asyncio.gather(
            acknowledge(self._bot, arrival.press),
            self._conversation.completed(kept, user=arrival.user)
            if kept is not None
            else self._conversation.answer(line, user=arrival.user, request=arrival.update),
        )
        return Answer(reply, None if below or reply.fresh else arrival.message)

    async def _file(self, arrival: Arrival) -> Answer:
        """A document: the table in it is shown before it is saved."""
        told = await self._remove_secret(arrival)
        file = arrival.file
        if file is None or file.size > MOST_BYTES:
            return Answer(_with(TOO_LARGE, told))
        try:
            content = await fetch_file(self._bot, file.number)
        except TelegramError:
            return Answer(_with(NOT_FETCHED, told))
        reply = await self._conversation.take(file.name, content, user=arrival.user, request=arrival.update)
        return Answer(_with(reply, told))

    async def _group(self, arrival: Arrival) -> Answer | None:
        """A text in a group. Holdings are nobody else's business, so a group gets no answers, only a hint
        where it wrote a command to us.
        """
        command = _COMMAND.match(arrival.text)
        if command is None:
            return None
        ours = {each.name for each in self._conversation.commands}
        if _is_us(command["bot"], self._bot.username) if command["bot"] else command["name"].lower() in ours:
            told = await self._remove_secret(arrival)
            return Answer(_with(EXPOSED, told) if told else PRIVATE_ONLY)
        return None

    async def _remove_secret(self, arrival: Arrival) -> Markup | None:
        """Delete a message that carries a secret. Returns what to tell its sender; None for any other
        message.
        """
        if arrival.message is None or not self.holds_secret(arrival.text):
            return None
        gone = await remove(self._bot, arrival.chat, arrival.message)
        return DELETED if gone else DELETE_IT


def _with(reply: Reply, told: Markup | None) -> Reply:
    """The reply, and what became of the message that it answers."""
    if told is None:
        return reply
    parts = (reply.text, told) if told is DELETED else (told, reply.text)
    return replace(reply, text=Markup("\n").join(parts))


def _own(text: str, username: str) -> str | None:
    """`text` without our @name behind the command; None when the command is another bot's."""
    command = _COMMAND.match(text)
    if command is None or command["bot"] is None:
        return text
    return f"/{command['name']}{text[command.end() :]}" if _is_us(command["bot"], username) else None


def _is_us(name: str, username: str) -> bool:
    return name.lower() == username.lower()
