"""Expiry: how long a dated future still runs. It is known without any price, so old ones do not keep it."""

from decimal import Decimal

from core.alert.kind import Figure, Kind, usual
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, leg_name, reading
from core.basis import days_left


def _dated(situation: Situation, rule: Rule) -> tuple[str, ...]:
    return tuple(
        leg_name(leg) for leg in situation.legs_called(rule.subject) if leg.held.terms.expiry is not None
    )


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """Days left, with their fraction; zero once it has expired."""
    leg = situation.leg(rule.subject)
    expiry = leg.held.terms.expiry if leg else None
    if leg is None or expiry is None:
        return None
    quote = situation.fresh(leg.quote)
    return reading(
        max(days_left(expiry, situation.now), Decimal(0)),
        subject=leg.asset,
        venue=leg.held.venue,
        symbol=leg.held.symbol,
        expiry=expiry,
        short=leg.shorted if quote else None,
        simulated=situation.simulated,
    )


kind = Kind(
    "expiry",
    "Future ends soon",
    "tells you when a future that you are short of is about to end, and your hedge with it",
    figures={
        "left": Figure(
            "days",
            "below",
            Decimal("0.041666666667"),
            Decimal(90),
            usual=(Decimal(7), Decimal(3), Decimal(1), Decimal("0.25")),
        )
    },
    forms={"expiry 7d 3d 1d 6h": "when a future ends within 7 days, 3 days, 1 day, 6 hours"},
    subjects=_dated,
    measure=_measure,
    coin="optional",
    after_hedging=(usual("expiry", "left", "below", "7", "3", "1", "0.25"),),
)
