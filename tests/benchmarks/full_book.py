"""A user who has everything up to the caps, and the venue on which all their coins are traded."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from core.alert.rule import Rule
from core.domain.caps import Caps
from core.domain.contract import Contract
from core.domain.holding import HoldingChange
from core.domain.series import FundingHistory
from core.journal.episode import Sizing
from core.journal.fill import Fill, Terms
from core.journal.order import Order
from core.store.database import Database
from core.store.user.book import Book
from tests.benchmarks.crowd import BEGAN as NOW
from tests.benchmarks.crowd import USD, Measured, price

CAPS = Caps(alerts=100, entries=3_000)
"""More than the usual caps let through, so that nothing is refused for what the lines add."""
ENTRIES = 2_000
"""Entries of the hedge that is open."""
COINS = (*USD, *(f"COIN{number}" for number in range(CAPS.holdings - len(USD))))
PAST = 200
"""Hedges that have ended. With a step for each coin in each, more would be refused a file of it all."""
LEGS = COINS[:5]
"""What is short in the hedge that is open."""
AT_ONCE = 50
SETTLED = timedelta(hours=8)


class Wide(Measured):
    """A venue with a perpetual of each coin and all that it has settled."""

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        times = np.arange(
            np.datetime64(since.replace(tzinfo=None), "s"),
            np.datetime64(self.now.replace(tzinfo=None), "s"),
            np.timedelta64(SETTLED),
        ).astype("datetime64[s]")
        return {symbol: FundingHistory(times, np.full(times.size, 0.0001)) for symbol in symbols}


async def fill_book(database: Database, user: int, market: Wide) -> None:
    """Give the user as many coins, past hedges, entries of the open hedge, tickets and alerts as they may
    have.
    """
    began = NOW - timedelta(days=PAST + 40)
    contracts = {each.asset: each for each in (await market.contracts()).values()}

    def book(at: datetime) -> Book:
        return Book(database, user, now=at, caps=CAPS)

    await book(began).prefer(venue=market.venue)
    for start in range(0, len(COINS), AT_ONCE):
        some = COINS[start : start + AT_ONCE]
        await book(began).apply([HoldingChange("add", coin, Decimal(1)) for coin in some])
    prices = {coin: Decimal(repr(price(coin))) for coin in COINS}
    for day in range(PAST):
        for hours, count in ((0, -100), (12, 100)):
            at = began + timedelta(days=day, hours=hours)
            fills = [fill(contracts[coin], Decimal(count), day, at) for coin in LEGS[:2]]
            await book(at).ledger.record(fills, prices=prices)
    # Orders that open and close by turns make the longest numbers.
    for number in range(0, ENTRIES, AT_ONCE):
        at = NOW - timedelta(minutes=ENTRIES - number)
        fills = [
            fill(
                contracts[LEGS[place // 10 % len(LEGS)]],
                Decimal(5 if place % 10 % 3 == 1 else -7),
                number + place,
                at,
            )
            for place in range(AT_ONCE)
        ]
        await book(at).ledger.record(fills, prices=prices)
    orders = tuple(order(contracts[coin]) for coin in LEGS)
    for _ in range(CAPS.tickets):
        await book(NOW).ledger.save_ticket(orders, sizing(orders))
    known = len(await book(NOW).alerts.list())
    for number in range(CAPS.alerts - known):
        await book(NOW).alerts.add(
            Rule("price", "level", COINS[number], "below", (prices[COINS[number]] / 2,))
        )


def fill(contract: Contract, count: Decimal, number: int, at: datetime) -> Fill:
    """An order at a price of its own, with a margin."""
    paid = Decimal(repr(price(contract.asset))) + Decimal(number % 997) / 9973
    return Fill(
        contract.venue,
        contract.symbol,
        Terms.of(contract),
        count,
        paid.quantize(Decimal("1e-8")),
        at + timedelta(milliseconds=number % AT_ONCE),
        fee=Decimal("0.1"),
        margin=Decimal("100.01"),
        index=paid.quantize(Decimal("1e-8")),
    )


def order(contract: Contract) -> Order:
    """An order of a ticket."""
    at, count = Decimal(repr(price(contract.asset))), Decimal(-100)
    terms = Terms.of(contract)
    return Order(
        contract.venue, contract.symbol, terms, contract.asset, count, at, at, Decimal(2), count, Decimal(0)
    )


def sizing(orders: tuple[Order, ...]) -> Sizing:
    """Why a ticket was sized as it was."""
    wanted = {(each.venue, each.symbol): each.count for each in orders}
    betas = dict.fromkeys(COINS[:5], 0.2)
    return Sizing(NOW, "", Decimal(1), betas, wanted, 1.2, "BTC", 0.8)
