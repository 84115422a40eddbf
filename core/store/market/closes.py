"""Daily closes, kept between runs so that a start does not have to fetch a year of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import select

from core.domain.series import Closes
from core.store.database import Database, upsert
from core.store.tables import closes as table

ASSETS_AT_ONCE = 500
"""Assets in one query: far fewer than the variables that an SQLite statement may have."""
ROWS_AT_ONCE = 10_000
"""Rows in one transaction: a longer one would keep others waiting, and a
save that stops halfway does no harm.
"""


class StoredCloses:
    """A `core.domain.market.CloseStore` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, venue: str, assets: Collection[str], since: date) -> Mapping[str, Closes]:
        """The known closes of each asset from `since` on. An asset without any is left out."""
        wanted = sorted(set(assets))
        found: dict[str, Closes] = {}
        async with self._database.read() as connection:
            for start in range(0, len(wanted), ASSETS_AT_ONCE):
                query = (
                    select(table.c.asset, table.c.day, table.c.price)
                    .where(table.c.venue == venue, table.c.day >= since)
                    .where(table.c.asset.in_(wanted[start : start + ASSETS_AT_ONCE]))
                    .order_by(table.c.asset, table.c.day)
                )
                rows = (await connection.execute(query)).all()
                found |= {asset: _closes(list(own)) for asset, own in groupby(rows, key=lambda row: row[0])}
        return found

    async def save(self, venue: str, closes: Mapping[str, Closes]) -> None:
        """Keep these closes. A day that is there already is overwritten.

        Raises ValueError, and keeps nothing, when a price is not a number above zero or a day is not a day.
        """
        rows = [row for asset, known in closes.items() for row in _rows(venue, asset, known)]
        for start in range(0, len(rows), ROWS_AT_ONCE):
            async with self._database.write() as connection:
                await connection.execute(upsert(connection, table), rows[start : start + ROWS_AT_ONCE])


def _closes(rows: Sequence[tuple[str, date, float]]) -> Closes:
    return Closes(
        days=np.array([day for _, day, _ in rows], dtype="datetime64[D]"),
        prices=np.array([price for _, _, price in rows], dtype=np.float64),
    )


def _rows(venue: str, asset: str, closes: Closes) -> list[dict[str, Any]]:
    bad = ~np.isfinite(closes.prices) | (closes.prices <= 0) | np.isnat(closes.days)
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(f"{venue} {asset}: {closes.prices[at]} on {closes.days[at]} is not a daily close")
    days = closes.days.astype("datetime64[D]").tolist()
    return [
        {"venue": venue, "asset": asset, "day": day, "price": price}
        for day, price in zip(days, closes.prices.tolist(), strict=True)
    ]
