"""Two venues whose prices a test sets, who trades there, and what comes of it minute by minute."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import select

from core.alert.rule import Rule
from core.domain.capital.collateral import Collateral
from core.domain.contract import Bracket, Contract
from core.domain.errors import NoData
from core.domain.holding import HoldingChange
from core.domain.quote import Deleveraging, FundingRate, Quote, Stage
from core.domain.series import Closes, FundingHistory
from core.journal.episode import Sizing
from core.journal.fill import Fill, Terms
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.tables import notices
from core.store.user.alerts import Alerts
from core.store.user.book import Book
from core.sweep import Sweep
from core.sweep.exact import WatchedUser, read_people
from tests.domain import closes, contract, history
from tests.stand_in import StandIn

BEGAN = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
ALPHA, BETA = "alpha", "gate"
"""The second says how near it is to closing positions in profit."""
PRICES = {"BTC": 90_000.0, "ETH": 3500.0, "SOL": 160.0, "AVAX": 30.0, "NEW": 2.0}
DAYS = {"BTC": 900, "ETH": 900, "SOL": 900, "AVAX": 900, "NEW": 200}
"""Days of closes: NEW has not been there all the time."""
DIGEST = Rule("digest", "due", "", "below", (Decimal(720),))
ANN, BOB = 4_503_599_627_370_495, 2
MINUTE = timedelta(minutes=1)
ETH = "ETH/USDT:USDT"
QUARTERLY = datetime(2026, 6, 26, 8, tzinfo=UTC)


def listed(venue: str) -> dict[str, Contract]:
    """Perpetuals of every coin, one of ETH that is settled in ETH, and a future."""
    found = [contract(coin, multiplier="0.01" if coin in ("ETH", "BTC") else "1") for coin in PRICES]
    found.append(contract("ETH", multiplier="10", inverse=True))
    found.append(contract("ETH", multiplier="0.01", expiry=QUARTERLY, symbol="ETH/USDT:USDT-260626"))
    return {each.symbol: replace(each, venue=venue) for each in found}


@dataclass
class Clock:
    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Told(StandIn):
    """A market that says what it is told; nothing while it is `down`.

    delisted: symbols that it does not trade any more. mute: those that it gives no prices of. brackets: those
    of every contract, where a test wants them to be strange. sizes: what one contract is by now. stages: how
    near it is to closing positions in profit, by coin.
    """

    venue: str
    clock: Clock
    simulated: bool = False
    down: bool = False
    delisted: set[str] = field(default_factory=set)
    mute: set[str] = field(default_factory=set)
    brackets: tuple[Bracket, ...] | None = None
    sizes: dict[str, Decimal] = field(default_factory=dict)
    prices: dict[str, float] = field(default_factory=lambda: dict(PRICES))
    rates: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PRICES, 0.0001))
    stages: dict[str, Stage] = field(default_factory=dict)

    def check(self) -> None:
        if self.down:
            raise NoData(f"{self.venue} is down")

    async def contracts(self) -> Mapping[str, Contract]:
        self.check()
        there = {symbol: each for symbol, each in listed(self.venue).items() if symbol not in self.delisted}
        there |= {symbol: replace(there[symbol], multiplier=size) for symbol, size in self.sizes.items()}
        if self.brackets is None:
            return there
        return {symbol: replace(each, brackets=self.brackets) for symbol, each in there.items()}

    async def quotes(self) -> Mapping[str, Quote]:
        self.check()
        found = {}
        for symbol, each in listed(self.venue).items():
            if symbol in self.mute:
                continue
            index = Decimal(repr(round(self.prices[each.asset], 8)))
            ahead = Decimal("1.003") if each.expiry else Decimal("1.0002")
            found[symbol] = Quote(index * ahead, self.clock(), index=index)
        return found

    async def funding(self) -> Mapping[str, FundingRate]:
        self.check()
        return {
            symbol: FundingRate(Decimal(repr(self.rates[each.asset])), 8, self.clock())
            for symbol, each in listed(self.venue).items()
            if each.perpetual
        }

    async def collateral(self) -> Collateral | None:
        return None

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        self.check()
        return {
            symbol: Deleveraging(self.stages[each.asset], self.clock())
            for symbol, each in listed(self.venue).items()
            if each.asset in self.stages
        }

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """A payment each 8 hours that swings around its usual size."""
        self.check()
        last = np.datetime64(self.clock().replace(tzinfo=None), "h").astype("datetime64[s]")
        times = last - np.arange(120)[::-1] * np.timedelta64(8, "h")
        rates = 0.0001 + 0.00005 * np.sin(np.arange(120))
        return {symbol: FundingHistory(times, rates) for symbol in symbols}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        self.check()
        yesterday = self.clock().date() - timedelta(days=1)
        found = {}
        for coin, first in since.items():
            if coin in DAYS:
                whole = closes(history(coin, 900).prices, last=BEGAN.date() + timedelta(days=30))
                born = max(first, BEGAN.date() - timedelta(days=DAYS[coin]))
                known = (whole.days >= np.datetime64(born)) & (whole.days <= np.datetime64(yesterday))
                level = (
                    PRICES[coin] / whole.prices[known][-1:]
                )  # they lead up to the price that it began with
                found[coin] = Closes(whole.days[known], whole.prices[known] * level)
        return found


@dataclass
class World:
    """Both venues, their watch, and the time."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    markets: dict[str, Told] = field(init=False)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.markets = {venue: Told(venue, self.clock) for venue in (ALPHA, BETA)}
        store = StoredCloses(self.database)
        self.watch = Watch(self.markets.__getitem__, store, self.clock, (ALPHA, BETA))

    async def refresh(self) -> None:
        """What the schedule does each minute."""
        for venue in self.markets:
            try:
                await self.watch.refresh(venue)
            except NoData:
                continue

    def book(self, user: int) -> Book:
        return Book(self.database, user, now=self.clock())

    def alerts(self, user: int) -> Alerts:
        return Alerts(self.database, user, now=self.clock())

    async def people(self, *users: int) -> list[WatchedUser]:
        """These users as the sweep reads them now."""
        return await self.database.survey(lambda connection: read_people(connection, users, self.clock()))

    def price(self, coin: str, venue: str = ALPHA) -> Decimal:
        return Decimal(repr(round(self.markets[venue].prices[coin], 8)))


