"""What it costs to have a hedge: its premium. A loss in a rally is not in it, because the coins gain that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.cost.basis import DAYS_PER_YEAR
from core.cost.funding import Record, added
from core.cost.short import Cost, cost
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge

MONTH = 31
"""Days beyond which a dated future's price forecasts the funding until its date better than past funding.

On recorded prices it was off by 166 basis points, the mean of 30 days by 442, and the future earned 47 more
on average over 119 overlapping cases (deviation 168; 2021 went the other way).
"""
PER_PROTECTED = Decimal(1000)
"""The premium is told per so many USD of coins."""


@dataclass(frozen=True, slots=True)
class Premium:
    """The premium of a hedge over its horizon, leg by leg. Amounts are in USD."""

    legs: tuple[Cost, ...]
    """What each leg costs."""
    days: int
    """The horizon."""
    protected: Decimal
    """USD of coins that the hedge covers."""

    @property
    def fees(self) -> Decimal:
        """Fees of opening and closing at once."""
        return _sum(leg.fees for leg in self.legs)

    @property
    def patient_fees(self) -> Decimal:
        """The same with orders that wait in the book."""
        return _sum(leg.patient_fees for leg in self.legs)

    @property
    def slippage(self) -> Decimal:
        """Half the spread of both orders."""
        return _sum(leg.slippage for leg in self.legs)

    @property
    def impact(self) -> Decimal:
        """By how much all orders move prices against themselves."""
        return _sum(leg.impact for leg in self.legs)

    @property
    def funding(self) -> Decimal:
        """Funding expected to be received; below zero, paid."""
        return _sum(leg.funding for leg in self.legs)

    @property
    def funding_now(self) -> Decimal | None:
        """The same at today's rates; None where one is not known."""
        return added(leg.funding_now for leg in self.legs)

    @property
    def worst(self) -> Decimal | None:
        """Funding of the worst stretch of each leg, as if all came at once; None where one is not known."""
        return added(leg.worst for leg in self.legs)

    @property
    def basis(self) -> Decimal | None:
        """What dated futures earn; None where one leg's is not known, which
        then counts as nothing in the total.
        """
        return added(leg.basis for leg in self.legs)

    @property
    def total(self) -> Decimal:
        """What the hedge costs over the horizon; below zero it pays."""
        return _sum(leg.total for leg in self.legs)

    @property
    def total_now(self) -> Decimal | None:
        """The same if funding stayed at today's rates; None where one is not known."""
        return added(leg.total_now for leg in self.legs)

    @property
    def per_thousand(self) -> Decimal:
        """The cost over the horizon per PER_PROTECTED dollars of coins covered."""
        return self.total * PER_PROTECTED / self.protected

    @property
    def renewed(self) -> Decimal:
        """The cost per year if each leg is opened anew after the horizon, or when its future ends if
        sooner.
        """
        return _sum(leg.total * DAYS_PER_YEAR / leg.days for leg in self.legs)

    @property
    def kept(self) -> Decimal:
        """The cost per year if it is opened once and kept: fees and slippage once, the rest at this pace."""
        earned = _sum((leg.funding + (leg.basis or 0)) * DAYS_PER_YEAR / leg.days for leg in self.legs)
        return self.fees + self.slippage + self.impact - earned


@dataclass(frozen=True, slots=True)
class Rivals:
    """The same short of one asset as a perpetual and as a dated future."""

    asset: str
    """The canonical ticker."""
    perpetual: Cost
    """What it costs as a perpetual."""
    dated: Cost
    """What it costs as a dated future."""

    @property
    def days(self) -> int:
        """The days over which both are compared."""
        return self.dated.days

    @property
    def saving(self) -> Decimal:
        """USD that the dated future saves over these days; below zero, the perpetual is cheaper."""
        return self.perpetual.total - self.dated.total

    @property
    def saving_now(self) -> Decimal | None:
        """The same if funding stayed at today's rate; None where that is not known."""
        now = self.perpetual.total_now
        return None if now is None else now - self.dated.total

    @property
    def close(self) -> bool:
        """Whether the difference is within the noise of the funding. Where the
        noise is not known it is not close.
        """
        return self.perpetual.noise is not None and abs(self.saving) <= self.perpetual.noise

    @property
    def better(self) -> Cost:
        """The cheaper one. Within the noise, or where that is not known: up to MONTH the perpetual, which
        does not expire, beyond it the dated future.
        """
        if self.far and (self.close or self.perpetual.noise is None):
            return self.dated
        return self.dated if self.saving > 0 and not self.close else self.perpetual

    @property
    def far(self) -> bool:
        """Whether they are compared over more than a month."""
        return self.days > MONTH


def premium(hedge: Hedge, snapshot: Snapshot, records: Mapping[str, Record], now: datetime) -> Premium:
    """The premium of a hedge over the horizon of its wish. records: of past funding, by symbol.

    Raises NoData where a dated leg has no price, or a perpetual leg neither a record nor a rate.
    """
    days, fee = hedge.wish.horizon_days, hedge.wish.fee
    legs = tuple(
        cost(
            snapshot,
            leg.contract,
            leg.notional,
            days,
            now,
            fee=fee,
            record=records.get(leg.contract.symbol),
            sigma=leg.sigma,
        )
        for leg in hedge.legs
    )
    return Premium(legs, days, _protected(hedge))


def rivals(
    hedge: Hedge, snapshot: Snapshot, records: Mapping[str, Record], now: datetime
) -> tuple[Rivals, ...]:
    """Perpetual against dated future, for each leg whose asset has both here, at the leg's notional.

    The time is the wish's horizon, or until the future ends where that is sooner. A future whose basis is not
    known is left out.
    """
    wish, found = hedge.wish, []
    for leg in hedge.legs:
        perpetual = snapshot.perpetual(leg.asset, inverse=wish.inverse)
        future = snapshot.dated(leg.asset, now + timedelta(days=wish.horizon_days))
        if perpetual and future:
            known = records.get(perpetual.symbol)
            ending = cost(snapshot, future, leg.notional, wish.horizon_days, now, fee=wish.fee, record=None)
            if ending.basis is None:
                continue
            endless = cost(snapshot, perpetual, leg.notional, ending.days, now, fee=wish.fee, record=known)
            found.append(Rivals(leg.asset, endless, ending))
    return tuple(found)


def _protected(hedge: Hedge) -> Decimal:
    """USD of moving coins that the hedge covers; nothing is protected beyond all of them."""
    return hedge.exposure.moving_value * min(hedge.coverage, Decimal(1))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
