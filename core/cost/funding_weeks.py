"""What a perpetual's funding brought a short week by week, as figures."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from core.cost.funding import WORST_DAYS, settled, worst_stretch
from core.domain.series import FundingHistory

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FundingWeek:
    """Seven days of funding."""

    begins: datetime
    """Its first moment."""
    total: float
    """What it brought a short, a decimal of notional; below zero it cost that."""


@dataclass(frozen=True, slots=True)
class FundingPast:
    """The funding of the last days."""

    days: int
    """How many days were asked for."""
    known: float
    """How many of them are on record."""
    total: float
    """What they brought a short, a decimal of notional."""
    paid: float
    """The share of days on which a short received more than it paid."""
    worst: float | None
    """The least that WORST_DAYS in a row brought; None where the record is shorter."""
    weeks: tuple[FundingWeek, ...]
    """The newest first; the oldest may be a part of one."""


def funding_past(history: FundingHistory, now: datetime, days: int) -> FundingPast | None:
    """What was settled in the last `days`; None where nothing is on record."""
    since = now - timedelta(days=days)
    found = settled(history, since, now)
    if not len(found.times):
        return None
    back = (np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "s") - found.times).astype(np.int64)
    by_day = np.bincount(back // 86_400, weights=found.rates)
    traded = np.bincount(back // 86_400) > 0
    by_week = np.bincount(back // (7 * 86_400), weights=found.rates)
    weeks = tuple(
        FundingWeek(now - (number + 1) * WEEK, float(total)) for number, total in enumerate(by_week)
    )
    return FundingPast(
        days,
        float(back.max()) / 86_400,
        float(found.rates.sum()),
        float((by_day[traded] > 0).mean()),
        worst_stretch(found, WORST_DAYS),
        weeks,
    )
