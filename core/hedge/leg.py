"""One contract of a hedge: how many to short, at what leverage, and when the position would be liquidated."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from math import inf

from core.cost.depth import NOT_KNOWN, MarketDepth
from core.cost.funding import Income, Record, record
from core.cost.short import share_of_cost
from core.domain.contract import Bracket, Contract
from core.domain.errors import NoData
from core.domain.quote import FundingRate
from core.domain.snapshot import Snapshot
from core.hedge.unmet import LiquidatedAtOnce, TooMuchLeverage
from core.hedge.wish import Wish
from core.margin import (
    TARGET,
    MarginRules,
    initial,
    likely_rally,
    rallies_of,
    rally_probability,
    whole_leverage,
)

SHORT = -1
"""The side of a short in formulas; a long is +1."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A contract that can be shorted now."""

    contract: Contract
    """The contract."""
    price: Decimal
    """Its mark price, in quoted units."""
    funding: FundingRate | None
    """Its funding rate; None for a dated future, and where it is not known."""
    ends_early: bool = False
    """Whether it expires before the horizon ends, because none that lasts longer is listed."""
    record: Record | None = None
    """What its past funding says; None for a dated future, and where that is not known."""
    depth: MarketDepth = NOT_KNOWN
    """How much is going on in it."""
    cost: float = 0.0
    """What shorting it over the horizon should cost, as a share of the notional; below zero it pays."""

    @property
    def least(self) -> Decimal:
        """What the smallest order is worth in USD."""
        return self.contract.least(self.price) * self.contract.value(self.price)