def fill(
    world: World, venue: str, symbol: str, count: str, *, margin: str | None = None, price: str | None = None
) -> Fill:
    """So many contracts at what they cost now."""
    each = listed(venue)[symbol]
    index = world.price(each.asset, venue)
    paid = index if price is None else Decimal(price)
    terms = Terms.of(each)
    exact = None if margin is None else Decimal(margin)
    return Fill(venue, symbol, terms, Decimal(count), paid, world.clock(), margin=exact, index=index)


def sizing(
    world: World, betas: Mapping[str, float], only: tuple[str, ...] = (), coverage: str = "1"
) -> Sizing:
    """Why a hedge has its size."""
    wanted = {("simulated", f"{coin}/USDT:USDT"): Decimal(1) for coin in betas}
    return Sizing(world.clock(), "", Decimal(coverage), betas, wanted, 1.2, next(iter(betas)), 0.8, only)


def sweep_of(world: World) -> Sweep:
    return Sweep(world.database, world.watch, world.clock, (ALPHA, BETA))


async def told(database: Database, user: int = ANN) -> list[str]:
    """Kinds and tiers of all notices made so far, by time."""
    query = select(notices.c.kind, notices.c.body, notices.c.created_at).where(notices.c.user_id == user)
    async with database.read() as connection:
        rows = (await connection.execute(query.order_by(notices.c.created_at, notices.c.key))).all()
    return [f"{row.kind} {json.loads(row.body)['tier']}" for row in rows]


async def hedged(world: World, user: int = ANN) -> None:
    """10 ETH short against 10 ETH, without the alerts that this turns on."""
    prices = {"ETH": world.price("ETH")}
    await world.book(user).apply([HoldingChange("add", "ETH", Decimal(10))], prices=prices)
    ledger = world.book(user).ledger
    ticket = await ledger.save_ticket((), sizing(world, {"ETH": 1.0}))
    await ledger.record([fill(world, ALPHA, ETH, "-1000", margin="14000")], prices=prices, ticket=ticket)
    for alert in await world.alerts(user).list():
        await world.alerts(user).remove(alert.number)


async def passes(world: World, sweep: Sweep, after: timedelta = MINUTE, **prices: float) -> int:
    """Time passes, prices are others, both venues are swept; how many notices that made."""
    world.clock.now += after
    for told_prices in world.markets.values():
        told_prices.prices.update(prices)
    await world.refresh()
    return sum([(await sweep.run(venue)).fired for venue in (ALPHA, BETA)])
