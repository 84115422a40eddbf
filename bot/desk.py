"""What a command may use: the user's book, the snapshot of their venue, the time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.asset import STABLECOINS
from core.errors import NoData
from core.exposure import expose
from core.funding import Record, records
from core.holding import Holding
from core.market import QUOTE_WARN, Snapshot
from core.store.book import Book, Page, Preferences
from core.watch import Watch


@dataclass(slots=True)
class Desk:
    """One user at one moment. `remarks` gathers what every answer from these figures must say."""

    book: Book
    watch: Watch
    venues: tuple[str, ...]
    now: datetime
    remarks: list[str] = field(default_factory=list)
    _page: Page | None = None

    async def page(self) -> Page:
        """The user's preferences and holdings, read once a message: not for what changes them."""
        if self._page is None:
            self._page = await self.book.page()
        return self._page

    def venue_of(self, preferences: Preferences) -> str:
        """The user's venue; the operator's first one where the user's choice is not offered here."""
        return preferences.venue if preferences.venue in self.venues else self.venues[0]

    async def snapshot(self, histories: Iterable[str] = ()) -> Snapshot:
        """Current figures of the user's venue, with daily closes of the assets in `histories`.

        Raises NoData, saying what to do, while the venue cannot be reached.
        """
        snapshot = await self._fresh(histories)
        if snapshot.simulated:
            self._remark("SIMULATED market: prices are made up.")
        age = snapshot.age(self.now)
        if age > QUOTE_WARN:
            self._remark(f"Prices are {int(age.total_seconds() // 60)} minutes old.")
        return snapshot

    async def unpriced(self, assets: Iterable[str]) -> tuple[str, ...]:
        """Those of the assets that the user's venue gives no price for; none while it cannot be asked."""
        try:
            snapshot = await self._fresh()
        except NoData:
            return ()
        return expose((Holding(asset, Decimal(1)) for asset in assets), snapshot, self.now).unpriced

    async def funding_records(self, symbols: Collection[str]) -> Mapping[str, Record]:
        """What perpetuals of the user's venue paid lately; one whose history cannot be had is left out."""
        return records(await self.watch.funding_history(await self._venue(), symbols), self.now)

    async def _venue(self) -> str:
        return self.venue_of((await self.page()).preferences)

    async def _fresh(self, histories: Iterable[str] = ()) -> Snapshot:
        """The snapshot of the user's venue; raises NoData where it has none or only prices too old to use."""
        wanted = [asset for asset in dict.fromkeys(histories) if asset not in STABLECOINS]
        snapshot = await self.watch.snapshot(await self._venue(), wanted)
        snapshot.check_fresh(self.now)
        return snapshot

    def _remark(self, sentence: str) -> None:
        if sentence not in self.remarks:
            self.remarks.append(sentence)
