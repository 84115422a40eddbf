"""What is told of what a short earns or costs by being open: funding, basis."""

from collections.abc import Mapping
from decimal import Decimal

from bot.wording.facts import Facts
from bot.wording.told.pieces import (
    NOTHING,
    TICKET,
    Telling,
    costs,
    counted,
    dollars,
    exact,
    figured,
    priced,
    put,
    size,
)

EXPLAINED = "Funding is what one side of these contracts pays the other every few hours."
LASTING = (
    "What to do: wait a day or two, it often turns back. If it lasts, a future with an end date has no "
    "funding: /basis compares them. The ticket closes your {what}."
)


def _funding(told: Facts) -> str | None:
    if told.figure == "pays":
        return put("Your hedge {costs} a day in funding", costs=costs(told, "day"))
    rate = told.number("rate")
    if rate is None:
        return None
    verb = "pay" if rate < 0 else "get"
    first = "now " if told.figure == "flip" else ""
    rare = ", unusual" if told.figure == "extreme" else ""
    return f"{told.subject} shorts {first}{verb} {_rate(abs(rate))} {_each(told)}{rare}"


def _rate(rate: Decimal) -> str:
    """`0.0125%`."""
    return f"{rate.scaleb(2).quantize(Decimal('0.0001')).normalize():f}%"


def _each(told: Facts) -> str:
    hours = told.number("hours")
    if hours is None or hours <= 0:
        return "each time"
    return "each hour" if hours == 1 else f"every {counted(hours, 'hour')}"


def _funding_limit(told: Facts) -> str | None:
    limit = told.number("threshold")
    if told.figure == "flip":
        return "when it changes sides"
    if told.figure == "extreme":
        return put(
            "{limit} times its usual swing", limit=figured(lambda times: f"{times.normalize():f}", limit)
        )
    if limit is None or told.side not in ("above", "below"):
        return None
    who = "your hedge" if told.figure == "pays" else "shorts"
    return paid(who, limit, told.side, "" if told.figure == "rate" else " a year")


def paid(who: str, limit: Decimal, side: str, per: str) -> str:
    """A limit of funding without its sign: `shorts pay over 0.01%`, `your hedge gets under 5% a year`."""
    ending = "" if who.endswith("s") else "s"
    if limit == 0:
        return f"{who} pay{ending} anything" if side == "below" else f"{who} get{ending} paid"
    verb = f"pay{ending}" if limit < 0 else f"get{ending}"
    over = (side == "above") == (limit > 0)
    return f"{who} {verb} {'over' if over else 'under'} {exact(abs(limit))}{per}"


def _funding_dollars(told: Facts) -> str | None:
    if told.figure == "pays":
        return put("That is for shorts of {short}.", short=dollars(told, "short"))
    return put(
        "Your short of {short} {costs} a day at this rate.",
        short=dollars(told, "short"),
        costs=costs(told, "day"),
    )


def _funding_year(told: Facts) -> str | None:
    return put(
        "If it stayed so: {year} a year. {explained}", year=size(told.number("apr")), explained=EXPLAINED
    )


def _funding_todo(told: Facts) -> str:
    return LASTING.format(what="hedge" if told.figure == "pays" else "short") if _costs(told) else NOTHING


def _costs(told: Facts) -> bool:
    """Whether the user pays."""
    income = told.number("day")
    return income is not None and income < 0


def _funding_ways(told: Facts) -> Mapping[str, str]:
    """A ticket for whom it costs, a plan for who has nothing open in it."""
    look = {"Funding": f"/funding {told.subject}"}
    if _costs(told):
        every = told.figure == "pays"
        return {TICKET: f"/exit {told.subject if every else told.position}", **look}
    return {**look, "Positions": "/positions"} if told.number("day") else {**look, "Plan a hedge": "/hedge"}


def _basis(told: Facts) -> str | None:
    yearly = told.number("value")
    way = "under" if yearly is not None and yearly < 0 else "over"
    return put("{coin} future: {size} a year {way} the coin", coin=told.subject, size=size(yearly), way=way)


def _basis_limit(told: Facts) -> str | None:
    if told.figure == "flip":
        return "when it changes sides"
    limit, side = told.number("threshold"), told.side
    if limit is None or side not in ("above", "below"):
        return None
    if limit == 0:
        return f"{'under' if side == 'below' else 'over'} the coin"
    way = "under" if limit < 0 else "over"
    more = "more" if (side == "above") == (limit > 0) else "less"
    return f"{more} than {exact(abs(limit))} a year {way} the coin"


def _basis_prices(told: Facts) -> str | None:
    return put(
        "The future is at {future}, the coin at {spot}.",
        future=priced(told, "future"),
        spot=priced(told, "spot"),
    )


def _basis_dollars(told: Facts) -> str | None:
    return put(
        "It ends at the coin's price, so your short of {short} {costs} a day until then.",
        short=dollars(told, "short"),
        costs=costs(told, "day"),
    )


def _basis_todo(told: Facts) -> str:
    if not _costs(told):
        return NOTHING
    return (
        "What to do: nothing is urgent. The button Basis shows whether a contract without an end costs less; "
        "the ticket closes this one."
    )


def _basis_ways(told: Facts) -> Mapping[str, str]:
    look = {"Basis": f"/basis {told.subject}", "Positions": "/positions"}
    return {TICKET: f"/exit {told.position}", **look} if _costs(told) else look


FUNDING = Telling(_funding, _funding_limit, (_funding_dollars, _funding_year), _funding_todo, _funding_ways)
BASIS = Telling(_basis, _basis_limit, (_basis_prices, _basis_dollars), _basis_todo, _basis_ways)
