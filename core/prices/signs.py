"""What one venue says of closing positions in profit, kept between its refreshes."""

import logging
from collections.abc import Mapping
from datetime import datetime

from core.domain.errors import NoData
from core.domain.market import Market
from core.domain.quote import STAGE_REFUSE, Deleveraging

log = logging.getLogger(__name__)


class Signs:
    """The last signs of deleveraging of a venue. Prices do without them."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._failing = False
        self.known: Mapping[str, Deleveraging] = {}
        """By symbol, none of them too old to use."""

    async def read(self, now: datetime) -> None:
        """Ask the venue. What it does not tell now stands as it was until that is too old."""
        try:
            fresh = await self._market.deleveraging()
            self._failing = False
        except NoData as error:
            if not self._failing:
                log.warning("%s: %s", self._market.venue, error)
            self._failing, fresh = True, {}
        kept = {symbol: sign for symbol, sign in self.known.items() if now - sign.at <= STAGE_REFUSE}
        self.known = kept | dict(fresh)
