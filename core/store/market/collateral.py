"""Tables of collateral, kept between runs so that a start does not have to ask for them."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.domain.capital.collateral import Collateral, Haircut, Loan, Slice
from core.store.database import Database, upsert
from core.store.tables import collateral as table


class StoredCollateral:
    """A `core.domain.market.CollateralStore` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, venue: str) -> Collateral | None:
        """The table that was kept last; None where none was."""
        async with self._database.read() as connection:
            query = select(table.c.at, table.c.body).where(table.c.venue == venue)
            row = (await connection.execute(query)).first()
        return None if row is None else _read(venue, row.at, json.loads(row.body))

    async def save(self, collateral: Collateral) -> None:
        """Keep this table in place of the venue's last one."""
        row = {"venue": collateral.venue, "at": collateral.at, "body": json.dumps(_written(collateral))}
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, table), [row])


def _written(collateral: Collateral) -> dict[str, Any]:
    """The table in JSON, figures as text so that they stay exact."""
    return {
        "source": collateral.source,
        "problems": list(collateral.problems),
        "haircuts": [
            {
                "asset": each.asset,
                "slices": [[str(one.floor), str(one.ratio)] for one in each.slices],
                "in_usd": each.in_usd,
                "full": each.full,
                **_text({"cap": each.cap, "opens": each.opens, "forced": each.forced}),
            }
            for each in collateral.haircuts.values()
        ],
        "loans": [
            {"asset": each.asset, **_text({"daily": each.daily_rate, "limit": each.limit, "free": each.free})}
            for each in collateral.loans.values()
        ],
    }


def _text(figures: Mapping[str, Decimal | None]) -> dict[str, str]:
    return {name: str(figure) for name, figure in figures.items() if figure is not None}


def _read(venue: str, at: datetime, body: Mapping[str, Any]) -> Collateral:
    haircuts = [
        Haircut(
            row["asset"],
            tuple(Slice(Decimal(floor), Decimal(ratio)) for floor, ratio in row["slices"]),
            row["in_usd"],
            _figure(row, "cap"),
            row["full"],
            _figure(row, "opens"),
            _figure(row, "forced"),
        )
        for row in body["haircuts"]
    ]
    loans = [
        Loan(row["asset"], Decimal(row["daily"]), _figure(row, "limit"), _figure(row, "free"))
        for row in body["loans"]
    ]
    return Collateral(
        venue,
        at,
        {each.asset: each for each in haircuts},
        {each.asset: each for each in loans},
        source=body["source"],
        problems=tuple(body["problems"]),
    )


def _figure(row: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None
