"""Very many hedged users, put straight into a database, and the venue that they trade on."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg

from core.domain.contract import Contract
from core.domain.quote import FundingRate, Quote
from core.domain.series import Closes, FundingHistory
from tests.domain import contract, history
from tests.stand_in import StandIn

BEGAN = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
VENUE = "measured"
USD = {"BTC": 90_000.0, "ETH": 3500.0, "SOL": 160.0, "LINK": 15.0, "DOT": 4.0}
"""What the coins cost that have names."""
COINS = ("BTC", "ETH", *(f"COIN{number}" for number in range(38)))
LEGS = {"BTC": 0.4, "ETH": 0.7}
HELD, ALERTS = 6, 3
FIRING = 0.01
"""Share of the users who are told something once prices have risen by RISE."""
RISE = 1.02
RULES = (
    ("liquidation", "distance", "below", '["0.3", "0.2", "0.1"]'),
    ("funding", "pays", "below", '["0"]'),
    ("drift", "risk", "above", '["0.05", "0.15"]'),
)
AT_ONCE = 20_000
FIRST = 1_000_000
"""The first of the users' ids."""


@dataclass
class Measured(StandIn):
    """A venue with a perpetual of each coin, whose prices are `times` what they were."""

    now: datetime = BEGAN
    times: float = 1.0
    venue: str = VENUE
    simulated: bool = False
    coins: Sequence[str] = COINS
    listed: dict[str, Contract] = field(init=False)

    def __post_init__(self) -> None:
        found = (replace(contract(coin), venue=self.venue) for coin in self.coins)
        self.listed = {each.symbol: each for each in found}

    async def contracts(self) -> Mapping[str, Contract]:
        return self.listed

    async def quotes(self) -> Mapping[str, Quote]:
        marks = {symbol: price(each.asset) * self.times for symbol, each in self.listed.items()}
        exact = {symbol: Decimal(repr(round(mark, 8))) for symbol, mark in marks.items()}
        return {symbol: Quote(mark, self.now, index=mark) for symbol, mark in exact.items()}

    async def funding(self) -> Mapping[str, FundingRate]:
        return {symbol: FundingRate(Decimal("0.0001"), 8, self.now) for symbol in self.listed}

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        return {coin: history(coin, last_price=price(coin)) for coin in since if coin in self.coins}


def price(coin: str) -> float:
    """USD a coin when all began."""
    return USD[coin] if coin in USD else 6.5 + 3.0 * int(coin.removeprefix("COIN"))


def people(count: int) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    """The rows of so many users by table, some at once: HELD coins, a short in each of LEGS, ALERTS alerts.

    One in a hundred has so little margin that a rise brings the liquidation near.
    """
    draw = np.random.default_rng(7)
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        which = draw.permuted(np.tile(np.arange(len(COINS)), (size, 1)), axis=1)[:, :HELD]
        worth = np.round(np.exp(draw.uniform(np.log(500), np.log(50_000), (size, HELD))), 2)
        tight = draw.random(size) < FIRING
        for row in range(size):
            one(rows, FIRST + start + row, which[row], worth[row], margin=0.325 if tight[row] else 0.6)
        yield rows


def one(
    rows: dict[str, list[tuple[Any, ...]]],
    user: int,
    which: Iterable[int],
    worth: Iterable[float],
    *,
    margin: float,
) -> None:
    """The rows of one user. margin: share of the worth of each short."""
    total = 0.0
    rows["users"].append((user, BEGAN, VENUE, "1", 14))
    rows["episodes"].append((user, 1, BEGAN))
    for number, (place, usd) in enumerate(zip(which, worth, strict=True), 1):
        name = COINS[place]
        quantity = f"{usd / price(name):.8f}"
        rows["holdings"].append((user, name, quantity, BEGAN))
        rows["steps"].append((user, number, 1, BEGAN, name, quantity, repr(price(name))))
        total += usd
    for number, (coin, beta) in enumerate(LEGS.items(), 1):
        short = total * beta
        count = f"{-round(short / price(coin) / 0.001)}"
        paid = (count, repr(price(coin)), "0", f"{short * margin:.2f}")
        fill = (VENUE, contract(coin).symbol, coin, "0.001", "1", False, *paid)
        rows["journal"].append((user, number, 1, number, "fill", "typed", BEGAN, BEGAN, *fill))
    rows["sizings"].append((user, 1, 1, BEGAN, SIZING))
    for number, (kind, figure, side, tiers) in enumerate(RULES, 1):
        rows["alerts"].append((user, number, kind, figure, "", side, tiers, "on", "hedge", BEGAN, "{}", 0))


COLUMNS = {
    "users": "id created_at venue coverage horizon_days",
    "holdings": "user_id asset quantity updated_at",
    "episodes": "user_id number began",
    "steps": "user_id number episode at asset quantity price",
    "journal": "user_id number episode change kind source recorded_at at venue symbol asset multiplier scale "
    "inverse count price fee margin",
    "sizings": "user_id number episode at body",
    "alerts": "user_id number kind figure subject side tiers mode origin created_at states version",
}
SIZING = json.dumps(
    {
        "at": BEGAN.isoformat(),
        "wish": "",
        "coverage": "1",
        "betas": LEGS,
        "wanted": {},
        "beta": 1.2,
        "benchmark": "BTC",
        "r_squared": 0.8,
        "only": None,
    }
)


def fill_sqlite(path: str, count: int) -> None:
    """Put so many users into the file."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for rows in people(count):
            connection.execute("BEGIN")
            for table, own in rows.items():
                columns = COLUMNS[table].split()
                names = ", ".join(f'"{name}"' for name in columns)
                marks = ", ".join("?" * len(columns))
                connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', map(_plain, own))
            connection.execute("COMMIT")
        connection.execute("ANALYZE")


def fill_postgres(host: str, database: str, count: int) -> None:
    """Put so many users into the database."""
    with psycopg.connect(host=host, user="postgres", dbname=database, autocommit=True) as connection:
        for rows in people(count):
            for table, own in rows.items():
                names = ", ".join(f'"{name}"' for name in COLUMNS[table].split())
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f'COPY "{table}" ({names}) FROM STDIN'.encode()) as copy,
                ):
                    for row in own:
                        copy.write_row(row)
        connection.execute("ANALYZE")


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    """As the columns keep it on SQLite."""
    return tuple(f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value for value in row)
