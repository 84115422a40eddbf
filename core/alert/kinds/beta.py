"""Beta: whether the coins still move as they did when the hedge was sized. It is looked at once a day."""

import re
from decimal import Decimal

from core.alert.facts import Facts, exact_fact
from core.alert.kind import ONE_DAY, Figure, Kind
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading

_OWN = re.compile(r"(?<!target )\bbeta\b")
"""In the words of a wish: a beta that the user gave, which was never measured."""


def _subjects(situation: Situation, _: Rule) -> tuple[str, ...]:
    return ("",) if situation.legs and situation.sizing else ()


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """How far the portfolio's beta is from that at the sizing, or the share of its swings the legs explain.

    The share is told only where it was above the limit when the hedge was sized.
    """
    sized = situation.sizing
    measured = situation.measured([*sized.betas, sized.benchmark], sized.only) if sized else None
    if sized is None or measured is None:
        return None
    beta = measured.beta_to(sized.benchmark)
    explained = measured.r_squared(measured.columns(sized.betas))
    if rule.figure == "beta":
        value = None if _OWN.search(sized.wish) else abs(beta - sized.beta)
    else:
        fell = sized.r_squared is not None and sized.r_squared >= rule.tiers[0]
        value = explained if fell else None
    return reading(
        value,
        Facts(
            benchmark=sized.benchmark,
            beta_then=exact_fact(sized.beta),
            beta_now=exact_fact(beta),
            r2_then=exact_fact(sized.r_squared),
            r2_now=exact_fact(explained),
            days=Decimal(measured.sample.days),
            sized_at=sized.at,
            worth=situation.exposure.value if situation.exposure else None,
            simulated=situation.simulated,
        ),
    )


kind = Kind(
    "beta",
    "Coins move differently",
    "tells you once a day when your coins have come to move otherwise than when your hedge was sized",
    figures={
        "beta": Figure(
            "plain", "above", Decimal("0.05"), Decimal(5), usual=(Decimal("0.25"),), share=Decimal("0.2")
        ),
        "r2": Figure(
            "share",
            "below",
            Decimal("0.05"),
            Decimal("0.95"),
            said=frozenset({"r2"}),
            usual=(Decimal("0.5"),),
            margin=Decimal("0.05"),
        ),
    },
    forms={
        "beta 0.25": "when your coins move by 0.25 more, or less, for each 1 of the market",
        "beta r2 50%": "when your hedge explains less than half of their swings",
    },
    subjects=_subjects,
    measure=_measure,
    theme="hedge",
    cooldown=ONE_DAY,
    every=ONE_DAY,
)
