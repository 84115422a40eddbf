"""Sees one update of the inbox through: it is handled, answered, and tried again or set aside where that
fails.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from markupsafe import Markup
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.desk.stored_reply import read_reply, write_reply
from bot.telegram.client import BotClient
from bot.telegram.inbox.answers import Answer, ArrivalAnswers, HeardFrom
from bot.telegram.inbox.arrival import Arrival, read_kept
from bot.telegram.inbox.intake_state import IntakeState
from bot.telegram.send_reply import bare, deliver, is_gone, seconds
from bot.wording.reply import Reply
from core.domain.errors import NoStore
from core.domain.trace import trace
from core.store.queue.arrived import EMPTY, Claimed
from core.store.queue.inbox import Inbox
from core.store.user.seal import CannotOpen, TextSeal

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""So many times an update is tried whose handling fails."""
MOST_CLAIMS = 1000
"""So many times an update is begun that was never ended. A process that ends at it each time may do so
because of it. The number is high because a process that is killed again and again on a slow machine may
never get beyond the same innocent update: two of 33,590 were set aside after a hundred kills. It is four
where the process hung.
"""
AGAIN = (timedelta(seconds=0.2), timedelta(seconds=1))
"""Pauses before another try of what has failed, by how often it has."""
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before another try of an answer that Telegram could not take, by how many tries there were."""
LONGEST = 30.0
"""An answer is put off by at most so many seconds at once, whatever Telegram says."""
GIVE_UP = timedelta(days=1)
"""An answer older than this is not sent any more. Telegram itself keeps an update for a day."""
AT_ONCE = 256
"""So many updates are handled at the same time, not counting those whose answer is on its way."""

SET_ASIDE = Reply(
    Markup(
        "I failed to answer your last message, so I have put it aside. Look at /portfolio and /positions "
        "before you send it again."
    )
)
CANNOT_OPEN = Reply(
    Markup("I was restarted with other keys and can no longer read your last message. Please send it again.")
)


class UpdateHandler:
    """Answers updates with a bot.

    heard: called with the user of each update, once it is answered. clock: the machine's, aware UTC.
    """

    def __init__(
        self,
        inbox: Inbox,
        answers: ArrivalAnswers,
        bot: BotClient,
        seal: TextSeal,
        intake_state: IntakeState,
        *,
        heard: HeardFrom,
        clock: Callable[[], datetime],
    ) -> None:
        self._inbox = inbox
        self._answers = answers
        self._bot = bot
        self._seal = seal
        self._intake_state = intake_state
        self._heard = heard
        self._clock = clock
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._refusals: dict[int, int] = {}

    async def answer(self, claimed: Claimed) -> timedelta | None:
        """Answer an update. Returns after how long to try it again; None where it is over. Never raises."""
        try:
            if claimed.claims > MOST_CLAIMS:
                await self._set_aside(claimed, "it was begun again and again and never ended")
                return None
            return await self._answer(claimed)
        except NoStore as error:
            return await self._wait_for_store(claimed, error)
        except Exception as error:  # noqa: BLE001
            log.error("Update %s failed\n%s", claimed.update, trace(error))  # noqa: TRY400
            return await self._failed(claimed, type(error).__name__)

    async def _answer(self, claimed: Claimed) -> timedelta | None:
        try:
            arrival = self._opened(claimed)
        except CannotOpen:
            log.warning("What was sealed of update %s cannot be opened", claimed.update)
            await self._tell(claimed, CANNOT_OPEN)
            return None
        kept = read_reply(claimed.answer) if claimed.answer is not None else None
        if arrival is None:
            answer = Answer(kept) if kept is not None else None
        else:
            # Sending happens outside, so that a slow chat does not keep others from being handled.
            async with self._slots:
                answer = await self._answers.answer(arrival, kept)
        again = None if answer is None else await self._send(claimed, arrival, answer)
        if again is None and arrival is not None and arrival.private:
            await self._hear(arrival)
        return again

    def _opened(self, claimed: Claimed) -> Arrival | None:
        """What arrived; None where only its answer is left, as after /forget."""
        secret = None
        if claimed.secret is not None:
            secret = self._seal.open(claimed.secret, "inbox", claimed.user, claimed.update)
        if claimed.body == EMPTY:
            return None
        return read_kept(claimed.body, claimed.user, claimed.update, secret)

    async def _send(self, claimed: Claimed, arrival: Arrival | None, answer: Answer) -> timedelta | None:
        """Send the answer. Returns after how long to try again; None where it has arrived or never will."""
        chat = arrival.chat if arrival is not None else claimed.user
        told, kept = claimed.told, False

        async def note(number: int) -> None:
            nonlocal told, kept
            told = number
            if kept:
                await self._inbox.keep_told(claimed, number)
            else:
                await self._keep(claimed, answer.reply, number)
            kept = True

        try:
            await deliver(
                self._bot,
                chat,
                answer.reply,
                edits=answer.edits,
                skip=claimed.told,
                note=note,
                asked=partial(self._bind, answer.reply.asks, claimed.user) if answer.reply.asks else None,
            )
        except (Forbidden, ChatMigrated) as error:
            log.info("Chat %s takes no messages from us: %s", chat, error)
        except BadRequest as error:
            if not is_gone(error):
                # A mistake of ours in the form must not keep back what it says.
                log.error("Telegram refused an answer, its bare words are sent: %s", error)  # noqa: TRY400
                await self._tell(claimed, bare(answer.reply), chat)
        except TelegramError as error:
            return await self._put_off(claimed, answer.reply, told, error)
        self._refusals.pop(claimed.update, None)
        return None

    async def _bind(self, question: str, user: int, message: int) -> None:
        """Note in which message a question is asked. Never raises: it has arrived, and can be answered."""
        try:
            await self._answers.asked_in(question, message, user)
        except Exception as error:  # noqa: BLE001
            log.warning("A question is not bound to its message: %s", type(error).__name__)

    async def _put_off(
        self, claimed: Claimed, reply: Reply, told: int, error: TelegramError
    ) -> timedelta | None:
        """Keep the answer for a later try."""
        now = self._clock()
        if now - claimed.received_at > GIVE_UP:
            log.warning("The answer to update %s is given up: %s", claimed.update, error)
            return None
        count = self._refusals[claimed.update] = self._refusals.get(claimed.update, 0) + 1
        wait = seconds(error.retry_after) if isinstance(error, RetryAfter) else 0.0
        # Telegram may ask for hours; a shorter pause costs one more request and answers sooner if it relents.
        pause = timedelta(seconds=min(max(wait, PAUSES[min(count, len(PAUSES)) - 1]), LONGEST))
        log.warning("The answer to update %s was not delivered, it is tried again: %s", claimed.update, error)
        await self._keep(claimed, reply, told)
        await self._inbox.put_off(claimed, now + pause)
        return pause

    async def _keep(self, claimed: Claimed, reply: Reply, told: int) -> None:
        # Files may be large, and to pack them takes long.
        text = await asyncio.to_thread(write_reply, reply) if reply.files else write_reply(reply)
        await self._inbox.keep_answer(claimed, text, told)

    async def _wait_for_store(self, claimed: Claimed, error: NoStore) -> timedelta:
        """Try the update again once the database may be there again. It is not the update that has failed."""
        log.warning("Update %s waits for the database: %s", claimed.update, error)
        with suppress(Exception):  # it stays claimed, and is tried again in its turn
            await self._inbox.put_off(claimed, self._clock() + AGAIN[-1])
        return AGAIN[-1]

    async def _failed(self, claimed: Claimed, why: str) -> timedelta | None:
        """Count a failure. The update is tried again, or set aside after a few."""
        pause = AGAIN[min(claimed.attempts, len(AGAIN) - 1)]
        try:
            if claimed.attempts + 1 >= MOST_ATTEMPTS:
                await self._set_aside(claimed, why)
                return None
            await self._inbox.failed(claimed, self._clock() + pause)
        except Exception as error:  # noqa: BLE001 - it stays claimed, and is tried again in its turn
            log.error("What failed cannot be written down: %s", type(error).__name__)  # noqa: TRY400
        return pause

    async def _set_aside(self, claimed: Claimed, why: str) -> None:
        """Never try the update again, and tell its sender once, where they can be told anything."""
        await self._inbox.set_aside(claimed, why)
        self._intake_state.set_aside += 1
        log.error("Update %s is set aside: %s", claimed.update, why)
        await self._tell(claimed, SET_ASIDE)

    async def _tell(self, claimed: Claimed, reply: Reply, chat: int | None = None) -> None:
        """Send something besides the answer. Never raises: all that can be done has been done."""
        try:
            await deliver(self._bot, chat if chat is not None else _chat_of(claimed), reply)
        except Exception as error:  # noqa: BLE001
            why = str(error) if isinstance(error, TelegramError) else type(error).__name__
            log.warning("The sender of update %s is not told: %s", claimed.update, why)

    async def _hear(self, arrival: Arrival) -> None:
        """Note that this user takes messages. Never raises: the update itself is answered."""
        try:
            told = await self._heard(arrival.user)
            if told is not None:
                await deliver(self._bot, arrival.chat, told)
        except Exception as error:  # noqa: BLE001
            log.warning("User %s is not greeted again: %s", arrival.user, type(error).__name__)


def _chat_of(claimed: Claimed) -> int:
    """Where to answer an update that cannot be handled: in private, wherever it came from."""
    return claimed.user
