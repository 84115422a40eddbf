"""Stale: no prices from a venue that matters to the user. The only kind that old prices let fire."""

from datetime import timedelta
from decimal import Decimal

from core.alert.kind import Figure, Kind, usual
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading

_MINUTE = timedelta(minutes=1)


def _subjects(situation: Situation, _: Rule) -> tuple[str, ...]:
    """The user's venue, and those where something is open."""
    return tuple(dict.fromkeys([situation.venue, *(leg.held.venue for leg in situation.legs)]))


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """Minutes since the newest price; of a venue that never gave any, since it was first asked.

    Those count only once they are too many: after a start nobody knows how long it had been quiet before.
    """
    snapshot = situation.snapshots.get(rule.subject)
    newest = max((quote.at for quote in snapshot.quotes.values()), default=None) if snapshot else None
    since = newest or situation.asked_since
    if since is None:
        return None
    minutes = max(Decimal((situation.now - since) // _MINUTE), Decimal(0))
    if newest is None and minutes <= rule.tiers[0]:
        return None
    legs = [leg for leg in situation.legs if leg.held.venue == rule.subject]
    return reading(
        minutes,
        venue=rule.subject,
        last=newest,
        positions=len(legs),
        simulated=situation.simulated,
    )


kind = Kind(
    "stale",
    "No prices",
    "tells you when I have had no prices from your exchange for a while, so that nothing else can be told",
    figures={"minutes": Figure("minutes", "above", Decimal(5), Decimal(1440), usual=(Decimal(15),))},
    forms={"stale 15m": "when there were no prices for 15 minutes"},
    subjects=_subjects,
    measure=_measure,
    after_hedging=(usual("stale", "minutes", "above", "15"),),
)
