"""What a command may use: the user's book, the snapshot of their venue, the time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.asset import STABLECOINS
from core.market import QUOTE_WARN, Snapshot
from core.store.book import Book, Preferences
from core.watch import Watch


@dataclass(slots=True)
class Desk:
    """One user at one moment. `remarks` gathers what every answer from these figures must say."""

    book: Book
    watch: Watch
    venues: tuple[str, ...]
    now: datetime
    remarks: list[str] = field(default_factory=list)

    def venue_of(self, preferences: Preferences) -> str:
        """The user's venue; the operator's first one where the user's choice is not offered here."""
        return preferences.venue if preferences.venue in self.venues else self.venues[0]

    async def snapshot(self, histories: Iterable[str] = ()) -> Snapshot:
        """Current figures of the user's venue, with daily closes of the assets in `histories`.

        Raises NoData, saying what to do, while the venue cannot be reached.
        """
        venue = self.venue_of(await self.book.preferences())
        wanted = [asset for asset in dict.fromkeys(histories) if asset not in STABLECOINS]
        snapshot = await self.watch.snapshot(venue, wanted)
        if snapshot.simulated:
            self._remark("SIMULATED market: prices are made up.")
        age = snapshot.age(self.now)
        if age > QUOTE_WARN:
            self._remark(f"Prices are {int(age.total_seconds() // 60)} minutes old.")
        return snapshot

    def _remark(self, sentence: str) -> None:
        if sentence not in self.remarks:
            self.remarks.append(sentence)
