"""Basis: a dated future over its coin, a year."""

from datetime import timedelta
from decimal import Decimal

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.cost.basis import dated
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.snapshot import Snapshot
from core.outcome.leg_standing import LegStanding

NEAREST = timedelta(days=14)
"""Of a coin without an open future, the first one that runs so long: a basis a year says little of days."""
LAST = Decimal(1)
"""Days before the end from which on it says nothing at all."""
BASIS = Check("basis a year", "coin", open="dated")


def _open(situation: Situation, asset: str) -> list[LegStanding]:
    """Open futures, the one that ends first in front."""
    legs = [leg for leg in situation.legs_called(asset) if leg.held.terms.expiry is not None]
    return sorted(legs, key=lambda leg: str(leg.held.terms.expiry))


def _subjects(situation: Situation, rule: Rule) -> tuple[str, ...]:
    """The coin that was named, else those of open futures."""
    if rule.subject:
        return (rule.subject,)
    return tuple(dict.fromkeys(leg.asset for leg in _open(situation, "")))


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """Future over spot, less one, times 365 over the days left."""
    place = _place(situation, rule.subject)
    if place is None:
        return None
    snapshot, contract = place
    quote = situation.fresh(snapshot.quotes.get(contract.symbol))
    spot = quote if quote and quote.index else situation.spot(rule.subject)
    if quote is None or spot is None or not quote.own:
        return None
    try:
        found = dated(snapshot, contract, situation.now)
    except NoData:
        return None
    if found.days < LAST:
        return None
    legs = [leg for leg in _open(situation, rule.subject) if leg.held.symbol == contract.symbol]
    short = sum((leg.shorted or Decimal(0) for leg in legs), Decimal(0))
    return reading(
        found.yearly,
        Facts(
            future=found.future / contract.scale,
            spot=found.spot / contract.scale,
            days=found.days,
            expiry=contract.expiry,
            venue=snapshot.venue,
            symbol=contract.symbol,
            short=short or None,
            day=found.earned(short, Decimal(1)) if short else None,
            age=situation.age(quote, spot),
            simulated=situation.simulated,
        ),
    )


def _place(situation: Situation, asset: str) -> tuple[Snapshot, Contract] | None:
    """The user's open future, else one of their venue."""
    for leg in _open(situation, asset):
        snapshot = situation.snapshots.get(leg.held.venue)
        return (snapshot, leg.contract) if snapshot and leg.contract else None
    if situation.snapshot is None or situation.unclear:
        return None
    contract = situation.snapshot.dated(asset, situation.now + NEAREST)
    return (situation.snapshot, contract) if contract else None


kind = Kind(
    "basis",
    "Future over coin",
    "tells you when a future that ends on a day costs much more, or less, than the coin",
    figures={
        "yearly": Figure(
            "share",
            None,
            Decimal(-20),
            Decimal(20),
            margin=Decimal("0.01"),
            share=Decimal("0.1"),
            checks=(BASIS,),
        )
    },
    forms={
        "basis BTC below 0%": "when BTC's future is cheaper than BTC",
        "basis BTC above 15%": "when it is dearer by 15% a year",
        "basis BTC flip": "when it turns from dearer to cheaper or back",
    },
    subjects=_subjects,
    measure=_measure,
    theme="funding",
    coin="optional",
)
