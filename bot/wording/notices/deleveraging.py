"""Notices that an exchange is near to closing shorts in profit."""

from collections.abc import Mapping
from decimal import Decimal

from bot.wording.deleveraging import STAGES
from bot.wording.notices.contract import CLOSED
from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import TICKET, Telling, always, dollars, put
from bot.wording.notices.told_facts import ToldFacts
from core.alert.kinds.adl import CALM, NEAR


def _near(told: ToldFacts) -> str | None:
    if told.facts.value is not None and told.facts.value > NEAR:
        return put("URGENT: {venue} may close your {coin} short now", venue=told.venue, coin=told.subject)
    return put("{venue} may soon close {coin} shorts in profit", venue=told.venue, coin=told.subject)


def _what_it_is(told: ToldFacts) -> str | None:
    return put(
        "{venue} says so itself, to everybody. Where those who lost cannot pay, it closes shorts of those "
        "who gained, the most profitable first (auto-deleveraging). Your coins are then not hedged, and the "
        "fall may go on.",
        venue=told.venue,
    )


def _mine(told: ToldFacts) -> str | None:
    gained, short = told.facts.gained, dollars(told.facts.short)
    if gained is None or short is None:
        return None
    if gained <= 0:
        return f"Your short of {short} is not in profit now, so others are closed before it."
    return f"Your short of {short} is {dollars(gained)} in profit."


def _todo(told: ToldFacts) -> str:
    """Each way with what it takes, in dollars."""
    gained, reopen, add = told.facts.gained, dollars(told.facts.reopen), told.facts.add
    anew = f", about {reopen} in fees" if reopen else ""
    margin = f"add {dollars(add)} of margin, which halves its leverage" if add else "add margin"
    if gained is not None and gained <= 0:
        return f"What to do: nothing yet. If the price falls on, close and open it again{anew}, or {margin}."
    return (
        f"What to do: take the profit and open it again, which puts it last in line (the ticket: two "
        f"orders{anew}); or open half of it on another exchange; or {margin}; or leave it."
    )


def _ways(told: ToldFacts) -> Mapping[str, str]:
    gained = told.facts.gained
    anew = {} if gained is not None and gained <= 0 else {TICKET: f"/anew {told.position}"}
    return {
        **anew,
        "Half elsewhere": f"/anew {told.position} half elsewhere",
        CLOSED: f"/position closed {told.position}",
        "Positions": "/positions",
    }


def _standing(_: object, value: Decimal) -> str:
    return STAGES["now" if value > NEAR else "near" if value > CALM else "calm"]


WORDS = {
    "adl": KindWords(
        order=25,
        about={"stage": "shorts{of} that an exchange may close in profit"},
        watched="an exchange that may close shorts in profit",
        standing=_standing,
        nothing="It begins once you have a short on Binance, Bybit or Gate: other exchanges tell nobody how "
        "near they are. /margin works out your own place where it can.",
        telling=Telling(
            _near,
            always("when an exchange may close shorts in profit"),
            (_what_it_is, _mine),
            _todo,
            _ways,
        ),
        page=True,
    )
}
