"""`microhedge migrate`: bring the database to the newest schema."""

import sys
from argparse import Namespace

from bot.settings import Settings
from bot.subcommands import Subcommand
from core.store.database import open_database
from core.store.migrations import ensure_schema


async def bring_up(settings: Settings, _given: Namespace) -> int:
    """Migrate the database. One that has the newest schema stays as it is."""
    database = open_database(settings.database_url)
    try:
        await ensure_schema(database)
    finally:
        await database.close()
    sys.stdout.write("The database has the newest schema.\n")
    return 0


subcommand = Subcommand("migrate", "bring the database to the newest schema", bring_up)
