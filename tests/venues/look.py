"""One long look at a venue: everything that a reader of public figures asks for, and what came of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module

from core.domain.capital.collateral import Collateral
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import Deleveraging, FundingRate, Quote
from core.domain.series import Candles, Closes, FundingHistory
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.venue_server import VenueServer
from tests.venues.case import Case
from tests.venues.tables import SERVED
from tests.venues.world import LISTED, MARKS, NOW, SPOT_ONLY

PAST = timedelta(days=75)
"""How far back fundings are asked for: over the page ends of every venue."""
MARKED = {timedelta(minutes=1): timedelta(hours=3, minutes=10), timedelta(hours=1): timedelta(hours=30)}
"""How far back the candles of each length are that are asked for after an outage."""
HOURS = timedelta(days=3)
"""How far back hourly candles are."""
BEFORE = LISTED - timedelta(days=400)
"""Closes are asked for from before the first one on."""


@dataclass(slots=True)
class Seen:
    """What was seen of one venue, and where it was looked for.

    at: when. marks: candles of the prices that liquidate, by their length. asked: how often each path was
    asked for here; sent: requests that left altogether. Empty where the look was at the venue itself.
    """

    venue: str
    at: datetime
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    quotes: Mapping[str, Quote] = field(default_factory=dict)
    rates: Mapping[str, FundingRate] = field(default_factory=dict)
    signs: Mapping[str, Deleveraging] = field(default_factory=dict)
    collateral: Collateral | None = None
    settled: Mapping[str, FundingHistory] = field(default_factory=dict)
    closes: Mapping[str, Closes] = field(default_factory=dict)
    candles: Mapping[str, Candles] = field(default_factory=dict)
    marks: dict[timedelta, Mapping[str, Candles]] = field(default_factory=dict)
    spot: Mapping[str, Quote] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    asked: Counter[str] = field(default_factory=Counter)
    sent: int = 0

    def perpetual(self, asset: str) -> Contract | None:
        """The asset's linear perpetual that stands for it."""
        found = [c for c in self.contracts.values() if c.asset == asset and c.perpetual and not c.inverse]
        return min(found, key=lambda c: (c.settle != "USDT", c.symbol), default=None)


def case_of(venue: str) -> Case:
    """The case of a venue, from the module of its name."""
    case: Case = import_module(f"tests.venues.{venue}").CASE
    return case


def all_served(venue: str) -> dict[str, object]:
    """All that a venue serves, by path."""
    return case_of(venue).answers() | dict(SERVED.get(venue, {}))


LOOKS: dict[str, Seen] = {}
"""The looks at served answers so far, by venue."""


def seen(venue: str) -> Seen:
    """What our adapter makes of the served answers of a venue; looked for once."""
    if venue not in LOOKS:
        LOOKS[venue] = asyncio.run(_served(case_of(venue)))
    return LOOKS[venue]


@asynccontextmanager
async def opened(
    venue: str, changes: Mapping[str, object] | None = None, clock: Callable[[], datetime] = lambda: NOW
) -> AsyncIterator[tuple[VenueServer, ExchangeMarket]]:
    """The served answers of a venue, some of them changed, and our adapter on them."""
    async with VenueServer(all_served(venue) | dict(changes or {})) as server:
        market = ExchangeMarket(EXCHANGES[venue], url=server.url, clock=clock)
        try:
            yield server, market
        finally:
            await market.close()


async def _served(case: Case) -> Seen:
    async with VenueServer(all_served(case.venue)) as server:
        found = await look(case.venue, server.url, lambda: NOW, since=BEFORE)
    found.asked = server.counts
    return found


async def look(venue: str, url: str | None, clock: Callable[[], datetime], since: date) -> Seen:
    """Ask a venue for all that a user may want of the world's assets; closes from `since` on."""
    now = clock()
    market = ExchangeMarket(EXCHANGES[venue], url=url, clock=clock)
    assets = [*MARKS, *SPOT_ONLY]
    found = Seen(venue, now)
    problems: list[str] = []
    try:
        market.favour(assets)
        found.contracts = await market.contracts()
        found.quotes = await market.quotes()
        problems += market.health.problems
        if any(contract.perpetual for contract in found.contracts.values()):
            found.rates = await market.funding()
        found.signs = await market.deleveraging()
        with suppress(NoData):  # a venue may have come to want a key, and is told apart in the table
            found.collateral = await market.collateral()
        own = [contract.symbol for asset in MARKS if (contract := found.perpetual(asset))]
        found.settled = await market.funding_history(own, now - PAST)
        found.closes = await market.closes(dict.fromkeys(assets, since))
        hour = now.replace(minute=0, second=0, microsecond=0)
        found.candles = await market.candles(list(MARKS), hour - HOURS, hour, 1)
        for length, first in MARKED.items():
            found.marks[length] = await market.marks(own, now - first, now, length)
        found.spot = await market.spot(list(SPOT_ONLY))
        found.problems = tuple(dict.fromkeys([*problems, *market.health.problems]))
        found.sent = market.health.calls
    finally:
        await market.close()
    return found
