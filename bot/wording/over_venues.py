"""A hedge that is split over several exchanges: what goes where, and what one that freezes would leave."""

from collections.abc import Mapping
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, listed, table
from bot.wording.numbers import contracts, money, number, percent, short_money
from core.hedge.over_venues import OverVenues, VenuePart


def split_shown(found: OverVenues) -> Markup:
    """The answer to /hedge on several exchanges."""
    names = [name_of(venue) for venue in found.venues]
    margin = sum((part.margin for part in found.parts), Decimal(0))
    placed = {part.leg.asset for part in found.parts}
    missing = [leg.asset for leg in found.hedge.legs if leg.asset not in placed]
    return lines(
        bold(f"{_orders(found)} on {listed(names)}, to hedge {percent(found.hedge.coverage)} of your coins"),
        table([("", "on", "short"), *[_row(part) for part in found.parts]]),
        *(_frozen(found, venue) for venue in found.venues),
        f"Margin to put up: {money(margin)}, each part where it is shorted; one does not back another.",
        f"None of these has a perpetual on {listed(missing)}, so that is not hedged here."
        if missing
        else None,
        folded(
            *[_detail(part) for part in found.parts],
            "Each short is split into equal parts, the cheapest exchange first by fees, spread and today's "
            "funding. A part that would be too small for an order goes to the cheapest one. An exchange that "
            "freezes, or closes what you have there (auto-deleveraging), leaves the parts at the others.",
        ),
    )


def _orders(found: OverVenues) -> str:
    return f"{len(found.parts)} orders" if len(found.parts) != 1 else "1 order"


def _row(part: VenuePart) -> tuple[str, str, str]:
    return part.leg.asset[:8], name_of(part.contract.venue)[:14], short_money(part.notional).removeprefix("+")


def _frozen(found: OverVenues, venue: str) -> str:
    return f"If {name_of(venue)} froze, {percent(found.left_without(venue))} would still be covered."


def _detail(part: VenuePart) -> str:
    return (
        f"{name_of(part.contract.venue)}: sell {contracts(part.count, part.contract)} of {part.leg.asset} at "
        f"{part.leverage.normalize():f}x."
    )


def first_have(needed: Mapping[str, Mapping[str, Decimal]]) -> str | None:
    """What margin has to be where before the orders. needed: by venue, then by what it is paid in."""
    told = [
        f"{number(amount)} {settle} on {name_of(venue)}"
        for venue, sums in needed.items()
        for settle, amount in sums.items()
    ]
    return f"First have {listed(told)}: the margin. Fees come on top." if told else None
