"""Copies of a whole database: made while it is in use, and put back while it is not.

SQLite is copied by its own backup API, which sees one moment and does not disturb writers. PostgreSQL is
copied by `pg_dump` and put back by `psql`, whichever versions are on this machine. All of this blocks, so
next to a running event loop it belongs in a thread.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL

from core.domain.errors import BadInput, NoData
from core.store import postgres_tools
from core.store.address import is_sqlite
from core.store.migrations import revisions

RUNS = "Something runs on this database. Stop it first, then type this again. Nothing was changed."
"""Said where a copy cannot be put back because something else has the database open."""
NOT_OURS = "{} is no copy of a Microhedge database, or it is damaged. Nothing was changed."
"""Said of a file that is no usable copy; it is filled with the file's name."""
NEWER = "{} was written by a newer Microhedge. Update Microhedge first. Nothing was changed."
"""Said of a copy whose schema this program does not know; it is filled with the file's name."""
LOCKED = {"SQLITE_BUSY", "SQLITE_LOCKED"}
"""What SQLite calls it when another connection holds the file."""


def suffix(url: URL) -> str:
    """How the name of a copy ends."""
    return ".sqlite" if is_sqlite(url) else ".sql"


def back_up(url: URL, to: Path) -> None:
    """Copy the database, as it is at one moment, to a new file that only its owner can read.

    The copy gets its name only when it is whole. Raises BadInput where the name is taken or there is no
    database, and NoData where the copy cannot be written.
    """
    if os.path.lexists(to):
        raise BadInput(f"{to} is there already. Name a new file.")
    part = to.with_name(f".{to.name}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if is_sqlite(url):
            _copy_file(Path(url.database or ""), part)
        else:
            postgres_tools.dump(url, part)
        part.rename(to)
    except OSError as error:
        raise NoData(f"Cannot write {to.name}: {error.strerror or 'unknown reason'}.") from None
    except sqlite3.Error as error:
        raise NoData(f"The database cannot be copied: {_named(error)}.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def put_back(url: URL, source: Path) -> None:
    """Make the database what the copy says: all of it or, where anything fails, nothing.

    Afterwards its schema is that of the copy. Raises BadInput where the copy is not one of ours, where it is
    newer than this program, and where something else has the database open; NoData where it cannot be
    written.
    """
    check_copy(url, source)
    if not is_sqlite(url):
        postgres_tools.load_dump(url, source, busy=RUNS)
        return
    try:
        with (
            closing(sqlite3.connect(url.database or "", timeout=1, isolation_level=None)) as target,
            closing(_copy(source)) as copy,
        ):
            # Who has a file in WAL mode open holds a lock on it all the time, and this asks for it alone.
            target.execute("PRAGMA locking_mode=EXCLUSIVE")
            target.execute("PRAGMA journal_mode=DELETE")
            copy.backup(target)
    except sqlite3.Error as error:
        if _named(error) in LOCKED:
            raise BadInput(RUNS) from None
        raise NoData(f"The database cannot be written: {_named(error)}.") from None


def check_copy(url: URL, source: Path) -> None:
    """Raise BadInput unless the file is a whole copy of a database of ours, of the same kind, and not
    newer.
    """
    found = _revision_of_file(source) if is_sqlite(url) else postgres_tools.revision_of_dump(source)
    if found is None:
        raise BadInput(NOT_OURS.format(source.name))
    if found not in revisions():
        raise BadInput(NEWER.format(source.name))


def _copy_file(database: Path, to: Path) -> None:
    if not database.is_file():
        raise BadInput("There is no database yet, so there is nothing to copy.")
    with closing(_read_only(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # a copy is one file, without a log beside it
        if target.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise NoData("The copy came out damaged, so it was thrown away. Look at the disk.")


def _revision_of_file(source: Path) -> str | None:
    """The schema of an SQLite file of ours; None for any other file and for a damaged one."""
    try:
        with closing(_copy(source)) as copy:
            if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
                return None
            row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
    except sqlite3.Error:
        return None


def _copy(path: Path) -> sqlite3.Connection:
    """Open a copy, to which nobody writes, without making a log beside it. A
    log that is there is read as well.
    """
    if path.with_name(f"{path.name}-wal").exists():
        return _read_only(path)
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def _named(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or "unknown reason"
