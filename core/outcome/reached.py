"""Finds open positions whose liquidation price has been reached, so that it can be noted in the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from core.domain.quote import QUOTE_WARN
from core.journal.fate import BY_EXTREME, BY_MARK, DOUBTFUL, LIQUIDATED, Fate, beyond, told_open
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding
from core.outcome.standing import Standing


@dataclass(frozen=True, slots=True)
class Extreme:
    """The lowest and highest price of one contract within a span of time in which nobody looked."""

    since: datetime
    """When the span begins."""
    low: Decimal
    """The lowest price, in quoted units."""
    high: Decimal
    """The highest price, in quoted units."""


SLIP = timedelta(minutes=1)
"""A quote that is older than the last fill by no more than this still speaks of the position."""
NO_EXTREMES: Mapping[Key, Sequence[Extreme]] = MappingProxyType({})


def reached(standing: Standing, extremes: Mapping[Key, Sequence[Extreme]] = NO_EXTREMES) -> tuple[Fate, ...]:
    """What is to be noted now of the open positions, in addition to what is noted already.

    extremes: by venue and symbol. One that begins before it was last known that the position is open, as it
    is now, says nothing of it.
    """
    spans = ((leg, extremes.get((leg.held.venue, leg.held.symbol), ())) for leg in standing.open)
    found = (_reached(leg, standing.now, each) for leg, each in spans)
    return tuple(fate for fate in found if fate is not None)


def _reached(leg: LegStanding, now: datetime, extremes: Sequence[Extreme]) -> Fate | None:
    if leg.liquidation is None or leg.contract is None or leg.lost:
        return None
    what = DOUBTFUL if leg.contract.brackets_assumed else LIQUIDATED
    if leg.held.note is not None and leg.held.note.what == what:
        return None
    limit = leg.liquidation
    if leg.held.assured is not None:
        limit = _farther(leg.side, limit, told_open(leg.side, leg.held.assured))
    for price, reason in _seen(leg, now, extremes):
        if beyond(leg.side, price, limit):
            return Fate(leg.held.venue, leg.held.symbol, what, price, now, reason)
    return None


def _seen(leg: LegStanding, now: datetime, extremes: Sequence[Extreme]) -> list[tuple[Decimal, str]]:
    """Prices that the contract has had since the position is as it is, with how each is known."""
    found: list[tuple[Decimal, str]] = []
    if leg.quote is not None and now - leg.quote.at <= QUOTE_WARN and leg.quote.at >= leg.held.changed - SLIP:
        found.append((leg.quote.mark, BY_MARK))
    later = [each for each in extremes if each.since >= leg.held.sure]
    if later and leg.side < 0:
        found.append((max(each.high for each in later), BY_EXTREME))
    elif later:
        found.append((min(each.low for each in later), BY_EXTREME))
    return found


def _farther(side: int, one: Decimal, other: Decimal) -> Decimal:
    """Of two prices the one that hurts a position more: the higher for a short, the lower for a long."""
    return max(one, other) if side < 0 else min(one, other)
