"""All that is known about one venue at one moment, each figure with its own age."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.capital.collateral import Collateral
from core.domain.coins.asset import STABLECOINS
from core.domain.contract import Contract
from core.domain.missing import (
    FrozenQuote,
    ImpossibleQuote,
    NoPriceOfCoin,
    NoQuote,
    NoSpotPrice,
    OldPrices,
    OldQuote,
)
from core.domain.quote import QUOTE_REFUSE, QUOTE_WARN, Deleveraging, FundingRate, Quote, SpotPrice
from core.domain.series import Closes, FundingHistory
from core.domain.stated import Stated


def _can_be(price: Decimal) -> bool:
    """Whether the price is a number above zero."""
    return price.is_finite() and price > 0


@dataclass(frozen=True, slots=True)
class Lost:
    """A contract that the venue listed while the bot was running, and lists no more."""

    contract: Contract
    """Its rules, as they were last listed."""
    since: datetime
    """When it was first missing."""
    last: Quote | None
    """Its last quote; None where it never had one."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is known about one venue at one moment.

    It never guesses: a figure that is missing, too old or impossible raises NoData where it is asked for.
    """

    venue: str
    """The venue's ccxt id."""
    contracts: Mapping[str, Contract]
    """The listed contracts, by unified symbol."""
    quotes: Mapping[str, Quote]
    """The prices of contracts, by unified symbol. A contract may lack one."""
    funding: Mapping[str, FundingRate] = field(default_factory=dict)
    """The current funding of perpetuals, by unified symbol."""
    closes: Mapping[str, Closes] = field(default_factory=dict)
    """Daily closes, by asset."""
    spot: Mapping[str, SpotPrice] = field(default_factory=dict)
    """Prices of assets that have no contract here, by asset."""
    simulated: bool = False
    """Whether the figures are made up; every answer that rests on them must say so."""
    problems: tuple[str, ...] = ()
    """One sentence for each figure that was refused, naming it."""
    remarks: tuple[Stated, ...] = ()
    """What every answer from these figures must say."""
    lost: Mapping[str, Lost] = field(default_factory=dict)
    """Contracts that were listed while the bot was running and are no more, by symbol."""
    collateral: Collateral | None = None
    """What the venue takes as margin beside cash, as last read; None where that was not read."""
    stopped: Mapping[str, datetime] = field(default_factory=dict)
    """Since when a contract, by symbol, has not been in the condition `trading`, as far as was seen."""
    deleveraging: Mapping[str, Deleveraging] = field(default_factory=dict)
    """How near the venue is to closing positions in profit, by symbol, where it says so to everybody."""
    apart: Mapping[str, tuple[tuple[str, Decimal], ...]] = field(default_factory=dict)
    """Assets without a price here whose ticker stands for different coins elsewhere: for each, the venues
    with their prices in USD per coin.
    """
    settled: Mapping[str, FundingHistory] = field(default_factory=dict)
    """Past funding of perpetuals, by unified symbol, as far as it was asked for."""

    @property
    def dated_only(self) -> bool:
        """Whether every contract that the venue lists ends on a known day."""
        return bool(self.contracts) and not any(contract.perpetual for contract in self.contracts.values())

    def perpetual(self, asset: str, *, inverse: bool = False) -> Contract | None:
        """The asset's perpetual to use, or None where none has a quote.

        Contracts with a fresh price come first, then those that trade and have no announced end, then those
        settled in USDT, then the smallest.
        """
        found = [
            contract
            for contract in self.contracts.values()
            if contract.asset == asset
            and contract.perpetual
            and contract.inverse == inverse
            and contract.symbol in self.quotes
        ]
        # One contract may go on without prices while its twin trades; age decides only where they differ by
        # so much.
        newest = max((self.quotes[contract.symbol].at for contract in found), default=None)
        return min(
            found,
            key=lambda one: (
                newest is not None and newest - self.quotes[one.symbol].at > QUOTE_WARN,
                _first(one),
            ),
            default=None,
        )

    def dated(self, asset: str, until: datetime) -> Contract | None:
        """The asset's linear future that expires first at or after `until`, otherwise its last one; None if
        none.

        Of several that expire together it is the one with the smallest contract.
        """
        found = [
            (contract.expiry, contract.multiplier * contract.lot, contract.symbol)
            for contract in self.contracts.values()
            if contract.asset == asset
            and not contract.inverse
            and contract.expiry is not None
            and contract.symbol in self.quotes
        ]
        if not found:
            return None
        first = min((end for end, *_ in found if end >= until), default=max(found)[0])
        return self.contracts[min(one for one in found if one[0] == first)[2]]

    def quote(self, symbol: str, now: datetime) -> Quote:
        """The contract's quote. Raises ContractTrouble when it is missing, impossible, frozen or too old."""
        quote = self.quotes.get(symbol)
        if quote is None:
            raise NoQuote(self.venue, symbol)
        if not _can_be(quote.mark) or (quote.index and not _can_be(quote.index)):
            raise ImpossibleQuote(self.venue, symbol)
        if quote.frozen:
            raise FrozenQuote(self.venue, symbol, quote.mark)
        if now - quote.at > QUOTE_REFUSE:
            raise OldQuote(self.venue, symbol, int((now - quote.at).total_seconds() // 60))
        return quote

    def price(self, asset: str, now: datetime) -> Decimal:
        """USD per coin, as `spot_quote` gives it; a stablecoin costs 1."""
        return Decimal(1) if asset in STABLECOINS else self.spot_quote(asset, now).mark

    def spot_quote(self, asset: str, now: datetime) -> Quote:
        """What one coin costs in USD, and since when.

        It comes from the asset's perpetual, or from its next dated future where there is no perpetual: the
        index where the venue gives one, otherwise the perpetual's mark. Where there is no contract, or its
        price is much older, it is the spot price. Raises NoData when none of these can be used.
        """
        contract = self.perpetual(asset) or self.perpetual(asset, inverse=True) or self.dated(asset, now)
        spot = self.spot.get(asset)
        if spot is not None and (not _can_be(spot.price) or now - spot.at > QUOTE_REFUSE):
            spot = None
        known = self.quotes[contract.symbol] if contract else None
        if contract is None or (spot is not None and known is not None and known.at < spot.at - QUOTE_WARN):
            if spot is None:
                raise NoPriceOfCoin(self.venue, asset)
            return Quote(spot.price, spot.at, index=spot.price)
        # A frozen mark says nothing of the coin, but the index beside it moves on and can be used.
        if known is not None and known.frozen and known.index and _can_be(known.index):
            return Quote(known.index / contract.scale, known.at, index=known.index / contract.scale)
        quote = self.quote(contract.symbol, now)
        if not contract.perpetual and not quote.index:
            raise NoSpotPrice(self.venue, asset)
        price = (quote.index or quote.mark) / contract.scale
        return Quote(price, quote.at, index=price)

    def check_fresh(self, now: datetime) -> None:
        """Raise NoData when even the newest price here is too old to use."""
        newest = max((quote.at for quote in self.quotes.values()), default=now)
        if now - newest > QUOTE_REFUSE:
            raise OldPrices(self.venue, int((now - newest).total_seconds() // 60))

    def age(self, now: datetime) -> timedelta:
        """The age of the oldest price that may be used; of the newest where none may; zero without any
        price.
        """
        times = [quote.at for quote in self.quotes.values()] + [spot.at for spot in self.spot.values()]
        ages = sorted(now - at for at in times)
        usable = [age for age in ages if age <= QUOTE_REFUSE]
        return max(usable or ages[:1], default=timedelta(0))


def _first(contract: Contract) -> tuple[bool, bool, Decimal, str]:
    """The order in which several contracts on one coin are preferred: the least comes first."""
    leaving = contract.condition != "trading" or contract.ends is not None
    return leaving, contract.settle != "USDT", contract.multiplier * contract.lot, contract.symbol
