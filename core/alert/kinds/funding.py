"""Funding: what perpetuals pay or cost a short, of any coin or of the hedge as a whole."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from decimal import Decimal

import numpy as np

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind, usual
from core.alert.legs import paid_a_day, paying, perpetuals, shorted
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.cost.funding import FEWEST_DAYS, HOURS_PER_DAY, MEAN_DAYS, STALE, apr, settled
from core.domain.quote import FundingRate
from core.domain.series import FundingHistory
from core.measure.beta import Floats
from core.outcome.leg_standing import LegStanding

DAYS_PER_YEAR = 365
SMALL = Decimal("-0.05")
"""A year of the short's worth: what costs less is not worth a message."""
CALMEST = 0.03 / DAYS_PER_YEAR
"""Funding of a day that swings less than this counts as swinging so much: else any change were extreme."""
RATE = Check("funding of one settlement", "perpetual", open="perpetual")
YEARLY = Check("funding a year", "perpetual", open="perpetual")
EXTREME = Check("how unusual funding is", "coin", open="perpetual")
PAYS = Check("funding a year of all shorts together", "hedge", open="perpetual")


def _subjects(situation: Situation, rule: Rule) -> tuple[str, ...]:
    """The hedge, for what it pays; the coin that was named, else those of open perpetuals."""
    open_now = perpetuals(situation.legs_called(rule.subject))
    if rule.figure == "pays":
        return (rule.subject,) if open_now else ()
    return (rule.subject,) if rule.subject else tuple(dict.fromkeys(leg.asset for leg in open_now))


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    return _of_hedge(situation, rule) if rule.figure == "pays" else _of_coin(situation, rule)


def _of_hedge(situation: Situation, rule: Rule) -> Reading | None:
    """What the open shorts together are paid a year, a decimal of their worth; negative: pay."""
    every = perpetuals(situation.legs_called(rule.subject))
    legs = paying(situation, every)
    if not legs:
        return None
    short, day = shorted(situation, legs), paid_a_day(situation, legs)
    if not short or short < 0 or day is None:
        return None
    return reading(
        day / short * DAYS_PER_YEAR,
        Facts(
            short=short,
            day=day,
            apr=day / short * DAYS_PER_YEAR,
            reopen=_reopen(legs),
            without=tuple(dict.fromkeys(leg.asset for leg in every if leg not in legs)),
            age=situation.age(*(leg.quote for leg in legs)),
            simulated=situation.simulated,
        ),
    )


def _reopen(legs: Iterable[LegStanding]) -> Decimal | None:
    """About what closing these positions and opening them again costs in fees, USD."""
    costs = (
        2 * abs(leg.shorted) * leg.contract.taker_fee
        for leg in legs
        if leg.contract and leg.shorted is not None
    )
    return sum(costs, Decimal(0)) or None


def _of_coin(situation: Situation, rule: Rule) -> Reading | None:
    """The rate of one settlement, the same a year, or how far from usual it is.

    Of the largest open position in the coin's perpetuals, else of its perpetual on the user's venue.
    """
    own = tuple(leg for leg in perpetuals(situation.legs) if leg.asset == rule.subject)
    place = _place(situation, own, rule.subject)
    rate = situation.rate(*place) if place else None
    if place is None or rate is None:
        return None
    quotes = situation.snapshots[place[0]].quotes
    quote = situation.fresh(quotes.get(place[1]))
    value = _value(situation, rule.figure, place, rate)
    if quote is None or value is None:
        return None
    return reading(
        value,
        Facts(
            rate=rate.rate,
            hours=rate.interval_hours,
            apr=apr(rate),
            next=rate.next_at,
            venue=place[0],
            symbol=place[1],
            short=shorted(situation, own) if own else None,
            day=paid_a_day(situation, own) if own else None,
            reopen=_reopen(own),
            age=situation.age(quote),
            simulated=situation.simulated,
        ),
    )


def _value(situation: Situation, figure: str, place: tuple[str, str], rate: FundingRate) -> Decimal | None:
    if figure == "extreme":
        return _extreme(situation, place, rate)
    return apr(rate) if figure == "apr" else rate.rate


def _place(situation: Situation, own: Iterable[LegStanding], asset: str) -> tuple[str, str] | None:
    largest = max(own, key=lambda leg: abs(leg.shorted or Decimal(0)), default=None)
    if largest is not None:
        return largest.held.venue, largest.held.symbol
    if situation.snapshot is None or situation.unclear:
        return None
    contract = situation.snapshot.perpetual(asset) or situation.snapshot.perpetual(asset, inverse=True)
    return (situation.venue, contract.symbol) if contract else None


def _extreme(situation: Situation, place: tuple[str, str], rate: FundingRate) -> Decimal | None:
    """How many standard deviations of its own last MEAN_DAYS the funding of a day is from their mean."""
    history = situation.histories.get(place)
    daily = None if history is None else _daily(history, situation)
    if daily is None:
        return None
    now = float(rate.rate) * HOURS_PER_DAY / rate.interval_hours
    return Decimal(repr(abs(now - float(daily.mean())) / max(float(daily.std()), CALMEST)))


def _daily(history: FundingHistory, situation: Situation) -> Floats | None:
    """Funding of a day at each settlement of the last MEAN_DAYS; None where the record is short or old."""
    known = settled(history, situation.now - timedelta(days=MEAN_DAYS), situation.now)
    if len(known.times) < 2:
        return None
    hours = np.diff(known.times) / np.timedelta64(1, "h")
    last = np.datetime64(situation.now.astimezone(UTC).replace(tzinfo=None), "s") - known.times[-1]
    if hours.sum() < FEWEST_DAYS * HOURS_PER_DAY or last > np.timedelta64(STALE):
        return None
    return np.asarray(known.rates[1:] * HOURS_PER_DAY / hours)


kind = Kind(
    "funding",
    "Funding",
    "tells you what shorts are paid, or have to pay, for being open: when that passes a figure or turns",
    figures={
        "rate": Figure(
            "share",
            None,
            Decimal("-0.05"),
            Decimal("0.05"),
            margin=Decimal("0.00001"),
            share=Decimal("0.1"),
            checks=(RATE,),
        ),
        "apr": Figure(
            "share",
            None,
            Decimal(-20),
            Decimal(20),
            said=frozenset({"apr"}),
            margin=Decimal("0.01"),
            share=Decimal("0.1"),
            checks=(YEARLY,),
        ),
        "extreme": Figure(
            "plain",
            "above",
            Decimal(1),
            Decimal(50),
            said=frozenset({"extreme"}),
            usual=(Decimal(3),),
            margin=Decimal("0.5"),
            past="funding",
            checks=(EXTREME,),
        ),
        "pays": Figure(
            "share",
            "below",
            Decimal(-20),
            Decimal(20),
            said=frozenset({"pays"}),
            usual=(SMALL,),
            margin=Decimal("0.01"),
            share=Decimal("0.1"),
            checks=(PAYS,),
        ),
    },
    forms={
        "funding ETH below -0.01%": "when one payment is below that; shorts pay where it is negative",
        "funding ETH above 20% apr": "the same a year",
        "funding ETH flip": "when it changes sign",
        "funding ETH extreme": "when it is far from its own last 30 days",
        "funding pays": "when your hedge pays more than 5% a year",
    },
    subjects=_subjects,
    measure=_measure,
    theme="funding",
    coin="optional",
    answered=True,
    after_hedging=(usual("funding", "pays", "below", str(SMALL)),),
)
