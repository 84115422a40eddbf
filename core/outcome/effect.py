"""How well a hedge worked from day to day: the share of the swings, and of the losses, that it took away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.series import Closes
from core.outcome.course import AmountChange

FEWEST = 10
"""Fewer whole days say nothing."""
_ONE_DAY = timedelta(days=1)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """Hedge effectiveness as it turned out, over whole UTC days.

    variance: 1 - var(with hedge) / var(without) of what a day made in USD. downside: the same of the mean
    square of the days' losses. None where `days` are fewer than FEWEST, or without anything to take away.
    """

    days: int
    variance: float | None = None
    downside: float | None = None


def effect(
    coins: Mapping[str, Sequence[AmountChange]],
    shorts: Mapping[str, Sequence[AmountChange]],
    closes: Mapping[str, Closes],
    began: datetime,
    until: datetime,
) -> Effect:
    """The effect over the whole days from `began` to `until`, from what was held and shorted of each asset.

    Shorts (below zero) are valued like their coins, at daily closes: funding, fees and basis are not in it. A
    day on which a coin that matters has no close is left out.
    """
    days = _whole_days(began, until)
    bare = _daily(coins, closes, days)
    hedged = bare + _daily(shorts, closes, days)
    known = ~np.isnan(hedged)
    bare, hedged = bare[known], hedged[known]
    if len(bare) < FEWEST:
        return Effect(len(bare))
    return Effect(
        len(bare),
        variance=_taken_away(float(np.var(bare)), float(np.var(hedged))),
        downside=_taken_away(_losses(bare), _losses(hedged)),
    )


def _taken_away(without: float, left: float) -> float | None:
    return 1 - left / without if without > 0 else None


def _losses(made: Floats) -> float:
    return float(np.mean(np.minimum(made, 0) ** 2))


def _whole_days(began: datetime, until: datetime) -> list[date]:
    """The UTC days that lie inside as a whole."""
    first = began.date() if began.timetz() == time(tzinfo=began.tzinfo) else began.date() + _ONE_DAY
    return [first + index * _ONE_DAY for index in range(max((until.date() - first).days, 0))]


def _daily(
    amounts: Mapping[str, Iterable[AmountChange]], closes: Mapping[str, Closes], days: Sequence[date]
) -> Floats:
    """USD that each day made; nan where a close that it depends on is not known."""
    total = np.zeros(len(days))
    for asset, changes in amounts.items():
        own = closes.get(asset)
        known = dict(zip(own.days.tolist(), own.prices.tolist(), strict=True)) if own else {}
        ordered = sorted(changes, key=lambda change: change.at)
        total += np.array([_made(ordered, known, day) for day in days])
    return total


def _made(changes: Sequence[AmountChange], closes: Mapping[date, float], day: date) -> float:
    """What one asset made on one day: at its closes, and at the price of each change during the day."""
    midnight = datetime.combine(day, time(), changes[0].at.tzinfo)
    held = float(sum(change.amount for change in changes if change.at <= midnight))
    during = [change for change in changes if midnight < change.at <= midnight + _ONE_DAY]
    if not held and not during:
        return 0.0
    start, end = closes.get(day - _ONE_DAY, np.nan), closes.get(day, np.nan)
    made = held * (end - start) if held else 0.0
    for change in during:
        made += float(change.amount) * (end - (np.nan if change.price is None else float(change.price)))
    return made
