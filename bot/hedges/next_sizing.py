"""What is aimed at once a hedge has been closed in part: the smaller hedge is not called drift later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from bot.desk.desk import Desk
from bot.hedges.open_hedge import OpenHedge
from bot.hedges.replanning import in_full, planned_again
from bot.reading.wishes import spell
from core.advice.sizing import sizing
from core.domain.errors import HedgeError
from core.hedge.hedge import Hedge
from core.hedge.wish import LEAST_COVERAGE, MOST_COVERAGE
from core.journal.episode import Sizing
from core.journal.held import decimal
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding

_STEP = Decimal("0.0001")
"""Coverages are rounded to this."""
_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Move:
    """A part of one contract that is open in another one afterwards."""

    old: Key
    new: Key
    share: Fraction
    """How much of the old one is moved."""
    wanted: Decimal
    """Contracts of the new one to be short for it, before rounding."""


async def sizing_after_closing(
    desk: Desk, found: OpenHedge, left: Sequence[tuple[LegStanding, Decimal]], full: Hedge | None = None
) -> Sizing:
    """What the hedge aims at once only `left` is open.

    left: positions, each with the contracts that stay open in it, signed. full: the plan to hedge everything
    with those legs, where the caller has made it already. The aim stays as it was where nothing is left, and
    where what is left cannot be measured now: that must not keep anybody from closing.
    """
    shorts = [(leg, -count) for leg, count in left if count < 0 and leg.side < 0 and leg.shorted]
    if not shorts or len(shorts) < sum(bool(count) for _, count in left):
        return _sizing_as_it_was(found, desk.now)
    if full is None:
        try:
            wish = in_full(found.wish, (leg.asset for leg, _ in shorts))
            full, _ = await planned_again(desk, found, wish)
        except HedgeError:
            return _sizing_as_it_was(found, desk.now)
    counts: dict[Key, Decimal] = {}
    worth = _ZERO
    for leg, count in shorts:
        counts[leg.held.venue, leg.held.symbol] = count
        worth += (leg.shorted or _ZERO) * count / -leg.held.count
    return _sizing_of_what_is_left(full, counts, worth, desk.now)


async def sizing_after_moving(desk: Desk, found: OpenHedge, moves: Sequence[Move]) -> Sizing:
    """What the hedge aims at once parts of shorts are open in other contracts: as much as before.

    For positions entered by hand it is what they amount to.
    """
    why = found.sizing
    if why is None:
        why = await sizing_after_closing(desk, found, [(leg, leg.held.count) for leg in found.legs])
    wanted = dict(why.wanted)
    for move in moves:
        if move.new != move.old:
            kept = wanted.pop(move.old, _ZERO) * decimal(1 - move.share)
            wanted |= {move.old: kept} if kept else {}
            wanted[move.new] = wanted.get(move.new, _ZERO) + move.wanted
    return replace(why, wanted=wanted)


def _sizing_of_what_is_left(
    full: Hedge, left: Mapping[Key, Decimal], worth: Decimal, now: datetime
) -> Sizing:
    """The sizing of a hedge that was made smaller, with the coverage that it has now.

    full: the plan to hedge everything with what is left. left: contracts short. worth: their value in USD.
    """
    whole = sum(full.wanted.values(), _ZERO)
    share = (worth / whole).quantize(_STEP, ROUND_HALF_EVEN) if whole else _ONE
    coverage = min(max(share, LEAST_COVERAGE), MOST_COVERAGE)
    words = spell(replace(full.wish, coverage=coverage))
    return replace(sizing(full, words, now), coverage=coverage, wanted=dict(left))


def _sizing_as_it_was(found: OpenHedge, now: datetime) -> Sizing:
    """The sizing that counts already; for positions entered by hand one that aims at nothing."""
    asset = found.standing.open[0].asset
    return found.sizing or Sizing(now, "", _ONE, {}, {}, 0.0, asset, None)
