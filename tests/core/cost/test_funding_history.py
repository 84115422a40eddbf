"""What past settlements say: which of them count, their mean whatever the interval, the worst stretch."""

import csv
import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cost.funding import (
    Income,
    added,
    record,
    records,
    settled,
    worst_stretch,
)
from core.domain.series import NO_SETTLEMENTS, FundingHistory
from tests.domain import NOW, contract, funding

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "funding_8h.csv.gz"
MIDNIGHT = datetime(2026, 6, 10, tzinfo=UTC)
RATES = st.floats(-0.02, 0.02, allow_nan=False)
HOURS = st.sampled_from([1, 2, 4, 8])
SIGNED = st.decimals("-0.01", "0.01", places=6)


def earned(history: FundingHistory, start: datetime, end: datetime) -> float:
    """What a short received from `start` to `end`, a decimal of its notional."""
    return float(settled(history, start, end).rates.sum())


def history(*settlements: tuple[datetime, float]) -> FundingHistory:
    times = [at.replace(tzinfo=None) for at, _ in settlements]
    return FundingHistory(np.array(times, dtype="datetime64[s]"), np.array([rate for _, rate in settlements]))


def steady(rates: Sequence[float], hours: int = 8, last: datetime = MIDNIGHT) -> FundingHistory:
    """A settlement every `hours`, the last one at `last`."""
    back = range(len(rates) - 1, -1, -1)
    return history(*((last - timedelta(hours=hours * b), rate) for b, rate in zip(back, rates, strict=True)))


@st.composite
def histories(draw: st.DrawFn) -> FundingHistory:
    """Settlements whose interval changes as it likes."""
    gaps = draw(st.lists(HOURS, min_size=1, max_size=120))
    rates = draw(st.lists(RATES, min_size=len(gaps), max_size=len(gaps)))
    times = [MIDNIGHT - timedelta(hours=sum(gaps[place + 1 :])) for place in range(len(gaps))]
    return history(*zip(times, rates, strict=True))


@given(histories(), st.integers(0, 3000), st.integers(0, 3000))
def test_only_settlements_inside_the_window_count(known: FundingHistory, ago: int, minutes: int) -> None:
    start = MIDNIGHT - timedelta(minutes=ago)
    end = start + timedelta(minutes=minutes)
    pairs = zip(known.times.astype(object), known.rates, strict=True)
    inside = [rate for at, rate in pairs if start <= at.replace(tzinfo=UTC) <= end]
    assert list(settled(known, start, end).rates) == inside
    assert earned(known, start, end) == pytest.approx(sum(inside), abs=1e-15)


@given(histories(), st.integers(0, 6000), st.integers(1, 6000), st.integers(1, 6000))
def test_two_windows_that_meet_between_settlements_earn_what_the_whole_does(
    known: FundingHistory, ago: int, first: int, second: int
) -> None:
    start = MIDNIGHT - timedelta(minutes=ago, seconds=30)
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    parts = earned(known, start, middle) + earned(known, middle, end)
    assert parts == pytest.approx(earned(known, start, end), abs=1e-15)


def test_a_short_opened_a_moment_after_a_settlement_has_no_part_in_it() -> None:
    known = steady([-0.000008, -0.000003])
    opened = MIDNIGHT - timedelta(hours=8)
    assert earned(known, opened, MIDNIGHT) == pytest.approx(-0.000011)
    assert earned(known, opened + timedelta(microseconds=1), MIDNIGHT) == pytest.approx(-0.000003)
    assert earned(known, opened, MIDNIGHT - timedelta(microseconds=1)) == pytest.approx(-0.000008)


def test_funding_that_turns_hourly_half_way_keeps_its_yearly_rate_and_so_its_mean() -> None:
    eight_hourly = steady([0.0008] * 46, last=MIDNIGHT - timedelta(days=15))
    hourly = steady([0.0001] * (15 * 24), hours=1)
    known = FundingHistory(
        np.concatenate([eight_hourly.times, hourly.times]), np.concatenate([eight_hourly.rates, hourly.rates])
    )
    found = record(known, MIDNIGHT)
    assert found is not None
    assert found.days == 30
    assert found.mean == pytest.approx(0.0024)
    assert found.worst == pytest.approx(0.0024 * 14)
    assert found.deviation == pytest.approx(0, abs=1e-12)


