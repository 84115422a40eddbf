"""What every market that stands in for another has no use for."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from core.domain.capital.collateral import Collateral
from core.domain.market import Health
from core.domain.quote import Deleveraging, Quote
from core.domain.series import NO_SPANS, Candles
from core.domain.stated import Stated


class StandIn:
    """The part of a `Market` that tests seldom care for: all is well, there is no spot market."""

    remarks: tuple[Stated, ...] = ()

    @property
    def health(self) -> Health:
        return Health()

    def favour(self, assets: Collection[str]) -> None:
        """Everything comes at once."""

    async def collateral(self) -> Collateral | None:
        return None

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        return {}

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        return {}

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        return {}

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        return dict.fromkeys(symbols, NO_SPANS)

    async def close(self) -> None:
        """Nothing is open."""
