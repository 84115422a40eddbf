"""The ticket of a hedge: the orders to place, each in the words and units of the venue's order screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_UP, Decimal
from typing import Literal

from core.cost.depth import USUAL_SIGMA, MarketDepth
from core.domain.capital.mode import POOLED, MarginMode
from core.domain.coins.asset import STABLECOINS, as_shown
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.position import Position
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.journal.fill import Terms

Side = Literal["sell", "buy"]
"""What an order does."""
Sizes = tuple[tuple[Decimal, int], ...]
"""Pairs of contracts in an order and how many such orders there are. They are counted, not listed, because a
venue with small orders may need thousands of them.
"""

CENT = Decimal("0.01")
"""Dollars that must be transferred are rounded up to this."""
COIN_STEP = Decimal("0.00000001")
"""Coins that must be transferred are rounded up to this."""
_ZERO = Decimal(0)


@dataclass(eq=False)
class CannotClose(NoData):
    """The venue does not list a contract that is open, so its order cannot be worked out."""

    says = "{venue} does not list {symbol} now. Close it by hand on the exchange."
    venue: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """One order to place, or several alike where the venue limits the size of one."""

    contract: Contract
    """The contract to trade."""
    side: Side
    """Whether to sell or to buy."""
    count: Decimal
    """Contracts in all, above zero."""
    orders: Sizes
    """The contracts of each order with the number of such orders, together
    `count`. Empty where `count` is too small for the venue.
    """
    reduce_only: bool
    """Whether the order may only close what is open."""
    limit: Decimal | None
    """A price at which a patient order waits, one tick inside the spread, in
    quoted units; None where bid or ask is missing.
    """
    leverage: Decimal | None
    """The leverage to set before the order; None where it closes."""
    margin: Decimal
    """What must be in the futures wallet first, in `contract.settle`; fees come on top."""
    notional: Decimal
    """What the contracts are worth in USD at the mark."""
    patient: Decimal | None
    """USD that the limit order is expected to cost: the maker fee. None without a limit."""
    urgent: Decimal
    """USD that a market order is expected to cost: the taker fee, half the spread where it is known, and by
    how much a large one moves the price against itself.
    """
    mode: MarginMode = "isolated"
    """How the account backs what it opens; its margin is 0 where that is not for each short by itself."""
    days: int = 1
    """Over how many days orders so large should be spread."""
    share: Decimal | None = None
    """The share that it is of what is traded in a day; None where that is not known."""

    @property
    def placeable(self) -> bool:
        """Whether the venue takes an order this small."""
        return bool(self.orders)

    @property
    def number(self) -> int:
        """How many orders have to be placed."""
        return sum(times for _, times in self.orders)

    @property
    def change(self) -> Decimal:
        """Contracts that it adds to the position: above zero bought, below zero sold."""
        return -self.count if self.side == "sell" else self.count

    @property
    def unit(self) -> str:
        """What the venue's screen counts in: see `unit`."""
        return unit(self.contract.symbol, self.contract)


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of one contract on the way to the plan."""

    contract: Contract
    """The contract to trade."""
    side: Side
    """Whether to sell or to buy."""
    count: Decimal
    """Contracts, above zero."""
    leverage: Decimal | None = None
    """The leverage of what it opens; None where it only closes."""
    sigma: float = USUAL_SIGMA
    """The daily standard deviation of the coin."""


def tickets_of(hedge: Hedge, snapshot: Snapshot, now: datetime) -> tuple[Ticket, ...]:
    """The tickets that lead from the open positions to the plan: first what closes, then what opens.

    Raises NoData where a contract is not listed, or its price is missing or too old.
    """
    steps = [step for leg in hedge.legs for step in _to_plan(leg)]
    steps += [_to_close(position, snapshot) for position in hedge.closing if position.count]
    # Closing comes first, because it frees margin that opening may need.
    steps.sort(key=lambda step: step.leverage is not None)
    mode = hedge.wish.mode
    placed = (_ticket(step, snapshot.quote(step.contract.symbol, now), hedge.wish.fee) for step in steps)
    return tuple(in_mode(one, mode) for one in placed)


def ticket_for(
    contract: Contract,
    change: Decimal,
    quote: Quote,
    own_fee: Decimal | None,
    leverage: Decimal | None = None,
    mode: MarginMode = "isolated",
) -> Ticket:
    """The ticket that changes a position by `change` contracts: above zero bought, below zero sold.

    own_fee: the taker fee that the user set; None takes the contract's. leverage: of what it opens; without
    one the order only closes. mode: how the account backs what it opens.
    """
    step = _Step(contract, "sell" if change < 0 else "buy", abs(change), leverage)
    return in_mode(_ticket(step, quote, own_fee), mode)


def in_mode(ticket: Ticket, mode: MarginMode) -> Ticket:
    """The same where the account backs what it opens so: it has no margin of its own where it shares one."""
    return replace(ticket, mode=mode, margin=_ZERO if mode in POOLED else ticket.margin)


def unit(symbol: str, terms: Contract | Terms) -> str:
    """What the venue's order screen counts in: the coin by its name there (`1000PEPE`), or `contracts`."""
    counts_coins = not terms.inverse and terms.multiplier == terms.scale
    return as_shown(symbol, terms.asset).split("/", maxsplit=1)[0] if counts_coins else "contracts"


