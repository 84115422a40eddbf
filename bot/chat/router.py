"""A line of text in, a reply out: finds the command, and turns every failure into words, in one place."""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from functools import partial

from markupsafe import escape

from bot.chat.allowance import Allowance
from bot.chat.failures import HELP, NEWCOMER, failed
from bot.chat.sentences import heard, said_to
from bot.commands import COMMANDS
from bot.commands.add import typed
from bot.desk.access import Access
from bot.desk.accounts import Accounts, Sealing
from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.secrecy import keeps_secret
from bot.health.troubles import Troubles
from bot.hedges.reporting import followed_by_report
from bot.reading.documents import table_text
from bot.reading.intents.table import NAMES
from bot.reading.intents.words import is_sentence
from bot.reading.readable import SHOWN, check_length, check_numbers, check_words
from bot.wording.layout import bold, lines
from bot.wording.people import PRIVATE
from bot.wording.reply import Button, Reply, row
from bot.wording.understood import NOT_CLEAR, did_you_mean, label_of
from core.domain.caps import CAPS, Caps
from core.domain.errors import BadInput, HedgeError, NoData, NoStore
from core.domain.trace import trace
from core.prices.unwatched import Unwatched
from core.prices.watch import Watch
from core.store.copies import Backups
from core.store.database import Database
from core.store.queue.outbox import Outbox
from core.store.user.book import Book
from core.store.user.topic import Question

log = logging.getLogger(__name__)

BARE = re.compile(r"\$?[\d.,'’_]+[kKmM]?")
"""A number alone."""

TAKE_LISTS = ("add", "set", "remove", "at")
"""Commands that a pasted list may follow. Any other single word above a list is taken for its title."""
UNCLEAR = (
    "I asked you about your ticket, and something else has come in between, so I saved nothing. Reply to my "
    "question to answer it (swipe it to the left), or press what you mean."
)
LIKE_A_KEY = "That looks like a key, so I did not read it. Type /connect alone to see how to send me one."
WAYS_ON = (
    (Button("Hedge my coins", "/hedge"), Button("My coins", "/portfolio")),
    (Button("What if prices fall", "/whatif"), Button("Help", "/help")),
)
WHAT_HOLDS = ((Button("Portfolio", "/portfolio"), Button("Help", "/help")),)


