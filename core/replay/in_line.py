"""Which shorts of a replayed hedge a venue might have closed in profit: a possibility, never a fact.

A venue that cannot close bankrupt positions in the market closes the other side's, the most profitable first,
in the contract that crashed. Who was closed on a day depended on everybody's positions, which nobody knows.
What can be told is when a short was in line: its coin had fallen by CRASH within a day, and it was in profit.
Where in line it stood is worked out by the venue's published formula (`core.margin.adl`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.hedge.leg import Leg
from core.margin import MarginRules
from core.margin.adl import Profiting, adl_score
from core.measure.beta import Floats
from core.replay.fall import Replay, ShortPath
from core.replay.tracks import Track

CRASH = 0.1
"""The fall of a coin within a day from which a short of it counts as in line; a decimal. It is our own line:
closings come in crashes, of the coin that crashed, and no venue says at which fall they begin.
"""
DAY_HOURS = 24


@dataclass(frozen=True, slots=True, eq=False)
class InLine:
    """A short that was in line to be closed in profit."""

    path: ShortPath
    at: int
    """The index of the moment at which its coin had fallen most within a day."""
    fall: float
    """That fall, a decimal above zero."""
    gained: Decimal
    """USD that the short had made by its price then."""
    score: Decimal | None
    """Its place by the venue's formula, higher nearer the front; None where the venue publishes none."""


def shorts_in_line(legs: Sequence[Leg], told: Replay, by_asset: Mapping[str, Track]) -> tuple[InLine, ...]:
    """The shorts that were in line at some moment, the one that had made most for its size first.

    legs: the contract of each short of `told`, in the same order. A broker's futures are not closed so.
    """
    found = []
    for leg, path in zip(legs, told.shorts, strict=True):
        if leg.contract.brokered:
            continue
        fallen = _fallen(by_asset[path.short.asset], told.hours)
        open_there = np.arange(len(fallen)) < (len(fallen) if path.liquidated is None else path.liquidated)
        crashed = np.where(open_there & (path.made > 0), fallen, 0.0)
        at = int(np.argmax(crashed))
        if crashed[at] >= CRASH:
            gained = _dollars(path.made[at])
            found.append(InLine(path, at, float(crashed[at]), gained, _score(leg, path, at, legs, told)))
    return tuple(sorted(found, key=lambda each: -each.gained / each.path.short.notional))


def without_them(told: Replay, gone: Sequence[InLine]) -> Decimal:
    """USD in the end had these been closed then, at the price of that moment, and not been opened again."""
    lost = sum(
        float(
            each.path.made[-1] - each.path.made[each.at] + each.path.funding[-1] - each.path.funding[each.at]
        )
        for each in gone
    )
    return told.end(told.hedged) - _dollars(lost)


def _fallen(track: Track, hours: int) -> Floats:
    """How far the price is below the highest of the day up to each moment, a decimal; (moments,)."""
    steps = max(DAY_HOURS // hours, 1)
    padded = np.concatenate([np.full(steps, track.highs[0]), track.highs])
    # steps + 1 highs end at each moment
    highest = np.lib.stride_tricks.sliding_window_view(padded, steps + 1).max(axis=1)
    return np.asarray(1 - track.growth / highest)


def _score(leg: Leg, path: ShortPath, at: int, legs: Sequence[Leg], told: Replay) -> Decimal | None:
    """The short's score with the margins and gains of all shorts still open there as its account."""
    own = [
        each
        for other, each in zip(legs, told.shorts, strict=True)
        if other.contract.venue == leg.contract.venue and (each.liquidated is None or each.liquidated > at)
    ]
    if path.short.inverse:
        return None  # its margin is coins, whose worth moved too
    account = sum((each.short.margin + _dollars(each.made[at]) for each in own), Decimal(0))
    gained, entered = _dollars(path.made[at]), path.short.notional
    price = leg.price * (1 - gained / entered)
    needed = MarginRules.of(leg.contract).needed(leg.units, leg.price, price)
    seen = Profiting(gained, entered - gained, entered, account, needed, entered + path.short.margin)
    return adl_score(leg.contract.venue, seen)


def _dollars(number: float) -> Decimal:
    return Decimal(repr(float(number)))
