"""What a portfolio's movement is made of."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from core.domain.snapshot import Snapshot
from core.hedge.plan import histories
from core.hedge.study import Study, study
from core.hedge.wish import Wish
from core.measure.exposure import expose
from core.outlook.anatomy import APART, Anatomy, anatomy, crash_beta
from tests.domain import NOW, TODAY, closes, holdings, moves, snapshot

SEEN = snapshot(BTC=90_000, ETH=3_500, SOL=160, LINK=15, UNI=8, FENN=1, TARN=1, days={"FENN": 60, "TARN": 10})


def studied(*texts: str, seen: Snapshot = SEEN) -> Study:
    mine = holdings(*texts)
    assets = histories((held.asset for held in mine), Wish())
    return study(expose(mine, seen, NOW), assets, seen, TODAY)


def taken_apart(*texts: str, seen: Snapshot = SEEN) -> Anatomy:
    return anatomy(studied(*texts, seen=seen))


def falling(calm: float, crash: float) -> Snapshot:
    """A market in which SOL moves `calm` times as BTC on days of rises, `crash` times on days of falls.

    Closes lead up to the prices of now.
    """
    btc = moves("market", 400, 0.025)
    sol = np.where(btc < 0, crash, calm) * btc + moves("SOL", 400, 0.002)
    return replace(
        SEEN,
        closes={
            **SEEN.closes,
            "BTC": closes(90_000 * np.exp(np.cumsum(btc) - btc.sum())),
            "SOL": closes(160 * np.exp(np.cumsum(sol) - sol.sum())),
        },
    )


@given(st.lists(st.integers(1, 1000), min_size=4, max_size=4))
def test_weights_and_shares_of_the_variance_sum_to_one(counts: list[int]) -> None:
    texts = (f"{asset} {count}" for asset, count in zip(("ETH", "SOL", "LINK", "USDT"), counts, strict=True))
    found = taken_apart(*texts)
    assert sum(part.weight for part in found.parts.values()) == pytest.approx(1)
    assert sum(part.variance_share for part in found.parts.values()) == pytest.approx(1)
    assert found.whole.variance_share == pytest.approx(1)


def test_the_beta_of_the_whole_is_that_of_the_parts_by_weight() -> None:
    found = taken_apart("ETH 2", "SOL 60", "LINK 300", "USDT 1000")
    for benchmark in ("BTC", "ETH"):
        parts = sum(part.weight * part.betas[benchmark] for part in found.parts.values())
        assert found.whole.betas[benchmark] == pytest.approx(parts)
    assert found.calm is not None
    assert found.calm.betas[0] == pytest.approx(found.whole.betas["BTC"])


def test_the_largest_holding_comes_first_and_a_stablecoin_neither_moves_nor_is_explained() -> None:
    found = taken_apart("USDT 500", "SOL 60", "ETH 1")
    assert list(found.parts) == ["SOL", "ETH", "USDT"]
    still = found.parts["USDT"]
    assert (dict(still.betas), still.r_squared, still.variance_share) == ({"BTC": 0, "ETH": 0}, None, 0)


def test_a_benchmark_has_a_beta_of_one_to_itself_and_is_wholly_explained() -> None:
    found = taken_apart("BTC 1", "ETH 10")
    for benchmark in ("BTC", "ETH"):
        assert found.parts[benchmark].betas[benchmark] == pytest.approx(1)
        assert found.parts[benchmark].r_squared == pytest.approx(1)


def test_r_squared_is_that_of_a_weighted_regression_on_both_benchmarks() -> None:
    measured = studied("SOL 60", "LINK 300")
    columns = measured.columns(["BTC", "ETH"])
    design = sm.add_constant(measured.sample.returns[:, columns])
    sol = measured.sample.returns[:, measured.columns(["SOL"])[0]]
    theirs = sm.WLS(sol, design, weights=measured.sample.weights()).fit()
    assert anatomy(measured).parts["SOL"].r_squared == pytest.approx(theirs.rsquared)


def test_a_short_history_is_marked_and_an_assumed_one_explains_nothing() -> None:
    found = taken_apart("SOL 60", "FENN 1000", "TARN 1000")
    assert not found.parts["SOL"].assumed
    assert found.parts["FENN"].assumed
    assert found.parts["FENN"].r_squared is not None
    assert found.parts["TARN"].assumed
    assert found.parts["TARN"].r_squared is None


def test_without_btc_betas_are_to_eth() -> None:
    unknown = replace(SEEN, closes={name: own for name, own in SEEN.closes.items() if name != "BTC"})
    found = taken_apart("SOL 60", seen=unknown)
    assert found.benchmark == "ETH"
    assert list(found.parts["SOL"].betas) == ["ETH"]


def test_without_either_there_is_no_beta_and_still_a_share_of_the_variance() -> None:
    known = replace(
        SEEN, closes={name: own for name, own in SEEN.closes.items() if name not in ("BTC", "ETH")}
    )
    found = taken_apart("SOL 60", "LINK 100", seen=known)
    assert (found.benchmark, found.calm, found.crash, found.whole.r_squared) == (None, None, None, None)
    assert not found.apart
    assert found.whole.variance_share == pytest.approx(1)


def test_a_coin_that_falls_twice_as_hard_has_a_crash_beta_apart_from_its_calm_one() -> None:
    found = taken_apart("SOL 60", seen=falling(calm=1.0, crash=2.0))
    assert found.crash is not None
    assert found.calm is not None
    assert found.crash.betas[0] == pytest.approx(2, abs=0.05)
    assert 1 < found.calm.betas[0] < 2 - APART
    assert found.apart
    assert not taken_apart("SOL 60", seen=falling(calm=1.2, crash=1.3)).apart


def test_too_few_days_of_falls_make_no_crash_beta() -> None:
    measured = studied("SOL 60")
    rose = np.abs(measured.sample.returns)
    rising = replace(measured, sample=replace(measured.sample, returns=rose))
    assert crash_beta(rising, measured.weights, "BTC") is None
