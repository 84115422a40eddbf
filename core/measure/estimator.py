"""The ways to estimate how a portfolio follows coins that could be shorted against it, by name.

Every estimator takes `returns` (days,) of the portfolio and `legs` (days, k) of the coins, both daily log
returns, oldest first, and gives a Fit. A beta has no unit: it is the % that the portfolio moved when the leg
moved 1 %.

Missing data is treated alike by all. `ages` (days,) are the days before today of each row; without them rows
are consecutive days up to yesterday. Rows older than `window` days, and rows with a value that is not finite,
are left out; nothing is filled in. NoData is raised where too few days remain, where a leg did not move, and
where legs moved as one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.domain.errors import CannotHedge, NoData
from core.measure.beta import HALF_LIFE, WINDOW, Floats, covariance
from core.measure.regression import CompleteRows, Fit, complete, fit_of, least_squares, sandwich, solve
from core.measure.subset import RIDGE, non_negative

TUNING = 1.345
"""Huber's bound in robust deviations: beyond it a residual counts less. It
is 95 % efficient on normal errors.
"""
NORMAL_MAD = 0.6744897501960817
"""The median absolute deviation of a standard normal distribution."""
NORMAL_95 = 1.959963984540054
"""The quantile of a standard normal distribution that leaves 2.5 % above it."""
ROUNDS = 200
"""After so many iterations a robust fit is taken as it is."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What the betas of other coins say before a coin itself is looked at."""

    mean: float
    """Their mean."""
    variance: float
    """Their variance."""


def ols(returns: Floats, legs: Floats, *, window: int = WINDOW, ages: Floats | None = None) -> Fit:
    """Ordinary least squares with intercept over the window, all legs jointly: (X'X)^-1 X'y.

    Standard errors are the textbook ones, s^2 (X'X)^-1. For one leg the beta is cov / var.
    """
    return least_squares(complete(returns, legs, window, ages))


def ewma(
    returns: Floats,
    legs: Floats,
    *,
    half_life: float = HALF_LIFE,
    window: int = WINDOW,
    ages: Floats | None = None,
) -> Fit:
    """Least squares in which a day counts half as much as one `half_life` days later: (X'WX)^-1 X'Wy.

    Weights say how much a day tells of today, not how exactly it was measured, so the standard errors are
    White's (1980): (X'WX)^-1 X'W diag(e^2) W X (X'WX)^-1.
    """
    rows = complete(returns, legs, window, ages)
    weights = rows.decaying(half_life)
    found = solve(rows, weights)
    return fit_of(rows, found.betas, sandwich(found.bread, found.centred, weights * found.left), weights)


def joint_non_negative(
    returns: Floats,
    legs: Floats,
    *,
    own: Floats | None = None,
    window: int = WINDOW,
    ages: Floats | None = None,
) -> Fit:
    """What fits a hedge: EWMA, a ridge of RIDGE times the legs' mean variance, and no beta below zero.

    own (k,): the portfolio's weight in each leg itself, to which the ridge pulls; left out: zero. Errors are
    White's over the legs that are used, given that they are. For the formula see core.measure.subset.
    """
    rows = complete(returns, legs, window, ages)
    weights = rows.decaying(HALF_LIFE)
    moves = covariance(np.column_stack([rows.x, rows.y]), weights)
    gram, cross = moves[:-1, :-1], moves[:-1, -1]
    found = non_negative(gram, cross, np.zeros(rows.legs) if own is None else own)
    betas, errors = np.zeros(rows.legs), np.full(rows.legs, np.nan)
    if found is not None and (found.betas > 0).all():  # a leg wanted only for the ridge's pull is no hedge
        used = list(found.legs)
        betas[used] = found.betas
        penalty = RIDGE * float(np.mean(np.diag(gram))) if len(used) > 1 else 0.0
        bread = np.asarray(np.linalg.inv(gram[np.ix_(used, used)] + penalty * np.eye(len(used))), np.float64)
        left = rows.y - rows.x @ betas
        centred = rows.x[:, used] - weights @ rows.x[:, used]
        errors[used] = sandwich(bread, centred, weights * (left - weights @ left))
    return fit_of(rows, betas, errors, weights)


