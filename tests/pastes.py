"""People who paste many lines while the bot is hurt: is any line lost, done twice or answered wrongly?

Each line makes a change of its own, a coin held, a short or an alert, that is told apart by its number both
in the database and in the answer.
"""

import asyncio
import json
import os
import random
import re
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select

from core.store.database import open_database
from core.store.queue.inbox import ROWS_AT_ONCE
from core.store.tables import alerts, holdings, inbox, journal
from tests.bot_api import BotApi
from tests.bot_messages import Failure
from tests.nursery import Born, Nursery

PATIENCE = 120.0
"""Seconds that a process may take to start, and that may pass without any answer, on a busy machine."""
LONGEST = 1.2
"""Seconds that a process lives at most after it has first asked for updates, or between two blows."""
ROUND_TRIP = Failure(delay=0.01, late=0.02)
"""How long Telegram takes to take a message, and to say so."""
MOST_COINS = 250
MOST_ALERTS = 40
"""So many lines of a user add a coin, or an alert; the rest are shorts. That is within what one may store."""
ANSWERED = re.compile(
    r"^(?:Saved: 1 coin\nC(?P<coin>\d+): (?P=coin)\b"
    r"|Recorded: sold 1 × 0\.01 ETH \(0\.01 ETH\) at \$(?P<short>4,\d{3}(?:\.\d+)?)\n"
    r"|Alert \d+ is on: price of SOL below \$(?P<alert>\d+(?:\.\d+)?)\n)"
)
"""How the answer to a line begins."""


@dataclass(frozen=True, slots=True)
class Survived:
    """What became of the lines that were pasted. Nothing but repeats and refusals should be above zero."""

    blows: int
    """How often the bot was hurt."""
    sent: int
    """Lines that were pasted."""
    lost: int
    """Lines without their effect that were not refused either."""
    doubled: int
    """Lines with more than their effect."""
    unanswered: int
    """Lines without an answer of their own or a refusal."""
    disordered: int
    """Answers that came before that to an earlier line of the same user."""
    repeated: int
    """Answers that came again, as it was not known whether they had arrived."""
    needless: int
    """Of those, such as it had to be known of."""
    altered: int
    """Of those, such as said something else than the first time."""
    refused: int
    """Lines that were refused with a sentence, and had no effect."""
    denied: int
    """Lines whose effect is there, and whose sender was told something else."""
    aside: int
    """Updates that were set aside or could not be read."""
    left: int
    """Updates that still wait."""

    @property
    def wrong(self) -> int:
        """The sum of all that must not be."""
        bad = (self.lost, self.doubled, self.unanswered, self.disordered, self.needless, self.altered)
        return sum(bad) + self.denied + self.aside + self.left


@dataclass
class Paste:
    """Users who paste, the bot that answers them, and what is hurt."""

    api: BotApi
    nursery: Nursery
    url: str
    moments: random.Random
    said: dict[int, list[int]]
    """The numbers of the lines of each user."""
    bot: Born | None = None
    blows: int = 0
    marks: list[dict[int, int]] = field(default_factory=list)
    """After each blow: how many messages each user had got."""
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))

    async def running(self) -> Born:
        """The bot, started if it is not there, once it asks for updates."""
        if self.bot is None:
            polls = len(self.api.called("getUpdates"))
            self.bot = await self.nursery.start("bot", "run", environment=_environment(self.api, self.url))
            await self.api.until_called("getUpdates", polls + 1, within=PATIENCE)
        return self.bot

    async def end(self, how: signal.Signals) -> None:
        """Send the bot a signal that ends it, and wait until it has."""
        if self.bot is not None:
            with suppress(ProcessLookupError):
                self.bot.send_signal(how)
            await self.bot.wait()
        self.bot = None

    async def moment(self) -> None:
        """Let a random time pass."""
        await asyncio.sleep(self.moments.uniform(0, LONGEST))

    def paste(self, lines: int) -> None:
        """Each user sends so many lines at once."""
        for _ in range(lines):
            for user, own in self.said.items():
                number = next(self._numbers)
                own.append(number)
                self.api.say(user, _line(len(own), number))

    def unanswered(self) -> int:
        """How many lines have got no answer of their own."""
        return sum(len(set(own) - _answers(self.api, user).keys()) for user, own in self.said.items())

    def mark(self) -> None:
        """Note that a blow is over."""
        self.blows += 1
        self.marks.append({user: len(self.api.chat(user)) for user in self.said})


Blow = Callable[[Paste], Awaitable[None]]
"""Hurts the bot while it answers, and returns once that is over."""


def signalled(how: signal.Signals) -> Blow:
    """The bot is ended by this signal."""

    async def blow(paste: Paste) -> None:
        await paste.end(how)

    return blow


async def paste_and_hurt(
    database_url: str,
    blow: Blow,
    *,
    blows: int,
    users: Collection[int],
    lines: int,
    seed: int = 7,
) -> Survived:
    """The users paste so many lines each, and again whenever fewer than one such paste is unanswered, so that
    each blow falls while the bot answers; the blows come at random moments.
    """
    async with BotApi() as api, Nursery(os.environ.get("PASTE_LOG", os.devnull)) as nursery:
        api.fail("sendMessage", ROUND_TRIP, times=10**6)
        paste = Paste(api, nursery, database_url, random.Random(seed), {user: [] for user in users})
        try:
            for _ in range(blows):
                if paste.unanswered() < lines * len(users):
                    paste.paste(lines)
                await paste.running()
                await paste.moment()
                await blow(paste)
                paste.mark()
            await paste.running()
            await _settled(paste)
            await paste.end(signal.SIGTERM)
        finally:
            await paste.end(signal.SIGKILL)
        return await _counted(paste)


