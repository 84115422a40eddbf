"""`microhedge backup FILE` and `microhedge restore FILE`: the whole database copied, and put back."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sqlalchemy import URL

from bot.clocks.clock import utc_now
from bot.settings import Settings
from bot.subcommands import Subcommand
from core.domain.errors import BadInput, HedgeError
from core.store.address import read_url
from core.store.backup import back_up, check_copy, put_back, suffix
from core.store.copies import usual_folder
from core.store.database import open_database
from core.store.migrations import ensure_schema


def file_argument(parser: ArgumentParser) -> None:
    """Takes the path of the copy."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy of the database")


async def backup(settings: Settings, given: Namespace) -> int:
    """Copy the database to a new file. A bot may be running meanwhile."""
    await asyncio.to_thread(back_up, read_url(settings.database_url), given.file)
    sys.stdout.write(f"The database is copied to {given.file}. Keep it where nobody else can read it.\n")
    return 0


async def restore(settings: Settings, given: Namespace) -> int:
    """Put a copy in place of the database, which is copied first, and bring the schema up to date."""
    url = read_url(settings.database_url)
    database = open_database(settings.database_url)
    folder = settings.backup_folder or usual_folder(url)
    before = folder / f"before-{utc_now():%Y-%m-%dT%H-%M-%S}{suffix(url)}"
    try:
        await asyncio.to_thread(exchange, url, given.file, before)
        await ensure_schema(database)
    finally:
        await database.close()
    sys.stdout.write(f"The database is as {given.file} has it. What it was before is in {before}.\n")
    return 0


def exchange(url: URL, file: Path, before: Path) -> None:
    """Copy the present database to `before`, then put the file in its place.

    Raises HedgeError, and has changed nothing then.
    """
    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    check_copy(url, file)
    back_up(url, before)
    try:
        put_back(url, file)
    except HedgeError:
        before.unlink(missing_ok=True)
        raise


backup_command = Subcommand(
    "backup", "copy the database to a new file, also while it is in use", backup, file_argument
)
restore_command = Subcommand("restore", "put a copy of the database back", restore, file_argument)
