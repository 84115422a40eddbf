"""What every way of running the program needs."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.router import Conversation
from bot.desk.access import Access
from bot.health.troubles import Troubles
from core.domain.market import Market
from core.prices.watch import Watch
from core.store.copies import Backups
from core.store.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """The opened parts of the program."""

    database: Database
    """Migrated to the newest schema."""
    watch: Watch
    """The snapshots of the venues."""
    venues: tuple[str, ...]
    conversation: Conversation
    """Answers lines of text, over the database and the watch."""
    troubles: Troubles
    """What is wrong now."""
    backups: Backups
    access: Access
    """Who is let in."""
    market: Callable[[str], Market]
    """Opens the market of a venue, always the same one."""
