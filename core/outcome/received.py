"""The funding that positions were paid, from the venue's record of settlements and the fills of the
journal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from core.domain.series import FundingHistory
from core.journal.fill import Fill
from core.outcome.course import Course, exact_fraction

USUAL = timedelta(hours=8)
"""The longest time between two settlements, unless a record shows that its contract settles less often."""
LATE = timedelta(hours=1)
"""How long after a settlement a venue may take to publish it."""
JITTER = timedelta(minutes=1)
"""By how much a settlement may miss its hour."""
LEAD = timedelta(days=1)
"""A record has to begin so long before the first fill, so that one can see that no settlement is missing."""
_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class HeldSpan:
    """A time during which the same number of contracts was open."""

    start: datetime
    """When it began; included."""
    end: datetime | None
    """When it ended, included; None while it lasts."""
    count: Fraction
    """Contracts: above zero long, below zero short."""


def held_spans(fills: Sequence[Fill]) -> tuple[HeldSpan, ...]:
    """The times during which contracts were open, one after another, from the fills in order of time."""
    found: list[HeldSpan] = []
    count = _NONE
    moments = sorted({fill.at for fill in fills})
    for start, end in zip(moments, [*moments[1:], None], strict=True):
        count += sum((Fraction(fill.count) for fill in fills if fill.at == start), _NONE)
        if count:
            found.append(HeldSpan(start, end, count))
    return tuple(found)


def received(
    fills: Sequence[Fill], history: FundingHistory | None, course: Course, now: datetime
) -> Fraction | None:
    """USD of funding that one contract's position was paid until `now` (below zero: it paid); None: not
    known.

    A settlement counts where a position is open at that second, with the contracts open then: -count *
    multiplier * mark * rate; an inverse contract is worth its dollars at any mark. Where fills happen in the
    second of a settlement, the larger of what was open before and after counts, because venues charge what
    was open at any moment of it. The mark of the past is not on record, so the last price of the coin known
    before stands for it, from a fill or a daily close.

    It is not known where the record does not reach from before the first fill until now, or has a hole: a sum
    over a part would pass for the whole.
    """
    if not fills or fills[0].terms.expiry is not None:
        return _NONE
    open_spans = held_spans(fills)
    if not open_spans:
        return _NONE
    if history is None or not _whole(history, open_spans, now):
        return None
    total = _NONE
    for at, rate in _settlements(history):
        at_stake = [span for span in open_spans if span.start <= at and (span.end is None or at <= span.end)]
        if not at_stake or at > now:
            continue
        held = max(at_stake, key=lambda span: abs(span.count))
        flow = _flow(fills, held.count, course, at, rate)
        if flow is None:
            return None
        total += flow
    return total


def _flow(
    fills: Sequence[Fill], count: Fraction, course: Course, at: datetime, rate: Fraction
) -> Fraction | None:
    """USD paid at one settlement; None where no price is known for it."""
    last = [fill for fill in fills if fill.at <= at][-1]
    dollars = count * Fraction(last.terms.multiplier)
    if last.terms.inverse:
        return -dollars * rate
    price = course.before(at)
    if price is None:
        price = Fraction(last.price) / Fraction(last.terms.scale)
    return -dollars * price * rate


def _settlements(history: FundingHistory) -> Iterator[tuple[datetime, Fraction]]:
    """Each settlement as a moment and an exact rate."""
    for at, rate in zip(history.times.tolist(), history.rates.tolist(), strict=True):
        yield at.replace(tzinfo=UTC), exact_fraction(rate)


def _whole(history: FundingHistory, open_spans: Sequence[HeldSpan], now: datetime) -> bool:
    """Whether no settlement is missing while something was open."""
    times = [at for at, _ in _settlements(history) if at <= now]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    usual = max(USUAL, min(gaps, default=USUAL)) + JITTER
    holes = [
        (start, end)
        for (start, end), before, gap, after in zip(
            pairwise(times), [usual, *gaps], gaps, [*gaps[1:], usual], strict=False
        )
        if gap > usual or gap > max(before, after) + JITTER
    ]
    return not any(_lacks(times, span, min(span.end or now, now), usual, holes) for span in open_spans)


def _lacks(
    times: Sequence[datetime],
    span: HeldSpan,
    end: datetime,
    usual: timedelta,
    holes: Sequence[tuple[datetime, datetime]],
) -> bool:
    """Whether a settlement of the span, which is open until `end`, is missing from `times`.

    After the last known one the next is due at the pace of the last two.
    """
    known = [at for at in times if at <= end]
    first = next((at for at in times if at >= span.start), end)
    begins_late = not any(at <= span.start for at in known) and first - span.start > usual
    pace = min(times[-1] - times[-2] + JITTER, usual) if len(times) > 1 else usual
    ends_early = not known or end - times[-1] > pace + LATE
    return begins_late or ends_early or any(start < end and stop > span.start for start, stop in holes)