class Conversation:
    """What each front end talks to. It knows the store, the watch and the commands, but no Telegram."""

    commands: Sequence[Command] = COMMANDS

    def __init__(
        self,
        database: Database,
        watch: Watch,
        venues: tuple[str, ...],
        clock: Callable[[], datetime],
        sealing: Sealing | None = None,
        owner: int | None = None,
        troubles: Troubles | None = None,
        backups: Backups | None = None,
        caps: Caps = CAPS,
        allowance: Allowance | None = None,
        access: Access | None = None,
    ) -> None:
        self._database = database
        self._watch = watch
        self._venues = venues
        self._clock = clock
        self._sealing = sealing or Sealing()
        self._owner = owner
        self._troubles = troubles or Troubles()
        self._backups = backups
        self._caps = caps
        self._allowance = allowance
        self._access = access
        self._unwatched = Unwatched(database, watch)
        self._by_name = {command.name: command for command in self.commands}

    async def answer(
        self, text: str, *, user: int, request: int | None = None, reply_to: int | None = None
    ) -> Reply:
        """The reply to one message of one user. `request` tells a repeated delivery from a new message;
        `reply_to` is the message that it is a reply to.

        Raises NoStore where the database is away and the message has a number, as such a one can be handled
        again. Nothing else is raised: a HedgeError is shown as it is, any other failure is logged under an id
        that the user sees.
        """
        line = _encodable(text).strip()
        return await self._replied(lambda desk: self._run(line, desk, reply_to), user, request, line)

    async def take(self, name: str, content: bytes, *, user: int, request: int | None = None) -> Reply:
        """The reply to a file: its table is read as if it had been pasted, and is shown before it is saved.

        What it holds is never a command. Raises as `answer` does.
        """
        return await self._replied(partial(self._taken, name, content), user, request)

    async def _replied(
        self, run: Callable[[Desk], Awaitable[Reply]], user: int, request: int | None, line: str = ""
    ) -> Reply:
        """What `run` answers at the user's desk, or why it does not, in words.

        line: what was typed, for a button that tries it again; empty where that was a file.
        """
        if self._allowance is not None and (refusal := self._allowance.refusal(user)) is not None:
            return Reply(escape(refusal), fresh=True)
        desk = self._desk(user, request)
        try:
            if self._access is not None:
                if not await self._access.admits(user):  # removed since this was accepted
                    return Reply(PRIVATE)
                desk.owner = desk.owner or await self._access.is_owner(user)
            reply = await run(desk)
        except HedgeError as error:
            if isinstance(error, NoStore) and request is not None:
                raise
            reply = await failed(error, line, desk, secret=keeps_secret(line, self.commands))
        except Exception as error:  # noqa: BLE001
            number = secrets.token_hex(4)
            # No exc_info: an exception's text may repeat what was typed or is held.
            log.error("error %s while answering\n%s", number, trace(error))  # noqa: TRY400
            # What failed may have come after the saving, so nothing is promised about what is stored.
            sentence = f"Something went wrong here. Look at /portfolio before you repeat it; report {number}."
            return Reply(lines(sentence), WHAT_HOLDS)
        return desk.finished(reply)

    async def completed(self, kept: Reply, *, user: int) -> Reply:
        """The reply that was kept with a change, with what is made only after the change: a report."""
        if kept.report is None:
            return kept
        try:
            return await followed_by_report(self._desk(user, None), kept)
        except NoData as error:  # what was recorded is said in any case
            log.warning("The report of hedge %s is left out: %s", kept.report, type(error).__name__)
            return replace(kept, report=None)

    def _desk(self, user: int, request: int | None) -> Desk:
        """What a command may use for this user and message."""
        now = self._clock()
        book = Book(self._database, user, now=now, request=request, caps=self._caps)
        accounts = Accounts(self._database, user, now, self._clock, self._sealing)
        outbox = Outbox(self._database, only=None if user > 0 else user)  # a terminal is its own operator
        owner = user == self._owner
        own = (owner, self._troubles, self._backups, self._caps, self._access, self._unwatched)
        return Desk(book, self._watch, self._venues, now, accounts, outbox, *own)

    async def asked_in(self, question: str, message: int, *, user: int) -> None:
        """The question that waits for this user, where it is still this one, is in that message."""
        await Book(self._database, user, now=self._clock()).topic.asked_in(question, message)

    async def _run(self, text: str, desk: Desk, reply_to: int | None = None) -> Reply:
        check_length(text, self._caps)
        word, args, *_ = (*text.split(maxsplit=1), "", "")
        name = word.removeprefix("/").lower()
        command = self._by_name.get(name)
        takes_list = name in TAKE_LISTS or (command is not None and command.secret)
        title = name == word.lower() and "\n" in text and not takes_list
        takes_keys = command is not None and command.secret and not title
        if not takes_keys and keeps_secret(text, self.commands):
            raise BadInput(LIKE_A_KEY)  # does not repeat the line, as other refusals do
        if not takes_keys:
            check_numbers(text, self._caps)
        waits = await desk.topic.question()
        if waits and command is not None and command.everyday and name == word.lower():
            command = None
        if waits and (command is not None or text.startswith("/")):
            await desk.topic.leave()
        if command is not None and not title:
            if not takes_list:
                check_words(args)
            return await self._commanded(command, text, args, desk)
        if text.startswith("/"):
            return self._unknown(word)
        if waits:
            meant = _is_answer(waits, reply_to)
            return await self._answered(waits, text, desk) if meant else _which_is_meant(waits, text)
        return await self._said(text, desk)

    async def _said(self, text: str, desk: Desk) -> Reply:
        """The answer to words that are no command: a sentence, or coins that are held."""
        meaning = await heard(text, desk)
        if meaning is not None:
            return await said_to(meaning, desk, partial(self._run, desk=desk))
        reply = await typed(text, desk)
        if reply is None:
            return Reply(NOT_CLEAR, WAYS_ON if (await desk.page()).holdings else NEWCOMER)
        return reply

    async def _commanded(self, command: Command, text: str, args: str, desk: Desk) -> Reply:
        """The answer of a command. A line without a slash that goes on, as `hedge my portfolio`, may be a
        sentence: where it has words that say nothing to a command it is that first, otherwise only where the
        command does not understand it.
        """
        spoken = bool(args) and not text.startswith("/") and not command.secret
        if spoken and is_sentence(text) and (meaning := await heard(text, desk)):
            return await said_to(meaning, desk, partial(self._run, desk=desk))
        try:
            return await command.run(Asked(args, desk, partial(self._run, desk=desk)))
        except BadInput:
            meaning = await heard(text, desk) if spoken else None
            if meaning is None:
                raise
            return await said_to(meaning, desk, partial(self._run, desk=desk))

    async def _taken(self, name: str, content: bytes, desk: Desk) -> Reply:
        """Answer the table in a file."""
        text = await asyncio.to_thread(table_text, name, content)
        if keeps_secret(text, self.commands):
            raise BadInput(LIKE_A_KEY)
        check_numbers(text, self._caps)
        reply = await typed(_encodable(text), desk, ask=True)
        if reply is None:
            raise BadInput("No coins stand in that file. Type what you hold, like SOL 60, or /help.")
        return reply

    async def _answered(self, waits: Question, text: str, desk: Desk) -> Reply:
        """Take the line for the answer to our question. The question is over once the line was understood."""
        name, args = f"{_behind(waits, text)} {text}".removeprefix("/").split(maxsplit=1)
        reply = await self._by_name[name].run(Asked(args, desk, partial(self._run, desk=desk)))
        # Only now: after a crash the line is handled again, and must then mean the same as the first time.
        # An answer that was asked on from has left another question in its place, which waits now.
        await desk.topic.leave(waits.line)
        return reply

    def _unknown(self, word: str) -> Reply:
        meant = NAMES.get(word.removeprefix("/").lower())
        if meant is not None:
            return Reply(
                escape(did_you_mean(word, meant)), tuple((Button(label_of(line), line),) for line in meant)
            )
        near = get_close_matches(word[: 2 * SHOWN].removeprefix("/").lower(), self._by_name, n=1)
        if near:
            return Reply(
                escape(f"I do not know {word[:30]}. Did you mean /{near[0]}?"),
                ((Button(f"/{near[0]}", f"/{near[0]}"),),),
            )
        return Reply(escape(f"I do not know {word[:30]}. /help lists what I understand."), HELP)


def _is_answer(waits: Question, reply_to: int | None) -> bool:
    """Whether a line is the answer to the question.

    It is where it replies to its message, or where it is no reply and no notice has come in between. Any line
    is the answer to a question whose message is not known.
    """
    if waits.message is None:
        return True
    return reply_to == waits.message if reply_to is not None else not waits.passed


def _which_is_meant(waits: Question, text: str) -> Reply:
    """The question what a line is about that may answer another one, with both ways; it changes nothing."""
    return Reply(
        lines(bold("What is that about?"), UNCLEAR),
        tuple(filter(None, (row({"My question's answer": f"{_behind(waits, text)} {text}"}),
                            row({"Coins that I hold": f"/add {text}"})))),
    )  # fmt: skip


def _behind(waits: Question, text: str) -> str:
    """The command that an answer is put behind."""
    return waits.bare if waits.bare and BARE.fullmatch(text) else waits.line


def _encodable(text: str) -> str:
    """The text without surrogates, which are halves of characters and can neither be stored nor sent."""
    return text.encode(errors="replace").decode()
