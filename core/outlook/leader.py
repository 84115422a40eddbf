"""Which coin's contract hedges the coins of one sector best: ether, or the sector's own leader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.errors import HedgeError
from core.domain.holding import Holding
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.method import WORTH_AN_OWN_LEG
from core.hedge.plan import plan
from core.hedge.wish import Wish

USUAL_LEADER = "ETH"
"""What sectors are hedged with where nothing else is ahead: the deepest altcoin contract."""


@dataclass(frozen=True, slots=True)
class Led:
    """The plans with each leader, and the one to take."""

    chosen: str
    """The leader to short."""
    hedges: Mapping[str, Hedge]
    """The plan with each leader that can be shorted here, by asset."""

    @property
    def unseen(self) -> dict[str, float]:
        """The share of the risk that each took out on days that its fit had not seen."""
        return {asset: hedge.unseen for asset, hedge in self.hedges.items()}


def best_leader(
    holdings: Iterable[Holding], snapshot: Snapshot, wish: Wish, leader: str, now: datetime
) -> Led:
    """Plan the wish with ether and with the sector's leader. The leader has to be ahead by what an order in a
    smaller coin has to add, because its contract is thinner.

    Raises the HedgeError of the first where neither can be planned.
    """
    mine = tuple(holdings)
    found: dict[str, Hedge] = {}
    refused: HedgeError | None = None
    for asset in dict.fromkeys((USUAL_LEADER, leader)):
        try:
            found[asset] = plan(mine, snapshot, replace(wish, legs=(asset,)), now)
        except HedgeError as error:
            refused = refused or error
    if not found:
        raise refused or ValueError("a sector has a leader")
    ahead = max(found, key=lambda asset: found[asset].unseen - WORTH_AN_OWN_LEG * (asset != USUAL_LEADER))
    return Led(ahead, found)
