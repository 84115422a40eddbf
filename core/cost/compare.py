"""Where a coin can be shorted: the same hedge at several venues, the cheapest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.cost.short import ORDERS, Cost, cost
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import FundingRate, Quote
from core.domain.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class VenueOffer:
    """One venue's contract for a coin.

    least: USD of its smallest order. cost: of the short that is compared, None where funding or basis is not
    known. fees: USD of its two orders.
    """

    venue: str
    contract: Contract
    quote: Quote
    least: Decimal
    funding: FundingRate | None
    cost: Cost | None
    fees: Decimal

    @property
    def price(self) -> Decimal:
        """USD per coin there: of the index where the venue gives one."""
        return (self.quote.index or self.quote.mark) / self.contract.scale


def compared_venues(
    asset: str, snapshots: Iterable[Snapshot], notional: Decimal, days: int, now: datetime
) -> list[VenueOffer]:
    """The place at each venue that has a contract with a current price, by what `notional` USD cost there.

    Over `days`, at today's funding: that is what can be compared at once. Unknown costs come last, before
    them those without the spread, which only look cheap.
    """
    found = [place for snapshot in snapshots if (place := _place(asset, snapshot, notional, days, now))]
    return sorted(found, key=_rank)


def _rank(place: VenueOffer) -> tuple[bool, bool, Decimal, Decimal]:
    if place.cost is None:
        return True, True, Decimal(0), place.least
    return False, place.cost.half_spread is None, place.cost.total, place.least


def _place(asset: str, snapshot: Snapshot, notional: Decimal, days: int, now: datetime) -> VenueOffer | None:
    contract = (
        snapshot.perpetual(asset)
        or snapshot.dated(asset, now + timedelta(days=days))
        or snapshot.perpetual(asset, inverse=True)
    )
    if contract is None:
        return None
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
