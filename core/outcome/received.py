"""Funding that positions were paid, from the venue's record of settlements and the fills of the journal."""

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
"""How long after a settlement a venue may take to tell of it."""
JITTER = timedelta(minutes=1)
"""By so much a settlement may miss its hour."""
LEAD = timedelta(days=1)
"""A record has to begin so long before the first fill, for it to be seen that none is missing."""
_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class HeldSpan:
    """From `start` to `end`, both included, `count` contracts (signed) were open; end None: still are."""

    start: datetime
    end: datetime | None
    count: Fraction


def held_spans(fills: Sequence[Fill]) -> tuple[HeldSpan, ...]:
    """What was open of one contract, span after span, from its fills in order of time."""
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
    """USD of funding that one contract's position was paid (negative: paid) until `now`; None: not known.

    A settlement counts where a position is open at that very second: -count * multiplier * mark * rate, with
    the count then; an inverse contract is worth its dollars at any mark. Where fills have the second of a
    settlement the larger of what was open before and after counts, because venues charge what was open at any
    moment of it. The mark is not on record; the last price of the coin known before stands for it, a fill or
    a daily close. Not known where the record does not reach from before the first fill until now, or has a
    hole: a sum over part of it would pass for the whole.
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
    last = [fill for fill in fills if fill.at <= at][-1]
    dollars = count * Fraction(last.terms.multiplier)
    if last.terms.inverse:
        return -dollars * rate
    price = course.before(at)
    if price is None:
        price = Fraction(last.price) / Fraction(last.terms.scale)
    return -dollars * price * rate


def _settlements(history: FundingHistory) -> Iterator[tuple[datetime, Fraction]]:
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
    """Whether a settlement of the span, which is open until `end`, is not among `times`.

    After the last one the next is due at the pace of the last two.
    """
    known = [at for at in times if at <= end]
    first = next((at for at in times if at >= span.start), end)
    begins_late = not any(at <= span.start for at in known) and first - span.start > usual
    pace = min(times[-1] - times[-2] + JITTER, usual) if len(times) > 1 else usual
    ends_early = not known or end - times[-1] > pace + LATE
    return begins_late or ends_early or any(start < end and stop > span.start for start, stop in holes)
