"""Notices about what a short earns or costs by being open: funding and basis."""

from collections.abc import Mapping
from decimal import Decimal

from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import (
    NOTHING,
    TICKET,
    Telling,
    costs,
    counted,
    dollars,
    exact_text,
    figured,
    left_out,
    priced,
    put,
    share,
    size_told,
)
from bot.wording.notices.told_facts import ToldFacts
from bot.wording.numbers import money
from core.alert.rule import Rule

EXPLAINED = "Funding is what one side of these contracts pays the other every few hours."
FEW = Decimal(5)
"""USD a day that are not worth an order."""
LITTLE = "What to do: nothing, it is little money; funding often turns back by itself."
PATIENT = (
    "What to do: nothing yet, funding often turns back. Closing and opening again costs about {reopen} in "
    "fees, as much as {days} of this. If it lasts, a future with an end date has no funding: /basis compares "
    "them."
)
AT_ONCE = (
    "What to do: act today. A day of waiting costs {cost}, closing and opening again about {reopen} in fees. "
    "A future with an end date has no funding: /basis compares them. The ticket closes your {what}."
)
UNWEIGHED = (
    "What to do: see whether it lasts. A future with an end date has no funding: /basis compares them. The "
    "ticket closes your {what}."
)


def _funding(told: ToldFacts) -> str | None:
    if told.figure == "pays":
        return put("Your hedge {costs} a day in funding", costs=costs(told.facts.day))
    rate = told.facts.rate
    if rate is None:
        return None
    verb = "pay" if rate < 0 else "get"
    first = "now " if told.figure == "flip" else ""
    rare = ", unusual" if told.figure == "extreme" else ""
    return f"{told.subject} shorts {first}{verb} {_rate(abs(rate))} {_each(told)}{rare}"


def _rate(rate: Decimal) -> str:
    """`0.0125%`."""
    return f"{rate.scaleb(2).quantize(Decimal('0.0001')).normalize():f}%"


def _each(told: ToldFacts) -> str:
    hours = told.facts.hours
    if hours is None or hours <= 0:
        return "each time"
    return "each hour" if hours == 1 else f"every {counted(hours, 'hour')}"


def _funding_limit(told: ToldFacts) -> str | None:
    limit = told.facts.threshold
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
    return f"{who} {verb} {'over' if over else 'under'} {exact_text(abs(limit))}{per}"


def _funding_dollars(told: ToldFacts) -> str | None:
    if told.figure == "pays":
        return put(
            "That is for shorts of {short}{left}.", short=dollars(told.facts.short), left=left_out(told)
        )
    return put(
        "Your short of {short} {costs} a day at this rate.",
        short=dollars(told.facts.short),
        costs=costs(told.facts.day),
    )


def _funding_year(told: ToldFacts) -> str | None:
    return put(
        "If it stayed so: {year} a year. {explained}", year=size_told(told.facts.apr), explained=EXPLAINED
    )


def _funding_todo(told: ToldFacts) -> str:
    """What to do, weighed in dollars: a day of waiting beside closing now and opening again later."""
    day, reopen = told.facts.day, told.facts.reopen
    if day is None or day >= 0:
        return NOTHING
    if -day < FEW:
        return LITTLE
    what = "hedge" if told.figure == "pays" else "short"
    if reopen is None or reopen <= 0:
        return UNWEIGHED.format(what=what)
    if -day >= reopen:
        return AT_ONCE.format(cost=money(-day), reopen=money(reopen), what=what)
    return PATIENT.format(reopen=money(reopen), days=counted(round(reopen / -day) or 1, "day"))


def _pressing(told: ToldFacts) -> bool:
    """Whether the amount is worth an order: closing is not offered over a few dollars."""
    day, reopen = told.facts.day, told.facts.reopen
    return day is not None and day < 0 and -day >= FEW and (reopen is None or -day >= reopen)


def _costs(told: ToldFacts) -> bool:
    """Whether the user pays."""
    income = told.facts.day
    return income is not None and income < 0


