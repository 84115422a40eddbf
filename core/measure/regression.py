"""Least squares on daily returns: complete rows, a weighted fit with intercept, and what a fit is worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import NoData
from core.measure.beta import Floats

STILL = "A price that did not move gives no beta."
ALIKE = "These coins moved as one, so their betas cannot be told apart. Name one of them."
SAME = 1e-7
"""Legs are one and the same if this little of a leg's movement is its own, relative."""
UNMOVED = 1e-12
"""A leg whose deviation is this little of its size, relative, did not move."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What an estimator found.

    betas, errors (k,): a coefficient for each leg and its standard error, nan where a bound holds the
    coefficient at zero. r_squared: share of the portfolio's variance that shorting just these betas would
    have removed on the days used, weighted as the estimator weights them. days: how many were used.
    drift: the part of the daily return that no leg explains (the intercept).
    """

    betas: Floats
    errors: Floats
    r_squared: float
    days: int
    drift: float


@dataclass(frozen=True, slots=True)
class CompleteRows:
    """Complete observations: y (n,) of the portfolio, x (n, k) of the legs, ages (n,) in days."""

    y: Floats
    x: Floats
    ages: Floats

    @property
    def days(self) -> int:
        return len(self.y)

    @property
    def legs(self) -> int:
        return int(self.x.shape[1])

    def keep(self, those: NDArray[np.bool_]) -> "CompleteRows":
        return CompleteRows(self.y[those], self.x[those], self.ages[those])

    def equal(self) -> Floats:
        """The same weight for every row, summing to 1."""
        return np.full(self.days, 1 / max(self.days, 1))

    def decaying(self, half_life: float) -> Floats:
        """Weights that halve every `half_life` days back, summing to 1."""
        weights = np.exp2(-self.ages / half_life)
        return np.asarray(weights / weights.sum())

    def checked(self) -> "CompleteRows":
        """These rows; raises NoData where they are too few for a fit or a leg did not move."""
        if self.days < self.legs + 2:
            raise NoData(f"Only {self.days} days of prices in common: too few for a beta.")
        if (self.x.std(axis=0) <= UNMOVED * np.abs(self.x).max(axis=0)).any():
            raise NoData(STILL)
        return self


@dataclass(frozen=True, slots=True)
class Slopes:
    """A weighted fit. bread (k, k): inverse of the weighted Gram matrix of `centred` (n, k), the legs less
    their weighted means; left (n,): what the fit leaves of the returns."""

    betas: Floats
    drift: float
    bread: Floats
    centred: Floats
    left: Floats


def complete(returns: Floats, legs: Floats, window: int, ages: Floats | None) -> CompleteRows:
    """The rows of the window in which every value is finite; without `ages` they are consecutive days.

    Raises ValueError for shapes that do not match, and NoData as CompleteRows.checked does.
    """
    since = np.arange(len(returns), 0, -1, dtype=np.float64) if ages is None else ages
    if legs.ndim != 2 or not returns.shape == since.shape == legs.shape[:1]:
        raise ValueError(f"returns {returns.shape}, legs {legs.shape}: one row of legs for each return")
    usable = np.isfinite(returns) & np.isfinite(legs).all(axis=1) & (since <= window)
    return CompleteRows(returns, legs, since).keep(usable).checked()


def solve(rows: CompleteRows, weights: Floats) -> Slopes:
    """Weighted least squares with intercept, weights summing to 1, by QR of the centred and scaled legs.

    Raises NoData where the legs moved as one.
    """
    mean_y, mean_x = float(weights @ rows.y), weights @ rows.x
    centred, root = rows.x - mean_x, np.sqrt(weights)
    scale = np.linalg.norm(root[:, None] * centred, axis=0)
    q, r = np.linalg.qr(root[:, None] * centred / scale)
    if np.abs(np.diag(r)).min() < SAME:
        raise NoData(ALIKE)
    inverse = np.linalg.inv(r) / scale[:, None]
    betas = inverse @ (q.T @ (root * (rows.y - mean_y)))
    left = rows.y - mean_y - centred @ betas
    return Slopes(betas, mean_y - float(mean_x @ betas), inverse @ inverse.T, centred, left)


def least_squares(rows: CompleteRows) -> Fit:
    """Every row counts alike; errors are the textbook ones, s^2 (X'X)^-1."""
    rows.checked()
    found = solve(rows, rows.equal())
    variance = float(found.left @ found.left) / (rows.days - rows.legs - 1)
    errors = np.sqrt(variance * np.diag(found.bread) / rows.days)
    return fit_of(rows, found.betas, errors, rows.equal())


def fit_of(rows: CompleteRows, betas: Floats, errors: Floats, weights: Floats) -> Fit:
    """The fit with these betas; its line goes through the weighted means."""
    drift = float(weights @ (rows.y - rows.x @ betas))
    return Fit(betas, errors, variance_removed(rows, betas, weights), rows.days, drift)


def variance_removed(rows: CompleteRows, betas: Floats, weights: Floats) -> float:
    """1 - var(y - x betas) / var(y), weighted; a portfolio that does not move has nothing to remove: 1."""
    left = rows.y - rows.x @ betas
    bare = float(weights @ (rows.y - weights @ rows.y) ** 2)
    return 1 - float(weights @ (left - weights @ left) ** 2) / bare if bare > 0 else 1.0


def sandwich(bread: Floats, centred: Floats, pull: Floats) -> Floats:
    """White's (1980) standard errors, bread X' diag(pull^2) X bread; pull (n,) is weight times residual."""
    scores = centred * pull[:, None]
    return np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))
