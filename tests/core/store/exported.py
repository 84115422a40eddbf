"""All that is given to a user of their own, read back by table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.store.database import Database
from core.store.user.whole import TableRows, everything


def _read(tables: Iterable[TableRows]) -> dict[str, list[Mapping[str, Any]]]:
    return {name: list(rows) for name, rows in tables}


async def exported(database: Database, user: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The rows of the user by table."""
    return await everything(database, user, 1000, _read)