def vasicek(
    returns: Floats,
    legs: Floats,
    *,
    prior: Prior | None = None,
    window: int = WINDOW,
    ages: Floats | None = None,
) -> Fit:
    """Least squares on one leg, pulled to the betas of other coins: w b + (1 - w) mean, w = v / (v + se^2).

    `prior` holds that mean and variance v; cross_section makes one. The error is the posterior's,
    sqrt(v se^2 / (v + se^2)). Vasicek, Journal of Finance 28 (1973).
    """
    if prior is None:
        raise CannotHedge("The Vasicek beta is pulled to the betas of other coins, and none are given.")
    rows = _one_leg("Vasicek", complete(returns, legs, window, ages))
    plain = least_squares(rows)
    total = prior.variance + plain.errors**2
    weight = prior.variance / total if total[0] > 0 else np.ones(1)
    betas = weight * plain.betas + (1 - weight) * prior.mean
    return fit_of(rows, betas, np.sqrt(weight) * plain.errors, rows.equal())


def cross_section(returns: Floats, leg: Floats, *, window: int = WINDOW) -> Prior:
    """Mean and variance of the least-squares betas of several coins (days, n) on one leg (days,).

    Raises NoData, as ols does, where one of them cannot be measured, or where there are fewer than two.
    """
    if returns.shape[1] < 2:
        raise NoData("A cross-section takes at least two coins with prices.")
    betas = [ols(coin, leg[:, None], window=window).betas[0] for coin in returns.T]
    return Prior(float(np.mean(betas)), float(np.var(betas, ddof=1)))


def blume(returns: Floats, legs: Floats, *, window: int = WINDOW, ages: Floats | None = None) -> Fit:
    """Least squares on one leg, pulled a third of the way to 1: 1/3 + 2/3 b; the error is 2/3 of its own.

    Blume, Journal of Finance 30 (1975).
    """
    rows = _one_leg("Blume", complete(returns, legs, window, ages))
    plain = least_squares(rows)
    return fit_of(rows, toward_one(plain.betas), plain.errors * 2 / 3, rows.equal())


def toward_one(betas: Floats) -> Floats:
    """Blume's adjustment of measured betas: 1/3 + 2/3 b."""
    return np.asarray(1 / 3 + 2 / 3 * betas)


def downside(
    returns: Floats, legs: Floats, *, threshold: float = 0.0, window: int = WINDOW, ages: Floats | None = None
) -> Fit:
    """Crash beta: least squares on one leg over the days on which that leg returned less than `threshold`.

    R-squared and days are of those days only. The conditional form of the lower-partial-moment beta of
    Bawa and Lindenberg, Journal of Financial Economics 5 (1977).
    """
    rows = _one_leg("downside", complete(returns, legs, window, ages))
    return least_squares(rows.keep(rows.x[:, 0] < threshold))


def upside(
    returns: Floats, legs: Floats, *, threshold: float = 0.0, window: int = WINDOW, ages: Floats | None = None
) -> Fit:
    """Rally beta: least squares on one leg over the days on which it returned `threshold` or more."""
    rows = _one_leg("upside", complete(returns, legs, window, ages))
    return least_squares(rows.keep(rows.x[:, 0] >= threshold))


def dimson(returns: Floats, legs: Floats, *, window: int = WINDOW, ages: Floats | None = None) -> Fit:
    """Sum of the coefficients on each leg's return of the day before, the same day and the day after.

    Catches coins that react late or early. Only days whose two neighbours are known are used; the error is
    that of the sum; R-squared is that of shorting the sum on the same day. Dimson, Journal of Financial
    Economics 7 (1979).
    """
    rows = complete(returns, legs, window, ages)
    middle = (rows.ages[:-2] == rows.ages[1:-1] + 1) & (rows.ages[2:] == rows.ages[1:-1] - 1)
    inner = np.pad(middle, 1)
    same_day = rows.keep(inner)
    lagged = np.hstack([rows.x[np.roll(inner, lag)] for lag in (-1, 0, 1)])
    wide = CompleteRows(same_day.y, lagged, same_day.ages).checked()
    found = solve(wide, wide.equal())
    total = np.tile(np.eye(rows.legs), (3, 1))
    variance = float(found.left @ found.left) / (wide.days - wide.legs - 1) / wide.days
    errors = np.sqrt(variance * np.diag(total.T @ found.bread @ total))
    return fit_of(same_day, found.betas @ total, errors, same_day.equal())


