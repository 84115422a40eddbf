"""Rows of very many users: each column comes from the database as one text.

The database puts them together while everybody else goes on. An object for each row and each figure took
nearly twice the time, all of which the rest of the program had to wait.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Join,
    Numeric,
    Table,
    Text,
    and_,
    cast,
    func,
    literal,
    select,
)

from core.measure.beta import Floats
from core.store.tables import episodes
from core.store.types import Exact, Instant
from core.sweep.crowd import Directory, Numbers

ROW, WORD = "\x1e", "\x1f"
"""Between rows, and between words of one row: no name, number or JSON has them."""

T = TypeVar("T")


class Columns:
    """Columns that were read together, by row, in the order of the users whose rows they are."""

    def __init__(self, ids: Numbers, owners: str | None, columns: Sequence[str | None]) -> None:
        found = integers(owners)
        place = np.searchsorted(ids, found)
        mine = place < len(ids)
        mine[mine] = ids[place[mine]] == found[mine]
        rows = np.flatnonzero(mine)
        self._all = len(found)
        self._columns = columns
        self._rows = rows[np.argsort(place[rows], kind="stable")]
        self._in_order = bool(np.array_equal(self._rows, np.arange(len(found))))
        self.user: Numbers = place[self._rows]

    def __len__(self) -> int:
        return len(self.user)

    def figures(self, column: int) -> Floats:
        """Numbers, nan where there is none."""
        return np.asarray(_figures(self._columns[column], self._all)[self._rows])

    def words(self, column: int) -> list[str]:
        """Text, empty where there is none."""
        found = _words(self._columns[column], self._all)
        return found if self._in_order else [found[row] for row in self._rows.tolist()]

    def numbered(self, column: int, number: Callable[[str], int]) -> Numbers:
        """The number of each word, asked for once."""
        found = _words(self._columns[column], self._all)
        known = {word: number(word) for word in dict.fromkeys(found)}
        return np.fromiter(map(known.__getitem__, found), np.int32, self._all)[self._rows]


class UserRows:
    """Reads rows of some users in one transaction. A user is known by the place in `ids`, which ascend.

    With `dense` these are nearly all users that there are from the first to the last: then rows of everybody
    in between are asked for, which is faster, and those of others are dropped.
    """

    def __init__(
        self, connection: Connection, directory: Directory, ids: Numbers, *, dense: bool = False
    ) -> None:
        self.connection = connection
        self.directory = directory
        self.ids = ids
        self._wanted = None if dense else ids.tolist()
        self._range = (int(ids[0]), int(ids[-1])) if len(ids) else (0, -1)

    def __len__(self) -> int:
        return len(self.ids)

    def columns(
        self,
        owner: ColumnElement[int],
        *columns: Any,
        of: FromClause | None = None,
        where: ColumnElement[bool] | None = None,
    ) -> Columns:
        """These columns of the rows of these users, `owner` says whose; a tuple is one column of words."""
        query = select(*(joined_lines(self.connection, column) for column in (owner, *columns)))
        query = query if of is None else query.select_from(of)
        query = query.where(self.of(owner)) if where is None else query.where(self.of(owner), where)
        owners, *found = self.connection.execute(query).one()
        return Columns(self.ids, owners, found)

    def of_open_hedges(self, table: Table) -> Join:
        """The table's rows that belong to open hedges of these users."""
        same = and_(episodes.c.user_id == table.c.user_id, episodes.c.number == table.c.episode)
        # Told of one table only, PostgreSQL reads all that there is of the other for each slice.
        return table.join(episodes, and_(same, episodes.c.ended.is_(None), self.of(episodes.c.user_id)))

    def of(self, owner: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a row is one of these users', or with `dense` of somebody between them."""
        return owner.between(*self._range) if self._wanted is None else owner.in_(self._wanted)


def joined_lines(connection: Connection, column: Any) -> ColumnElement[str]:
    """A column of all rows as one text, null where there are none."""
    some = column if isinstance(column, tuple) else (column,)
    text = _text(connection, some[0])
    for other in some[1:]:
        text = text + literal(WORD, Text) + _text(connection, other)
    return func.aggregate_strings(text, ROW)


def _text(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    """A figure as text, nan where there is none; anything else as text, empty where there is none."""
    if isinstance(column.type, Instant) and connection.dialect.name == "postgresql":
        column = func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    if isinstance(column.type, Boolean):
        column = cast(column, Integer)
    none = "nan" if isinstance(column.type, Exact | Integer | Numeric) else ""
    return func.coalesce(cast(column, Text), literal(none, Text))


def integers(text: str | None) -> Numbers:
    """The whole numbers of a column of `joined_lines`."""
    return np.fromstring(text or "", np.int64, sep=ROW)


def instant(text: str) -> datetime:
    """The moment that a word says which is not empty."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _figures(text: str | None, count: int) -> Floats:
    return _whole(np.fromstring(text or "", np.float64, sep=ROW), count)


def _words(text: str | None, count: int) -> list[str]:
    return _whole([] if text is None else text.split(ROW), count)


def _whole(found: T, count: int) -> T:
    """A column with as many rows as there are."""
    if len(found) != count:  # type: ignore[arg-type]
        raise ValueError(f"a column of {count} rows has {len(found)}")  # type: ignore[arg-type]
    return found
