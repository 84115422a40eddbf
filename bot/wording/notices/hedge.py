"""Notices about the hedge as a whole: drift, a fall that allows to take it off, and changed betas."""

from collections.abc import Mapping
from decimal import Decimal

from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import (
    TENTH_OF_PERCENT,
    TICKET,
    Telling,
    always,
    exact_text,
    figured,
    going,
    left_out,
    passed_by,
    put,
    share,
    signed_money,
)
from bot.wording.notices.told_facts import ToldFacts, short_text
from bot.wording.numbers import beta, money

BACK_TO_SIZE = "What to do: place the order that brings it back to size. The ticket has it."
SHOWN = 3
"""Coins whose error is told, the largest first."""
NOTHING = Decimal("0.5")
"""USD from which on an error is told."""
TENTH = Decimal("0.1")
"""A fall that shows what a beta means."""


def _drift(told: ToldFacts) -> str | None:
    if told.figure == "size":
        return put("Your hedge is {size} too {way}", size=share(_value(told)), way=_way(told))
    errors = _errors(told)
    if not errors:
        return "Your hedge is off its right size"
    coin, error = errors[0]
    return f"Hedge off its size: {coin} short {money(abs(error))} too {_much(error)}"


def _value(told: ToldFacts) -> Decimal | None:
    """The drift, rounded so that it still reads as past the limit."""
    return passed_by(told, told.facts.value, told.facts.threshold, TENTH_OF_PERCENT)


def _way(told: ToldFacts) -> str | None:
    return figured(lambda excess: "large" if excess > 0 else "small", told.facts.excess)


def _errors(told: ToldFacts) -> list[tuple[str, Decimal]]:
    """By how many USD each coin is short too much (or, below zero, too little), the largest error first."""
    known = told.facts.errors or {}
    errors = [(coin, error) for coin, error in known.items() if abs(error) >= NOTHING]
    return sorted(errors, key=lambda one: (-abs(one[1]), one[0]))


def _much(error: Decimal) -> str:
    return "much" if error > 0 else "little"


def _drift_limit(told: ToldFacts) -> str | None:
    limit = exact_text(told.facts.threshold)
    if told.figure == "size":
        return put("{limit} off", limit=limit)
    return put("off by {limit} of your coins' swings; it is {now}", limit=limit, now=share(_value(told)))


def _drift_dollars(told: ToldFacts) -> str | None:
    short, wanted = told.facts.short, told.facts.wanted
    if short is None or wanted is None:
        return None
    off = f"{money(abs(short - wanted))} too {_much(short - wanted)}"
    return f"You are short {money(short)} and should be short {money(wanted)}: {off}{left_out(told)}."


def _drift_coins(told: ToldFacts) -> str | None:
    """Names the coins that are short too much or too little, where the hedge has several."""
    errors = _errors(told)
    if len(errors) < 2:
        return None
    said = ", ".join(f"{coin} {money(abs(error))} too {_much(error)}" for coin, error in errors[:SHOWN])
    return f"Of that: {said}." if len(errors) <= SHOWN else f"Most of that: {said}."


def _dehedge(told: ToldFacts) -> str | None:
    return put("{coin} fell {size} since your hedge began", coin=told.subject, size=share(_fall(told)))


def _fall(told: ToldFacts) -> Decimal | None:
    """The fall, rounded so that it still reads as past the limit."""
    move = told.facts.value
    return passed_by(told, None if move is None else abs(move), told.facts.threshold, TENTH_OF_PERCENT)


def _dehedge_limit(told: ToldFacts) -> str | None:
    return put("a fall of {limit}", limit=exact_text(told.facts.threshold))


def _dehedge_dollars(told: ToldFacts) -> str | None:
    made, coins = told.facts.made, signed_money(told.facts.coins)
    if made is None:
        return None
    beside = f", your coins {coins}" if coins else ""
    back = "; a rise takes back what the hedge made" if made > 0 else ""
    return f"Your hedge made {money(made, signed=True)}{beside}{back}."


def _dehedge_todo(told: ToldFacts) -> str:
    if told.facts.made is None:
        return "What your hedge has made is not known now; the button Positions says why."
    return "What to do: keep the hedge, halve it or close it. The ticket compares them."


def _dehedge_ways(told: ToldFacts) -> Mapping[str, str]:
    look = {"Positions": "/positions"}
    return look if told.facts.made is None else {TICKET: "/dehedge", **look}


def _beta(told: ToldFacts) -> str | None:
    if told.figure == "r2":
        return put("Your hedge follows only {part} of your coins' swings", part=share(_value(told)))
    return put(
        "Your coins move {now}x the market, not {then}x",
        now=_times(told.facts.beta_now),
        then=_times(told.facts.beta_then),
    )


def _times(found: Decimal | None) -> str | None:
    return figured(lambda times: beta(float(times)), found)


def _beta_limit(told: ToldFacts) -> str | None:
    limit = told.facts.threshold
    if told.figure == "r2":
        return put("{limit} of your coins' swings", limit=exact_text(limit))
    return put("a change of {limit}", limit=figured(lambda change: f"{change.normalize():f}", limit))


def _beta_means(told: ToldFacts) -> str | None:
    market = short_text(told.facts.benchmark) or "the market"
    then, now, worth = told.facts.beta_then, told.facts.beta_now, told.facts.worth
    if told.figure == "r2":
        return f"The rest of the swings of your {money(worth)} is not hedged." if worth else None
    if then is None or now is None:
        return None
    if worth is None:
        return (
            f"When {market} moves 1%, your coins now move {beta(float(now))}%; the hedge was sized otherwise."
        )
    meant, moves = (money(worth * times * TENTH) for times in (then, now))
    return f"If {market} falls 10%, your coins now fall by {moves}; the hedge was sized for {meant}."


def _beta_sized(told: ToldFacts) -> str | None:
    sized = told.facts.sized_at
    return f"It was sized on {sized.astimezone(told.place):%d %b %Y}." if sized else None


_DRIFT = Telling(
    _drift,
    _drift_limit,
    (_drift_dollars, _drift_coins),
    always(BACK_TO_SIZE),
    # In any case: the band of /adjust is another than the user's limit.
    going({TICKET: "/adjust anyway", "Positions": "/positions"}),
)
_DEHEDGE = Telling(
    _dehedge,
    _dehedge_limit,
    (_dehedge_dollars,),
    _dehedge_todo,
    _dehedge_ways,
)
_BETA = Telling(
    _beta,
    _beta_limit,
    (_beta_means, _beta_sized),
    always("What to do: let me size the hedge anew; the ticket has the orders."),
    going({TICKET: "/adjust anyway", "Betas": "/beta"}),
)
WORDS = {
    "drift": KindWords(
        order=50,
        about={
            "size": "drift: your hedge {limits} off in size",
            "risk": "drift: your hedge {limits} off by its risk",
        },
        watched="drift from the right size",
        telling=_DRIFT,
    ),
    "dehedge": KindWords(
        order=60,
        about={"fall": "dehedge: a fall of {limits}"},
        watched="a fall to take profit in",
        telling=_DEHEDGE,
    ),
    "beta": KindWords(
        order=100,
        about={"beta": "beta changes by {limits}", "r2": "beta: less than {limits} of swings hedged"},
        telling=_BETA,
    ),
}
