"""Expiry: how long a contract still runs, a dated future or a perpetual whose end is announced.

It is known without any price, so old ones do not keep it.
"""

from datetime import datetime
from decimal import Decimal

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind, usual
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, leg_name, reading
from core.cost.basis import days_left
from core.outcome.leg_standing import LegStanding

LEFT = Check("days left", "contract")


def end_of(leg: LegStanding) -> datetime | None:
    """When the position ends: at its future's expiry, or where the venue has announced its end."""
    return leg.held.terms.expiry or (leg.contract.ends if leg.contract else None)


def _ending(situation: Situation, rule: Rule) -> tuple[str, ...]:
    """Those with an end; of a perpetual that is not in sight nobody knows, so it is among them."""
    called = situation.legs_called(rule.subject)
    return tuple(leg_name(leg) for leg in called if end_of(leg) is not None or _out_of_sight(situation, leg))


def _out_of_sight(situation: Situation, leg: LegStanding) -> bool:
    return leg.held.venue not in situation.snapshots


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """Days left, with their fraction; zero once it has expired."""
    leg = situation.leg(rule.subject)
    expiry = end_of(leg) if leg else None
    if leg is None or expiry is None:
        return None
    quote = situation.fresh(leg.quote)
    return reading(
        max(days_left(expiry, situation.now), Decimal(0)),
        Facts(
            subject=leg.asset,
            venue=leg.held.venue,
            symbol=leg.held.symbol,
            expiry=expiry,
            perpetual=leg.held.terms.expiry is None,
            id=leg.contract.id if leg.contract else None,
            urgent=expiry <= situation.now,
            short=leg.shorted if quote else None,
            simulated=situation.simulated,
        ),
    )


kind = Kind(
    "expiry",
    "Contract ends soon",
    "tells you when a contract that you are short of is about to end, and your hedge with it: a future at "
    "its date, or a perpetual that the exchange takes off",
    figures={
        "left": Figure(
            "days",
            "below",
            Decimal("0.041666666667"),
            Decimal(90),
            usual=(Decimal(7), Decimal(3), Decimal(1), Decimal("0.25")),
            checks=(LEFT,),
        )
    },
    forms={"expiry 7d 3d 1d 6h": "when a contract ends within 7 days, 3 days, 1 day, 6 hours"},
    subjects=_ending,
    measure=_measure,
    theme="position",
    coin="optional",
    always=True,
    after_hedging=(usual("expiry", "left", "below", "7", "3", "1", "0.25"),),
)
