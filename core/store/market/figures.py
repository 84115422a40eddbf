"""The figures of venues, kept for the other processes of the same bot and for whoever starts next.

They are packed, as 600 contracts take 15 kB and not 500. What cannot be read, because another version of the
program wrote it, counts as not being there: a process that needs it asks the venue.
"""

import asyncio
import zlib
from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import or_, select, update

from core.domain.market import VenueFigures
from core.store.database import Database, insert_or_ignore, upsert
from core.store.tables import figures as table

_WRITE = msgspec.msgpack.Encoder()
_READ = msgspec.msgpack.Decoder(VenueFigures)
QUICK = 1
"""How hard it is compressed: more takes ten times the time for a tenth of the size."""


class StoredFigures:
    """A `core.domain.market.FigureStore` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, venue: str, figures: VenueFigures) -> None:
        """Keep these figures, unless newer ones are there."""
        body = await asyncio.to_thread(_packed, figures)
        older = or_(table.c.at.is_(None), table.c.at < figures.at)
        async with self._database.write() as connection:
            await connection.execute(insert_or_ignore(connection, table), [{"venue": venue}])
            own = update(table).where(table.c.venue == venue, older)
            await connection.execute(own.values(at=figures.at, body=body))

    async def newer(self, venue: str, than: datetime | None) -> VenueFigures | None:
        """The figures of a venue where they are newer than that moment; None where there are none."""
        query = select(table.c.body).where(table.c.venue == venue, table.c.at.is_not(None))
        if than is not None:
            query = query.where(table.c.at > than)
        async with self._database.read() as connection:
            body = (await connection.execute(query)).scalar_one_or_none()
        return None if body is None else await asyncio.to_thread(_unpacked, body)

    async def ask(self, venue: str, now: datetime) -> None:
        """Note that somebody asks for this venue."""
        async with self._database.write() as connection:
            row = {"venue": venue, "asked_at": now}
            await connection.execute(upsert(connection, table, "asked_at"), [row])

    async def asked(self, since: datetime) -> Collection[str]:
        """The venues that somebody has asked for since then, in any process."""
        query = select(table.c.venue).where(table.c.asked_at >= since)
        async with self._database.read() as connection:
            return frozenset((await connection.scalars(query)).all())


def _packed(figures: VenueFigures) -> bytes:
    return zlib.compress(_WRITE.encode(figures), QUICK)


def _unpacked(body: bytes) -> VenueFigures | None:
    try:
        return _READ.decode(zlib.decompress(body))
    except (zlib.error, msgspec.DecodeError):
        return None
