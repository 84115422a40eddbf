"""What a user held while a hedge was open. It is written in the transaction that changes the holdings."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Table, func, insert, select

from core.store.tables import episodes, steps


def next_number(connection: Connection, table: Table, user: int) -> int:
    """The number of the user's next row. Use it only inside a transaction that holds the user's row."""
    last: int | None = connection.scalar(select(func.max(table.c.number)).where(table.c.user_id == user))
    return (last or 0) + 1


def open_episode(connection: Connection, user: int) -> int | None:
    """The number of the user's open episode; None where none is open."""
    query = select(episodes.c.number).where(episodes.c.user_id == user, episodes.c.ended.is_(None))
    return connection.scalar(query)


def write_steps(
    connection: Connection,
    user: int,
    episode: int,
    at: datetime,
    quantities: Mapping[str, Decimal],
    prices: Mapping[str, Decimal],
) -> None:
    """Note that from `at` on so many coins of each asset are held. prices:
    USD per coin, as far as they are known.
    """
    first = next_number(connection, steps, user)
    rows = [
        {
            "user_id": user,
            "number": number,
            "episode": episode,
            "at": at,
            "asset": asset,
            "quantity": quantity,
            "price": prices.get(asset),
        }
        for number, (asset, quantity) in enumerate(sorted(quantities.items()), first)
    ]
    if rows:
        connection.execute(insert(steps), rows)
