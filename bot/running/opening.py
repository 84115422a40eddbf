"""Puts the parts together: a migrated database, the markets, the watch, and the conversation over them."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.allowance import Allowance
from bot.chat.router import Conversation
from bot.clocks.clock import MovableClock
from bot.desk.access import Access
from bot.desk.accounts import Sealing
from bot.health.troubles import Troubles
from bot.reading.venues import SIMULATED
from bot.running.parts import Parts
from bot.settings import Settings
from core.domain.market import Market
from core.prices.watch import Watch
from core.store.copies import Backups, usual_folder
from core.store.database import open_database
from core.store.housekeeping import latest
from core.store.market.closes import StoredCloses
from core.store.market.collateral import StoredCollateral
from core.store.market.figures import StoredFigures
from core.store.migrations import ensure_schema
from core.store.people import People


@dataclass(frozen=True, slots=True)
class Markets:
    """Opens the market of a venue, always the same one for it. Opening asks the venue nothing. Close it in
    the end.

    The market of a catalogue asks another market, which nobody else may have opened; so all of them are
    closed here.
    """

    settings: Settings
    clock: Callable[[], datetime]
    opened: dict[str, Market] = field(default_factory=dict)

    def __call__(self, venue: str) -> Market:
        if venue not in self.opened:
            self.opened[venue] = self._open(venue)
        return self.opened[venue]

    async def close(self) -> None:
        """Close every market that was opened."""
        for market in self.opened.values():
            await market.close()

    def _open(self, venue: str) -> Market:
        settings, clock = self.settings, self.clock
        if venue == SIMULATED:
            from core.venues.simulated.market import SimulatedMarket

            return SimulatedMarket(settings.simulation_seed, settings.scenario, clock)
        from core.venues.catalogue import CATALOGUES, open_catalogue
        from core.venues.exchange import EXCHANGES, open_exchange

        if venue in CATALOGUES:
            # A catalogue has no prices of its own: it takes those of the first exchange that is offered.
            asked = next((other for other in settings.venues if other in EXCHANGES), next(iter(EXCHANGES)))
            return open_catalogue(venue, self(asked), clock)
        return open_exchange(venue, url=settings.venue_urls.get(venue), clock=clock)


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    clock: Callable[[], datetime],
    venues: tuple[str, ...],
    owner: int | None,
    *,
    metered: bool = False,
    shared: bool = False,
) -> AsyncIterator[Parts]:
    """The parts of the program, opened; they are closed in the end.

    A movable clock goes on from where the books end. owner: the user who is told how the program is doing, if
    there is one. metered: whether each user gets only so many answers a minute. shared: whether other
    processes of the same bot use the same database.
    """
    database = open_database(settings.database_url)
    markets = Markets(settings, clock)
    figures = StoredFigures(database) if shared else None
    watch = Watch(markets, StoredCloses(database), clock, venues, StoredCollateral(database), figures=figures)
    try:
        await ensure_schema(database)
        if isinstance(clock, MovableClock) and (until := await latest(database)) is not None:
            clock.go_on_from(until)
        sealing = Sealing(settings.server_keys, settings.venue_urls)
        troubles, backups = (
            Troubles(),
            Backups(database, settings.backup_folder or usual_folder(database.url)),
        )
        troubles.check("database", database.prove)
        allowance = Allowance(settings.most_messages) if metered else None
        access = Access(People(database), public=settings.public)
        conversation = Conversation(
            database,
            watch,
            venues,
            clock,
            sealing,
            owner,
            troubles,
            backups,
            settings.caps,
            allowance,
            access,
        )
        yield Parts(database, watch, venues, conversation, troubles, backups, access, markets)
    finally:
        await watch.close()
        await markets.close()
        await database.close()
