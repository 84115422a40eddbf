"""Notices about a contract that is stopped or gone, and about contracts and coins that have no price."""

from collections.abc import Mapping
from decimal import Decimal

from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import Telling, always, counted, dollars, figured, priced, put
from bot.wording.notices.times import moment
from bot.wording.notices.told_facts import ToldFacts
from bot.wording.numbers import number
from core.alert.kinds.contract import GONE as DELISTED
from core.alert.kinds.contract import OTHER_SIZE, RESTRICTED, SUSPENDED, TRADES
from core.domain.coins.renamed import RENAMED

GONE, _REPLACED, _RESIZED = "gone", "another kind", "resized"
_SAYS = {
    "post only": "takes only waiting orders now",
    "reduce only": "can only be closed now",
    "suspended": "is suspended",
}
"""What a condition lets be done, in a few words."""
_MEANS = {
    "post only": "An order to close it must wait in the book until somebody takes it.",
    "reduce only": "You can still close what you have, but open nothing new. It may be taken off soon.",
    "suspended": "No order is taken, so you cannot close it there now, and its price may stand still.",
}
CLOSED = "It was closed"
"""The button that asks at what price."""


def _stopped(told: ToldFacts) -> str | None:
    state = told.condition
    if state == GONE:
        return put("URGENT: {venue} ended your {coin} contract", venue=told.venue, coin=told.subject)
    if state == _REPLACED:
        return put("URGENT: {venue} replaced your {coin} contract", venue=told.venue, coin=told.subject)
    if state == _RESIZED:
        return put("URGENT: {venue} resized your {coin} contract", venue=told.venue, coin=told.subject)
    urgent = "URGENT: " if told.facts.urgent else ""
    return put("{urgent}{coin} contract {says}", urgent=urgent, coin=told.subject, says=_SAYS.get(state))


def _where(told: ToldFacts) -> str | None:
    """Says that the contract is not listed any more, or what its condition means, in the venue's own words
    where there are any.
    """
    state = told.condition
    if state == GONE:
        return put(
            "{venue} does not list it any more. I cannot see its price, so its liquidation is not watched.",
            venue=told.venue,
        )
    if state == _REPLACED:
        return put(
            "{venue} lists another kind of contract by its name: paid in another coin, with another end, or "
            "priced otherwise. I cannot tell what yours is worth, so its liquidation is not watched.",
            venue=told.venue,
        )
    if state == _RESIZED:
        return put(
            "One contract was {then} when you filled yours, and is {now} now. Your coins in it should be the "
            "same, in another number of contracts.",
            then=_size(told, told.facts.size_then),
            now=_size(told, told.facts.size_now),
        )
    return _MEANS.get(state)


def _size(told: ToldFacts, size: Decimal | None) -> str | None:
    return None if size is None else f"{number(size)} {told.subject}"


def last_price(told: ToldFacts) -> str | None:
    """`The last price that I had of it: $150.15, at 14:05 UTC.`"""
    last, at = told.facts.last, told.facts.at
    if last is None or at is None:
        return None
    mark = priced(told.facts.mark)
    what = f"The last price that I had of it: {mark}," if mark else "The last one was"
    return f"{what} at {moment(last, at, told.place)}."


def _maybe_closed(told: ToldFacts) -> str | None:
    if told.condition not in (GONE, _REPLACED):
        return None
    short = dollars(told.facts.short)
    size = f" of {short}" if short else ""
    return f"It may have closed your position{size} itself: your coins are then not hedged."


def _renamed(told: ToldFacts) -> str | None:
    """Where its coin has another name by now, that the contract may go on under it."""
    new = RENAMED.get(told.subject) if told.condition == GONE else None
    return f"{new.old} is {new.new} now, so it may go on as {new.new}: look for that, too." if new else None


def _stopped_todo(told: ToldFacts) -> str:
    where = f" on {told.venue}" if told.venue else ""
    if told.condition == _RESIZED:
        return (
            f"What to do: look{where} now. If you have the same coins, press the button; until then I give "
            "no order in it."
        )
    if told.condition in (GONE, _REPLACED):
        return (
            f"What to do: look{where} now. If it was closed, press the button and tell me the price; "
            "then hedge anew."
        )
    if told.condition == "reduce only":
        return f"What to do: close it{where} while you can, and hedge with another contract: /hedge."
    return f"What to do: look{where} whether it is open again. I tell you when it is taken off."


def closing_ways(told: ToldFacts) -> Mapping[str, str]:
    """Buttons to record that the position was closed, and to look at it on the exchange."""
    return {CLOSED: f"/position closed {told.position}", "Positions": "/positions"}


def _stopped_ways(told: ToldFacts) -> Mapping[str, str]:
    if told.condition == _RESIZED:
        return {"The same coins": f"/position resized {told.position}", "Positions": "/positions"}
    return closing_ways(told)


def silent_contract(told: ToldFacts) -> str | None:
    return put(
        "URGENT: no price of your {coin} contract for {span}",
        coin=told.subject,
        span=figured(lambda minutes: counted(round(minutes), "min"), told.facts.value),
    )


def silent_contract_means(told: ToldFacts) -> str:
    where = told.venue or "The exchange"
    if told.facts.frozen:
        return (
            f"{where} shows a price that stands still while its coin moves. Its liquidation, drift and "
            "funding are not watched."
        )
    return (
        f"{where} gives other prices, but none of this contract. Its liquidation, drift and funding are not "
        "watched, and it may have been closed."
    )


def silent_contract_todo(told: ToldFacts) -> str:
    where = f" on {told.venue}" if told.venue else ""
    return (
        f"What to do: look{where} now whether it is still open. If it was closed, press the button and "
        "tell me the price."
    )


_CONTRACT = Telling(
    _stopped,
    always("when it is stopped or taken off"),
    (_where, _maybe_closed, _renamed, last_price),
    _stopped_todo,
    _stopped_ways,
)
_STATES = {
    TRADES: "trading",
    OTHER_SIZE: "of another size than you filled",
    RESTRICTED: "restricted",
    SUSPENDED: "suspended",
    DELISTED: "not listed any more",
}
WORDS = {
    "contract": KindWords(
        order=30,
        about={"state": "contract{of} stopped or taken off"},
        watched="a contract that is stopped or taken off",
        standing=lambda _, value: _STATES.get(value, "not known"),
        telling=_CONTRACT,
        page=True,
    )
}
