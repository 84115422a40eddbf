"""Where the database is: reading its URL, preparing its file, and what to say when it cannot be reached."""

import errno
import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, exc, make_url

from core.domain.errors import BadInput, NoData, NoStore
from core.machine.private_file import make_private

log = logging.getLogger(__name__)

UNREADABLE = "The database URL cannot be read. Write @, : / and ? in its password as %40, %3A, %2F and %3F."
"""Said of a URL that cannot be read, without repeating it."""
DRIVERS: Mapping[str, str] = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
"""What stands before `://` in a URL of SQLAlchemy, by the kind of database; the only list of them."""


def with_driver(text: str) -> str:
    """The URL with the driver that this program uses, such as sqlite+aiosqlite:// for sqlite://.

    Raises ValueError, without repeating the URL, when it is of a kind of database that is not understood.
    """
    scheme, separator, rest = text.partition("://")
    # A driver that is typed after a plus is replaced: this program speaks to each database through one alone.
    driver = DRIVERS.get(scheme.partition("+")[0].lower())
    if driver is None or not separator:
        raise ValueError("must start with postgresql:// or sqlite:///")
    return f"{driver}://{rest}"


def read_url(text: str) -> URL:
    """The parsed URL with the driver that this program uses. An SQLite URL must name a file.

    Raises BadInput without repeating the URL, which may hold a password.
    """
    try:
        full = with_driver(text)
    except ValueError as error:
        raise BadInput(f"The database URL {error}.") from None
    try:
        url = make_url(full)
    except (exc.ArgumentError, ValueError):
        raise BadInput(UNREADABLE) from None
    if not is_sqlite(url) and "@" in f"{url.host}{url.database}{text.partition('?')[2]}":
        # What stands before that @ is a part of the password, and would be taken for a place.
        raise BadInput(UNREADABLE)
    if is_sqlite(url) and (not url.database or url.database.startswith((":memory:", "file:"))):
        raise BadInput("An SQLite URL must name a file: sqlite:////home/me/microhedge.db")
    return url


LOST = (
    "I lost the database in the middle of it, so I do not know whether anything was saved. Look before you "
    "say it again."
)
"""Said where a connection ended within a transaction, and what was asked for is not tried again by itself."""


BUSY = "The database is busy. Try again in a minute."
"""Said where others have kept it for too long."""


def is_sqlite(url: URL) -> bool:
    """Whether the URL is of an SQLite file."""
    return url.get_backend_name() == "sqlite"


def place(url: URL) -> str:
    """What to call the database to whoever runs the program: never the user, the password or an option."""
    if is_sqlite(url):
        return f"the database file {url.database}"
    return f"the database {url.database or ''} on {url.host or 'this machine'}".replace("  ", " ")


def prepare_file(url: URL) -> None:
    """Create the SQLite file and its folders, readable by its owner alone. An existing file is made so.

    SQLite gives the files beside it (-wal, -shm) the same mode. Raises NoData when the file cannot be
    created, and BadInput where others can read it and that cannot be changed.
    """
    if not is_sqlite(url):
        return
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Never one that exists: to close it takes away the locks that connections of this process hold on it,
        # and another process then deletes the log that those still write to.
        if not path.exists():
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if path.is_dir() or not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        why = error.strerror or "unknown reason"
        raise NoStore(f"Cannot open the database: {why}.", place(url)) from None
    for each in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))):
        if said := make_private(each, f"the database file {each.name}"):
            log.warning(said)
    # The file remembers WAL. Two first connections that both switch to it collide, whatever the busy timeout.
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


@contextmanager
def reaching(url: URL) -> Iterator[None]:
    """Wrap the steps that connect: a failure becomes NoData, with one sentence and no secret."""
    try:
        yield
    except exc.TimeoutError:
        raise NoData(BUSY) from None
    except (exc.SQLAlchemyError, OSError):
        # The driver's own text may repeat parts of the URL, therefore it is not passed on.
        if is_sqlite(url):
            raise NoStore(
                "Cannot open the database: it is damaged, locked or not ours.", place(url)
            ) from None
        raise NoStore(
            "Cannot reach the database: check that it runs and that its URL is right.", place(url)
        ) from None


@contextmanager
def keeping(url: URL) -> Iterator[None]:
    """Wrap the steps of a transaction: a connection that is lost in the middle of it becomes NoStore."""
    try:
        yield
    except exc.DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise NoStore(LOST, place(url)) from None
