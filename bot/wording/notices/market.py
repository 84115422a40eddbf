"""Notices about the market: the price of a coin, and prices that are missing altogether."""

from collections.abc import Mapping
from decimal import Decimal

from bot.wording.notices.contract import (
    closing_ways,
    last_price,
    silent_contract,
    silent_contract_means,
    silent_contract_todo,
)
from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import (
    Telling,
    counted,
    exact_text,
    figured,
    priced,
    put,
    share,
    signed_money,
    size_told,
)
from bot.wording.notices.times import moment
from bot.wording.notices.told_facts import ToldFacts
from bot.wording.numbers import money
from core.alert.rule import Rule

LEVEL = "level"


def _price(told: ToldFacts) -> str | None:
    if told.figure == LEVEL:
        way = "under" if told.side == "below" else "over"
        limit = figured(_set_price, told.facts.threshold)
        return put(
            "{coin} {way} {limit}: {now}",
            coin=told.subject,
            way=way,
            limit=limit,
            now=priced(told.facts.price),
        )
    move = told.facts.value
    way = "fell" if move is not None and move < 0 else "rose"
    return put(
        "{coin} {way} {size} {when}", coin=told.subject, way=way, size=size_told(move), when=_within(told)
    )


def _set_price(limit: Decimal) -> str:
    """A price as the user set it: `$120`, `$0.5`."""
    return f"${limit.normalize():,f}"


def _within(told: ToldFacts) -> str | None:
    hours = told.facts.hours
    if hours is None or hours <= 0:
        return None
    return "in an hour" if hours == 1 else f"in {counted(hours, 'hour')}"


def _price_limit(told: ToldFacts) -> str | None:
    limit = told.facts.threshold
    if told.figure == LEVEL:
        return put("{side} {limit}", side=told.side, limit=figured(_set_price, limit))
    way = told.figure.split()[0] if " " in told.figure else "move"
    return put("a {way} of {limit} {when}", way=way, limit=exact_text(limit), when=_within(told))


def _price_dollars(told: ToldFacts) -> str | None:
    worth = told.facts.worth
    if worth is None or worth <= 0:
        return None
    change = signed_money(told.facts.change)
    by = f", {change} by this move" if change else ""
    return f"Your {told.subject} is worth {money(worth)}{by}."


def _past(told: ToldFacts) -> str | None:
    return put("It is {now} now and was {past}.", now=priced(told.facts.price), past=priced(told.facts.past))


def _price_todo(told: ToldFacts) -> str:
    if told.facts.hedged:
        return "What to do: nothing, unless your hedge is off its size by now: Adjust tells."
    return "What to do: nothing, or see what a hedge would take: Plan a hedge tells."


def _price_ways(told: ToldFacts) -> Mapping[str, str]:
    """A user who has a hedge needs no plan for another one, but may want theirs brought back to size."""
    first = {"Adjust": "/adjust"} if told.facts.hedged else {"Plan a hedge": "/hedge"}
    return {**first, "Positions": "/positions"}


def _stale(told: ToldFacts) -> str | None:
    if told.facts.symbol:
        return silent_contract(told)
    if told.facts.coin:
        return put(
            "No price of your {coin} for {span}",
            coin=told.subject,
            span=figured(_minutes, told.facts.value),
        )
    return put(
        "No prices from {venue} for {span}", venue=told.venue, span=figured(_minutes, told.facts.value)
    )


def _minutes(minutes: Decimal) -> str:
    return counted(round(minutes), "minute") if minutes < 120 else counted(round(minutes / 60), "hour")


def _stale_limit(told: ToldFacts) -> str | None:
    return put("{span} without prices", span=figured(_minutes, told.facts.threshold))


def _stale_means(told: ToldFacts) -> str | None:
    if told.facts.symbol:
        return silent_contract_means(told)
    if told.facts.coin:
        return (
            f"{told.venue} gives other prices, but none of {told.subject}. Until it does, {told.subject} "
            "counts in none of my figures: neither in your hedge nor in its alerts."
        )
    positions = told.facts.positions
    if positions is not None and positions > 0:
        which = "its liquidation" if positions == 1 else "their liquidations"
        return f"You have {counted(round(positions), 'position')} there, and I cannot see {which} come."
    return "Until they are back no other alert on prices there can come."


def _stale_todo(told: ToldFacts) -> str:
    if told.facts.symbol:
        return silent_contract_todo(told)
    if told.facts.coin:
        return "What to do: look whether it is still traded there, or choose another exchange: /venue."
    return "What to do: look at the exchange itself until I see its prices again."


def _stale_ways(told: ToldFacts) -> Mapping[str, str]:
    return closing_ways(told) if told.facts.symbol else {"Status": "/status", "Venue": "/venue"}


def _last(told: ToldFacts) -> str | None:
    if told.facts.symbol:
        return last_price(told)
    last, at = told.facts.last, told.facts.at
    return f"The last ones are of {moment(last, at, told.place)}." if last and at else None


_PRICE = Telling(
    _price,
    _price_limit,
    (_past, _price_dollars),
    _price_todo,
    _price_ways,
)
_STALE = Telling(
    _stale,
    _stale_limit,
    (_last, _stale_means),
    _stale_todo,
    _stale_ways,
)


def _way(rule: Rule) -> Mapping[str, str]:
    """Of a move: which way, and within which time."""
    way, _, within = rule.figure.rpartition(" ")
    return {"moves": _MOVES.get(way, ""), "span": within}


def _moved(rule: Rule, value: Decimal) -> str | None:
    """How far the price has moved; of a fall with the sign of the move."""
    if rule.figure == "level":
        return None
    way, _, within = rule.figure.rpartition(" ")
    moved = -value if way == "fall" else value
    return f"{'+' if way and moved > 0 else ''}{share(moved)} in {within}"


_MOVES = {"": "moves", "fall": "falls", "rise": "rises"}
WORDS = {
    "price": KindWords(
        order=110,
        about={
            "level": "price{of} {side} {limits}",
            **{
                f"{way} {within}".strip(): "price{of} {moves} by {limits} in {span}"
                for way in _MOVES
                for within in ("1h", "24h")
            },
        },
        parts=_way,
        standing=_moved,
        telling=_PRICE,
    ),
    "stale": KindWords(
        order=80,
        about={"minutes": "stale: no prices for {limits}"},
        watched="prices that are missing",
        telling=_STALE,
        page=True,
    ),
}
