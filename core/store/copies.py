"""The copies of the database on this machine: one a day by itself, and one whenever the owner asks for it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import URL

from core.domain.errors import BadInput
from core.store.address import is_sqlite
from core.store.backup import back_up, suffix
from core.store.database import Database

DAYS = 7
"""For so many days the newest copy of the day is kept."""
EVERY = timedelta(days=1)
"""How often a copy is made by itself."""
_NAME = re.compile(r"microhedge-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})\.(?:sqlite|sql)")
_TIME = "%Y-%m-%dT%H-%M-%S"


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was made."""

    name: str
    """Its name in the folder of copies."""
    size: int
    """Its size in bytes."""


class Backups:
    """The copies of one database in a folder that nobody but its owner can read."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._copying = asyncio.Lock()

    async def make(self, now: datetime) -> Copied:
        """Copy the database as it is, and delete copies that are too many.

        now: the machine's time, aware UTC. Raises BadInput while another copy is being made, NoData where it
        fails.
        """
        if self._copying.locked():
            raise BadInput("A copy is being made right now. Wait until it is done.")
        async with self._copying:
            self._database.check_file()
            return await asyncio.to_thread(self._make, now)

    async def make_daily(self, clock: Callable[[], datetime]) -> Copied | None:
        """Make a copy where the newest is a day old or there is none; None where it is not time yet."""
        now = clock()
        newest = max(await asyncio.to_thread(self._made), default=None)
        return None if newest is not None and newest > now - EVERY else await self.make(now)

    def _make(self, now: datetime) -> Copied:
        path = self._folder / f"microhedge-{now.strftime(_TIME)}{suffix(self._database.url)}"
        back_up(self._database.url, path)
        for old in set(self._made()) - kept(self._made(), now):
            for each in self._folder.glob(f"microhedge-{old.strftime(_TIME)}.*"):
                each.unlink(missing_ok=True)
        return Copied(path.name, path.stat().st_size)

    def _made(self) -> list[datetime]:
        """When each of the copies was made."""
        names = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        return [datetime.strptime(m[1], _TIME).replace(tzinfo=UTC) for m in map(_NAME.fullmatch, names) if m]


def kept(made: list[datetime], now: datetime) -> set[datetime]:
    """Which copies to keep: those of today, and the newest of each of the last DAYS days that have one."""
    newest = {at.date(): at for at in sorted(made)}
    days = sorted(newest, reverse=True)[:DAYS]
    return {at for at in made if at.date() == now.date()} | {newest[day] for day in days}


def usual_folder(url: URL) -> Path:
    """Where copies are kept: beside an SQLite file, otherwise in the user's data folder."""
    if is_sqlite(url):
        return Path(url.database or "").parent / "backups"
    return user_data_path("microhedge", appauthor=False) / "backups"
