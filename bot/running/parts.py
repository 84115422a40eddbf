"""What every way of running the program needs, opened and ready."""

from dataclasses import dataclass

from bot.chat.router import Conversation
from bot.desk.access import Access
from bot.health.troubles import Troubles
from core.prices.watch import Watch
from core.store.copies import Backups
from core.store.database import Database


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
