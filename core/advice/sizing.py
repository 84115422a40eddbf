"""What is stored of a hedge when its ticket is shown: why it is sized as it is, and the orders it takes."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Context, Decimal

from core.domain.contract import Contract
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.hedge.ticket import Ticket
from core.journal.episode import Sizing
from core.journal.fill import Terms
from core.journal.order import Order
from core.ranges.promised import promised

_STEP = Decimal("1e-12")
_ROOM = Context(prec=60)


def sizing(hedge: Hedge, wish: str, now: datetime) -> Sizing:
    """Why the hedge is sized as it is, and what it promises. wish: the words that ask for it behind the
    command.
    """
    return Sizing(
        at=now,
        wish=wish,
        coverage=hedge.coverage,
        betas={leg.asset: leg.beta for leg in hedge.legs},
        wanted={(leg.contract.venue, leg.contract.symbol): _wanted(leg) for leg in hedge.legs},
        beta=hedge.beta,
        benchmark=hedge.outcome.benchmark,
        r_squared=hedge.r_squared,
        only=hedge.wish.only or (_covered(hedge) if hedge.wish.without else ()),
        promise=promised(hedge),
    )


def _covered(hedge: Hedge) -> tuple[str, ...]:
    """The assets that the hedge is of, where some are left out."""
    exposure = hedge.exposure
    return tuple(sorted({*(held.asset for held in exposure.holdings), *exposure.unpriced}))


def orders(hedge: Hedge, placed: Iterable[Ticket], snapshot: Snapshot, now: datetime) -> tuple[Order, ...]:
    """The orders of those tickets that can be placed, as they are stored until they are filled.

    Raises NoData where a price is missing or too old.
    """
    legs = {leg.contract.symbol: leg for leg in hedge.legs}
    return tuple(_order(one, legs, hedge.wish.fee, snapshot, now) for one in placed if one.placeable)


def fee_rate(contract: Contract, own: Decimal | None, *, patient: bool) -> Decimal:
    """The fee to expect, a decimal of the notional. own: what the user says they pay for market orders."""
    if not patient:
        return contract.taker_fee if own is None else own
    return contract.maker_fee if own is None else min(contract.maker_fee, own)


def _order(
    one: Ticket, legs: dict[str, Leg], own_fee: Decimal | None, snapshot: Snapshot, now: datetime
) -> Order:
    quote = snapshot.quote(one.contract.symbol, now)
    leg = legs.get(one.contract.symbol)
    turned = leg is not None and leg.held < 0
    if leg is None or (turned and one.reduce_only):
        return order(one, one.change, own_fee, quote)
    return order(one, (Decimal(0) if turned else leg.held) - _wanted(leg), own_fee, quote)


def order(one: Ticket, wanted: Decimal, own_fee: Decimal | None, quote: Quote) -> Order:
    """The order of a ticket as it is stored.

    wanted: the change before rounding, above zero bought. own_fee: the user's own taker fee. quote: the
    prices from which the ticket was made.
    """
    contract = one.contract
    return Order(
        venue=contract.venue,
        symbol=contract.symbol,
        terms=Terms.of(contract),
        unit=one.unit,
        count=one.change,
        price=one.limit or quote.mark,
        index=quote.index,
        leverage=one.leverage,
        wanted=wanted,
        fee_rate=fee_rate(contract, own_fee, patient=one.limit is not None),
        mode=one.mode,
    )


def _wanted(leg: Leg) -> Decimal:
    """Contracts that should be short, before rounding."""
    return (leg.target / leg.contract.value(leg.price)).quantize(_STEP, context=_ROOM)
