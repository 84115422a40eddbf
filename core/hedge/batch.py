"""Sizing many portfolios on the same legs at once: the numbers that `size` gives one by one, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from core.beta import Floats
from core.contract import Contract
from core.hedge.rounding import nearest_integers
from core.hedge.subset import RIDGE


@dataclass(frozen=True, slots=True)
class Legs:
    """Contracts to short at their mark prices in quoted units; columns (k,): of their assets."""

    columns: NDArray[np.intp]
    contracts: tuple[Contract, ...]
    prices: tuple[Decimal, ...]

    def only(self, kept: Sequence[int]) -> "Legs":
        return Legs(
            self.columns[list(kept)],
            tuple(self.contracts[leg] for leg in kept),
            tuple(self.prices[leg] for leg in kept),
        )


def size_many(
    worth: Floats, weights: Floats, covariance: Floats, legs: Legs, coverage: float = 1.0
) -> Floats:
    """Contracts (P, k) to short for P portfolios; a leg that rounds to nothing is dropped, the rest refitted.

    worth (P,): USD of each portfolio. weights (P, n): its USD in each asset over its worth.
    covariance (n, n): of the assets' daily returns.
    """
    betas = fit_many(covariance, weights, legs.columns)
    lots = [float(c.value(price) * c.lot) for c, price in zip(legs.contracts, legs.prices, strict=True)]
    least = [int(c.least(price) / c.lot) for c, price in zip(legs.contracts, legs.prices, strict=True)]
    sizes, units = np.array([float(contract.lot) for contract in legs.contracts]), np.array(lots)
    wanted = coverage * betas * worth[:, None] / units
    moves = covariance[np.ix_(legs.columns, legs.columns)]
    counts: Floats = np.zeros_like(wanted)
    narrower: dict[tuple[int, ...], list[int]] = {}
    for row, target in enumerate(wanted):
        fitted = np.flatnonzero(target)
        if not len(fitted):
            continue
        whole = nearest_integers(
            units[fitted], target[fitted], [least[leg] for leg in fitted], moves[np.ix_(fitted, fitted)]
        )
        counts[row, fitted] = whole
        if 0 in whole and any(whole):
            narrower.setdefault(tuple(np.flatnonzero(counts[row]).tolist()), []).append(row)
    counts *= sizes
    for kept, rows in narrower.items():
        counts[rows] = 0
        again = size_many(worth[rows], weights[rows], covariance, legs.only(kept), coverage)
        counts[np.ix_(rows, kept)] = again
    return counts


def fit_many(covariance: Floats, weights: Floats, columns: NDArray[np.intp], ridge: float = RIDGE) -> Floats:
    """Hedge ratios (P, k) of P portfolios: `subset.non_negative` for each, as a few matrix products.

    The legs are the same for all, so each subset's system is inverted once and serves every portfolio.
    """
    gram = covariance[np.ix_(columns, columns)]
    penalty = ridge * float(np.mean(np.diag(gram)))
    cross = weights @ covariance[:, columns]
    right = cross + penalty * weights[:, columns]
    best = np.zeros(len(weights))
    betas: Floats = np.zeros_like(right)
    sizes = range(1, len(columns) + 1)
    for subset in chain.from_iterable(combinations(range(len(columns)), size) for size in sizes):
        chosen = list(subset)
        system = gram[np.ix_(chosen, chosen)] + penalty * np.eye(len(chosen))
        found = right[:, chosen] @ np.linalg.inv(system)
        fits, score = (found > 0).all(axis=1), (found * right[:, chosen]).sum(axis=1)
        if len(chosen) == 1:
            found = cross[:, chosen] / gram[chosen[0], chosen[0]]
            fits &= found[:, 0] > 0
        better = fits & (score > best)
        best[better] = score[better]
        rows = np.flatnonzero(better)
        betas[rows] = 0
        betas[np.ix_(rows, np.array(subset))] = found[rows]
    return betas
