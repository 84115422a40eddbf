"""What a hedge costs to have: its premium. What it loses in a rally is no premium: the coins gain that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.cost.basis import DAYS_PER_YEAR
from core.cost.funding import Record, added
from core.cost.short import Cost, cost
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge

PER_PROTECTED = Decimal(1000)
"""The premium is told for so many USD of coins."""


@dataclass(frozen=True, slots=True)
class Premium:
    """The premium of a hedge over its horizon of `days`, leg by leg. protected: USD of coins it covers."""

    legs: tuple[Cost, ...]
    days: int
    protected: Decimal

    @property
    def fees(self) -> Decimal:
        return _sum(leg.fees for leg in self.legs)

    @property
    def patient_fees(self) -> Decimal:
        return _sum(leg.patient_fees for leg in self.legs)

    @property
    def slippage(self) -> Decimal:
        return _sum(leg.slippage for leg in self.legs)

    @property
    def funding(self) -> Decimal:
        return _sum(leg.funding for leg in self.legs)

    @property
    def funding_now(self) -> Decimal | None:
        return added(leg.funding_now for leg in self.legs)

    @property
    def worst(self) -> Decimal | None:
        """Funding of the worst stretch of each leg, as if they fell together; None where one is unknown."""
        return added(leg.worst for leg in self.legs)

    @property
    def basis(self) -> Decimal | None:
        """None where that of one leg is unknown; it then counts as nothing in the total."""
        return added(leg.basis for leg in self.legs)

    @property
    def total(self) -> Decimal:
        """USD that the hedge costs (negative: pays) over the horizon."""
        return _sum(leg.total for leg in self.legs)

    @property
    def total_now(self) -> Decimal | None:
        """The same if funding stayed at today's rates; None where one is unknown."""
        return added(leg.total_now for leg in self.legs)

    @property
    def per_thousand(self) -> Decimal:
        """USD over the horizon for each PER dollars of coins protected."""
        return self.total * PER_PROTECTED / self.protected

    @property
    def renewed(self) -> Decimal:
        """USD a year if each leg is opened anew after the horizon, or when its future ends if sooner."""
        return _sum(leg.total * DAYS_PER_YEAR / leg.days for leg in self.legs)

    @property
    def kept(self) -> Decimal:
        """USD a year if it is opened once and kept: fees and slippage once, the rest at this pace."""
        earned = _sum((leg.funding + (leg.basis or 0)) * DAYS_PER_YEAR / leg.days for leg in self.legs)
        return self.fees + self.slippage - earned


@dataclass(frozen=True, slots=True)
class Rivals:
    """The same short of one asset as a perpetual and as a dated future."""

    asset: str
    perpetual: Cost
    dated: Cost

    @property
    def days(self) -> int:
        """That both are compared over."""
        return self.dated.days

    @property
    def saving(self) -> Decimal:
        """USD that the dated future costs less over the horizon; negative where the perpetual does."""
        return self.perpetual.total - self.dated.total

    @property
    def saving_now(self) -> Decimal | None:
        """The same if funding stayed at today's rate; None where that is unknown."""
        now = self.perpetual.total_now
        return None if now is None else now - self.dated.total

    @property
    def close(self) -> bool:
        """Whether the difference is within the noise of the funding; unknown noise hides nothing."""
        return self.perpetual.noise is not None and abs(self.saving) <= self.perpetual.noise

    @property
    def better(self) -> Cost:
        """The cheaper one; within noise the perpetual, which has no end to meet."""
        return self.dated if self.saving > 0 and not self.close else self.perpetual


def premium(hedge: Hedge, snapshot: Snapshot, records: Mapping[str, Record], now: datetime) -> Premium:
    """The premium statement of a hedge over its wish's horizon; `records` by symbol.

    Raises NoData where a dated leg has no price, or a perpetual leg neither a record nor a rate.
    """
    days, fee = hedge.wish.horizon_days, hedge.wish.fee
    shorts = ((leg.contract, leg.notional) for leg in hedge.legs)
    legs = tuple(
        cost(snapshot, contract, notional, days, now, fee=fee, record=records.get(contract.symbol))
        for contract, notional in shorts
    )
    return Premium(legs, days, _protected(hedge))


def rivals(
    hedge: Hedge, snapshot: Snapshot, records: Mapping[str, Record], now: datetime
) -> tuple[Rivals, ...]:
    """Perpetual against dated for each leg of the hedge whose asset has both here, at the leg's notional.

    Over the wish's horizon, or until the future ends where that is sooner. A future whose basis is not known
    is no rival.
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
    """USD of moving coins that the hedge covers; more than all of them is not protected."""
    return hedge.exposure.moving_value * min(hedge.coverage, Decimal(1))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