def test_the_mean_is_of_thirty_days_and_the_worst_of_all_that_is_known() -> None:
    known = steady([-0.001] * 15 + [0.0001] * 90)
    found = record(known, MIDNIGHT)
    assert found is not None
    assert found.mean == pytest.approx(0.0003)
    assert found.worst == pytest.approx(-0.001 * 14 + 0.0001 * 28)
    assert found.span == pytest.approx(104 / 3)


def test_what_is_yet_to_come_does_not_count() -> None:
    known = steady([0.0001] * 60 + [0.01] * 3, last=MIDNIGHT + timedelta(days=1))
    found = record(known, MIDNIGHT)
    assert found is not None
    assert found.mean == pytest.approx(0.0003)


@given(histories(), st.integers(1, 14))
def test_the_worst_stretch_is_the_one_that_brute_force_finds(known: FundingHistory, days: int) -> None:
    times = [at.replace(tzinfo=UTC) for at in known.times.astype(object)]
    span = timedelta(days=days)
    sums = [
        sum(rate for at, rate in zip(times, known.rates, strict=True) if end - span < at <= end)
        for end in times
        if end - span >= times[0]
    ]
    found = worst_stretch(known, days)
    if not sums:
        assert found is None
    else:
        assert found == pytest.approx(min(sums), abs=1e-12)


@pytest.mark.parametrize(
    "known",
    [
        NO_SETTLEMENTS,
        steady([0.0001]),
        steady([0.0001] * 8),
        steady([0.0001] * 60, last=MIDNIGHT - timedelta(days=3)),
    ],
    ids=["nothing", "one settlement", "two days", "nothing for three days"],
)
def test_too_little_or_too_old_a_record_says_nothing(known: FundingHistory) -> None:
    assert record(known, MIDNIGHT) is None
    assert records({"ETH/USDT:USDT": known}, MIDNIGHT) == {}


def test_a_week_on_record_has_a_mean_and_no_worst_fortnight() -> None:
    found = record(steady([0.0001] * 22), NOW)
    assert found is not None
    assert found.worst is None
    assert found.days == 7


def test_funding_that_never_moves_has_no_noise() -> None:
    found = record(steady([0.0001] * 90), MIDNIGHT)
    assert found is not None
    assert found.noise(14) == pytest.approx(0, abs=1e-12)


def test_noise_is_a_days_deviation_for_every_day() -> None:
    found = record(steady([0.0001, 0.0001, 0.0001, 0.0003, 0.0003, 0.0003] * 15), MIDNIGHT)
    assert found is not None
    assert found.deviation == pytest.approx(0.0003, rel=0.05)
    assert found.noise(14) == pytest.approx(14 * found.deviation)


def test_on_real_funding_the_noise_holds_two_times_in_three() -> None:
    """The mean of 30 days as a forecast of the next 14, every week of every coin in the file."""
    errors = []
    for known in real_histories():
        first, last = (at.replace(tzinfo=UTC) for at in known.times[[0, -1]].astype(object))
        for week in range(5, (last - first).days // 7 - 2):
            now = first + timedelta(days=7 * week, seconds=1)
            found = record(settled(known, now - timedelta(days=35), now), now)
            if found is not None and found.deviation > 0:
                came = earned(known, now, now + timedelta(days=14))
                errors.append(abs(came - 14 * found.mean) / found.noise(14))
    assert len(errors) > 500
    assert 0.6 < np.mean(np.array(errors) <= 1) < 0.75
    assert np.mean(np.array(errors) <= 2) > 0.85


def real_histories() -> list[FundingHistory]:
    """Funding of the coins in the file beside the checkout; skips the test where there is none."""
    if not REAL.is_file():
        pytest.skip(f"no recorded funding beside the checkout ({REAL.name})")
    found: dict[str, list[tuple[datetime, float]]] = {}
    with gzip.open(REAL, "rt") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["date"])
            found.setdefault(row["asset"], []).append((at, float(row["funding_rate"])))
    return [history(*settlements) for settlements in found.values()]


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    assert added([Decimal(2), Decimal(-3)]) == -1
    assert added([Decimal(2), None]) is None


def test_what_a_short_earns_is_told_as_far_as_it_is_known() -> None:
    found = record(steady([0.0001] * 60), NOW)
    short = Income(contract("ETH"), Decimal(10_000), funding("-0.0002"), found)
    assert short.now == -6
    assert short.mean == pytest.approx(Decimal(3))
    assert short.worst == pytest.approx(Decimal(42))
    blind = Income(contract("ETH"), Decimal(10_000), None, None)
    assert (blind.now, blind.mean, blind.worst) == (None, None, None)
