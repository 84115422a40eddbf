"""Deleveraging: whether a venue says that it may close shorts in profit, of a contract that is short."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind, usual
from core.alert.legs import position_subjects
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.domain.quote import STAGE_REFUSE, Stage
from core.domain.snapshot import Snapshot
from core.journal.held import decimal
from core.margin.adl import SIGNALLED
from core.outcome.leg_standing import LegStanding

CALM, NEAR, NOW = Decimal(0), Decimal(1), Decimal(2)
"""What the venue says as a figure: the higher, the nearer it is to closing positions."""
_GRADES: Mapping[Stage, Decimal] = {"calm": CALM, "near": NEAR, "now": NOW}
HOURS = timedelta(hours=6)
"""A venue that wavers is not told of again within this time, unless it gets worse."""
STAGE = Check("how near a venue is to closing shorts in profit", "contract")


def stage_grade(snapshot: Snapshot | None, symbol: str, now: datetime) -> Decimal | None:
    """What the venue says of the contract; None where it says nothing, or said it too long ago."""
    sign = snapshot.deleveraging.get(symbol) if snapshot else None
    return None if sign is None or now - sign.at > STAGE_REFUSE else _GRADES[sign.stage]


def _subjects(situation: Situation, rule: Rule) -> tuple[str, ...]:
    """Open shorts on venues that say how near they are: longs are closed in rallies, and are no hedge."""
    shorts = {f"{leg.held.venue}:{leg.held.symbol}" for leg in situation.legs if _in_line(leg)}
    return tuple(name for name in position_subjects(situation, rule) if name in shorts)


def _in_line(leg: LegStanding) -> bool:
    return leg.side < 0 and not leg.lost and leg.held.venue in SIGNALLED


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    leg = situation.leg(rule.subject)
    if leg is None or not _in_line(leg):
        return None
    held, snapshot = leg.held, situation.snapshots.get(leg.held.venue)
    found = stage_grade(snapshot, held.symbol, situation.now)
    if found is None:
        return None
    quote = situation.fresh(leg.quote)
    gained = None if quote is None else decimal(held.unrealised(quote.mark))
    margin = None if held.margin is None else decimal(held.margin)
    return reading(
        found,
        Facts(
            subject=leg.asset,
            venue=held.venue,
            symbol=held.symbol,
            id=leg.contract.id if leg.contract else None,
            short=leg.shorted if quote else None,
            mark=quote.mark if quote else None,
            gained=gained,
            margin=margin,
            # as much again as backs it now halves its leverage, and with that its place by most formulas
            add=None
            if margin is None or gained is None or held.terms.inverse
            else max(margin + gained, CALM),
            reopen=_reopen(leg) if quote else None,
            urgent=found >= NOW,
            age=situation.age(quote) if quote else None,
            simulated=situation.simulated,
        ),
    )


def _reopen(leg: LegStanding) -> Decimal | None:
    """USD of fees for closing it and opening it again."""
    if leg.contract is None or leg.shorted is None:
        return None
    return 2 * leg.shorted * leg.contract.taker_fee


kind = Kind(
    "adl",
    "Short may be closed",
    "tells you when an exchange says that it may close shorts in profit, or does so",
    figures={
        "stage": Figure("plain", "above", CALM, NEAR, usual=(CALM, NEAR), checks=(STAGE,)),
    },
    forms={"adl": "when an exchange is near to closing shorts in profit, and when it does"},
    subjects=_subjects,
    measure=_measure,
    theme="deleveraging",
    coin="optional",
    cooldown=HOURS,
    after_hedging=(usual("adl", "stage", "above", "0", "1"),),
)
