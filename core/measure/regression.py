"""Least squares on daily returns: the rows that can be used, a weighted fit with intercept, and its
errors.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import NoData
from core.measure.beta import Floats

STILL = "A price that did not move gives no beta."
"""Said where a leg's price stood still."""
ALIKE = "These coins moved as one, so their betas cannot be told apart. Name one of them."
"""Said where legs cannot be told apart."""
SAME = 1e-7
"""Legs are the same if no more than this share of a leg's movement is its own."""
UNMOVED = 1e-12
"""A leg did not move if its deviation is no more than this share of its size."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What an estimator found."""

    betas: Floats
    """A coefficient for each leg; (k,)."""
    errors: Floats
    """The standard error of each coefficient; NaN where a bound holds it at zero; (k,)."""
    r_squared: float
    """The share of the portfolio's variance that shorting just these betas would have removed on the days
    used, weighted as the estimator weights them.
    """
    days: int
    """How many days were used."""
    drift: float
    """The intercept: the part of the daily return that no leg explains."""


@dataclass(frozen=True, slots=True)
class CompleteRows:
    """Observations without gaps."""

    y: Floats
    """Returns of the portfolio; (n,)."""
    x: Floats
    """Returns of the legs; (n, k)."""
    ages: Floats
    """Days before today; (n,)."""

    @property
    def days(self) -> int:
        return len(self.y)

    @property
    def legs(self) -> int:
        return int(self.x.shape[1])

    def keep(self, those: NDArray[np.bool_]) -> "CompleteRows":
        """Only the rows where `those` (n,) is true."""
        return CompleteRows(self.y[those], self.x[those], self.ages[those])

    def equal(self) -> Floats:
        """The same weight for every row, summing to 1; (n,)."""
        return np.full(self.days, 1 / max(self.days, 1))

    def decaying(self, half_life: float) -> Floats:
        """Weights 2^(-age / half_life), summing to 1; (n,)."""
        weights = np.exp2(-self.ages / half_life)
        return np.asarray(weights / weights.sum())

    def checked(self) -> "CompleteRows":
        """These rows. Raises NoData where they are too few for a fit, or a leg did not move."""
        if self.days < self.legs + 2:
            raise NoData(f"Only {self.days} days of prices in common: too few for a beta.")
        if (self.x.std(axis=0) <= UNMOVED * np.abs(self.x).max(axis=0)).any():
            raise NoData(STILL)
        return self


@dataclass(frozen=True, slots=True)
class Slopes:
    """A weighted fit, and what its errors are worked out from."""

    betas: Floats
    """The coefficients; (k,)."""
    drift: float
    """The intercept."""
    bread: Floats
    """The inverse of the weighted Gram matrix of `centred`; (k, k)."""
    centred: Floats
    """The legs less their weighted means; (n, k)."""
    left: Floats
    """The residuals; (n,)."""


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
