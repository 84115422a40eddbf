"""What backing a pool needs so that its liquidation is no likelier than aimed at.

The mirror of `odds`: of all joint moves within a distance, in standard deviations of the horizon, the one
that leaves least is looked for. What is missing there is the cash to add, or the size to do without.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.margin.pooled.odds import market_moves, slopes
from core.margin.pooled.slack import Slack

ROUNDS = 6
"""The most rounds of the search; two or three are usual."""
CENTS = 0.005
"""USD by which two figures count as one."""
CUTS = 8
"""The most cuts that find a size; two or three are usual."""
PARTS, ZOOMS = 20, 3
"""A share is found to the 8,000th part, by looking at so many parts of a range so many times."""
_Floats = NDArray[np.float64]


def worst_within(slack: Slack, root: _Floats, distance: float) -> tuple[float, _Floats]:
    """The least slack in USD of all joint moves within `distance`, and the prices' multiples (assets,) there.

    root: as `swings_of` gives it.
    """
    size = len(root)
    points = np.vstack([np.zeros(size), *market_moves(root)])
    least, where = float(slack(np.ones((1, size)))[0]), np.ones(size)
    for _ in range(ROUNDS):
        steepest = slopes(slack, root, points)
        length = np.linalg.norm(steepest, axis=1)
        # the worst point of a plane within a ball lies on the ball, against the slope
        points = -steepest / np.where(length > 0, length, 1.0)[:, None] * distance
        multiples = np.exp(points @ root.T)
        seen = slack(multiples)
        nearest = int(np.argmin(seen))
        if seen[nearest] >= least - CENTS:
            break
        least, where = float(seen[nearest]), multiples[nearest]
    return least, where


def cash_needed(slack: Slack, root: _Floats, distance: float) -> float:
    """USD of cash to add so that no move within `distance` liquidates the pool; 0 where none is needed."""
    more = 0.0
    for _ in range(ROUNDS):
        least, _ = worst_within(replace(slack, cash=slack.cash + more), root, distance)
        if least >= -CENTS:
            break
        # a dollar of cash is a dollar of slack at least, and more where it takes the place of a debt
        more -= least
    return more


def share_backed(slack: Slack, root: _Floats, distance: float) -> float:
    """The share of all shorts, up to 1, that no move within `distance` liquidates.

    Each cut takes the worst move at one share and goes down to where that move liquidates nothing, so before
    the last one it is above the answer, never below.
    """
    share = 1.0
    for _ in range(CUTS):
        least, where = worst_within(slack.opened(slack.sizes * share, slack.cash), root, distance)
        if least >= -CENTS or share <= 0:
            break
        share = _last_backed(slack, where, share)
    return share


def _last_backed(slack: Slack, multiples: _Floats, share: float) -> float:
    """The largest part of the share at which this move leaves something; at none of the shorts it does."""
    low, high = 0.0, share
    for _ in range(ZOOMS):
        parts = np.linspace(low, high, PARTS + 1)
        sizes = parts[:, None] * slack.sizes
        left = slack.opened(sizes, slack.cash)(np.tile(multiples, (len(parts), 1)))
        past = int((left < 0).argmax()) if (left < 0).any() else PARTS
        low, high = float(parts[max(past - 1, 0)]), float(parts[past])
    return low
