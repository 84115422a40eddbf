"""What the ledger gives back: what a recording did, and what is open."""

from dataclasses import dataclass

from core.journal.fill import Entry
from core.journal.held import Held
from core.journal.order import Sheet
from core.store.user.alerts import Alert


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `Ledger.record` did."""

    number: int
    """The number of the episode."""
    held: tuple[Held, ...]
    """What is open in it now."""
    entries: tuple[Entry, ...]
    """The new entries of the journal."""
    began: bool
    """Whether this opened the episode."""
    ended: bool
    """Whether this closed its last position. An episode of which all was
    taken back has not ended; it never was.
    """
    reopened: bool
    """Whether this opened an episode again that had ended."""
    alerts: tuple[Alert, ...] = ()
    """The alerts that this turned on. Where a hedge begins, also those that were on and start afresh."""
    sheet: Sheet | None = None
    """The ticket that was followed, as it stands afterwards; None where there was none."""


@dataclass(frozen=True, slots=True)
class Current:
    """What a user has open."""

    held: tuple[Held, ...] = ()
    """The open contracts."""
    last: int = 0
    """The number of the last entry in their journal; 0 without any."""
