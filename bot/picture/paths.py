"""Lines through time: a replayed fall, funding, a beta that changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.picture.canvas import Canvas, Frame, round_figures, spread_apart, usd_short
from bot.wording.reply import Picture
from core.domain.errors import NoData
from core.domain.series import FundingHistory
from core.hedge.study import Study
from core.measure.rolling import rolling_betas
from core.replay.fall import Replayed

HEIGHT = 250.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 262.0, 40.0, 218.0

WINDOW = 60
"""Days of each beta."""
MOST_POINTS = 400
"""More would not be seen at the width of a phone."""
YEAR_HOURS = 24 * 365


@dataclass(frozen=True, slots=True)
class Curve:
    """One line, with what it is called."""

    name: str
    colour: str
    figures: Sequence[float]
    dash: str = ""
    width: float = 2


def replay_path(found: Replayed) -> Picture:
    """What a past fall made of the coins, the hedge and both, in USD. The lowest point of both is named."""
    way = found.as_planned
    step = len(way.times) // MOST_POINTS + 1
    lowest_of_all = int(np.argmin(way.hedged))
    kept = sorted({*range(0, len(way.times), step), len(way.times) - 1, lowest_of_all})
    name, times = found.event.name or str(found.event.first), _utc_times(way.times[kept])
    coins: list[float] = way.unhedged[kept].tolist()
    hedge: list[float] = (way.hedged - way.unhedged)[kept].tolist()
    both = [one + other for one, other in zip(coins, hedge, strict=True)]
    lowest = min(range(len(both)), key=both.__getitem__)
    curves = (
        Curve("coins", "coins", coins),
        Curve("hedge", "hedge", hedge, "6 3"),
        Curve("both", "ink", both, width=3),
    )
    canvas, frame = _curves(f"{name}: gain or loss in USD", times, curves, usd_short)
    at = times[lowest]
    x, y = frame.x(at.timestamp()), frame.y(both[lowest])
    canvas.dot(x, y, "alarm")
    canvas.height += 18
    low = f"dot: both at their lowest, {usd_short(both[lowest])} on {_day(at)}"
    canvas.text(LEFT, HEIGHT + 4, low, colour="alarm")
    return canvas.picture(
        f"{name}: coins {usd_short(coins[-1])}, hedge {usd_short(hedge[-1])}, "
        f"both {usd_short(both[-1])} in the end; "
        f"both at their lowest {usd_short(both[lowest])} on {_day(at)}."
    )


def funding_path(coin: str, history: FundingHistory) -> Picture:
    """What funding paid shorts of a coin at each settlement, in percent a year, with its mean.

    history: at least three settlements.
    """
    hours = np.diff(history.times) / np.timedelta64(3600, "s")
    yearly: list[float] = (history.rates[1:] / hours * YEAR_HOURS * 100).tolist()
    times = _utc_times(history.times[1:])
    mean = sum(yearly) / len(yearly)
    curves = (
        Curve("funding", "hedge", yearly, width=1.5),
        Curve("mean", "ink", [mean] * len(yearly), "6 3"),
    )
    canvas, _ = _curves(f"{coin}: funding paid to shorts, % a year", times, curves, _percent)
    return canvas.picture(
        f"Funding of {coin}: {_percent(mean)} a year on average since {_day(times[0])}, between "
        f"{_percent(min(yearly))} and {_percent(max(yearly))}. Below zero shorts pay."
    )


def rolling_beta(measured: Study, benchmark: str, today: date) -> Picture:
    """How the portfolio moved with a benchmark, window after window, and between what its coins did.

    Raises NoData where there is too little history.
    """
    found = measured.sample
    held = [at for at, weight in enumerate(measured.weights) if weight and found.assets[at] in found.measured]
    if not held or benchmark not in found.measured or found.days < WINDOW + 10:
        raise NoData(
            f"There is too little common price history with {benchmark} to draw a beta through time."
        )
    weights = measured.weights[held] / measured.weights[held].sum()
    legs = found.returns[:, [found.assets.index(benchmark)]]
    each = rolling_betas(found.returns[:, held], legs, WINDOW)[:, :, 0]
    known = np.isfinite(each).all(axis=1)
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    times = [midnight - timedelta(days=float(age)) for age in found.ages[WINDOW - 1 :][known]]
    betas: list[float] = (each[known] @ weights).tolist()
    low: list[float] = np.quantile(each[known], 0.25, axis=1).tolist()
    high: list[float] = np.quantile(each[known], 0.75, axis=1).tolist()
    curves = (Curve("you", "ink", betas, width=3),)
    title = f"Your beta to {benchmark}, over {WINDOW} days each"
    canvas, frame = _curves(title, times, curves, _plain, within=(*low, *high))
    canvas.height += 18
    seconds = [at.timestamp() for at in times]
    canvas.area(frame.through(seconds, high), frame.through(seconds, low), "coins")
    canvas.text(LEFT, HEIGHT + 4, "shaded: where half of your coins lay", colour="coins")
    return canvas.picture(
        f"Your beta to {benchmark} was between {min(betas):.2f} and {max(betas):.2f} since "
        f"{_day(times[0])}; it "
        f"is {betas[-1]:.2f} now, and half of your coins are between {low[-1]:.2f} and {high[-1]:.2f}."
    )


def _curves(
    title: str,
    times: Sequence[datetime],
    curves: Sequence[Curve],
    label: Callable[[float], str],
    within: Sequence[float] = (),
) -> tuple[Canvas, Frame]:
    """The curves on a canvas with scales, each named at its end. within: more figures to have room for."""
    figures = [each for curve in curves for each in curve.figures]
    marks = round_figures(min([0.0, *figures, *within]), max([0.0, *figures, *within]))
    canvas = Canvas(title, HEIGHT)
    seconds = [at.timestamp() for at in times]
    frame = Frame(canvas, LEFT, RIGHT, TOP, BOTTOM, (seconds[0], seconds[-1]), (marks[0], marks[-1]))
    frame.rules([(mark, label(mark)) for mark in marks])
    for curve in curves:
        canvas.line(frame.through(seconds, curve.figures), curve.colour, width=curve.width, dash=curve.dash)
    ends = spread_apart([frame.y(curve.figures[-1]) for curve in curves], 30, TOP + 6, BOTTOM - 14)
    for curve, y in zip(curves, ends, strict=True):
        canvas.text(RIGHT + 6, y + 2, curve.name, colour=curve.colour)
        canvas.text(RIGHT + 6, y + 16, label(curve.figures[-1]), colour=curve.colour)
    middle = times[len(times) // 2]
    frame.below([(at.timestamp(), _day(at)) for at in (times[0], middle, times[-1])])
    return canvas, frame


def _utc_times(times: NDArray[np.datetime64]) -> list[datetime]:
    """numpy's times as aware UTC."""
    found: list[datetime] = times.astype("datetime64[s]").astype(object).tolist()
    return [each.replace(tzinfo=UTC) for each in found]


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %y}"


def _percent(figure: float) -> str:
    return f"{figure:.3g}%"


def _plain(figure: float) -> str:
    return f"{figure:.2f}".rstrip("0").rstrip(".") or "0"
