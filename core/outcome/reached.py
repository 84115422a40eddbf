"""Finds open positions whose liquidation price has been reached, so that it can be noted in the journal."""

from collections.abc import Mapping
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
    """The lowest and highest price of one contract while nobody looked."""

    since: datetime
    """From when on, until now."""
    low: Decimal
    """The lowest price, in quoted units."""
    high: Decimal
    """The highest price, in quoted units."""


SLIP = timedelta(minutes=1)
"""A quote that is older than the last fill by no more than this still speaks of the position."""
NO_EXTREMES: Mapping[Key, Extreme] = MappingProxyType({})


def reached(standing: Standing, extremes: Mapping[Key, Extreme] = NO_EXTREMES) -> tuple[Fate, ...]:
    """What is to be noted now of the open positions, in addition to what is noted already.

    extremes: by venue and symbol. One that begins before the position was as it is now says nothing of it.
    """
    found = (
        _reached(leg, standing.now, extremes.get((leg.held.venue, leg.held.symbol))) for leg in standing.open
    )
    return tuple(fate for fate in found if fate is not None)


def _reached(leg: LegStanding, now: datetime, extreme: Extreme | None) -> Fate | None:
    if leg.liquidation is None or leg.contract is None or leg.lost:
        return None
    what = DOUBTFUL if leg.contract.brackets_assumed else LIQUIDATED
    if leg.held.note is not None and leg.held.note.what == what:
        return None
    limit = leg.liquidation
    if leg.held.assured is not None:
        limit = _farther(leg.side, limit, told_open(leg.side, leg.held.assured))
    for price, reason in _seen(leg, now, extreme):
        if beyond(leg.side, price, limit):
            return Fate(leg.held.venue, leg.held.symbol, what, price, now, reason)
    return None


def _seen(leg: LegStanding, now: datetime, extreme: Extreme | None) -> list[tuple[Decimal, str]]:
    """Prices that the contract has had since the position is as it is, with how each is known."""
    found: list[tuple[Decimal, str]] = []
    if leg.quote is not None and now - leg.quote.at <= QUOTE_WARN and leg.quote.at >= leg.held.changed - SLIP:
        found.append((leg.quote.mark, BY_MARK))
    if extreme is not None and extreme.since >= leg.held.changed:
        found.append((extreme.high if leg.side < 0 else extreme.low, BY_EXTREME))
    return found


def _farther(side: int, one: Decimal, other: Decimal) -> Decimal:
    """Of two prices the one that hurts a position more: the higher for a short, the lower for a long."""
    return max(one, other) if side < 0 else min(one, other)
