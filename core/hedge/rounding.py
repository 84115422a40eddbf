"""Whole contracts: the exact joint rounding of several legs, so that one leg makes up for another's
rounding.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count as count_from
from itertools import islice
from math import floor, inf

import numpy as np

from core.domain.contract import Contract
from core.measure.beta import Floats

JITTER = 1e-6
"""What is added to the covariance's diagonal, relative to it. Legs that
move as one would have many equally good answers otherwise.
"""
MOST_STEPS = 50_000
"""After so many steps the best answer so far is taken, so that contrived legs cannot keep everyone
waiting.
"""
FIRST_LOOK = 2
"""How many nearest counts of each leg are tried before all others: a good early answer shortens the
search.
"""


def round_jointly(
    targets: Sequence[Decimal],
    contracts: Sequence[Contract],
    prices: Sequence[Decimal],
    covariance: Floats,
    most: Sequence[Decimal | None] | None = None,
) -> tuple[Decimal, ...]:
    """The counts, in contracts, that are nearest in risk to the USD `targets` of the legs.

    They minimise e'Se over counts that are 0 or a whole number of lots and at least the venue's minimum in
    quantity and worth. e_i is the USD error of leg i, and S (k, k) is the `covariance` of the legs' returns.

    most: the most USD that each leg may be, rounded down to a lot; None for no limit.

    The search is exact unless it takes MOST_STEPS. The largest order that a venue takes does not limit a
    count, because several orders can be placed.
    """
    lots = [contract.value(price) * contract.lot for contract, price in zip(contracts, prices, strict=True)]
    units = np.array([float(lot) for lot in lots])
    wanted = np.array([float(target / lot) for target, lot in zip(targets, lots, strict=True)])
    # Whole lots: `least` is already rounded up to one, so nothing is lost by int.
    least = [int(c.least(price) / c.lot) for c, price in zip(contracts, prices, strict=True)]
    limits = [
        inf if limit is None else floor(limit / lot)
        for limit, lot in zip(most or [None] * len(lots), lots, strict=True)
    ]
    counts = nearest_integers(units, wanted, least, covariance, limits)
    return tuple(Decimal(count) * contract.lot for count, contract in zip(counts, contracts, strict=True))


def nearest_integers(
    units: Floats,
    wanted: Floats,
    least: Sequence[int],
    covariance: Floats,
    most: Sequence[float] | None = None,
) -> tuple[int, ...]:
    """Integers n, each 0 or from `least` to `most`, that minimise e'Se with e = units * (n - wanted).

    units, wanted (k,): USD of one lot of each leg, and the lots that are wanted. covariance (k, k): S.

    The method is depth-first sphere decoding in Schnorr-Euchner order, on the Cholesky factor of S (Agrell et
    al., IEEE Transactions on Information Theory 48, 2002). It goes through the coarsest leg first, because
    the finer ones can then make up for what the coarse one misses.
    """
    # Where less is wanted than the minimum, the choice is between nothing and that minimum: so coarse is the
    # leg.
    coarse = np.where(wanted < least, units * np.asarray(least), units)
    order = np.argsort(coarse * np.sqrt(np.diag(covariance)), kind="stable")
    matrix = covariance[np.ix_(order, order)]
    # Relative to the diagonal, so that legs of very different size are disturbed alike; `tiny` keeps a leg
    # without any variance from making the factor fail.
    matrix = matrix + np.diag(np.maximum(np.diag(matrix), np.finfo(float).tiny) * JITTER)
    upper = np.linalg.cholesky(matrix).T
    size, step, target = len(order), units[order], wanted[order]
    minimum = [least[leg] for leg in order]
    maximum = [inf if most is None else most[leg] for leg in order]
    errors = np.zeros(size)
    counts = [0] * size
    best: list[int] = [0] * size
    best_cost = inf
    steps = 0

    def descend(level: int, cost: float, width: int | None) -> None:
        nonlocal best, best_cost, steps
        steps += 1
        if level < 0:
            best, best_cost = counts.copy(), cost
            return
        # The errors of the legs that are chosen already shift what would be best for this one.
        pull = float(upper[level, level + 1 :] @ errors[level + 1 :]) / upper[level, level]
        centre = target[level] - pull / step[level]
        for count in islice(_outwards(centre, minimum[level], maximum[level]), width):
            errors[level] = step[level] * (count - target[level])
            total = cost + float(upper[level, level] * (errors[level] + pull)) ** 2
            # Counts come nearest first, so every later one costs more still.
            # Even a search that takes too long ends with some answer: it is cut off only once there is one.
            if total >= best_cost or (steps > MOST_STEPS and best_cost < inf):
                break
            counts[level] = count
            descend(level - 1, total, width)

    # The second pass begins with the best answer of the first and cuts off everything that is worse.
    for width in (FIRST_LOOK, None):
        descend(size - 1, 0.0, width)
    placed = dict(zip(order.tolist(), best, strict=True))
    return tuple(placed[leg] for leg in range(size))


def _outwards(centre: float, least: int, most: float) -> Iterator[int]:
    """0 and the integers from `least` to `most`, those nearest to `centre` first."""
    below = floor(min(centre, most)) if min(centre, most) >= least else 0
    above = max(below + 1, least)
    while below >= 0:
        if above > most or centre - below <= above - centre:
            yield below
            below = below - 1 if below > least else min(below, 1) - 1
        else:
            yield above
            above += 1
    if most == inf:
        yield from count_from(above)
    else:
        yield from range(above, int(most) + 1)
