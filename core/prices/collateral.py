"""What one venue takes as margin, kept between its refreshes and between runs."""

import logging
from datetime import datetime, timedelta

from core.domain.capital.collateral import COLLATERAL_REFUSE, Collateral
from core.domain.errors import NoData
from core.domain.market import CollateralStore, Market

READ_AGAIN = timedelta(hours=12)
"""Tables change by announcement, days ahead. Twice within the age at which one is refused, so that one failed
reading does no harm.
"""
RETRY = timedelta(minutes=30)
"""After a failure, how long before the venue is asked again."""

log = logging.getLogger(__name__)


class CollateralTable:
    """The last table of a venue. Prices do without it, and what is assumed stands in for it."""

    def __init__(self, market: Market, store: CollateralStore | None) -> None:
        self._market = market
        self._store = None if market.simulated else store
        self._loaded = False
        self._due: datetime | None = None
        self._failing = False
        self.known: Collateral | None = None
        """None where none was ever had, or the last one is too old to use."""

    async def read(self, now: datetime) -> None:
        """Ask the venue where that is due. What it does not tell now stands as it was until that is too
        old.
        """
        if not self._loaded and self._store is not None:
            self.known = await self._store.load(self._market.venue)
            self._due = self.known.at + READ_AGAIN if self.known else None
        self._loaded = True
        if self._due is None or now >= self._due:
            await self._ask(now)
        if self.known is not None and now - self.known.at > COLLATERAL_REFUSE:
            self.known = None

    async def _ask(self, now: datetime) -> None:
        try:
            found = await self._market.collateral()
        except NoData as error:
            if not self._failing:
                log.warning("%s: %s", self._market.venue, error)
            self._failing, self._due = True, now + RETRY
            return
        self._failing, self._due = False, now + READ_AGAIN
        if found is not None:
            self.known = found
            if self._store is not None:
                await self._store.save(found)
