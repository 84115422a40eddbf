"""Watches the files of an open SQLite database: they may be deleted or replaced, or the disk may be full."""

import os
import shutil
from pathlib import Path

from core.domain.errors import NoData

LEAST_FREE = 50 * 2**20
"""Bytes that should be free on the database's disk; with fewer its owner is warned."""
GONE = (
    "The database file was deleted or replaced while I was running, so nothing is saved any more. "
    "Whoever runs me has to put it back and start me again."
)
"""Said where what is written would be lost."""

Identity = tuple[int, int]
"""The device and the number of a file, which stay the same when it is renamed. None stands for no file."""


class KeptFile:
    """Knows which files were opened, and whether those at their path are still the same.

    Nothing here opens a file: closing it would take away the locks that SQLite holds on it in this process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._file = _identity(path)
        self._log_file: Identity | None = None
        self._writers = 0

    def log_opened(self) -> None:
        """Remember the log beside the file, which a writing connection has just opened."""
        self._writers += 1
        self._log_file = _identity(self._log)

    def log_closed(self) -> None:
        """Forget the log with the last writing connection: SQLite deletes it with the last one of all."""
        self._writers -= 1
        if not self._writers:
            self._log_file = None

    def check(self) -> None:
        """Raise NoData where what is written now would go to a file that nobody finds again."""
        moved = _identity(self._path) != self._file
        if moved or (self._log_file is not None and _identity(self._log) != self._log_file):
            raise NoData(GONE)

    def check_room(self) -> None:
        """Raise NoData where the disk is almost full."""
        free = shutil.disk_usage(self._path.parent).free
        if free < LEAST_FREE:
            raise NoData(f"The disk of the database is almost full: {free // 2**20} MB are left.")


def _identity(path: Path) -> Identity | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - at each change, and a Path would be made anew for it
    except OSError:
        return None
    return found.st_dev, found.st_ino
