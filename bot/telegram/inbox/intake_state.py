"""How the updates come in: counts and the state now, for /healthz, /metrics and the owner."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class IntakeState:
    """Counts since the start of the process, and how it is now. Moments are aware UTC
    by the machine's clock.
    """

    polled_at: datetime | None = None
    """When Telegram last answered a request for updates; None before the first time."""
    failing: str | None = None
    """Why updates cannot be fetched now; None while they can."""
    conflict: bool = False
    """Whether another process, or a webhook, gets this bot's updates now."""
    conflicts: int = 0
    """How often Telegram has said so."""
    storing: bool = True
    """Whether the updates fetched last could be stored: while they cannot, none is confirmed."""
    store_failures: int = 0
    """How often updates could not be stored."""
    accepted: int = 0
    """Updates that were stored to be answered."""
    turned_away: int = 0
    """Updates that were dropped before the inbox, as their senders are not admitted."""
    poison: int = 0
    """Updates that could not be read; they are kept as they came, sealed."""
    set_aside: int = 0
    """Updates whose handling failed again and again; their senders were told."""