def _funding_ways(told: ToldFacts) -> Mapping[str, str]:
    """A ticket for a user whom it costs money, a plan for one who has nothing open in it."""
    look = {"Funding": f"/funding {told.subject}"}
    if _pressing(told):
        every = told.figure == "pays"
        return {TICKET: f"/exit {told.subject if every else told.position}", **look}
    if _costs(told):
        return {**look, "Compare": f"/basis {told.subject}", "Positions": "/positions"}
    return {**look, "Positions": "/positions"} if told.facts.day else {**look, "Plan a hedge": "/hedge"}


def _basis(told: ToldFacts) -> str | None:
    yearly = told.facts.value
    way = "under" if yearly is not None and yearly < 0 else "over"
    return put(
        "{coin} future: {size} a year {way} the coin", coin=told.subject, size=size_told(yearly), way=way
    )


def _basis_limit(told: ToldFacts) -> str | None:
    if told.figure == "flip":
        return "when it changes sides"
    limit, side = told.facts.threshold, told.side
    if limit is None or side not in ("above", "below"):
        return None
    if limit == 0:
        return f"{'under' if side == 'below' else 'over'} the coin"
    way = "under" if limit < 0 else "over"
    more = "more" if (side == "above") == (limit > 0) else "less"
    return f"{more} than {exact_text(abs(limit))} a year {way} the coin"


def _basis_prices(told: ToldFacts) -> str | None:
    return put(
        "The future is at {future}, the coin at {spot}.",
        future=priced(told.facts.future),
        spot=priced(told.facts.spot),
    )


def _basis_dollars(told: ToldFacts) -> str | None:
    return put(
        "It ends at the coin's price, so your short of {short} {costs} a day until then.",
        short=dollars(told.facts.short),
        costs=costs(told.facts.day),
    )


def _basis_todo(told: ToldFacts) -> str:
    if not _costs(told):
        return NOTHING
    return (
        "What to do: nothing is urgent. The button Basis shows whether a contract without an end costs less; "
        "the ticket closes this one."
    )


def _basis_ways(told: ToldFacts) -> Mapping[str, str]:
    look = {"Basis": f"/basis {told.subject}", "Positions": "/positions"}
    return {TICKET: f"/exit {told.position}", **look} if _costs(told) else look


_FUNDING = Telling(_funding, _funding_limit, (_funding_dollars, _funding_year), _funding_todo, _funding_ways)
_BASIS = Telling(_basis, _basis_limit, (_basis_prices, _basis_dollars), _basis_todo, _basis_ways)


def _payers(rule: Rule) -> Mapping[str, str]:
    """Who pays or gets how much, for each limit."""
    who = "your hedge" if rule.figure == "pays" else "shorts"
    per = "" if rule.figure == "rate" else " a year"
    return {"paid": " and ".join(paid(who, tier, rule.side, per) for tier in rule.tiers)}


def _income(rule: Rule, value: Decimal) -> str | None:
    """`shorts get 0.0081%`, `your hedge pays 3.2% a year`."""
    verb = "pay" if value < 0 else "get"
    if rule.figure == "extreme":
        return None
    if rule.figure == "pays":
        return f"your hedge {verb}s {share(abs(value))} a year"
    return f"shorts {verb} {_fine_share(abs(value))}{'' if rule.figure == 'rate' else ' a year'}"


def _fine_share(part: Decimal) -> str:
    """A share that may be as small as a funding rate."""
    small = abs(part) < Decimal("0.01")
    return f"{part.scaleb(2).quantize(Decimal('0.0001')).normalize():f}%" if small else share(part) or ""


_PAID = "funding{of}: {paid}"
_SHORTS = " of your shorts"
WORDS = {
    "funding": KindWords(
        order=70,
        about={
            "rate": _PAID,
            "apr": _PAID,
            "extreme": "funding{of} over {limits} times its usual swing",
            "pays": _PAID,
        },
        of_all={"rate": _SHORTS, "apr": _SHORTS, "extreme": _SHORTS},
        watched="funding to pay",
        parts=_payers,
        standing=_income,
        telling=_FUNDING,
    ),
    "basis": KindWords(
        order=90,
        about={"yearly": "basis{of} {side} {limits} a year"},
        of_all={"yearly": " of your futures"},
        telling=_BASIS,
    ),
}
