"""Liquidation: how far the price is from where the venue closes a position, in percent and in usual days."""

from dataclasses import replace
from decimal import Decimal
from math import exp, inf, log1p, sqrt

from core.alert.check import Check
from core.alert.facts import Facts, exact_fact
from core.alert.kind import URGENT, Figure, Kind, usual
from core.alert.legs import Backed, account_facts, backed, danger_subjects, shared
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, leg_name, reading
from core.journal.held import decimal, value
from core.margin import MarginRules, rallies_of, rally_probability
from core.outcome.leg_standing import LegStanding
from core.outcome.shared import ODDS_DAYS, SharedStanding

DAYS = 14
"""The chance of a liquidation is told over so many days."""
UNSEEN = "?"
"""What the name of a position ends in where it may have been liquidated while nobody looked."""
MOST_SIGMAS = 100.0
"""What stands for an account that no way to a liquidation is near."""
_ZERO = Decimal(0)
DISTANCE = Check("distance to liquidation", "contract", first=True)
SIGMAS = Check("usual days' moves to liquidation", "contract", first=True)


def _subjects(situation: Situation, rule: Rule) -> tuple[str, ...]:
    """The positions; and once more those that may have been liquidated while nobody looked.

    Such a position counts as open, so the distance of its price now is watched as before. The question what
    became of it is told beside that.
    """
    asked = (leg_name(leg) for leg in situation.legs_called(rule.subject) if leg.held.unseen)
    return (*danger_subjects(situation, rule), *(f"{name}{UNSEEN}" for name in asked))


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """The move that liquidates: a decimal of the mark, or in standard deviations of a day's log move."""
    leg = situation.leg(rule.subject.removesuffix(UNSEEN))
    if leg is not None and (leg.lost or rule.subject.endswith(UNSEEN)):
        return _over(situation, rule, leg)
    if (account := shared(situation, rule)) is not None:
        return _of_account(situation, rule, account)
    found = backed(situation, rule)
    if found is None or found.leg.distance is None:
        return None
    away = found.leg.distance * -found.leg.side
    sigma = situation.sigma(found.leg.asset, found.leg.held.venue)
    sigmas = _sigmas(found.leg.side, float(found.leg.distance), sigma)
    if rule.figure == "sigma" and sigmas is None:
        return None
    value = away if rule.figure == "distance" or sigmas is None else Decimal(repr(sigmas))
    short = found.leg.side < 0
    return reading(
        value,
        replace(
            found.facts(situation),
            distance=away,
            sigmas=exact_fact(sigmas),
            chance=exact_fact(
                rally_probability(float(away), sigma, DAYS, rallies_of(found.leg.asset))
                if sigma and short
                else None
            ),
            margin=found.margin,
            add=_to_add(found, rule, sigma) if short else None,
        ),
    )


def _of_account(situation: Situation, rule: Rule, account: SharedStanding) -> Reading | None:
    """Of an account that several positions share: the smallest move of the whole market that liquidates it.

    In standard deviations of a day it is the likeliest way to that, whichever coins it moves.
    """
    facts, away, odds = account_facts(situation, account), account.nearest, account.odds
    if facts is None or away is None or odds is None:
        return None
    sigmas = min(odds.distance * sqrt(ODDS_DAYS), MOST_SIGMAS)
    distance = rule.figure == "distance"
    return reading(
        away if distance else Decimal(repr(sigmas)),
        replace(
            facts,
            sigmas=exact_fact(sigmas),
            add=exact_fact(account.cash_for(rule.tiers[0])) if distance else None,
        ),
    )


def _over(situation: Situation, rule: Rule, leg: LegStanding) -> Reading | None:
    """Of what was liquidated, or may have been: how far past its price it went, wherever it is now."""
    held, note = leg.held, leg.held.note
    if note is None or note.price is None or leg.liquidation is None:
        return None
    away = min((leg.liquidation / note.price - 1) * -leg.side, _ZERO)
    sigma = situation.sigma(leg.asset, held.venue)
    sigmas = _sigmas(leg.side, float(away) * -leg.side, sigma)
    if rule.figure == "sigma" and sigmas is None:
        return None
    return reading(
        away if rule.figure == "distance" or sigmas is None else Decimal(repr(sigmas)),
        Facts(
            subject=leg.asset,
            venue=held.venue,
            symbol=held.symbol,
            id=leg.contract.id if leg.contract else None,
            short=-decimal(value(held.terms, held.count, note.price)),
            mark=note.price,
            liquidation=leg.liquidation,
            distance=away,
            margin=None if held.margin is None else decimal(held.margin),
            lost=leg.lost,
            assumed=leg.contract is not None and leg.contract.brackets_assumed,
            reason=note.reason,
            since=note.at,
            age=situation.age(),
            simulated=situation.simulated,
        ),
    )


def _sigmas(side: int, distance: float, sigma: float | None) -> float | None:
    """Usual days' moves until liquidation; below zero once it is past."""
    if not sigma:
        return None
    return -side * log1p(distance) / sigma if distance > -1 else inf


def _to_add(found: Backed, rule: Rule, sigma: float | None) -> Decimal | None:
    """USD of margin that brings a short back to the mildest tier."""
    goal = rule.tiers[0]
    if rule.figure == "sigma":
        if sigma is None:
            return None
        goal = Decimal(repr(exp(float(goal) * sigma) - 1))
    coin = found.quote.mark / found.contract.scale
    needed = MarginRules.of(found.contract).to_survive(found.notional, goal, coin)
    return max(needed - found.backing, _ZERO)


kind = Kind(
    "liquidation",
    "Liquidation close",
    "tells you when a price comes near the one at which the exchange closes your position",
    figures={
        "distance": Figure(
            "share",
            "below",
            Decimal("0.01"),
            Decimal(2),
            usual=(Decimal("0.3"), Decimal("0.2"), Decimal("0.1")),
            margin=Decimal("0.02"),
            last=Decimal(0),
            checks=(DISTANCE,),
        ),
        "sigma": Figure(
            "sigmas",
            "below",
            Decimal("0.5"),
            Decimal(30),
            said=frozenset({"sigma"}),
            usual=(Decimal(6), Decimal(4), Decimal(2)),
            margin=Decimal("0.5"),
            last=Decimal(0),
            checks=(SIGMAS,),
        ),
    },
    forms={
        "liquidation 20%": "when a price is less than 20% from liquidation",
        "liquidation 30% 20% 10%": "the same in three steps",
        "liquidation ETH 20%": "for one coin's positions",
        "liquidation 4 sigma": "less than four usual days' moves away",
    },
    subjects=_subjects,
    measure=_measure,
    theme="position",
    coin="optional",
    urgency=URGENT,
    after_hedging=(usual("liquidation", "distance", "below", "0.3", "0.2", "0.1"),),
)
