"""What a command may use: the user's book, figures of venues, the time."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from markupsafe import escape

from bot.desk.access import Access
from bot.desk.accounts import Accounts
from bot.desk.stored_reply import write_reply
from bot.health.troubles import Troubles
from bot.reading.venues import name_of
from bot.wording.layout import SIMULATED_LINE, lines
from bot.wording.reply import Reply
from bot.wording.unwatched import unseen
from bot.wording.which_coin import receipts, two_coins
from core.cost.funding import Record, records
from core.domain.caps import CAPS, Caps
from core.domain.coins.asset import STABLECOINS
from core.domain.coins.names import MOVES_WITH, is_receipt
from core.domain.errors import BadInput, NoData
from core.domain.holding import Holding
from core.domain.quote import QUOTE_WARN
from core.domain.snapshot import Snapshot
from core.journal.held import Held
from core.measure.exposure import expose
from core.prices.unwatched import Unwatched
from core.prices.watch import Watch
from core.store.copies import Backups
from core.store.queue.outbox import Outbox
from core.store.user.alerts import Alerts
from core.store.user.book import Book, Page, Preferences
from core.store.user.ledger import Ledger
from core.store.user.topic import Topic

T = TypeVar("T")


@dataclass(slots=True)
class Desk:
    """One user at one moment."""

    book: Book
    """Everything that is stored about this user."""
    watch: Watch
    """Where figures of venues come from."""
    venues: tuple[str, ...]
    """The venues that the operator offers, the usual one first."""
    now: datetime
    accounts: Accounts
    """The user's accounts at venues, as far as they have given keys."""
    outbox: Outbox
    """The notices of all users."""
    owner: bool = False
    """Whether this user is the one who runs the program."""
    troubles: Troubles = field(default_factory=Troubles)
    """What is wrong with the program, for its owner alone."""
    backups: Backups | None = None
    """Backups of the database, for its owner alone; None where none are made."""
    caps: Caps = CAPS
    """How much one user may store."""
    access: Access | None = None
    """Who is let in; None where nobody is kept out."""
    unwatched: Unwatched | None = None
    """What prices did while nobody looked; None where nothing is watched."""
    remarks: list[str] = field(default_factory=list)
    """What the answer must say beside its own text, because of the figures that it used."""
    _page: Page | None = None
    """The settings and holdings, once they were read."""
    _held: tuple[Held, ...] | None = None
    """What is open, once that was read."""

    async def page(self) -> Page:
        """The user's settings and holdings, read once a message: not to be used after changing them."""
        if self._page is None:
            self._page = await self.book.page()
        return self._page

    @property
    def owners_access(self) -> Access:
        """Who is let in, for the owner to change. Raises BadInput for anybody else."""
        if self.access is None or not self.owner:
            raise BadInput("Only the owner of this bot can do that.")
        return self.access

    def venue_of(self, preferences: Preferences) -> str:
        """The user's venue; the operator's first one where the user's choice is not offered here."""
        return preferences.venue if preferences.venue in self.venues else self.venues[0]

    @property
    def ledger(self) -> Ledger:
        """The user's hedges."""
        return self.book.ledger

    @property
    def topic(self) -> Topic:
        """What the conversation with the user is about."""
        return self.book.topic

    @property
    def alerts(self) -> Alerts:
        """What the user wants to be told."""
        return self.book.alerts

    async def open_positions(self) -> tuple[Held, ...]:
        """What the user has open, on any venue."""
        return (await self.ledger.current()).held

    async def snapshot(
        self, histories: Iterable[str] = (), venue: str | None = None, more: Iterable[str] = ()
    ) -> Snapshot:
        """Current figures of the user's venue, or of `venue`, with daily closes of the assets in `histories`.

        more: assets beside the holdings that are priced even where the venue has no contract for them.

        Raises NoData, saying what to do, while the venue cannot be reached.
        """
        snapshot = await self._fresh(histories, venue, more)
        await self._tell(snapshot)
        return snapshot

    async def last_snapshot(self, histories: Iterable[str], venue: str) -> Snapshot | None:
        """The last figures of `venue`, however old; None where it is not offered here, or has none yet."""
        if venue not in self.venues:
            return None
        try:
            snapshot = await self._snapshot(venue, histories)
        except NoData:
            return None
        await self._tell(snapshot)
        return snapshot

    async def all_snapshots(self) -> tuple[list[Snapshot], list[str]]:
        """Current figures of every venue offered here, and the venues that give none now."""
        answers = await asyncio.gather(
            *(self.watch.snapshot(venue) for venue in self.venues), return_exceptions=True
        )
        found = [answer for answer in answers if isinstance(answer, Snapshot)]
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, NoData):
                raise answer
        if any(snapshot.simulated for snapshot in found):
            self.remark(SIMULATED_LINE)
        answering = {snapshot.venue for snapshot in found}
        return found, [venue for venue in self.venues if venue not in answering]

    async def own_prices(self, assets: Iterable[str], venue: str | None = None) -> dict[str, Decimal]:
        """USD per coin of each asset that a venue, by default the user's, prices itself.

        Raises NoData while it cannot be asked.
        """
        asked = list(dict.fromkeys(assets))
        snapshot = await self._fresh(venue=venue, more=asked)
        others = {asset for asset, spot in snapshot.spot.items() if spot.venue != snapshot.venue}
        priced = expose((Holding(a, Decimal(1)) for a in asked if a not in others), snapshot, self.now)
        return {held.asset: held.price for held in priced.holdings}

    async def unpriced(self, assets: Iterable[str]) -> tuple[str, ...]:
        """Those of the assets that the user's venue gives no price for; none while it cannot be asked."""
        assets = list(assets)
        try:
            snapshot = await self._fresh(more=assets)
        except NoData:
            return ()
        return expose((Holding(asset, Decimal(1)) for asset in assets), snapshot, self.now).unpriced

    async def listed(self, tickers: Iterable[str], venue: str | None = None) -> frozenset[str]:
        """Those of the tickers that a venue, by default the user's, prices itself, by a contract or on spot.

        None while it cannot be asked.
        """
        try:
            return frozenset(await self.own_prices(tickers, venue))
        except NoData:
            return frozenset()

    async def prices(self, assets: Iterable[str]) -> dict[str, Decimal]:
        """USD per coin of each asset that the user's venue has a current price for."""
        assets = list(assets)
        try:
            snapshot = await self._fresh(more=assets)
        except NoData:
            return {}
        priced = expose((Holding(asset, Decimal(1)) for asset in dict.fromkeys(assets)), snapshot, self.now)
        return {held.asset: held.price for held in priced.holdings}

    async def funding_records(self, symbols: Collection[str]) -> Mapping[str, Record]:
        """What perpetuals of the user's venue paid lately; one whose history cannot be had is left out."""
        return records(await self.watch.funding_history(await self._venue(), symbols), self.now)

    async def with_past_funding(self, snapshot: Snapshot, symbols: Collection[str]) -> Snapshot:
        """The snapshot with what these perpetuals paid lately, as far as that is had soon."""
        return replace(snapshot, settled=await self.watch.funding_soon(snapshot.venue, symbols))

    async def _venue(self) -> str:
        return self.venue_of((await self.page()).preferences)

    async def _fresh(
        self, histories: Iterable[str] = (), venue: str | None = None, more: Iterable[str] = ()
    ) -> Snapshot:
        """The snapshot of a venue, by default the user's; raises NoData where it has none fresh enough.

        more: assets beside the holdings that are priced even where the venue has no contract for them.
        """
        snapshot = await self._snapshot(venue or await self._venue(), histories, more)
        snapshot.check_fresh(self.now)
        return snapshot

    async def _snapshot(
        self, venue: str, histories: Iterable[str] = (), more: Iterable[str] = ()
    ) -> Snapshot:
        own = [holding.asset for holding in (await self.page()).holdings]
        return await self.watch.snapshot(venue, _moving(histories), _moving([*own, *more]))

    def telling(self, answer: Callable[[T], Reply]) -> Callable[[T], str]:
        """Writes the answer for what a change has done, as it is kept together with that change."""
        return lambda done: write_reply(self.finished(answer(done)))

    def finished(self, reply: Reply) -> Reply:
        """The whole reply: what stands above it, its first line, what every answer from these figures must
        say, and the rest.
        """
        if not self.remarks and reply.above is None:
            return reply
        first, *rest = reply.text.split("\n", 1)
        remarks = map(escape, self.remarks)
        return replace(reply, text=lines(reply.above, first, *remarks, *rest), above=None)

    async def _tell(self, snapshot: Snapshot) -> None:
        """Gather what every answer from this snapshot must say, what is open and not seen first."""
        if self._held is None:
            self._held = (await self.ledger.current()).held
        for sentence in unseen(snapshot, self._held, self.now):
            self.remark(sentence)
        if snapshot.simulated:
            self.remark(SIMULATED_LINE)
        for remark in snapshot.remarks:
            self.remark(remark.sentence(name_of))
        for source in dict.fromkeys(spot.venue for spot in snapshot.spot.values()):
            assets = ", ".join(asset for asset, spot in snapshot.spot.items() if spot.venue == source)
            where = f"{name_of(source)}{' (spot)' if source == snapshot.venue else ''}"
            self.remark(f"No contract on {name_of(snapshot.venue)} for {assets}: priced on {where}.")
        for sentence in (*receipts(self._receipts(snapshot)), *two_coins(snapshot.apart)):
            self.remark(sentence)
        age = snapshot.age(self.now)
        if age > QUOTE_WARN:
            self.remark(f"Prices are {int(age.total_seconds() // 60)} minutes old.")

    def _receipts(self, snapshot: Snapshot) -> list[str]:
        """The assets priced on spot that are receipts of staking, by their price as well."""
        found = []
        for asset in snapshot.spot.keys() & MOVES_WITH.keys():
            with suppress(NoData):
                if is_receipt(snapshot.price(asset, self.now), snapshot.price(MOVES_WITH[asset], self.now)):
                    found.append(asset)
        return sorted(found)

    def remark(self, sentence: str) -> None:
        """Say this beside the answer, once."""
        if sentence not in self.remarks:
            self.remarks.append(sentence)


def _moving(assets: Iterable[str]) -> list[str]:
    """The assets whose price moves, each once: all but stablecoins."""
    return [asset for asset in dict.fromkeys(assets) if asset not in STABLECOINS]
