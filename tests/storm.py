"""A bot in the middle of a storm of alerts, to be killed at any moment: `python -m tests.storm`.

It is `microhedge run` on the simulated market, but that instead of the sweep every alert fires at each look,
unless STORM is 0. What becomes of an alert and its notice is written as the sweep writes it.
"""

import asyncio
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from bot.clocks.clock import utc_now
from bot.reading.venues import SIMULATED
from bot.running import schedule
from bot.running.opening import opened
from bot.running.serve import serve
from bot.settings import read_settings
from bot.telegram import polling
from core.alert.facts import Facts
from core.alert.kind import URGENT
from core.alert.rule import Rule, State
from core.store.database import Database
from core.store.queue.notice import Notice
from core.store.queue.outbox import AlertChange, Outbox
from core.store.tables import alerts
from core.store.user.alerts import Alert, Alerts, load_alerts
from tests.notices import KINDS, plainly

LEASE = 2.0
"""Seconds: so long a restarted bot is in doubt about what its predecessor was sending."""
LOOK = timedelta(seconds=1)
URGENTLY = "liquidation"


@dataclass(frozen=True)
class Swept:
    fired: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Storm:
    """A sweep in which every alert fires. blowing: whether it is on."""

    database: Database
    blowing: bool

    async def needed(self) -> tuple[str, ...]:
        return (SIMULATED,)

    async def run(self, venue: str) -> Swept:
        if not self.blowing:
            return Swept(0)
        async with self.database.read() as connection:
            users = (await connection.scalars(select(alerts.c.user_id).distinct())).all()
            known = [(user, await connection.run_sync(load_alerts, user)) for user in users]
        now = utc_now()
        changes = [_fired(user, alert, now) for user, own in known for alert in own]
        return Swept(len(await Outbox(self.database).apply(changes)))


def _fired(user: int, alert: Alert, now: datetime) -> AlertChange:
    kind, text = alert.rule.kind, f"{user}-{alert.number}-{alert.version}"
    notice = Notice(text, alert.number, kind, KINDS[kind], False, Facts(kind=kind, subject=text), now, now)
    return AlertChange(user, alert.number, alert.version, {"": State(1, 1, (now,), (now,))}, (notice,))


async def prepare(database: Database, users: Collection[int]) -> None:
    """Every user has an alert; of every other one it is urgent."""
    for user in users:
        kind = URGENTLY if user % 2 else "funding"
        rule = Rule(kind, "", "", "below", (Decimal("0.2"),))
        await Alerts(database, user, now=datetime.now(UTC)).add(rule)


def is_urgent(user: int) -> bool:
    """Whether the user's alert is."""
    return KINDS[URGENTLY if user % 2 else "funding"] == URGENT


async def main() -> None:
    settings = read_settings()
    schedule.REFRESH = LOOK

    async def work(stop: asyncio.Event) -> None:
        async with opened(settings, utc_now, (SIMULATED,), None) as parts:
            storm = Storm(parts.database, os.environ.get("STORM") != "0")
            await serve(settings, parts, utc_now, stop, sweep=storm, write=plainly, lease=LEASE)

    await polling.run_until_signal(work)


if __name__ == "__main__":
    asyncio.run(main())
