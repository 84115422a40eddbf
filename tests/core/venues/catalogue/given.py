"""Another venue as a market: what it lists and quotes is given."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.domain.capital.collateral import Collateral
from core.domain.contract import Contract
from core.domain.market import Health
from core.domain.quote import Deleveraging, FundingRate, Quote
from core.domain.series import NO_SPANS, Candles, Closes, FundingHistory
from core.domain.snapshot import Snapshot
from core.domain.stated import Stated
from core.venues.catalogue import CATALOGUES, CatalogueMarket, open_catalogue
from tests.domain import NOW

OTHER = "testvenue"


class Given:
    """A market whose figures are those of a snapshot."""

    venue = OTHER
    simulated = False
    remarks: tuple[Stated, ...] = ()

    def __init__(self, figures: Snapshot, **spots: str) -> None:
        self.figures = figures
        self.spots = {asset: Quote(Decimal(price), NOW) for asset, price in spots.items()}
        self.health = Health()
        self.closed = False
        self.favoured: tuple[str, ...] = ()

    def favour(self, assets: Collection[str]) -> None:
        self.favoured = tuple(assets)

    async def contracts(self) -> Mapping[str, Contract]:
        return self.figures.contracts

    async def quotes(self) -> Mapping[str, Quote]:
        return self.figures.quotes

    async def collateral(self) -> Collateral | None:
        return None

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        return {}

    async def funding(self) -> Mapping[str, FundingRate]:
        return self.figures.funding

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        return {asset: self.spots[asset] for asset in assets if asset in self.spots}

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        return {asset: known for asset, known in self.figures.closes.items() if asset in since}

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        return {}

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        return dict.fromkeys(symbols, NO_SPANS)

    async def close(self) -> None:
        self.closed = True


def catalogue_market(figures: Snapshot, venue: str = "cme", now: datetime = NOW) -> CatalogueMarket:
    return open_catalogue(venue, Given(figures), lambda: now)


async def seen(market: CatalogueMarket) -> Snapshot:
    """A snapshot as it is made from a market, with a year of closes of every coin."""
    everything = {product.asset: date(2020, 1, 1) for one in CATALOGUES.values() for product in one.products}
    return Snapshot(
        market.venue,
        await market.contracts(),
        await market.quotes(),
        await market.funding(),
        await market.closes(everything),
        simulated=market.simulated,
        problems=market.problems,
        remarks=market.remarks,
    )
