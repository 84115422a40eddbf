"""A catalogue as a market: contracts by their specification, prices from another venue."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.domain.capital.collateral import Collateral
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.market import Health, Market
from core.domain.quote import Deleveraging, FundingRate, Quote
from core.domain.series import NO_SPANS, Candles, Closes, FundingHistory
from core.domain.snapshot import Snapshot
from core.domain.stated import Stated
from core.venues.catalogue.product import Catalogue, Product
from core.venues.catalogue.remarks import BrokersTerms, NoCoinPriced, PricedOnSpot, SpecificationAsOf


class CatalogueMarket:
    """`core.domain.market.Market` of an exchange that is not asked: its catalogue, at each expiry listed.

    Mark and index are both the spot price of the coin at `prices_from`, so the basis of the futures is not
    known; there is no bid, no ask and no funding. `prices_from` is used and not closed: who opened it closes
    it, for it may serve others, too.

    remarks: what every answer from these figures must say. problems: one sentence for each coin of the
    catalogue that had no usable price when last asked. Every method raises NoData as `prices_from` does.
    """

    def __init__(self, catalogue: Catalogue, prices_from: Market, clock: Callable[[], datetime]) -> None:
        self.venue = catalogue.id
        self.simulated = prices_from.simulated
        self.problems: tuple[str, ...] = ()
        self._catalogue = catalogue
        self._prices_from = prices_from
        self._clock = clock
        self._quoting: Mapping[str, Contract] = {}
        self.remarks: tuple[Stated, ...] = (
            SpecificationAsOf(catalogue.name, catalogue.as_of),
            PricedOnSpot(prices_from.venue),
            BrokersTerms(),
            *prices_from.remarks,
        )

    @property
    def health(self) -> Health:
        """How the venue that the prices are from answers now, and which coins have none."""
        other = self._prices_from.health
        return replace(other, problems=(*other.problems, *self.problems))

    def favour(self, assets: Collection[str]) -> None:
        """Ask the venue that the prices are from for these first."""
        self._prices_from.favour(assets)

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every contract listed now on a coin that has a price, by the exchange's own name.

        Fees are dollars a contract, so as a share of notional they hold for the price now.
        """
        self._quoting = await self._prices_from.contracts()
        now = self._clock()
        prices = await self._prices(now)
        listed = (
            self._contract(product, expiry, prices[product.asset].mark)
            for product in self._catalogue.products
            if product.asset in prices
            for expiry in product.cycle.expiries(now)
        )
        return {contract.symbol: contract for contract in listed}

    async def quotes(self) -> Mapping[str, Quote]:
        """The spot price of its coin, in quoted units, as mark and index of each contract listed now."""
        now = self._clock()
        prices = await self._prices(now)
        return {
            self._catalogue.contract_name(product, expiry): _quoted(prices[product.asset], product.scale)
            for product in self._catalogue.products
            if product.asset in prices
            for expiry in product.cycle.expiries(now)
        }

    async def funding(self) -> Mapping[str, FundingRate]:
        """None: every contract ends on a day."""
        return {}

    async def collateral(self) -> Collateral | None:
        """None: a broker takes cash."""
        return None

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        """None: a clearing house stands behind every contract."""
        return {}

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        """USD per coin at the venue that the prices are from; an unknown asset is left out."""
        other, now = await self._other(), self._clock()
        found: dict[str, Quote] = {}
        for asset in assets:
            with suppress(NoData):
                found[asset] = other.spot_quote(asset, now)
        missing = [asset for asset in assets if asset not in found]
        return {**found, **(await self._prices_from.spot(missing) if missing else {})}

    async def funding_history(
        self,
        symbols: Collection[str],  # noqa: ARG002
        since: datetime,  # noqa: ARG002
    ) -> Mapping[str, FundingHistory]:
        """None: every contract ends on a day."""
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes at the venue that the prices are from."""
        return await self._prices_from.closes(since)

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Candles at the venue that the prices are from."""
        return await self._prices_from.candles(assets, first, last, hours)

    async def marks(
        self,
        symbols: Collection[str],
        first: datetime,  # noqa: ARG002
        last: datetime,  # noqa: ARG002
        length: timedelta,  # noqa: ARG002
    ) -> Mapping[str, Candles]:
        """Empty for all: what these futures trade at is not known."""
        return dict.fromkeys(symbols, NO_SPANS)

    async def close(self) -> None:
        """There is nothing to let go of: `prices_from` is not closed."""

    async def _prices(self, now: datetime) -> dict[str, Quote]:
        """USD per coin of each coin of the catalogue; one without a usable price is left out and named."""
        other = await self._other()
        found: dict[str, Quote] = {}
        problems = []
        for asset in dict.fromkeys(product.asset for product in self._catalogue.products):
            try:
                found[asset] = other.spot_quote(asset, now)
            except NoData as refusal:
                problems.append(f"{self._catalogue.name} contracts on {asset} are left out: {refusal}")
        self.problems = tuple(problems)
        if not found:
            raise NoCoinPriced(other.venue, self._catalogue.name)
        return found

    async def _other(self) -> Snapshot:
        """What the other venue lists and quotes."""
        quoting = self._quoting or await self._prices_from.contracts()
        return Snapshot(self._prices_from.venue, quoting, await self._prices_from.quotes())

    def _contract(self, product: Product, expiry: datetime, price: Decimal) -> Contract:
        fee = self._catalogue.rate
        if product.fee is not None:
            fee = (product.fee + self._catalogue.broker_fee) / (product.multiplier * price)
        name = self._catalogue.contract_name(product, expiry)
        return Contract(
            venue=self.venue,
            symbol=name,
            id=name,
            asset=product.asset,
            settle="USD",
            multiplier=product.multiplier,
            lot=Decimal(1),
            min_count=Decimal(1),
            min_notional=Decimal(0),
            tick=product.tick,
            brackets=self._catalogue.brackets(product.asset),
            scale=product.scale,
            expiry=expiry,
            taker_fee=fee,
            maker_fee=fee,
            brackets_assumed=True,
            brokered=True,
        )


def _quoted(spot: Quote, scale: Decimal) -> Quote:
    return Quote(mark=spot.mark * scale, at=spot.at, index=spot.mark * scale, own=False)