def huber(returns: Floats, legs: Floats, *, window: int = WINDOW, ages: Floats | None = None) -> Fit:
    """Least squares in which days with a residual beyond TUNING robust deviations count less, jointly.

    Iteratively reweighted with weights min(1, TUNING / |e / s|), s = median |e| / 0.6745, from least
    squares on. Errors are the asymptotic ones of Huber, Robust Statistics (1981), section 7.6.
    """
    rows = complete(returns, legs, window, ages)
    found = plain = solve(rows, rows.equal())
    scale = _robust_scale(found.left)
    for _ in range(ROUNDS):
        if scale <= np.finfo(float).eps * float(np.abs(rows.y).max()):
            break
        weights = TUNING / np.maximum(np.abs(found.left / scale), TUNING)
        before, found = found.betas, solve(rows, weights / weights.sum())
        scale = _robust_scale(found.left)
        if np.allclose(found.betas, before, rtol=1e-10, atol=1e-14):
            break
    bound = TUNING * scale
    inside = float((np.abs(found.left) <= bound).mean())
    correction = 1 + (rows.legs + 1) / rows.days * (1 - inside) / inside
    spread = float((np.clip(found.left, -bound, bound) ** 2).sum()) / (rows.days - rows.legs - 1)
    errors = correction / inside * np.sqrt(spread * np.diag(plain.bread) / rows.days)
    fit = fit_of(rows, found.betas, errors, rows.equal())
    return replace(fit, drift=found.drift)


def theil_sen(returns: Floats, legs: Floats, *, window: int = WINDOW, ages: Floats | None = None) -> Fit:
    """Median of the slopes between all pairs of days, one leg; a quarter of the days may be wild.

    The error is the width of Sen's 95 % interval for untied data over 2 * 1.96. Sen, Journal of the
    American Statistical Association 63 (1968).
    """
    rows = _one_leg("Theil-Sen", complete(returns, legs, window, ages))
    leg, days = rows.x[:, 0], rows.days
    apart = leg[:, None] - leg
    slopes = np.sort((rows.y[:, None] - rows.y)[apart > 0] / apart[apart > 0])
    width = NORMAL_95 * np.sqrt(days * (days - 1) * (2 * days + 5) / 18)
    high = min(round((len(slopes) + width) / 2), len(slopes) - 1)
    low = max(round((len(slopes) - width) / 2) - 1, 0)
    betas = np.array([np.median(slopes)])
    fit = fit_of(rows, betas, (slopes[[high]] - slopes[[low]]) / (2 * NORMAL_95), rows.equal())
    return replace(fit, drift=float(np.median(rows.y) - betas[0] * np.median(leg)))


Estimator = Callable[..., Fit]
"""Any of the functions below: returns and legs in, a Fit out."""

ESTIMATORS: Mapping[str, Estimator] = {
    "default": joint_non_negative,
    "ols": ols,
    "ewma": ewma,
    "vasicek": vasicek,
    "blume": blume,
    "downside": downside,
    "upside": upside,
    "dimson": dimson,
    "huber": huber,
    "theil-sen": theil_sen,
}
"""Every estimator by the name that a user types."""


def _one_leg(name: str, rows: CompleteRows) -> CompleteRows:
    if rows.legs != 1:
        raise CannotHedge(f"The {name} beta is to one coin, not to {rows.legs} at once. Name one coin.")
    return rows


def _robust_scale(left: Floats) -> float:
    return float(np.median(np.abs(left))) / NORMAL_MAD
