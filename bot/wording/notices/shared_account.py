"""Notices about an account that several shorts share: it ends with all that is open in it, or not at all."""

from collections.abc import Mapping
from decimal import Decimal

from bot.wording.notices.phrases import (
    TENTH,
    TENTH_OF_PERCENT,
    TICKET,
    Line,
    Telling,
    dollars,
    figured,
    passed_by,
    put,
    share,
)
from bot.wording.notices.told_facts import ToldFacts
from bot.wording.numbers import chance, safety
from core.outcome.shared import BENCHMARK


def shared_or_alone(alone: Telling, account: Telling) -> Telling:
    """The words about an account where the notice is of one that is shared, else those about a position."""

    def which(told: ToldFacts) -> Telling:
        return account if told.facts.mode else alone

    def line(place: int) -> Line:
        def said(told: ToldFacts) -> str | None:
            means = which(told).means
            return means[place](told) if place < len(means) else None

        return said

    return Telling(
        lambda told: which(told).headline(told),
        alone.limit,
        tuple(map(line, range(max(len(alone.means), len(account.means))))),
        lambda told: which(told).todo(told),
        lambda told: which(told).ways(told),
    )


def _urgent(told: ToldFacts) -> str:
    return "URGENT: " if told.worst else ""


def _gone(told: ToldFacts) -> bool:
    away = told.facts.distance
    return away is not None and away <= 0


def _away(told: ToldFacts) -> str | None:
    limit = told.facts.threshold if told.figure == "distance" else None
    return share(passed_by(told, told.facts.distance, limit, TENTH_OF_PERCENT))


def _way(told: ToldFacts) -> str:
    return "fall" if told.facts.falls else "rise"


def _near(told: ToldFacts) -> str | None:
    if _gone(told):
        return put("URGENT: your {venue} account is past its liquidation", venue=told.venue)
    return put(
        "{urgent}{your} {venue} account: a {way} of {away} ends it",
        urgent=_urgent(told),
        your="your" if told.worst else "Your",
        venue=told.venue,
        way=_way(told),
        away=_away(told),
    )


def _low(told: ToldFacts) -> str | None:
    health = passed_by(told, told.facts.value, told.facts.threshold, TENTH)
    return put(
        "{urgent}{venue} account: {health} the least allowed",
        urgent=_urgent(told),
        venue=told.venue,
        health=figured(safety, health),
    )


def _what_ends(told: ToldFacts) -> str | None:
    if _gone(told):
        return put(
            "What backs your shorts ({coins}) there is no more than has to be left: all are closed together.",
            coins=told.subject,
        )
    return put(
        "If {benchmark} {moves} {away} and your coins move with it as they do, the exchange closes all of it "
        "together: {coins}. Coins there pay what is owed, and the rest is not hedged.",
        benchmark=BENCHMARK,
        moves="falls" if told.facts.falls else "rises",
        away=_away(told),
        coins=told.subject,
    )


def _counts(told: ToldFacts) -> str | None:
    return put(
        "{margin} counts as margin for {short} of shorts; at {needed} all are closed.",
        margin=dollars(told.facts.margin),
        short=dollars(told.facts.short),
        needed=dollars(told.facts.needed),
    )


def _likely(told: ToldFacts) -> str | None:
    likely = told.facts.chance
    known = likely is not None and 0 <= likely <= 1 and not _gone(told)
    return f"Chance within two weeks: {chance(float(likely))}." if known and likely is not None else None


def _todo(told: ToldFacts) -> str:
    add, where = told.facts.add, f" on {told.venue}" if told.venue else ""
    if _gone(told):
        return f"What to do: look{where} now what is still open, and tell me what was closed."
    amount = f"{dollars(add)} of cash" if add is not None and add > Decimal(0) else "cash"
    return (
        f"What to do: add {amount}{where}, or coins that count there, or close a part: the ticket does that."
    )


def _ways(told: ToldFacts) -> Mapping[str, str]:
    if _gone(told):
        return {"It was closed": f"/position closed {told.position}", "Positions": "/positions"}
    return {TICKET: "/dehedge", "Positions": "/positions", "I moved coins": "/at"}


def _no_limit(_: ToldFacts) -> str | None:
    return None


ACCOUNT_NEAR = Telling(_near, _no_limit, (_what_ends, _counts, _likely), _todo, _ways)
"""An account that is near its liquidation."""
ACCOUNT_LOW = Telling(_low, _no_limit, (_counts, _what_ends), _todo, _ways)
"""An account with little more than has to be left."""