def first_moved(hedge: Hedge, placed: Iterable[Ticket]) -> dict[str, Decimal]:
    """What has to be at the venue first for this hedge, by what it is paid in: see `transfers`.

    Where all shorts share an account it is the cash that backs them together, less what lies there.
    """
    if hedge.backed is None:
        return transfers(placed)
    settles = [one.contract.settle for one in placed if not one.reduce_only]
    missing = (hedge.backed.cash - hedge.backed.there).quantize(CENT, ROUND_UP)
    return {settles[0]: missing} if settles and missing > 0 else {}


def transfers(placed: Iterable[Ticket]) -> dict[str, Decimal]:
    """Margin to have on the futures wallet first, by what it is paid in, rounded up; fees come on top."""
    needed: dict[str, Decimal] = {}
    for ticket in placed:
        if ticket.margin:
            settle = ticket.contract.settle
            needed[settle] = needed.get(settle, _ZERO) + ticket.margin
    return {
        settle: amount.quantize(CENT if settle in STABLECOINS else COIN_STEP, ROUND_UP)
        for settle, amount in needed.items()
    }


def inside(side: Side, quote: Quote, tick: Decimal) -> Decimal | None:
    """A price at which an order waits first in its queue: one tick better than the best, always whole ticks.

    Where there is no room for a better price it is the best one. It never trades at once. None where the
    quote has no usable bid and ask.
    """
    bid, ask = quote.bid, quote.ask
    if bid is None or ask is None or not 0 < bid < ask:
        return None
    if side == "sell":
        best = _ticks(ask, tick, ROUND_CEILING)
        return best - tick if best - tick > bid else best
    best = _ticks(bid, tick, ROUND_FLOOR)
    price = best + tick if best + tick < ask else best
    return price if price > 0 else None


def split_order(count: Decimal, contract: Contract, price: Decimal, *, reduce_only: bool = False) -> Sizes:
    """Split a count into as few orders as the venue's largest one allows, of nearly equal size and whole
    lots.

    Empty where the count is below the smallest order; one that only closes need not be worth the minimum
    notional. Contracts that are no whole lot cannot be traded and are left.
    """
    lots = int(count // contract.lot)
    least = max(contract.min_count, contract.lot) if reduce_only else contract.least(price)
    if lots * contract.lot < least:
        return ()
    most = lots if contract.max_count is None else max(int(contract.max_count // contract.lot), 1)
    orders = -(-lots // most)
    each, more = divmod(lots, orders)
    sizes = ((each + 1, more), (each, orders - more))
    return tuple((lots * contract.lot, times) for lots, times in sizes if times)


def total(orders: Sizes) -> Decimal:
    """Contracts of all these orders together."""
    return sum((size * times for size, times in orders), _ZERO)


def _to_plan(leg: Leg) -> Iterator[_Step]:
    """The steps of one leg. A long that stands in the way is closed before the short is opened."""
    if leg.held < 0:
        yield _Step(leg.contract, "sell", -leg.held, None, leg.sigma)
        yield _Step(leg.contract, "sell", leg.count, leg.leverage, leg.sigma)
    elif leg.change > 0:
        yield _Step(leg.contract, "sell", leg.change, leg.leverage, leg.sigma)
    elif leg.change < 0:
        yield _Step(leg.contract, "buy", -leg.change, None, leg.sigma)


def _to_close(position: Position, snapshot: Snapshot) -> _Step:
    contract = snapshot.contracts.get(position.symbol)
    if contract is None:
        raise CannotClose(snapshot.venue, position.symbol)
    return _Step(contract, "buy" if position.short > 0 else "sell", abs(position.count))


def _ticket(step: _Step, quote: Quote, own_fee: Decimal | None) -> Ticket:
    contract = step.contract
    reduce_only = step.leverage is None
    orders = split_order(step.count, contract, quote.mark, reduce_only=reduce_only)
    count = total(orders) or step.count
    limit = inside(step.side, quote, contract.tick)
    notional = count * contract.value(quote.mark)
    taker = contract.taker_fee if own_fee is None else own_fee
    maker = contract.maker_fee if own_fee is None else min(contract.maker_fee, own_fee)
    depth = MarketDepth.of(quote)
    spread = _half_spread(quote) if limit is not None else _ZERO
    return Ticket(
        contract=contract,
        side=step.side,
        count=count,
        orders=orders,
        reduce_only=reduce_only,
        limit=limit,
        leverage=step.leverage,
        margin=_margin(step.leverage, contract, count, quote.mark, limit) if orders else _ZERO,
        notional=notional,
        patient=None if limit is None else count * contract.value(limit) * maker,
        urgent=notional * (taker + spread + depth.impact(notional, step.sigma)),
        days=depth.days(notional),
        share=depth.share(notional),
    )


def _margin(
    leverage: Decimal | None, contract: Contract, count: Decimal, mark: Decimal, limit: Decimal | None
) -> Decimal:
    """Initial margin in the settle coin, at the dearer of mark and limit; none for an order that closes."""
    if leverage is None:
        return _ZERO
    prices = [mark] if limit is None else [mark, limit]
    if contract.inverse:
        return max(contract.quantity(count, price) for price in prices) / leverage
    return max(count * contract.value(price) for price in prices) / leverage


def _half_spread(quote: Quote) -> Decimal:
    """Half the spread as a share of the mark. Call it only with a quote that has both sides."""
    return ((quote.ask or _ZERO) - (quote.bid or _ZERO)) / 2 / quote.mark


def _ticks(price: Decimal, tick: Decimal, rounding: str) -> Decimal:
    """The price as a whole number of ticks, rounded as said."""
    return (price / tick).to_integral_value(rounding) * tick
