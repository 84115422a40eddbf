"""Betas through time: every window of the history at once."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.measure.beta import Floats

Flags = NDArray[np.bool_]

SAME = 1e-10
"""Legs whose correlation matrix has a smaller determinant cannot be told apart."""
UNMOVED = 1e-12
"""A leg with this little of its whole movement in a window, relative, did not move there."""


def rolling_betas(returns: Floats, legs: Floats, window: int) -> Floats:
    """Least-squares betas with intercept of n assets (days, n) on k legs (days, k) over each window.

    Gives (days - window + 1, n, k), oldest window first. A window with a missing value of the asset or of a
    leg, or with legs that cannot be told apart, is nan: nothing is filled in. Sums of products over a
    window are differences of running sums, and all windows are solved in one batch.

    Raises ValueError for a window that is not longer than the legs, with intercept, or than the history.
    """
    days, k = legs.shape
    if not k + 2 <= window <= days:
        raise ValueError(f"a window of {window} days for {k} legs and {days} days of history")
    known_legs: Flags = np.asarray(np.isfinite(legs).all(axis=1))
    known: Flags = np.isfinite(returns) & known_legs[:, None]
    x, y = _centred(legs, known_legs[:, None]), _centred(returns, known)
    sum_x, sum_y = _sums(x, window), _sums(y, window)
    gram = _sums(x[:, :, None] * x[:, None, :], window) - sum_x[:, :, None] * sum_x[:, None, :] / window
    cross = _sums(x[:, :, None] * y[:, None, :], window) - sum_x[:, :, None] * sum_y[:, None, :] / window
    usable = _whole(known_legs, window) & _distinct(gram, UNMOVED * (x**2).sum(axis=0))
    gram[~usable] = np.eye(k)
    betas = np.swapaxes(np.linalg.solve(gram, cross), 1, 2)
    betas[~(usable[:, None] & _whole(known, window))] = np.nan
    return np.asarray(betas)


def _centred(values: Floats, known: Flags) -> Floats:
    """Less the mean over all known days, which keeps running sums small, and zero where unknown."""
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, values - mean, 0.0)


def _sums(values: Floats, window: int) -> Floats:
    """Sums over each window, from running sums."""
    running = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    return np.asarray(running[window:] - running[:-window])


def _whole(known: Flags, window: int) -> Flags:
    """Whether every day of each window is known."""
    return np.asarray(sliding_window_view(known, window, axis=0).all(axis=-1))


def _distinct(gram: Floats, least: Floats) -> Flags:
    """Whether the legs of each window moved by more than `least`, and not as one."""
    moved = (np.einsum("wii->wi", gram) > least).all(axis=1)
    gram = np.where(moved[:, None, None], gram, np.eye(gram.shape[1]))
    scale = np.sqrt(np.einsum("wii->wi", gram))
    return np.asarray(moved & (np.linalg.det(gram / scale[:, :, None] / scale[:, None, :]) > SAME))
