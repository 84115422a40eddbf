"""The answer to /exit: the orders that close a hedge, what they cost and free, and what is left to do by
hand.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from bot.reading.numbers import PRICE
from bot.reading.venues import by_specification, name_of
from bot.wording.backing import backing
from bot.wording.filled import name
from bot.wording.layout import bold, lines, listed
from bot.wording.numbers import contracts, money, quantity
from bot.wording.open_already import held, priced_as_coins, trouble
from bot.wording.ticket import order_steps, warnings, yours
from core.advice.unwind import Unwound
from core.outcome.leg_standing import LegStanding

_ZERO = Decimal(0)


def leave(closed: Sequence[Unwound], stuck: Sequence[LegStanding], *, whole: bool, now: datetime) -> Markup:
    """The whole answer. stuck: the positions for which no order can be worked out. whole: whether all of the
    hedge is closed.
    """
    traded = [one for one in closed if one.count]
    if not traded:
        return lines(
            bold("Close it by hand: I cannot work out an order now"),
            *_leftovers(closed),
            *(_by_hand(leg, now) for leg in stuck),
        )
    tickets = [one.ticket for one in traded]
    what = "your hedge" if whole else "this part of your hedge"
    return lines(
        bold(f"To close {what}: {listed([_bought(one) for one in traded])}"),
        money_line(traded),
        *warnings(tickets),
        priced_as_coins(one.leg for one in traded),
        *_leftovers(closed),
        *(_by_hand(leg, now) for leg in stuck),
        yours(tickets, "and the report follows" if whole else "and the rest goes on"),
        order_steps(tickets, {}),
    )


def money_line(closed: Iterable[Unwound]) -> str:
    """What closing costs, what it makes certain and what it frees."""
    every = list(closed)
    cost = sum((one.cost for one in every), _ZERO)
    gain = sum((one.gain for one in every), _ZERO)
    parts = [
        f"At the prices now that makes {money(gain - cost, signed=True)} for good, costs of {money(cost)} "
        "taken off."
    ]
    margins = [one.margin for one in every]
    known = [margin for margin in margins if margin is not None]
    if known:
        more = "" if len(known) == len(margins) else ", and what I do not know of"
        freed = backing(every[0].contract).freed
        parts.append(f"{freed}: {money(sum(known, _ZERO))}{more}.")
    return " ".join(parts)


def _bought(one: Unwound) -> str:
    verb = "buy back" if one.leg.side < 0 else "sell"
    until = f" of {one.contract.expiry:%d %b}" if one.contract.expiry else ""
    return f"{verb} {quantity(one.contract.quantity(one.count, one.quote.mark))} {one.contract.asset}{until}"


def _leftovers(closed: Iterable[Unwound]) -> list[str]:
    """Names what is too small for the venue to trade by itself."""
    return [
        f"Left over: {contracts(one.leftover, one.contract)} on {name_of(one.contract.venue)}, "
        + (
            "no whole step there. "
            if one.count
            else f"less than its smallest order of {contracts(_least(one), one.contract)}. "
        )
        + "Its button Close position takes it, too."
        for one in closed
        if one.leftover
    ]


def _least(one: Unwound) -> Decimal:
    return max(one.contract.min_count, one.contract.lot)


def _by_hand(leg: LegStanding, now: datetime) -> Markup:
    """What to do about a position that cannot be priced now, with the count that the book knows."""
    side, verb = ("bought", "Buy") if leg.side < 0 else ("sold", "Sell")
    count = f"{abs(leg.held.count).normalize():f}"
    tell = Markup("<code>/filled {} {} {} contracts at {} on {}</code>").format(
        side, name(leg.held.symbol, leg.held.terms), count, PRICE, leg.held.venue
    )
    only = "" if by_specification(leg.held.venue) else "reduce-only, "
    ended = leg.held.terms.expiry is not None and leg.held.terms.expiry <= now
    if ended:
        return lines(
            f"{held(leg)}: it ended on {leg.held.terms.expiry:%d %b %Y} and the exchange has settled it. "
            "Tell me at what price:",
            tell,
        )
    if leg.resized:
        return lines(f"{held(leg)}: {trouble(leg)} Close it there with its button Close position.")
    return lines(
        f"{held(leg)}: {trouble(leg)} There by hand: {verb}, Market, {only}exactly "
        f"{contracts(abs(leg.held.count), leg.held.terms)}, or its button Close position. Then tell me the "
        "price:",
        tell,
    )
