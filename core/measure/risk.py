"""What returns risked: the variance that a hedge removed, and whose variance it is."""

import numpy as np

from core.measure.beta import Floats


def realised_effectiveness(bare: Floats, hedged: Floats) -> float:
    """Share of variance that a hedge removed: 1 - var(hedged) / var(bare). Ederington (1979).

    bare, hedged (days,): returns without and with the hedge; days on which either is not finite are left
    out. Without movement there is nothing to remove: 1.
    """
    known = np.isfinite(bare) & np.isfinite(hedged)
    variance = float(np.var(bare[known])) if known.any() else 0.0
    return 1 - float(np.var(hedged[known])) / variance if variance > 0 else 1.0


def variance_shares(covariance: Floats, weights: Floats) -> Floats:
    """Each asset's share of the portfolio's variance, w_i (C w)_i / w'Cw: (assets,), summing to 1.

    Negative where the asset moves against the rest; zeros where the portfolio does not move.
    """
    parts = weights * (covariance @ weights)
    total = float(parts.sum())
    return np.asarray(parts / total) if total > 0 else np.zeros(len(weights))
