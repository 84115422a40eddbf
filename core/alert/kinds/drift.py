"""Drift: the short that is open beside the one that the last plan wants at the worth of the coins now."""

from collections.abc import Mapping
from decimal import Decimal

from core.advice.drift import BAND, at_sizing, drift
from core.alert.check import Check
from core.alert.facts import Facts, exact_fact
from core.alert.kind import Figure, Kind, usual
from core.alert.legs import shorted, without
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading

_ZERO = Decimal(0)
SIZE = Check("error of the hedge's size", "hedge", needs=frozenset({"holdings", "sizing"}))
RISK = Check("risk of the hedge's error", "hedge", needs=frozenset({"holdings", "sizing"}))


def _subjects(situation: Situation, _: Rule) -> tuple[str, ...]:
    """The hedge, where it is known what it is to be."""
    return ("",) if situation.legs and situation.sizing else ()


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """How far the short is off: a decimal of what is wanted, or by its risk, sqrt(e'Se) over the coins' own.

    A coin whose short has no price now is left out on both sides, and named.

    The betas are those it was sized with, so that prices and holdings alone make it drift.
    """
    sized, stands, missing = situation.sizing, situation.standing, without(situation)
    legs = [leg for leg in situation.legs if leg.asset not in missing]
    short = shorted(situation, legs) if legs else None
    if sized is None or stands is None or not stands.wanted or short is None or situation.exposure is None:
        return None
    whole = at_sizing(sized, stands.wanted)
    targets = {asset: amount for asset, amount in whole.items() if asset not in missing}
    wanted = sum(targets.values(), _ZERO)
    if not wanted:
        return None
    off = short / wanted - 1
    risk = _risk(situation, targets)
    value = abs(off) if rule.figure == "size" else risk
    return reading(
        value,
        Facts(
            short=short,
            wanted=wanted,
            excess=off,
            risk=exact_fact(risk),
            errors=_errors(situation, targets),
            without=missing,
            age=situation.age(*(leg.quote for leg in situation.legs)),
            simulated=situation.simulated,
        ),
    )


def _risk(situation: Situation, targets: Mapping[str, Decimal]) -> float | None:
    """Of what an order could mend; None where the coins' moves are not measured."""
    sized, errors = situation.sizing, _errors(situation, targets)
    measured = situation.measured([*errors], sized.only if sized else ())
    if measured is None:
        return None
    short = {
        asset: targets.get(asset, _ZERO) + (error if _tradable(situation, asset, error) else _ZERO)
        for asset, error in errors.items()
    }
    return drift(measured, targets, short).risk


def _errors(situation: Situation, targets: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """USD short of each asset over (negative: under) what is wanted."""
    open_now = _by_asset(situation)
    assets = sorted(targets.keys() | open_now.keys())
    return {asset: open_now.get(asset, _ZERO) - targets.get(asset, _ZERO) for asset in assets}


def _by_asset(situation: Situation) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    missing = without(situation)
    for leg in situation.legs:
        if leg.asset in missing:
            continue
        found[leg.asset] = found.get(leg.asset, _ZERO) + (leg.shorted or _ZERO)
    return found


def _tradable(situation: Situation, asset: str, error: Decimal) -> bool:
    """Whether the error is at least one order of the asset's contract: a smaller one nothing can mend."""
    orders = (
        leg.contract.least(leg.quote.mark) * leg.contract.value(leg.quote.mark)
        for leg in situation.legs
        if leg.asset == asset and leg.contract and leg.quote
    )
    return abs(error) >= min(orders, default=_ZERO)


kind = Kind(
    "drift",
    "Hedge off its size",
    "tells you when prices or what you hold have moved your hedge away from its right size",
    figures={
        "size": Figure(
            "share",
            "above",
            Decimal("0.01"),
            Decimal(5),
            usual=(Decimal("0.1"),),
            share=Decimal("0.2"),
            checks=(SIZE,),
        ),
        "risk": Figure(
            "share",
            "above",
            Decimal("0.01"),
            Decimal(5),
            said=frozenset({"risk"}),
            usual=(Decimal(str(BAND)), 3 * Decimal(str(BAND))),
            share=Decimal("0.2"),
            checks=(RISK,),
        ),
    },
    forms={
        "drift 10%": "when your hedge is 10% larger or smaller than it should be",
        "drift risk": "when being off adds 5% of your coins' own swings, and again at 15%",
    },
    subjects=_subjects,
    measure=_measure,
    theme="hedge",
    answered=True,
    after_hedging=(usual("drift", "risk", "above", "0.05", "0.15"),),
)
