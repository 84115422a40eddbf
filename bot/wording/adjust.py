"""Whether a hedge is still the right size, and what to trade where it is not."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, listed
from bot.wording.numbers import money, percent, quantity
from bot.wording.open_already import held, trouble
from bot.wording.ticket import order_steps, yours
from core.advice.adjust import LegChange, Review
from core.advice.drift import Drift
from core.advice.roll import NEAR_EXPIRY
from core.cost.basis import days_left
from core.hedge.ticket import Ticket
from core.outcome.leg_standing import LegStanding

NO_NEARER = "No whole contract more or less would bring it nearer."
_ZERO = Decimal(0)


def stands(seen: Review, now: datetime) -> Markup:
    """The answer while the error is not worth an order, and what the order would be."""
    changes = seen.adjustment.changes
    return lines(
        bold(f"Nothing to adjust: your hedge is {percent(seen.gap.risk, 1)} off"),
        f"Up to {percent(seen.gap.band)} is not worth an order.{_sized(seen.gap)}",
        f"If you adjusted anyway: {_all(seen)}." if changes else NO_NEARER,
        *_remarks(seen, now),
        _explained(seen.gap),
    )


def adjusted(seen: Review, tickets: Sequence[Ticket], moved: Mapping[str, Decimal], now: datetime) -> Markup:
    """The answer with the orders. moved: margin to have there first, by what it is paid in."""
    gap, changes = seen.gap, seen.adjustment.changes
    if not changes:
        return lines(
            bold(f"Nothing to place: your hedge is {percent(gap.risk, 1)} off"),
            None if seen.adjustment.stuck else NO_NEARER,
            *_remarks(seen, now),
            _explained(gap),
        )
    few = _all(seen)
    placeable = any(one.placeable for one in tickets)
    worth = f"more than {percent(gap.band)} is worth an order." if gap.outside else "that is close enough."
    return lines(
        bold(few[0].upper() + few[1:] if placeable else "Nothing to place: the change is too small"),
        f"Your hedge is {percent(gap.risk, 1)} off; {worth}{_sized(gap)}",
        *_remarks(seen, now),
        yours(tickets) if placeable else None,
        order_steps(tickets, moved),
        _explained(gap),
    )


def not_needed(reason: str, legs: Sequence[LegStanding]) -> Markup:
    """The answer where what was wished for can no longer be planned."""
    return lines(
        bold("There is no plan to adjust to"),
        reason,
        f"Open: {listed([held(leg) for leg in legs])}." if legs else None,
        f"{'/exit closes that; for' if legs else 'For'} another aim ask for a new plan: /hedge",
    )


def _sized(gap: Drift) -> str:
    """What is short in all beside what would be right, where that is something else."""
    if gap.excess is None or percent(abs(gap.excess), 1) == "0.0%":
        return ""
    short, wanted = (money(sum(each.values(), _ZERO)) for each in (gap.short, gap.wanted))
    return f" In all you are short {short}; {wanted} would be right."


def _all(seen: Review) -> str:
    return listed([_worded(each, seen) for each in seen.adjustment.changes])


def _worded(change: LegChange, seen: Review) -> str:
    """`buy back 1.89 of 21.43 ETH`, `sell 0.2 ETH more`."""
    contract = change.contract

    def coins(count: Decimal) -> str:
        return quantity(contract.quantity(abs(count), change.quote.mark))

    trade = f"{coins(change.change)} {contract.asset}"
    venues = {contract.venue, *(leg.held.venue for leg in seen.legs)}
    until = f" of {contract.expiry:%d %b}" if contract.expiry else ""
    which = f"{until} on {name_of(contract.venue)}" if len(venues) > 1 else until
    if change.held < 0:
        return f"sell your long {trade}{which}"
    if change.opens:
        return f"sell {trade}{which}{' more' if change.held else ''}"
    if not change.count:
        return f"buy back all {trade}{which}"
    return f"buy back {coins(change.change)} of {coins(change.held)} {contract.asset}{which}"


def _remarks(seen: Review, now: datetime) -> Iterator[str]:
    """What the answer rests on, and what it leaves out."""
    before, unpriced = seen.by_prices, seen.hedge.exposure.unpriced
    if before is not None and before.excess is not None:
        yield (
            f"As it was sized you would be short {percent(abs(before.excess), 1)} too "
            f"{_much(before.excess)}: since then how your coins move, what you hold, or what your aim takes "
            "has changed."
        )
    for leg in seen.adjustment.stuck:
        yield f"Left as it is: {held(leg)}, counted at the coin's price. {trouble(leg)}"
    if unpriced:
        yield f"Without {', '.join(unpriced)}: {name_of(seen.hedge.venue)} has no price."
    for leg in seen.legs:
        ends = leg.held.terms.expiry
        if ends is not None and 0 < days_left(ends, now) <= NEAR_EXPIRY:
            yield f"Your {leg.asset} future ends on {ends:%d %b %Y}: /roll moves it to the next one."


def _much(excess: Decimal) -> str:
    return "much" if excess > 0 else "little"


def _explained(gap: Drift) -> Markup:
    """What the figures mean, and what is short of each coin beside what should be."""
    rows = [
        (f"{asset}: short {money(gap.short.get(asset, _ZERO))}, wanted {money(gap.wanted.get(asset, _ZERO))}")
        for asset in gap.errors
    ]
    return folded(
        "How far it is off: the swings that the error adds, as a share of the swings of your coins. From "
        f"{percent(gap.band)} on an order is worth its cost.",
        *rows,
        "It keeps the contracts that you have; /hedge looks for the best ones anew.",
    )
