"""What the sweep works out about a figure for all users at once, in floats, before it measures anybody
exactly.

Each kind makes the checks of its own figures, and `core.sweep.values` has the function that works each of
them out. A figure needs none: then everybody who has such an alert is measured exactly at every sweep, which
is right and slow.
"""

from dataclasses import dataclass
from typing import Literal

Need = Literal["holdings", "sizing", "beginning"]
"""What a crowd must have read for a check: what its users hold, what their hedges were last sized to, and
what things cost when their hedges began."""


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One figure of one sort of subject, worked out alike for everybody."""

    name: str
    """What it works out, for whoever reads a log or a failing test."""
    of: Literal["contract", "hedge", "coin", "perpetual", "venue", "holder"]
    """What there is a row of: each open contract; the hedge as a whole; a coin that the rule names, the same
    for everybody who has no contract of their own in it; such a coin, or the one perpetual that the user has
    in it; each venue that matters to the user; whoever holds anything."""
    open: Literal["any", "short", "perpetual", "dated", "none"] = "any"
    """Of a hedge: the open contracts without which there is nothing to check. Of a coin: those open contracts
    in it that count instead of the one that everybody else is told of."""
    needs: frozenset[Need] = frozenset()
    """What has to be read. A hedge whose check needs a sizing is not checked without one."""
    first: bool = False
    """Whether users with a change in it are measured before all others, as it is about losing a position."""
