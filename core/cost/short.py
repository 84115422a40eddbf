"""What shorting one contract costs for a while: fees, spread, funding, basis.

Every part is rounded to the cent, so that the parts add up to the total to the cent.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from core.cost.basis import dated
from core.cost.depth import USUAL_SIGMA, MarketDepth
from core.cost.funding import Record, per_day
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot

ORDERS = 2
"""A short takes two orders: one to open it, one to close it."""
_CENT = Decimal("0.01")
_LARGE = Decimal(1_000_000)
"""USD that a share is worked out for, so that cents do not matter."""


@dataclass(eq=False)
class FundingUnknown(NoData):
    """The venue says nothing of a perpetual's funding, and no record of it is kept."""

    says = "{venue} gives no funding for {asset} now, and there is no record of it. Try again in a minute."
    venue: str
    asset: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What shorting one contract costs over some days, in USD to the cent."""

    contract: Contract
    """The contract."""
    notional: Decimal
    """What is short, in USD."""
    days: int
    """For how many days; no more than a dated future lasts."""
    fee: Decimal
    """The taker fee that was reckoned with, a decimal."""
    half_spread: Decimal | None
    """Half the spread as a share of the price; None where the venue shows no bid and ask."""
    fees: Decimal
    """Fees of both orders where they trade at once."""
    patient_fees: Decimal
    """Fees of both orders where they wait in the book."""
    slippage: Decimal
    """Half the spread in both orders; 0 where the spread is not known."""
    impact: Decimal
    """By how much both orders move the price against themselves; 0 for a size that is not felt."""
    funding: Decimal
    """Funding expected to be received, below zero paid: by the record of a
    perpetual, without one at today's rate. A dated future has none.
    """
    funding_now: Decimal | None
    """The same at today's rate; None where that is not known."""
    basis: Decimal | None
    """What a dated future earns to its expiry, or the share of it that falls on these days; 0 for a
    perpetual. None where the future's price is not known: the total then counts it as nothing.
    """
    worst: Decimal | None
    """Funding of a bad stretch, as `Record.bad`; None where that is not known, 0 for a dated future."""
    noise: Decimal | None
    """How far `funding` may be off, two times in three; None where that is not known, 0 for a dated
    future.
    """
    record: Record | None
    """What the past says of the funding; None without it."""

    @property
    def total(self) -> Decimal:
        """What it costs in all; below zero it pays."""
        return self.fees + self.slippage + self.impact - self.funding - (self.basis or 0)

    @property
    def total_now(self) -> Decimal | None:
        """The same if funding stayed at today's rate; None where that is not known."""
        return None if self.funding_now is None else self.total + self.funding - self.funding_now


def cost(
    snapshot: Snapshot,
    contract: Contract,
    notional: Decimal,
    days: int,
    now: datetime,
    *,
    fee: Decimal | None,
    record: Record | None,
    sigma: float = USUAL_SIGMA,
) -> Cost:
    """What a short of `notional` USD in one contract costs over `days`.

    fee: the user's own taker fee; None takes the contract's. record: of the contract's funding, if there is
    one. sigma: daily standard deviation of the coin, which says how far a large order moves its price.

    Raises NoData where a dated future has no usable price, or a perpetual neither a record nor a rate.
    """
    taker = contract.taker_fee if fee is None else fee
    quote = snapshot.quote(contract.symbol, now)
    spread = half_spread(quote)
    earned: Decimal | None = Decimal(0)
    if not contract.perpetual:
        future = dated(snapshot, contract, now)
        earned = future.earned(notional, Decimal(days)) if quote.own else None
        days, record = max(min(days, int(future.days)), 1), None
    expected, current = _funding(snapshot, contract, notional, days, record)
    return Cost(
        contract,
        notional,
        days,
        taker,
        spread,
        fees=_cents(ORDERS * notional * taker),
        patient_fees=_cents(ORDERS * notional * min(contract.maker_fee, taker)),
        slippage=_cents(ORDERS * notional * (spread or 0)),
        impact=_cents(ORDERS * notional * MarketDepth.of(quote).impact(notional, sigma)),
        funding=expected,
        funding_now=current,
        basis=None if earned is None else _cents(earned),
        worst=_part(notional, record.bad) if record else _certain(contract),
        noise=_part(notional, record.noise(days)) if record else _certain(contract),
        record=record,
    )


def share_of_cost(
    snapshot: Snapshot,
    contract: Contract,
    days: int,
    now: datetime,
    *,
    fee: Decimal | None,
    record: Record | None,
) -> float:
    """What `cost` comes to for each USD of a small short, as far as it is known; below zero it pays.

    Where the venue says nothing of the funding, it counts as none.
    """
    try:
        found = cost(snapshot, contract, _LARGE, days, now, fee=fee, record=record)
        return float((found.total - found.impact) / _LARGE)
    except NoData:
        spread = half_spread(snapshot.quotes[contract.symbol]) or Decimal(0)
        return float(ORDERS * ((contract.taker_fee if fee is None else fee) + spread))


def half_spread(quote: Quote) -> Decimal | None:
    """The distance from the middle to bid or ask, as a share of the middle: (ask - bid) / (ask + bid).

    None where one of them is not known.
    """
    if quote.bid is None or quote.ask is None:
        return None
    return (quote.ask - quote.bid) / (quote.ask + quote.bid)


def _funding(
    snapshot: Snapshot, contract: Contract, notional: Decimal, days: int, record: Record | None
) -> tuple[Decimal, Decimal | None]:
    """USD of funding over `days`: what is expected, and what today's rate
    would give (None where it is not known).
    """
    if not contract.perpetual:
        return Decimal(0), Decimal(0)
    rate = snapshot.funding.get(contract.symbol)
    current = _cents(per_day(rate, notional) * days) if rate else None
    expected = _part(notional, record.mean * days) if record else current
    if expected is None:
        raise FundingUnknown(snapshot.venue, contract.asset)
    return expected, current


def _certain(contract: Contract) -> Decimal | None:
    """What is known of funding without a record: that of a dated future is
    surely 0, that of a perpetual is not known.
    """
    return None if contract.perpetual else Decimal(0)


def _part(notional: Decimal, share: float | None) -> Decimal | None:
    """USD of a measured share of the notional. Here floats become money."""
    return None if share is None else _cents(notional * Decimal(repr(share)))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
