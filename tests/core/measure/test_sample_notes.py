"""What a sample says of its data: assets that stopped, names that changed coins, days that are missing."""

import csv
import gzip
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.domain.series import Closes
from core.measure.beta import RELISTING, WINDOW
from core.measure.sample import STOPPED, sample
from tests.domain import TODAY, closes, history, without

DATA = Path(__file__).parents[4] / "shared" / "data" / "daily_spot.csv.gz"


def notes(today: date = TODAY, **known: Closes) -> tuple[str, ...]:
    with_btc = {"BTC": history("BTC"), **known}
    return sample(with_btc, list(with_btc), today).notes


def test_whole_histories_leave_nothing_to_say() -> None:
    assert notes(ETH=history("ETH"), SOL=history("SOL")) == ()


def test_a_young_coin_has_no_gap_before_its_listing() -> None:
    assert notes(FENN=history("FENN", 50)) == ()


def test_an_asset_that_stopped_is_named() -> None:
    assert notes(EOS=closes(history("EOS").prices, last=TODAY - timedelta(days=40))) == (
        f"EOS: no closes in the last {STOPPED} days",
    )


def test_an_asset_that_stopped_before_the_window_is_named_with_its_last_day() -> None:
    gone = closes(history("EOS").prices, last=date(2022, 9, 30))
    assert notes(EOS=gone) == ("EOS: no closes since 2022-09-30",)


def test_an_asset_whose_only_closes_make_no_return_is_named_too() -> None:
    assert notes(EOS=closes([2.0], last=date(2026, 1, 5))) == ("EOS: no closes since 2026-01-05",)


def test_a_close_that_is_a_little_late_is_nothing_to_say() -> None:
    assert notes(ETH=without(history("ETH"), 1)) == ()


def test_a_relisting_is_named_with_the_first_day_of_the_new_coin() -> None:
    prices = history("LUNA").prices.copy()
    prices[:-100] *= np.exp(-RELISTING - 1)
    assert notes(LUNA=closes(prices)) == (
        f"LUNA: another coin before {TODAY - timedelta(days=100)}, left out",
    )


def test_days_without_a_close_are_counted_and_named() -> None:
    assert notes(ETH=without(history("ETH"), 7, 8, 9, 50)) == ("ETH: 4 days without a close",)


def test_assets_that_lack_as_many_days_are_named_together() -> None:
    assert notes(
        ETH=without(history("ETH"), 30), SOL=without(history("SOL"), 30), UNI=without(history("UNI"), 9, 30)
    ) == ("UNI: 2 days without a close", "ETH, SOL: 1 day without a close")


def test_a_price_that_cannot_be_is_a_day_without_a_close() -> None:
    prices = history("ETH").prices.copy()
    prices[-10], prices[-20] = 0.0, np.nan
    assert notes(ETH=closes(prices)) == ("ETH: 2 days without a close",)


def test_a_gap_before_the_window_or_before_a_relisting_does_not_count() -> None:
    prices = history("LUNA").prices.copy()
    prices[:-100] *= np.exp(-RELISTING - 1)
    assert len(notes(LUNA=without(closes(prices), 150, 151))) == 1
    assert notes(ETH=without(history("ETH", WINDOW + 30), WINDOW + 5)) == ()


# --- recorded prices


@cache
def recorded() -> dict[str, Closes]:
    """Daily closes by asset, as recorded from a public market."""
    if not DATA.exists():
        pytest.skip(f"no recorded prices: {DATA} is absent")
    rows: dict[str, list[tuple[str, float]]] = {}
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rows.setdefault(row["asset"], []).append((row["date"][:10], float(row["close"])))
    return {
        asset: Closes(
            np.array([day for day, _ in days], dtype="datetime64[D]"), np.array([price for _, price in days])
        )
        for asset, days in rows.items()
    }


def test_the_three_coins_that_stopped_are_found_and_their_betas_assumed() -> None:
    assets = ["BTC", "ETH", "MANA", "SAND", "EOS"]
    found = sample(recorded(), assets, date(2022, 10, 20))
    assert found.assumed == {"MANA", "SAND", "EOS"}
    assert found.notes == tuple(f"{name}: no closes in the last {STOPPED} days" for name in assets[2:])
    assert sample(recorded(), assets, date(2024, 6, 1)).notes == tuple(
        f"{name}: no closes since 2022-09-30" for name in assets[2:]
    )


def test_the_day_before_they_stopped_they_were_measured() -> None:
    found = sample(recorded(), ["BTC", "MANA", "SAND", "EOS"], date(2022, 10, 1))
    assert found.measured == {"BTC", "MANA", "SAND", "EOS"}
    assert found.notes == ()


def test_coins_that_were_listed_in_2020_are_assumed_then_shrunk_then_measured() -> None:
    assets = ["BTC", "ETH", "SOL", "UNI", "AAVE", "AVAX", "DOT", "NEAR", "FIL"]
    young = set(assets[2:])
    assert sample(recorded(), assets, date(2020, 11, 1)).assumed >= {"AAVE", "NEAR", "FIL"}
    assert sample(recorded(), assets, date(2020, 12, 1)).shrunk >= {"AAVE", "NEAR", "FIL"}
    assert sample(recorded(), assets, date(2021, 3, 1)).measured >= young


def test_a_year_of_recorded_prices_has_no_gap_that_goes_unsaid() -> None:
    known = recorded()
    found = sample(known, list(known), date(2024, 12, 31))
    days = {asset: own.days[own.days >= np.datetime64("2023-12-30")] for asset, own in known.items()}
    short = {asset for asset, own in days.items() if len(own) < WINDOW + 1}
    said = {name for note in found.notes for name in note.split(":")[0].split(", ")}
    assert short <= said | found.shrunk | found.assumed
    assert found.days == WINDOW