@dataclass(frozen=True, slots=True)
class Leg:
    """One contract to short, with the margin behind it."""

    contract: Contract
    """The contract."""
    count: Decimal
    """How many contracts should be short in the end."""
    price: Decimal
    """The mark price, in quoted units."""
    target: Decimal
    """USD that were to be short before rounding."""
    beta: float
    """USD short per USD of the portfolio at full coverage, before rounding."""
    leverage: Decimal
    """The leverage to set at the venue."""
    risk: float
    """The probability that the position is liquidated within the horizon at this leverage."""
    extra_margin: Decimal
    """USD to put on top of `margin`, so that the risk is no more than `core.margin.TARGET`."""
    margin: Decimal
    """USD that are set aside for the position at this leverage."""
    liquidation: Decimal | None
    """The price, in quoted units, at which it is liquidated; None if no price above zero does that."""
    funding: FundingRate | None
    """The funding rate; None for a dated future, and where it is not known."""
    sigma: float
    """The daily standard deviation of the asset."""
    held: Decimal = Decimal(0)
    """Contracts of it that are short already; below zero where the position is long."""
    ends_early: bool = False
    """As in `Offer`."""
    record: Record | None = None
    """As in `Offer`."""
    depth: MarketDepth = NOT_KNOWN
    """As in `Offer`."""

    @property
    def change(self) -> Decimal:
        """Contracts still to sell to get from what is open to `count`; below zero, contracts to buy back."""
        return self.count - self.held

    @property
    def safe(self) -> bool:
        """Whether the leverage alone keeps the risk at the target."""
        return self.extra_margin == 0

    @property
    def distance(self) -> Decimal | None:
        """The rise, a decimal, at which the short is liquidated; None if no rise does that."""
        return None if self.liquidation is None else self.liquidation / self.price - 1

    @property
    def orders(self) -> int:
        """How many market orders the change takes, where the venue limits the size of one."""
        most = self.contract.max_count
        if most is None:
            return 1
        # The largest order that is also a whole number of lots; a venue may publish a limit that is none.
        whole = max(most // self.contract.lot, Decimal(1)) * self.contract.lot
        return max(int((abs(self.change) / whole).to_integral_value(ROUND_CEILING)), 1)

    @property
    def share(self) -> Decimal | None:
        """The share that it is of what is traded in the contract in a day; None where that is not known."""
        return self.depth.share(self.notional)

    @property
    def at_bound(self) -> bool:
        """Whether it is as large as its market has room for, as far as whole lots allow."""
        room = self.depth.room
        step = self.contract.lot * self.contract.value(self.price)
        return room is not None and self.target >= room - step

    @property
    def asset(self) -> str:
        return self.contract.asset

    @property
    def notional(self) -> Decimal:
        """What the contracts are worth in USD."""
        return self.count * self.contract.value(self.price)

    @property
    def units(self) -> Decimal:
        """What the contracts would be worth in USD at a quoted price of 1; of inverse ones, at any price."""
        return units_of(self.contract, self.count)

    @property
    def quantity(self) -> Decimal:
        """How many coins are short."""
        return self.contract.quantity(self.count, self.price)

    @property
    def income(self) -> Decimal | None:
        """USD a day that funding should pay: the mean on record, today's rate where there is none.

        Below zero it costs. None where neither is known, 0 for a dated future.
        """
        flow = self._flow
        return self.income_now if flow.mean is None else flow.mean

    @property
    def income_now(self) -> Decimal | None:
        """The same at today's rate; None where that is not known."""
        return self._flow.now if self.contract.perpetual else Decimal(0)

    @property
    def _flow(self) -> Income:
        return Income(self.contract, self.notional, self.funding, self.record)


def offers(snapshot: Snapshot, assets: Iterable[str], wish: Wish, now: datetime) -> dict[str, Offer]:
    """For each asset, the contract of the wished kind that can be shorted here and has a fresh price.

    One that takes no new shorts, or whose announced end comes before the horizon's, is left out. A venue with
    only dated futures offers those whatever the wish. Of dated futures it is the first that lasts for the
    horizon, otherwise the last.
    """
    found: dict[str, Offer] = {}
    dated = wish.kind == "quarterly" or (snapshot.dated_only and not wish.inverse)
    until = now + timedelta(days=wish.horizon_days)
    for asset in dict.fromkeys(assets):
        contract = snapshot.dated(asset, until) if dated else snapshot.perpetual(asset, inverse=wish.inverse)
        # A snapshot may be older than the end of a contract in it.
        if contract is None or (contract.expiry is not None and contract.expiry <= now):
            continue
        if not contract.offered(until):
            continue
        # A price that is too old or missing leaves the coin without an offer: nothing may be sized on it, and
        # the coin's risk goes to the other legs.
        try:
            quote = snapshot.quote(contract.symbol, now)
        except NoData:
            continue
        early = contract.expiry is not None and contract.expiry < until
        past = snapshot.settled.get(contract.symbol)
        known = record(past, now) if past is not None and contract.perpetual else None
        cost = share_of_cost(snapshot, contract, wish.horizon_days, now, fee=wish.fee, record=known)
        found[asset] = Offer(
            contract,
            quote.mark,
            snapshot.funding.get(contract.symbol),
            early,
            known,
            MarketDepth.of(quote),
            cost,
        )
    return found


@dataclass(frozen=True, slots=True)
class PutUp:
    """What an isolated short of one size takes."""

    needed: Decimal
    """USD of margin at which its liquidation is as likely as `core.margin.TARGET`."""
    chosen: Decimal
    """The whole leverage with at least so much margin."""
    leverage: Decimal
    """That one, or the user's own."""
    margin: Decimal
    """USD of margin at this leverage."""
    bracket: Bracket
    """The venue's bracket of a position of this size."""


def put_up(offer: Offer, notional: Decimal, sigma: float, wish: Wish) -> PutUp:
    """The margin of an isolated short worth `notional` USD. sigma: daily standard deviation of the asset."""
    contract, rules = offer.contract, MarginRules.of(offer.contract)
    coin = offer.price / contract.scale
    bracket = rules.bracket(notional, coin)
    coins = rallies_of(contract.asset)
    rise = Decimal(repr(likely_rally(TARGET, sigma, wish.horizon_days, coins)))
    needed = rules.to_survive(notional, rise, coin, fee_of(offer, wish))
    # Rounded down to a whole number: most venues take no other, and up would be past the odds aimed at.
    chosen = whole_leverage(notional / needed, bracket.max_leverage)
    leverage = wish.leverage if wish.leverage is not None else chosen
    return PutUp(needed, chosen, leverage, initial(notional, leverage), bracket)


def fee_of(offer: Offer, wish: Wish) -> Decimal:
    """The taker fee, a decimal of the notional: the user's own, or the contract's."""
    return offer.contract.taker_fee if wish.fee is None else wish.fee


def open_leg(
    offer: Offer, count: Decimal, target: Decimal, beta: float, sigma: float, wish: Wish, *, held: Decimal
) -> Leg:
    """The leg of `count` contracts, with its leverage, margin and liquidation price.

    target: USD wanted before rounding. beta: as in `Leg`. sigma: daily standard deviation of the asset. held:
    contracts that are short already.

    Raises CannotHedge when the user's leverage is more than the venue allows for this size, or leaves so
    little margin that the position would be liquidated at once.
    """
    contract, price = offer.contract, offer.price
    notional = count * contract.value(price)
    rules, fee = MarginRules.of(contract), fee_of(offer, wish)
    put = put_up(offer, notional, sigma, wish)
    leverage, margin, most = put.leverage, put.margin, put.bracket.max_leverage
    if leverage > most:
        raise TooMuchLeverage(contract.venue, contract.asset, notional, most.normalize())
    units = units_of(contract, count)
    # The fee of buying back comes out of the same margin, so the risk is judged as if it had to be left, also
    # at venues that do not ask for it.
    closed = replace(rules, fee=max(fee, rules.fee)).liquidation(SHORT, units, price, margin)
    survived = inf if closed is None else float(closed / price - 1)
    if survived <= 0:
        raise LiquidatedAtOnce(contract.asset, leverage.normalize(), put.chosen)
    return Leg(
        contract=contract,
        count=count,
        price=price,
        target=target,
        beta=beta,
        leverage=leverage,
        # The odds count the closing fee, the price that is told does not: it is to be the one that the
        # venue's own screen shows.
        risk=rally_probability(survived, sigma, wish.horizon_days, rallies_of(contract.asset)),
        extra_margin=max(put.needed - margin, Decimal(0)),
        margin=margin,
        liquidation=rules.liquidation(SHORT, units, price, margin),
        funding=offer.funding,
        sigma=sigma,
        held=held,
        ends_early=offer.ends_early,
        record=offer.record,
        depth=offer.depth,
    )


def units_of(contract: Contract, count: Decimal) -> Decimal:
    """What `count` contracts would be worth in USD at a quoted price of 1;
    inverse ones are worth that at any price.
    """
    whole = count * contract.multiplier
    return whole if contract.inverse else whole / contract.scale
