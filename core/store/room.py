"""Room on the disk: a change that finds none is told as that, and it is tried whether there is some again."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import NoData

NO_ROOM = (
    "Nothing was saved: the disk that I write to is full. Whoever runs me has to make room; then try again."
)
"""Said to users where a change could not be written because the disk is full."""
_FULL = {"SQLITE_FULL", "53100"}
"""What the databases call a full disk. Where an SQLite file may not grow,
the error is in _CANNOT_WRITE instead.
"""
_CANNOT_WRITE = {"SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE"}


class Room:
    """Remembers whether the last change found room."""

    def __init__(self) -> None:
        self.missing = False

    @contextmanager
    def needed(self) -> Iterator[None]:
        """Around a change: raises NoData, with words for its user, where the disk has no room for it."""
        try:
            yield
        except exc.DBAPIError as error:
            if not is_full(error):
                raise
            self.missing = True
            raise NoData(NO_ROOM) from None
        self.missing = False


def is_full(error: exc.DBAPIError) -> bool:
    """Whether the database says by this error that nothing more can be written."""
    own = error.orig
    # Each driver names its own attribute, and a driver without either gives no code, so that the error is
    # passed on.
    code = getattr(own, "sqlite_errorname", None) or getattr(own, "sqlstate", None)
    return str(code or "") in _FULL | _CANNOT_WRITE


async def take_room(connection: AsyncConnection) -> None:
    """Take a page and give it back, then commit one to the log: what any change of an SQLite file needs."""
    async with connection.begin_nested() as point:
        await connection.execute(text("CREATE TABLE room (taken INTEGER)"))
        await point.rollback()
    version = await connection.scalar(text("PRAGMA user_version"))
    await connection.execute(text(f"PRAGMA user_version = {int(version or 0)}"))
