"""What every way of running the program needs, opened and ready."""

from dataclasses import dataclass

from bot.access import Access
from bot.backups import Backups
from bot.router import Conversation
from bot.troubles import Troubles
from core.store.database import Database
from core.watch import Watch


@dataclass(frozen=True, slots=True)
class Parts:
    """The database, migrated; the watch over its venues; the conversation over both; what is wrong
    now; who is let in."""

    database: Database
    watch: Watch
    venues: tuple[str, ...]
    conversation: Conversation
    troubles: Troubles
    backups: Backups
    access: Access
