"""`microhedge rotate-keys`: seal the users' keys anew with the newest key of the server."""

import sys
from argparse import Namespace

from bot.settings import Settings
from bot.subcommands import Subcommand
from core.domain.errors import BadInput
from core.store.database import open_database
from core.store.migrations import ensure_schema
from core.store.user.keys import rotate


async def rotate_keys(settings: Settings, _given: Namespace) -> int:
    """Wrap every user's data key with the newest server key. It may be stopped and run again."""
    if settings.server_keys is None:
        raise BadInput("SERVER_KEYS is not set, so there is nothing to rotate to.")
    database = open_database(settings.database_url)
    try:
        await ensure_schema(database)
        done = await rotate(database, settings.server_keys)
    finally:
        await database.close()
    newest = settings.server_keys.newest
    sys.stdout.write(f"{done.rewrapped} users' keys are now under server key {newest}.\n")
    if done.stuck:
        sys.stderr.write(f"{done.stuck} are not: put their server key back into SERVER_KEYS, then repeat.\n")
    return 1 if done.stuck else 0


subcommand = Subcommand("rotate-keys", "seal users' keys anew with the newest of SERVER_KEYS", rotate_keys)
