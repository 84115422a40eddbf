"""How an open hedge stands: what it and the coins made, each position, and which figures are missing."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import by_specification, name_of
from bot.wording.filled import backed_by
from bot.wording.layout import WIDTH, bold, folded, lines, listed, table
from bot.wording.numbers import (
    contracts,
    day,
    money,
    percent,
    price,
    safety,
    short_money,
    short_price,
    whose_coins,
)
from bot.wording.open_already import priced_as_coins, trouble
from bot.wording.portfolio import ago, short_quantity
from bot.wording.report import rough
from core.domain.coins.asset import as_shown
from core.journal.held import decimal
from core.outcome.leg_standing import LegStanding
from core.outcome.standing import Standing

SHARED = "shared"
"""Stands for the liquidation price of a short that is liquidated with its account, and not by itself."""
UNKNOWN = "?"
"""Stands in a table for a figure that is not known now; the text below says why."""
NONE_OPEN = "You have no open hedge"
MADE = (
    "Made: what the short gained or lost since it was opened, at the price now, with what was closed of it. "
    "Fees are taken off the total of the hedge."
)
ENDS = {
    False: "Liquid.: the price at which the exchange closes it, its margin lost, and how far away that is. "
    "Funding: payments between shorts and longs at set hours, received so far; each is worked out with the "
    "coin's last price known before it. "
    "Safety: margin and gain over the least that the exchange asks for; at 1x it closes the short. "
    "Funding is not counted in it, nor other money in your futures wallet.",
    True: "Liquid.: the price at which I expect your broker to ask for more cash or to close it, and how far "
    "away that is. Safety: the cash counted for it and its gain over the least that I assume your broker "
    "asks for; at 1x it does that. Other cash there is not counted. Futures with an end date pay no funding.",
}
"""What the figures at the end of a position mean, at an exchange and at a broker."""
COVERS = (
    "It covers: by how your coins moved when the hedge was sized, at the prices now. /adjust measures how "
    "they move today, so its figures may differ a little."
)


def positions_message(standing: Standing, accounts: Markup | None = None) -> Markup:
    """The whole answer to /positions. accounts: what is said of those that back several shorts together."""
    return lines(
        bold(standing_headline(standing)),
        accounts,
        _unhedged(standing),
        coverage_now(standing),
        *map(_in_short, standing.open[:MOST_IN_SHORT]),
        _and_others(standing.open),
        *_left_out(standing),
        _age(standing),
        folded(
            *_tables(standing.open),
            *map(_details, standing.legs),
            MADE,
            *[ENDS[kind] for kind in sorted(_apart(standing.legs))],
            COVERS if standing.target is not None else None,
        ),
    )


def _apart(legs: Sequence[LegStanding]) -> set[bool]:
    """Whether positions with a margin of their own lie at a broker: True, at an exchange: False."""
    return {by_specification(leg.held.venue) for leg in legs if not leg.held.pooled}


MOST_IN_SHORT = 4
"""Positions that are told one by one before the details."""


def _in_short(leg: LegStanding) -> str:
    """`ETH short 7.28: +$1,240, liquidated at $8,306 (+99%)`."""
    at = _liquidated(leg)
    ends = "" if at in ("never", SHARED) else f", liquidated at {at}"
    if at == UNKNOWN:
        ends = ", liquidation price not known"
    elif _distance(leg) and at not in ("never", SHARED):
        ends = f"{ends} ({_distance(leg)})"
    made = "gain not known" if _made(leg) == UNKNOWN else _made(leg)
    return f"{leg.asset} {_side(leg)} {_coins(leg)}: {made}{ends}"


def _and_others(legs: Sequence[LegStanding]) -> str | None:
    more = len(legs) - MOST_IN_SHORT
    return f"and {more} more, in the details." if more > 0 else None


def no_positions() -> Markup:
    """The answer to who has nothing open: how to begin."""
    return lines(
        bold(NONE_OPEN),
        "Plan one: /hedge. Place its orders yourself, then tell me with /filled.",
        "Have one already? /position add short 2.14 ETH at 3500",
    )


def standing_headline(standing: Standing) -> str:
    """`Hedge -$1,204, coins +$1,350: +$146 in all since 3 Jun`."""
    began = day(standing.began, standing.now)
    hedge = "not known now" if standing.hedge is None else _signed(standing.hedge)
    coins = "not known now" if standing.spot is None else _signed(standing.spot)
    known = standing.net is not None
    whole = f": {_signed(standing.net)} in all" if standing.net is not None else ""
    partly = ", as far as known," if known and not standing.whole else ""
    return f"Hedge {hedge}, coins {coins}{whole}{partly} since {began}"


def _unhedged(standing: Standing) -> str | None:
    if standing.spot is None:
        return None
    return f"Without the hedge you would stand at {_signed(standing.spot)}."


def coverage_now(standing: Standing) -> str | None:
    """How much of the risk is covered now, beside the share that was wanted."""
    if standing.coverage is not None and standing.target is not None:
        return (
            f"It covers {percent(standing.coverage)} of {whose_coins(standing.only)} risk now; you aimed at "
            f"{percent(standing.target)}."
        )
    if standing.target is not None:
        return f"How much it covers now is not known; you aimed at {percent(standing.target)}."
    if standing.shorted is None or standing.worth is None:
        return None
    return f"{_short_of(standing.shorted)}, for {money(standing.worth)} of coins."


def _short_of(shorted: Decimal) -> str:
    return f"{'Short' if shorted >= 0 else 'Long'} {money(abs(shorted))} in all"


def _left_out(standing: Standing) -> list[str]:
    """What the totals leave out, and why."""
    found = [
        f"Without the {leg.asset} {_side(leg)}: {trouble(leg)}"
        for leg in standing.legs
        if leg.trouble and not leg.quote
    ]
    if standing.unfunded:
        found.append(
            f"Without the funding of {listed(list(standing.unfunded))}: its record cannot be had now."
        )
    if standing.unpriced:
        found.append(f"Without {listed(list(standing.unpriced))}: no price is known.")
    if spot := priced_as_coins(standing.open):
        found.append(spot)
    if standing.rough:
        found.append(rough(standing.rough))
    closed = [leg.asset for leg in standing.legs if not leg.held.count]
    if closed:
        found.append(f"With what the closed {listed(closed)} made.")
    unknown = [leg.asset for leg in standing.open if leg.held.margin is None and not leg.held.pooled]
    if unknown:
        example = f"/position {unknown[0]} margin 500"
        found.append(f"No liquidation price for {listed(unknown)}: tell me the margin, {example}")
    return found


def _age(standing: Standing) -> str | None:
    if standing.age is None:
        return None
    venues = sorted({name_of(leg.held.venue) for leg in standing.open if leg.quote})
    return f"Prices: {listed(venues)}, {ago(standing.age)}."


def _tables(legs: Sequence[LegStanding]) -> list[Markup]:
    """A row for each position. Its figures are spread over as few tables as a phone is wide enough for."""
    names = ["short" if all(leg.side < 0 for leg in legs) else "", *map(_name, legs)]
    found, columns = [], [names]
    pooled = all(leg.held.pooled for leg in legs)
    for label, figure in _FIGURES.items():
        if pooled and label in _OWN:
            continue
        column = [label, *map(figure, legs)]
        if len(columns) > 1 and _width([*columns, column]) > WIDTH:
            found.append(columns)
            columns = [names]
        columns = [*columns, column]
    return [table(zip(*each, strict=True)) for each in [*found, columns]]


def _width(columns: Sequence[Sequence[str]]) -> int:
    return sum(1 + max(map(len, column)) for column in columns) - 1


def _name(leg: LegStanding) -> str:
    return leg.asset[:9] if leg.side < 0 else f"{leg.asset[:9]} {_side(leg)}"


def _side(leg: LegStanding) -> str:
    return {1: "long", -1: "short", 0: "closed"}[leg.side]


def _coins(leg: LegStanding) -> str:
    """The size in coins, whatever unit the venue counts in."""
    return short_quantity(abs(decimal(leg.held.coins)))


def _entry(leg: LegStanding) -> str:
    return short_price(decimal(leg.held.entry))


def _mark(leg: LegStanding) -> str:
    return UNKNOWN if leg.quote is None else short_price(leg.quote.mark)


def _made(leg: LegStanding) -> str:
    return UNKNOWN if leg.unrealised is None else short_money(leg.unrealised + leg.realised)


def _funding(leg: LegStanding) -> str:
    return UNKNOWN if leg.funding is None else short_money(leg.funding)


def _liquidated(leg: LegStanding) -> str:
    if leg.held.pooled:
        return SHARED
    if not leg.margin_known:
        return UNKNOWN
    return "never" if leg.liquidation is None else short_price(leg.liquidation)


def _distance(leg: LegStanding) -> str:
    """How far away liquidation is; `past it` where the price has been there already."""
    if leg.lost:
        return "reached"
    if leg.held.pooled:
        return ""
    if leg.distance is None:
        # Empty where no price liquidates it, as a coin-margined short at 1x.
        return "" if leg.margin_known and leg.liquidation is None else UNKNOWN
    if leg.distance * leg.side >= 0:
        return "past it"
    return f"{'+' if leg.distance > 0 else '-'}{percent(abs(leg.distance))}"


def _safety(leg: LegStanding) -> str:
    if leg.lost:
        return "none"
    if leg.held.pooled:
        return ""
    return safety(leg.health) if leg.margin_known and leg.quote else UNKNOWN


_FIGURES: dict[str, Callable[[LegStanding], str]] = {
    "coins": _coins,
    "entry": _entry,
    "now": _mark,
    "made": _made,
    "funding": _funding,
    "liquid.": _liquidated,
    "that is": _distance,
    "safety": _safety,
}
"""The columns that are shown of each open position, from left to right."""
_OWN = frozenset({"liquid.", "that is", "safety"})
"""Those of a position with a margin of its own alone."""


def _details(leg: LegStanding) -> Markup:
    held = leg.held
    rows = [
        ("venue", name_of(held.venue)),
        ("open", contracts(abs(held.count), held.terms) if held.count else "nothing"),
        ("entry", price(decimal(held.entry))),
        ("price now", price(leg.quote.mark) if leg.quote else "not known"),
        ("open part made", _known(leg.unrealised)),
        ("closed part made", _known(leg.realised)),
        ("funding", _known(leg.funding)),
        ("fees", money(-decimal(held.fees), signed=True)),
        ("margin", backed_by(held).removeprefix("margin ")),
    ]
    if leg.contract and leg.contract.brackets_assumed:
        rows.append(("margin rate", "assumed, cautious"))
    return lines(bold(f"{leg.asset} {_side(leg)}: {as_shown(held.symbol, leg.asset)}"), table(rows))


def _known(amount: Decimal | None) -> str:
    return "not known" if amount is None else money(amount, signed=True)


def _signed(amount: Decimal) -> str:
    return money(amount, signed=True)
