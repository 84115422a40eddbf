"""What a journal comes to, kept beside it, so that a new entry does not
need all entries before it to be replayed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.journal.fill import Entry, Fill, Void
from core.journal.held import Held
from core.journal.journal import folded_in, live, live_entries
from core.journal.order import trade_key


@dataclass(frozen=True, slots=True)
class Tally:
    """What the entries of one hedge come to. It always equals `replayed_tally` of the same entries."""

    through: int = 0
    """The number of the last entry; 0 without any."""
    last: datetime | None = None
    """The latest time of an entry, also of one that was taken back."""
    held: tuple[Held, ...] = ()
    """Every contract that the entries know, closed ones too: `core.journal.journal.positions`."""
    live: int = 0
    """How many entries count: all that were not taken back, and take back nothing."""
    first: datetime | None = None
    """The earliest time of a fill that counts."""
    final: datetime | None = None
    """The latest time of a fill that counts."""
    followed: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """Contracts filled of each ticket, signed: by its token, then by `core.journal.order.trade_key`."""

    @property
    def open(self) -> tuple[Held, ...]:
        """The contracts that are open."""
        return tuple(held for held in self.held if held.count)

    def plus(self, new: Sequence[Entry]) -> "Tally | None":
        """The same with entries that were recorded next; None where only replaying all of them tells.

        That is so where one takes another back, or is not later than all before. Raises BadInput as
        `core.journal.journal.positions` does.
        """
        times = [entry.what.at for entry in new if not isinstance(entry.what, Void)]
        if len(times) < len(new) or (self.last is not None and times and min(times) <= self.last):
            return None
        fills = [entry.what.at for entry in new if isinstance(entry.what, Fill)]
        return Tally(
            max((entry.number for entry in new), default=self.through),
            max(times, default=self.last),
            folded_in(self.held, live(new)),
            self.live + len(new),
            min([*([self.first] if self.first else []), *fills], default=None),
            max([*([self.final] if self.final else []), *fills], default=None),
            _followed(self.followed, new),
        )


def replayed_tally(entries: Iterable[Entry]) -> Tally:
    """The tally of these entries, all of them of one hedge. Raises BadInput as
    `core.journal.journal.positions` does.
    """
    known = tuple(entries)
    counting = live_entries(known)
    fills = [entry.what.at for entry in counting if isinstance(entry.what, Fill)]
    return Tally(
        max((entry.number for entry in known), default=0),
        max((entry.what.at for entry in known if not isinstance(entry.what, Void)), default=None),
        folded_in((), live(known)),
        len(counting),
        min(fills, default=None),
        max(fills, default=None),
        _followed({}, counting),
    )


def _followed(
    known: Mapping[str, Mapping[str, Decimal]], new: Iterable[Entry]
) -> dict[str, dict[str, Decimal]]:
    """Contracts filled of each ticket after these entries too: by token, then by `trade_key`."""
    found = {token: dict(counts) for token, counts in known.items()}
    for entry in new:
        if isinstance(entry.what, Fill) and entry.ticket is not None:
            counts, fill = found.setdefault(entry.ticket, {}), entry.what
            key = trade_key(fill.venue, fill.symbol, fill.count)
            counts[key] = counts.get(key, Decimal(0)) + fill.count
    return found
