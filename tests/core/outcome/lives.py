"""Lives of hedges in few words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.journal.episode import Episode, Sizing, Step
from core.journal.fill import Entry, Fill, Terms, Written
from core.outcome.course import Key
from tests.domain import VENUE, contract, quote

BEGAN = datetime(2026, 6, 1, 12, tzinfo=UTC)
ETH, SOL = "ETH/USDT:USDT", "SOL/USDT:USDT"
MULTIPLIERS = {"ETH": "0.01", "SOL": "1", "BTC": "0.001"}


def after(**time: float) -> datetime:
    """A moment so long after BEGAN."""
    return BEGAN + timedelta(**time)


def terms(asset: str, **other: Any) -> Terms:
    return Terms(asset, Decimal(other.pop("multiplier", MULTIPLIERS.get(asset, "1"))), **other)


def fill(
    count: str,
    price: str,
    asset: str = "ETH",
    at: datetime = BEGAN,
    *,
    venue: str = VENUE,
    symbol: str | None = None,
    terms: Terms | None = None,
    **numbers: str,
) -> Fill:
    """`fill("-100", "3500", index="3498", fee="1.75", wanted="-100.4")`."""
    worth = terms or Terms(asset, Decimal(MULTIPLIERS.get(asset, "1")))
    exact: dict[str, Any] = {name: Decimal(number) for name, number in numbers.items()}
    name = symbol or f"{asset}/USDT:USDT"
    return Fill(venue, name, worth, Decimal(count), Decimal(price), at, **exact)


def step(asset: str, quantity: str, price: str | None, at: datetime = BEGAN) -> Step:
    return Step(at, asset, Decimal(quantity), None if price is None else Decimal(price))


def sizing(
    wanted: Mapping[str, str],
    coverage: str = "1",
    at: datetime = BEGAN,
    betas: Mapping[str, float] | None = None,
    only: tuple[str, ...] = (),
) -> Sizing:
    exact = {(VENUE, symbol): Decimal(count) for symbol, count in wanted.items()}
    return Sizing(at, "", Decimal(coverage), betas or {}, exact, 1.0, "BTC", 0.9, only)


def episode(
    *what: Written,
    steps: Sequence[Step] = (),
    sizings: Sequence[Sizing] = (),
    ended: datetime | None = None,
) -> Episode:
    entries = tuple(
        Entry(number, 1, each, BEGAN, "ticket" if sizings else "typed") for number, each in enumerate(what, 1)
    )
    return Episode(1, BEGAN, ended, entries, tuple(steps), tuple(sizings))


def settlements(*rates: float, first: datetime | None = None, hours: int = 8) -> FundingHistory:
    """A settlement each `hours`, by default from the midnight before BEGAN, which is noon, on."""
    start = (first or BEGAN.replace(hour=0)).replace(tzinfo=None)
    times = [start + index * timedelta(hours=hours) for index in range(len(rates))]
    return FundingHistory(np.array(times, dtype="datetime64[s]"), np.array(rates))


def exact(number: str) -> Fraction:
    return Fraction(Decimal(number))


Histories = Mapping[Key, FundingHistory]


def pairs(text: str) -> dict[str, Decimal]:
    """`pairs("ETH 3000 SOL 150")`."""
    words = text.split()
    return {name: Decimal(number) for name, number in zip(words[::2], words[1::2], strict=True)}


def market(now: datetime, prices: str, marks: str = "", *, age: timedelta = timedelta(0)) -> Snapshot:
    """A venue where coins cost this now; marks: of perpetuals that are off their coin's price."""
    coins = pairs(prices)
    off = coins | pairs(marks)
    listed = {asset: contract(asset, multiplier=MULTIPLIERS.get(asset, "1")) for asset in coins}
    return Snapshot(
        VENUE,
        {own.symbol: own for own in listed.values()},
        {
            own.symbol: quote(f"{off[asset]:f}", now - age, index=f"{coins[asset]:f}")
            for asset, own in listed.items()
        },
    )
