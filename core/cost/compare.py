"""Where a coin can be shorted: the same hedge at several venues, the cheapest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from core.cost.short import ORDERS, Cost, cost
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import FundingRate, Quote
from core.domain.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class VenueOffer:
    """The contract that one venue has for a coin, with what shorting it there costs."""

    venue: str
    """The venue's ccxt id."""
    contract: Contract
    """The contract."""
    quote: Quote
    """Its prices."""
    least: Decimal
    """What the smallest order is worth in USD."""
    funding: FundingRate | None
    """Its funding rate; None where it is not known."""
    cost: Cost | None
    """What the compared short costs; None where funding or basis is not known."""
    fees: Decimal
    """USD of the fees of its two orders."""

    @property
    def step(self) -> Decimal | None:
        """Coins in the smallest step of an order; None where that is a sum of dollars."""
        return None if self.contract.inverse else self.contract.lot * self.contract.multiplier

    @property
    def price(self) -> Decimal:
        """USD per coin there, by the index where the venue gives one."""
        return (self.quote.index or self.quote.mark) / self.contract.scale


def compared_venues(
    asset: str,
    snapshots: Iterable[Snapshot],
    notional: Decimal,
    days: int,
    now: datetime,
    own_fees: Mapping[str, Decimal] = MappingProxyType({}),
) -> list[VenueOffer]:
    """The offer of each venue that has a contract with a current price, the cheapest first.

    own_fees: the user's own taker fee, a decimal of the notional, by the venue where they have it.

    It is compared by what a short of `notional` USD costs over `days` at today's funding: that can be had for
    all venues at once. Before offers whose cost is unknown stand those without a known spread, which only
    look cheap.
    """
    found = [
        place
        for snapshot in snapshots
        if (place := _place(asset, snapshot, notional, days, now, own_fees.get(snapshot.venue)))
    ]
    return sorted(found, key=_rank)


def _rank(place: VenueOffer) -> tuple[bool, bool, Decimal, Decimal]:
    if place.cost is None:
        return True, True, Decimal(0), place.least
    return False, place.cost.half_spread is None, place.cost.total, place.least


def _place(
    asset: str, snapshot: Snapshot, notional: Decimal, days: int, now: datetime, own_fee: Decimal | None
) -> VenueOffer | None:
    contract = (
        snapshot.perpetual(asset)
        or snapshot.dated(asset, now + timedelta(days=days))
        or snapshot.perpetual(asset, inverse=True)
    )
    if contract is None:
        return None
    if own_fee is not None:
        contract = replace(contract, taker_fee=own_fee)
    try:
        quote = snapshot.quote(contract.symbol, now)
    except NoData:
        return None
    expected = _cost(snapshot, contract, notional, days, now)
    return VenueOffer(
        snapshot.venue,
        contract,
        quote,
        contract.least(quote.mark) * contract.value(quote.mark),
        snapshot.funding.get(contract.symbol),
        expected if expected and expected.basis is not None else None,
        ORDERS * notional * contract.taker_fee,
    )


def _cost(snapshot: Snapshot, contract: Contract, notional: Decimal, days: int, now: datetime) -> Cost | None:
    try:
        return cost(snapshot, contract, notional, days, now, fee=None, record=None)
    except NoData:
        return None