def _environment(api: BotApi, database_url: str) -> dict[str, str]:
    """Settings of a bot for everybody, who may send as much as they like."""
    return api.settings(database_url, MARKET="simulated", MOST_MESSAGES="1000000")


def _line(count: int, number: int) -> str:
    """The line with this number, the user's `count`-th."""
    if count % 10 == 0 and count <= 10 * MOST_ALERTS:
        return f"/alert price SOL below {_limit(number)}"
    if count % 2 and count <= 2 * MOST_COINS:
        return f"/add C{number} {number}"
    return f"/position add short 0.01 ETH at {_price(number)}"


def _price(number: int) -> Decimal:
    return Decimal(4000) + Decimal(number) / 100


def _limit(number: int) -> Decimal:
    return Decimal(10) + Decimal(number) / 100


def _number(text: str) -> int | None:
    """The number of the line that an answer is about; None for any other message."""
    found = ANSWERED.match(text)
    if found is None:
        return None
    if found["coin"]:
        return int(found["coin"])
    if found["short"]:
        return int((Decimal(found["short"].replace(",", "")) - 4000) * 100)
    return int((Decimal(found["alert"]) - 10) * 100)


def _answers(api: BotApi, user: int) -> Counter[int]:
    """How often each line was answered."""
    numbers = (_number(message.text) for message in api.chat(user))
    return Counter(number for number in numbers if number is not None)


async def _settled(paste: Paste) -> None:
    """Wait until the inbox is empty and all is confirmed, or until nobody has been answered for long."""
    before = -1
    while (now := len(paste.api.called("sendMessage"))) != before:
        before = now
        for _ in range(int(PATIENCE)):
            if not paste.api.unconfirmed and not await _waiting(paste.url):
                return
            await asyncio.sleep(1)
            if len(paste.api.called("sendMessage")) != before:
                break


async def _waiting(url: str) -> int:
    """How many updates wait in the inbox."""
    database = open_database(url)
    async with database.read() as connection:
        count = await connection.scalar(select(func.count()).where(inbox.c.state == "waiting"))
    await database.close()
    return count or 0


async def _effects(url: str) -> dict[int, Counter[int]]:
    """By user and the number of a line: how often it had its effect. A coin's quantity says it."""
    found: dict[int, Counter[int]] = {}
    database = open_database(url)
    async with database.read() as connection:
        held = select(holdings.c.user_id, holdings.c.asset, holdings.c.quantity)
        for user, asset, quantity in (await connection.execute(held)).all():
            number = int(asset.removeprefix("C"))
            found.setdefault(user, Counter())[number] += int(quantity / number)
        sold = select(journal.c.user_id, journal.c.price).where(journal.c.kind == "fill")
        for user, price in (await connection.execute(sold)).all():
            found.setdefault(user, Counter())[int((price - 4000) * 100)] += 1
        watched = select(alerts.c.user_id, alerts.c.tiers).where(alerts.c.kind == "price")
        for user, tiers in (await connection.execute(watched)).all():
            found.setdefault(user, Counter())[int((Decimal(json.loads(tiers)[0]) - 10) * 100)] += 1
    await database.close()
    return found


async def _counted(paste: Paste) -> Survived:
    database = open_database(paste.url)
    async with database.read() as connection:
        states = Counter((await connection.scalars(select(inbox.c.state))).all())
    await database.close()
    effects = await _effects(paste.url)
    lost = doubled = unanswered = disordered = repeated = needless = altered = refused = denied = 0
    for user, own in paste.said.items():
        done, answers = effects.get(user, Counter()), _answers(paste.api, user)
        texts = [message.text for message in paste.api.chat(user)]
        refusals = sum(_number(text) is None for text in texts)
        without_effect = {number for number in own if not done[number]}
        refused += min(refusals, len(without_effect))
        lost += max(len(without_effect) - refusals, 0)
        denied += sum(bool(done[number]) and not answers[number] for number in own)
        doubled += sum(done[number] > 1 for number in own)
        unanswered += max(len(set(own) - answers.keys()) - refusals, 0)
        marks = [mark[user] for mark in paste.marks]
        again = _Repeats(texts, marks)
        disordered, repeated = disordered + again.disordered, repeated + again.repeated
        needless, altered = needless + again.needless, altered + again.altered
    return Survived(
        blows=paste.blows,
        sent=sum(map(len, paste.said.values())),
        lost=lost,
        doubled=doubled,
        unanswered=unanswered,
        disordered=disordered,
        repeated=repeated,
        needless=needless,
        altered=altered,
        refused=refused,
        denied=denied,
        aside=states["aside"] + states["poison"],
        left=states["waiting"],
    )


class _Repeats:
    """The answers to one user that came again. marks: after each blow, how many messages there had been.

    It is not known of an answer whether it has arrived where a blow came before that was written down, and of
    one user no more answers wait for that than updates are claimed at once.
    """

    def __init__(self, texts: Sequence[str], marks: Sequence[int]) -> None:
        self.disordered = self.repeated = self.needless = self.altered = 0
        shown: dict[int, int] = {}
        highest = 0
        for at, text in enumerate(texts):
            number = _number(text)
            if number is None:
                continue
            if number in shown:
                before = shown[number]
                self.repeated += 1
                self.altered += text != texts[before]
                self.needless += not any(before < mark <= min(at, before + ROWS_AT_ONCE) for mark in marks)
            else:
                self.disordered += number < highest
            highest = max(highest, number)
            shown[number] = at
