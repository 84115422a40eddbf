"""How well a hedge worked from day to day: the share of the swings, and of the losses, that it took away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.series import Closes
from core.outcome.course import AmountChange

FEWEST = 10
"""With fewer whole days nothing can be said."""
_ONE_DAY = timedelta(days=1)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """How effective a hedge turned out to be, over whole UTC days."""

    days: int
    """How many days were known."""
    variance: float | None = None
    """1 - var(with the hedge) / var(without), of what each day made in USD.
    None with fewer days than FEWEST, and where nothing moved.
    """
    downside: float | None = None
    """The same for the mean square of the days' losses."""


def effect(
    coins: Mapping[str, Sequence[AmountChange]],
    shorts: Mapping[str, Sequence[AmountChange]],
    closes: Mapping[str, Closes],
    began: datetime,
    until: datetime,
) -> Effect:
    """The effect over the whole days from `began` to `until`.

    coins, shorts: changes of what was held and of what was short (below zero), by asset. Shorts are valued
    like their coins, at daily closes, so funding, fees and basis are not in it. A day on which a coin that
    matters has no close is left out.
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
    """The share of `without` that is not in `left`; None where there was nothing to take away."""
    return 1 - left / without if without > 0 else None


def _losses(made: Floats) -> float:
    """The mean square of the days that lost; USD squared."""
    return float(np.mean(np.minimum(made, 0) ** 2))


def _whole_days(began: datetime, until: datetime) -> list[date]:
    """The UTC days that lie between the two moments as a whole."""
    first = began.date() if began.timetz() == time(tzinfo=began.tzinfo) else began.date() + _ONE_DAY
    return [first + index * _ONE_DAY for index in range(max((until.date() - first).days, 0))]


def _daily(
    amounts: Mapping[str, Iterable[AmountChange]], closes: Mapping[str, Closes], days: Sequence[date]
) -> Floats:
    """USD that each day made; NaN where a close is not known that it depends on; (days,)."""
    total = np.zeros(len(days))
    for asset, changes in amounts.items():
        own = closes.get(asset)
        known = dict(zip(own.days.tolist(), own.prices.tolist(), strict=True)) if own else {}
        ordered = sorted(changes, key=lambda change: change.at)
        total += np.array([_made(ordered, known, day) for day in days])
    return total


def _made(changes: Sequence[AmountChange], closes: Mapping[date, float], day: date) -> float:
    """USD that one asset made on one day: what was held, at its closes, and
    each change during the day, at its price.
    """
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
