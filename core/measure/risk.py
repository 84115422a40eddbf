"""What a hedge took away after the fact, and which asset a portfolio's variance comes from."""

import numpy as np
from numpy.typing import NDArray

from core.measure.beta import Floats


def realised_effectiveness(bare: Floats, hedged: Floats) -> float:
    """The share of variance that a hedge removed: 1 - var(hedged) / var(bare). Ederington, Journal of Finance
    34 (1979).

    bare, hedged (days,): returns without and with the hedge. Days on which either is not finite are left out.
    Where nothing moved there is nothing to remove: the share is 1.
    """
    known = np.isfinite(bare) & np.isfinite(hedged)
    variance = float(np.var(bare[known])) if known.any() else 0.0
    return 1 - float(np.var(hedged[known])) / variance if variance > 0 else 1.0


def variance_shares(covariance: Floats, weights: Floats) -> Floats:
    """Each asset's share of the portfolio's variance: w_i (Cw)_i / w'Cw; (assets,), summing to 1.

    A share is below zero where the asset moves against the rest. All are zero where the portfolio does not
    move.
    """
    parts = weights * (covariance @ weights)
    total = float(parts.sum())
    return np.asarray(parts / total) if total > 0 else np.zeros(len(weights))


def mean_correlation(covariance: Floats, columns: NDArray[np.intp]) -> float:
    """The mean correlation of any two of these columns; 1 for a single one, 0 where one does not move."""
    if len(columns) < 2:
        return 1.0
    moves = covariance[np.ix_(columns, columns)]
    sigmas = np.sqrt(np.diag(moves))
    if not sigmas.all():
        return 0.0
    alike = moves / np.outer(sigmas, sigmas)
    return float((alike.sum() - len(columns)) / (len(columns) * (len(columns) - 1)))
