"""Margin: what backs a position over the least that the venue asks for."""

from dataclasses import replace
from decimal import Decimal

from core.alert.check import Check
from core.alert.kind import URGENT, Figure, Kind
from core.alert.legs import account_facts, backed, danger_subjects, shared
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.outcome.shared import SharedStanding

HEALTH = Check("margin over the least allowed", "contract", first=True)


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """Margin and unrealised profit over maintenance margin: at 1 the position is closed."""
    if (account := shared(situation, rule)) is not None:
        return _of_account(situation, rule, account)
    found = backed(situation, rule)
    if found is None or found.leg.health is None:
        return None
    health = found.leg.health
    return reading(
        health,
        replace(
            found.facts(situation),
            margin=found.backing,
            add=max((rule.tiers[0] - health) * found.needed, Decimal(0)),
        ),
    )


def _of_account(situation: Situation, rule: Rule, account: SharedStanding) -> Reading | None:
    """The same of an account that several positions share."""
    facts, health = account_facts(situation, account), account.health
    if facts is None or health is None or facts.needed is None:
        return None
    return reading(health, replace(facts, add=max((rule.tiers[0] - health) * facts.needed, Decimal(0))))


kind = Kind(
    "margin",
    "Margin low",
    "tells you when a position has little more margin than the exchange asks for; at 100% it is closed",
    figures={
        "health": Figure(
            "share",
            "below",
            Decimal("1.01"),
            Decimal(100),
            usual=(Decimal(3), Decimal(2), Decimal("1.5")),
            margin=Decimal("0.05"),
            share=Decimal("0.05"),
            last=Decimal(1),
            checks=(HEALTH,),
        )
    },
    forms={
        "margin 150%": "when a position has less than 1.5 times the margin it must have",
        "margin ETH 300% 200% 150%": "for one coin's positions, in steps",
    },
    subjects=danger_subjects,
    measure=_measure,
    theme="position",
    coin="optional",
    urgency=URGENT,
)
