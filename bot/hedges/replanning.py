"""An open hedge planned again at today's prices."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.open_hedge import OpenHedge
from core.domain.coins.place import lying_at
from core.domain.errors import BadInput, CannotHedge, HedgeError, NoData
from core.domain.snapshot import Snapshot
from core.hedge.afford.within import hedge_within
from core.hedge.hedge import Hedge
from core.hedge.plan import histories
from core.hedge.study import Study, study
from core.hedge.wish import Wish
from core.measure.subset import MOST_LEGS


async def planned_again(desk: Desk, found: OpenHedge, wish: Wish) -> tuple[Hedge, Snapshot]:
    """The plan for the wish at today's prices, and the snapshot that it was made from.

    The venue where most is open is tried first, then the others with something open, then the user's own.
    Raises BadInput where the user holds nothing, and where no venue gives a plan what the first one raised.
    """
    held = [*(holding.asset for holding in found.page.holdings), *(leg.asset for leg in found.standing.open)]
    if not found.page.holdings:
        raise BadInput("You hold nothing that this hedge could protect. /exit closes it, /add adds coins.")
    failure: HedgeError | None = None
    for venue in _venues(desk, found):
        try:
            snapshot = await desk.snapshot(histories(held, wish), venue)
            there = lying_at(found.page.lying, venue)
            planned = in_thread(hedge_within, found.page.holdings, snapshot, wish, desk.now, (), there)
            return await planned, snapshot
        except (NoData, CannotHedge) as error:
            failure = failure or error
    raise failure or NoData("No exchange can be reached now. Try again in a minute.")


def measured_with(hedge: Hedge, assets: Iterable[str], snapshot: Snapshot, now: datetime) -> Study:
    """The plan's study, extended to these assets where it does not have them."""
    known = hedge.study.sample.assets
    more = [asset for asset in dict.fromkeys(assets) if asset not in known]
    return study(hedge.exposure, [*known, *more], snapshot, now.date()) if more else hedge.study


def in_full(wish: Wish, legs: Iterable[str]) -> Wish:
    """The wish to cover everything with these legs alone, whatever the user aimed at before."""
    assets = tuple(dict.fromkeys(legs))[:MOST_LEGS]
    shares = wish.shares if assets == wish.legs else ()
    return replace(
        wish,
        coverage=Decimal(1),
        legs=assets,
        shares=shares,
        beta=wish.beta if shares or len(assets) == 1 else None,
        target_beta=None,
        keep=None,
        drop=None if wish.keep is not None else wish.drop,
    )


def _venues(desk: Desk, found: OpenHedge) -> list[str]:
    """The venues to plan on, in the order in which they are tried."""
    largest = sorted(found.standing.open, key=lambda leg: -abs(leg.shorted or Decimal(0)))
    mine = desk.venue_of(found.page.preferences)
    wanted = dict.fromkeys([*(leg.held.venue for leg in largest), mine])
    return [venue for venue in wanted if venue in desk.venues]
