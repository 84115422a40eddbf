"""What shorting one contract costs for a while: fees, spread, funding, basis.

Every part is rounded to the cent, so that the parts add up to the total to the cent.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from core.cost.basis import dated
from core.cost.funding import Record, per_day
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot

ORDERS = 2
"""One to open, one to close."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cost:
    """What shorting one contract costs over `days`, in USD to the cent; days end where a dated future does.

    fees: both orders at `fee`, taken from the book. patient_fees: at the maker's fee. slippage: half the
    spread, `half_spread` of the price, in both; 0 where the venue shows none (half_spread None).
    funding, basis: received, negative where paid: expected funding of a perpetual, from its record or where
    there is none (record None) at today's rate; basis that a dated future earns, to expiry or pro rata, None
    where what it trades at is not known: that counts as nothing in the total. funding_now: at today's rate.
    worst: funding of the worst stretch on record. noise: how far `funding` may be off, two times in three.
    None is unknown; for a dated future funding is 0 and certain.
    """

    contract: Contract
    notional: Decimal
    days: int
    fee: Decimal
    half_spread: Decimal | None
    fees: Decimal
    patient_fees: Decimal
    slippage: Decimal
    funding: Decimal
    funding_now: Decimal | None
    basis: Decimal | None
    worst: Decimal | None
    noise: Decimal | None
    record: Record | None

    @property
    def total(self) -> Decimal:
        """USD that it costs (negative: pays) over the horizon."""
        return self.fees + self.slippage - self.funding - (self.basis or 0)

    @property
    def total_now(self) -> Decimal | None:
        """The same if funding stayed at today's rate; None where that is unknown."""
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
) -> Cost:
    """What a short of `notional` USD in one contract costs over `days`. fee: the user's own for a taker.

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
        funding=expected,
        funding_now=current,
        basis=None if earned is None else _cents(earned),
        worst=_part(notional, record.worst) if record else _certain(contract),
        noise=_part(notional, record.noise(days)) if record else _certain(contract),
        record=record,
    )


def half_spread(quote: Quote) -> Decimal | None:
    """From the middle to bid or ask, a decimal of the middle: (ask - bid) / (ask + bid)."""
    if quote.bid is None or quote.ask is None:
        return None
    return (quote.ask - quote.bid) / (quote.ask + quote.bid)


def _funding(
    snapshot: Snapshot, contract: Contract, notional: Decimal, days: int, record: Record | None
) -> tuple[Decimal, Decimal | None]:
    """USD of funding over `days`: expected, and at today's rate (None where it is not known)."""
    if not contract.perpetual:
        return Decimal(0), Decimal(0)
    rate = snapshot.funding.get(contract.symbol)
    current = _cents(per_day(rate, notional) * days) if rate else None
    expected = _part(notional, record.mean * days) if record else current
    if expected is None:
        raise NoData(
            f"{snapshot.venue} gives no funding for {contract.asset} now, and there is no record of it. "
            "Try again in a minute."
        )
    return expected, current


def _certain(contract: Contract) -> Decimal | None:
    """A dated future has no funding to be unsure of; a perpetual without a record is unknown."""
    return None if contract.perpetual else Decimal(0)


def _part(notional: Decimal, share: float | None) -> Decimal | None:
    """USD from a measured share of notional. Here floats become money."""
    return None if share is None else _cents(notional * Decimal(repr(share)))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
