"""Whether what a plan said beforehand came: each stated range beside the outcome.

A range was stated for a horizon and for one fall; a hedge lasts as long as it lasts. So each range is brought
to what was lived through: swings grow with the root of time, falls with the benchmark's own, funding with
time. Where the hedge was planned anew on the way, each plan answers for its own time, and the widths add up
as the roots of their squares, which is how swings that know nothing of each other add up.

Outcomes are of prices alone, but for funding: fees and funding are judged apart from swings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import pairwise
from math import hypot, sqrt

from core.domain.range import Forecast, Promise, Range, What
from core.journal.held import decimal
from core.outcome.life import Life

LEAST_TIME = timedelta(days=1)
"""The ranges of a shorter life are not judged: most of it is the moment of the fills."""
LEAST_FALL = 0.10
"""A fall is judged where the benchmark came down by so much, a decimal; a smaller one is in the swing."""
_CENT = Decimal("0.01")
_ROOM = Context(prec=60)
_NONE = Fraction(0)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """One stated range beside what came, in USD."""

    what: What
    """What it was stated of."""
    low: Decimal
    """Its lower end, for what was lived through."""
    high: Decimal
    """Its upper end."""
    came: Decimal
    """What came."""

    @property
    def held(self) -> bool:
        """Whether the outcome lay in it."""
        return self.low <= self.came <= self.high


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The time for which one plan answers."""

    promise: Promise
    """What it said."""
    days: float
    """How long that was."""
    moved: float | None
    """How far its benchmark moved meanwhile, a decimal; None where a price is not known."""


def judged_ranges(life: Life, by_price: Decimal, funding: Decimal | None) -> tuple[Kept, ...]:
    """Each range that can be judged by now.

    by_price: USD that all contracts made by their prices. funding: USD received; None where it is not known.
    Empty where a part of the life follows no plan with ranges, and where it was too short.
    """
    stretches = _stretches(life)
    if not stretches or life.until - life.episode.began < LEAST_TIME:
        return ()
    coins = _coins(life)
    if coins is None:
        return ()
    with_hedge = coins + by_price
    found = [
        _kept("bare swing", _swing([(each, each.promise.bare_swing) for each in stretches]), coins),
        _kept("swing", _swing([(each, each.promise.swing) for each in stretches]), with_hedge),
    ]
    if _fell(stretches):
        found += [
            _kept("bare fall", _fall([(each, each.promise.bare_fall) for each in stretches]), coins),
            _kept("fall", _fall([(each, each.promise.in_fall) for each in stretches]), with_hedge),
        ]
    expected = [(each, each.promise.funding) for each in stretches]
    known = [(each, forecast) for each, forecast in expected if forecast is not None]
    if funding is not None and len(known) == len(expected):
        found.append(_kept("funding", _paid(known), funding))
    return tuple(found)


def _stretches(life: Life) -> tuple[_Stretch, ...]:
    """The time of each plan; empty where one says nothing, or the first does not count from the beginning."""
    plans = life.plans
    promises = [plan.promise for _, plan in plans if plan.promise is not None]
    if not plans or len(promises) < len(plans) or plans[0][0] > life.episode.began:
        return ()
    times = [*(at for at, _ in plans), life.until]
    return tuple(
        _Stretch(promise, (end - begin) / _DAY, _moved(life, promise.benchmark, begin, end))
        for promise, (begin, end) in zip(promises, pairwise(times), strict=True)
    )


def _moved(life: Life, asset: str, begin: datetime, end: datetime) -> float | None:
    first, last = life.price(asset, begin), life.price(asset, end)
    return float(last / first) - 1 if first and last else None


def _coins(life: Life) -> Decimal | None:
    """USD that the coins made which the hedge is of; None where a price is missing."""
    only = {asset for _, plan in life.plans for asset in plan.only}
    gains = [gain for asset, gain in life.coins.items() if not only or asset in only]
    if any(gain is None for gain in gains):
        return None
    return _cents(sum((gain or _NONE for gain in gains), _NONE))


def _swing(parts: Sequence[tuple[_Stretch, Range]]) -> Range:
    """The range of what several stretches make together, each over its own time."""
    roots = [sqrt(each.days / each.promise.days) for each, _ in parts]
    low = hypot(*(float(own.low) * root for (_, own), root in zip(parts, roots, strict=True)))
    high = hypot(*(float(own.high) * root for (_, own), root in zip(parts, roots, strict=True)))
    return Range(_usd(-low), _usd(high))


def _fell(stretches: Sequence[_Stretch]) -> bool:
    """Whether one benchmark stood for all the time and fell by at least LEAST_FALL."""
    moves = [each.moved for each in stretches]
    if len({each.promise.benchmark for each in stretches}) > 1:
        return False
    whole = 1.0
    for move in moves:
        if move is None:
            return False
        whole *= 1 + move
    return round(whole - 1, 9) <= -LEAST_FALL


def _fall(parts: Sequence[tuple[_Stretch, Forecast]]) -> Range:
    """What was said of the fall, brought to the fall that came: what is expected grows with the fall, and how
    far off that may be with its root.
    """
    mid, low, high = 0.0, list[float](), list[float]()
    for each, said in parts:
        share = -(each.moved or 0.0) / float(each.promise.fall)
        mid += float(said.mid) * share
        root = sqrt(abs(share))
        low.append(float(said.range.low - said.mid) * root)
        high.append(float(said.range.high - said.mid) * root)
    return Range(_usd(mid - hypot(*low)), _usd(mid + hypot(*high)))


def _paid(parts: Sequence[tuple[_Stretch, Forecast]]) -> Range:
    """The funding of several stretches. Funding goes in spells, so that all may be off to the same side."""
    shares = [each.days / each.promise.days for each, _ in parts]
    low = sum(float(own.range.low) * share for (_, own), share in zip(parts, shares, strict=True))
    high = sum(float(own.range.high) * share for (_, own), share in zip(parts, shares, strict=True))
    return Range(_usd(low), _usd(high))


def _kept(what: What, stated: Range, came: Decimal) -> Kept:
    return Kept(what, stated.low, stated.high, came)


def _cents(amount: Fraction) -> Decimal:
    return decimal(amount).quantize(_CENT, ROUND_HALF_EVEN, _ROOM)


def _usd(number: float) -> Decimal:
    """Here floats become money."""
    return Decimal(repr(number)).quantize(_CENT, ROUND_HALF_EVEN, _ROOM)
