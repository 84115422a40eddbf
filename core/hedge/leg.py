"""One contract of a hedge: how many to short, at what leverage, and what the position then is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from math import inf

from core.cost.funding import per_day
from core.domain.contract import Contract
from core.domain.errors import CannotHedge, NoData
from core.domain.quote import FundingRate
from core.domain.snapshot import Snapshot
from core.hedge.wish import Wish
from core.margin import (
    TARGET,
    MarginRules,
    initial,
    likely_rally,
    rally_probability,
    whole_leverage,
)

SHORT = -1


@dataclass(frozen=True, slots=True)
class Offer:
    """A contract that can be shorted now, at its mark price in quoted units.

    ends_early: it ends before the horizon does, and none that lasts longer is listed.
    """

    contract: Contract
    price: Decimal
    funding: FundingRate | None
    ends_early: bool = False

    @property
    def least(self) -> Decimal:
        """USD of the smallest order."""
        return self.contract.least(self.price) * self.contract.value(self.price)


@dataclass(frozen=True, slots=True)
class Leg:
    """One contract to short.

    count: in contracts. target: USD wanted before rounding. beta: USD wanted per USD of portfolio at full
    coverage. leverage: to set on the venue; risk: probability of liquidation over the horizon with it.
    extra_margin: USD to add so that the risk is no more than TARGET. margin: USD. liquidation: price in
    quoted units, None if no price above zero liquidates. sigma: the asset's daily standard deviation. held:
    contracts of it that are short already. ends_early: as in `Offer`.
    """

    contract: Contract
    count: Decimal
    price: Decimal
    target: Decimal
    beta: float
    leverage: Decimal
    risk: float
    extra_margin: Decimal
    margin: Decimal
    liquidation: Decimal | None
    funding: FundingRate | None
    sigma: float
    held: Decimal = Decimal(0)
    ends_early: bool = False

    @property
    def change(self) -> Decimal:
        """Contracts still to sell (negative: to buy back) to get from what is open to `count`."""
        return self.count - self.held

    @property
    def safe(self) -> bool:
        """Whether the leverage keeps the liquidation target over the horizon."""
        return self.extra_margin == 0

    @property
    def distance(self) -> Decimal | None:
        """The rise, a decimal, at which the short is liquidated; None if no rise does it."""
        return None if self.liquidation is None else self.liquidation / self.price - 1

    @property
    def orders(self) -> int:
        """Market orders that the change takes, because the venue bounds the size of one."""
        most = self.contract.max_count
        if most is None:
            return 1
        whole = max(most // self.contract.lot, Decimal(1)) * self.contract.lot
        return max(int((abs(self.change) / whole).to_integral_value(ROUND_CEILING)), 1)

    @property
    def asset(self) -> str:
        return self.contract.asset

    @property
    def notional(self) -> Decimal:
        """USD shorted."""
        return self.count * self.contract.value(self.price)

    @property
    def units(self) -> Decimal:
        """USD of the contracts at a quoted price of 1; of inverse ones at any price."""
        return units_of(self.contract, self.count)

    @property
    def quantity(self) -> Decimal:
        """Coins shorted."""
        return self.contract.quantity(self.count, self.price)

    @property
    def income(self) -> Decimal | None:
        """USD a day that funding pays (negative: costs); None where it is unknown, 0 for a dated future."""
        if not self.contract.perpetual:
            return Decimal(0)
        return per_day(self.funding, self.notional) if self.funding else None


def offers(snapshot: Snapshot, assets: Iterable[str], wish: Wish, now: datetime) -> dict[str, Offer]:
    """The contract of the wished kind of each asset that has one here with a price fresh enough to use.

    One in which nothing new can be opened, or which is announced to end before the horizon does, is left out.

    Where a venue has only dated futures those are what is offered. Of dated futures it is the first that
    covers the horizon, else the last.
    """
    found: dict[str, Offer] = {}
    dated = wish.kind == "quarterly" or (snapshot.dated_only and not wish.inverse)
    until = now + timedelta(days=wish.horizon_days)
    for asset in dict.fromkeys(assets):
        contract = snapshot.dated(asset, until) if dated else snapshot.perpetual(asset, inverse=wish.inverse)
        if contract is None or (contract.expiry is not None and contract.expiry <= now):
            continue
        if not contract.offered(until):
            continue
        try:
            price = snapshot.quote(contract.symbol, now).mark
        except NoData:
            continue
        early = contract.expiry is not None and contract.expiry < until
        found[asset] = Offer(contract, price, snapshot.funding.get(contract.symbol), early)
    return found


def open_leg(
    offer: Offer, count: Decimal, target: Decimal, beta: float, sigma: float, wish: Wish, *, held: Decimal
) -> Leg:
    """The leg of `count` contracts with its margin; sigma is the asset's daily standard deviation.

    Raises CannotHedge when the user's leverage is more than the venue allows on this size, or leaves a margin
    that is liquidated at once.
    """
    contract, price = offer.contract, offer.price
    notional = count * contract.value(price)
    rules, coin = MarginRules.of(contract), price / contract.scale
    bracket = rules.bracket(notional, coin)
    fee = wish.fee if wish.fee is not None else contract.taker_fee
    rise = Decimal(repr(likely_rally(TARGET, sigma, wish.horizon_days)))
    needed = rules.to_survive(notional, rise, coin, fee)
    chosen = whole_leverage(notional / needed, bracket.max_leverage)
    leverage = wish.leverage if wish.leverage is not None else chosen
    if leverage > bracket.max_leverage:
        most = f"{bracket.max_leverage.normalize():f}"
        raise CannotHedge(
            f"{contract.venue} allows at most {most}x on ${notional:,.0f} of {contract.asset}. "
            f"Type /hedge {most}x or less."
        )
    margin = initial(notional, leverage)
    units = units_of(contract, count)
    closed = replace(rules, fee=max(fee, rules.fee)).liquidation(SHORT, units, price, margin)
    survived = inf if closed is None else float(closed / price - 1)
    if survived <= 0:
        raise CannotHedge(
            f"At {leverage.normalize():f}x the {contract.asset} short would be liquidated at once: its "
            f"margin is no more than the venue asks it to keep. Type /hedge {chosen}x or less."
        )
    return Leg(
        contract=contract,
        count=count,
        price=price,
        target=target,
        beta=beta,
        leverage=leverage,
        risk=rally_probability(survived, sigma, wish.horizon_days),
        extra_margin=max(needed - margin, Decimal(0)),
        margin=margin,
        liquidation=rules.liquidation(SHORT, units, price, margin),
        funding=offer.funding,
        sigma=sigma,
        held=held,
        ends_early=offer.ends_early,
    )


def units_of(contract: Contract, count: Decimal) -> Decimal:
    """USD of so many contracts at a quoted price of 1; of inverse ones at any price."""
    whole = count * contract.multiplier
    return whole if contract.inverse else whole / contract.scale
