"""The returns that a hedge is measured on: from which days, of which assets, and what is refused."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import NoData
from core.domain.series import Closes
from core.measure.beta import HALF_LIFE, LEAST, WINDOW, covariance, daily_returns
from core.measure.sample import MEASURED, STOPPED, Sample, sample
from tests.domain import TODAY, closes, history, without


def histories(**days: int) -> dict[str, Closes]:
    """`histories(BTC=400, FENN=60)`: so many daily returns of each."""
    return {asset: history(asset, count) for asset, count in days.items()}


# --- samples


def test_a_sample_is_complete_and_a_year_long_at_most() -> None:
    found = sample(histories(BTC=500, ETH=500), ["BTC", "ETH"], TODAY)
    assert found.returns.shape == (WINDOW, 2)
    assert found.ages.tolist() == list(range(WINDOW, 0, -1))
    assert found.measured == {"BTC", "ETH"}
    assert not found.shrunk | found.assumed


def test_an_asset_named_twice_is_one_column() -> None:
    assert sample(histories(BTC=200, ETH=200), ["BTC", "ETH", "BTC"], TODAY).assets == ("BTC", "ETH")


def test_days_that_one_measured_asset_lacks_are_left_out_for_all() -> None:
    known = histories(BTC=200, ETH=200)
    known["ETH"] = without(known["ETH"], 50)
    found = sample(known, ["BTC", "ETH"], TODAY)
    assert set(range(1, 201)) - set(found.ages.astype(int).tolist()) == {49, 50}
    assert np.isfinite(found.returns).all()


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        (0, "assumed"),
        (LEAST - 1, "assumed"),
        (LEAST, "shrunk"),
        (MEASURED - 1, "shrunk"),
        (MEASURED, "measured"),
    ],
)
def test_a_coin_is_measured_shrunk_or_assumed_by_its_days_of_history(days: int, kind: str) -> None:
    known = histories(BTC=300, ETH=300, SOL=300) | ({"FENN": history("FENN", days)} if days else {})
    found = sample(known, ["BTC", "ETH", "SOL", "FENN"], TODAY)
    assert "FENN" in getattr(found, kind)
    assert found.measured | found.shrunk | found.assumed == {"BTC", "ETH", "SOL", "FENN"}


def test_a_young_coin_does_not_shorten_the_window_of_the_others() -> None:
    found = sample(histories(BTC=300, ETH=300, FENN=60, TARN=10), ["BTC", "ETH", "FENN", "TARN"], TODAY)
    assert found.days == 300
    assert np.isfinite(found.returns).all()


def test_an_assumed_coin_moves_as_the_altcoins_do_on_average() -> None:
    found = sample(histories(BTC=300, ETH=300, SOL=300, TARN=20), ["BTC", "ETH", "SOL", "TARN"], TODAY)
    assert found.returns[:, 3] == pytest.approx(found.returns[:, 1:3].mean(axis=1))


def test_a_shrunk_coin_moves_by_itself_where_it_is_known_and_as_the_others_before() -> None:
    known = histories(BTC=300, ETH=300, SOL=300, FENN=60)
    found = sample(known, ["BTC", "ETH", "SOL", "FENN"], TODAY)
    own = daily_returns(known, ["FENN"], TODAY, days=60)[:, 0]
    assert found.returns[-60:, 3] == pytest.approx(own)
    assert found.returns[:-60, 3] == pytest.approx(found.returns[:-60, 1:3].mean(axis=1))


def test_the_beta_of_a_shrunk_coin_lies_between_its_own_and_that_of_the_others() -> None:
    rng = np.random.default_rng(3)
    btc = rng.normal(0, 0.02, 300)
    known = {
        "BTC": closes(np.exp(np.cumsum(np.r_[0, btc]))),
        "ETH": closes(np.exp(np.cumsum(np.r_[0, 1.2 * btc]))),
        "FENN": closes(np.exp(np.cumsum(np.r_[0, 3 * btc[-60:]]))),
    }
    found = sample(known, ["BTC", "ETH", "FENN"], TODAY)
    moves = covariance(found.returns, found.weights())
    assert 1.2 < moves[0, 2] / moves[0, 0] < 3


def test_an_asset_that_stopped_is_assumed_and_named() -> None:
    known = histories(BTC=300, ETH=300)
    known["EOS"] = closes(history("EOS").prices, last=TODAY - timedelta(days=STOPPED + 1))
    found = sample(known, ["BTC", "ETH", "EOS"], TODAY)
    assert found.assumed == {"EOS"}
    assert found.notes == (f"EOS: no closes in the last {STOPPED} days",)
    assert found.ages[-1] == 1


def test_an_asset_whose_last_close_is_a_little_late_has_not_stopped() -> None:
    known = histories(BTC=300, ETH=300)
    known["ETH"] = without(known["ETH"], 1, 2)
    found = sample(known, ["BTC", "ETH"], TODAY)
    assert found.measured == {"BTC", "ETH"}
    assert found.ages[-1] == 3


def test_without_any_measured_history_there_is_no_sample() -> None:
    with pytest.raises(NoData, match=f"{MEASURED} days"):
        sample(histories(FENN=60), ["FENN", "BTC"], TODAY)


def test_assets_that_share_too_few_days_are_refused_by_name() -> None:
    known = histories(BTC=110, ETH=300)
    known["ETH"] = without(known["ETH"], *range(25, 200))
    with pytest.raises(NoData, match="BTC, ETH share only 23 days"):
        sample(known, ["BTC", "ETH"], TODAY)


# --- weights and held-out days


def test_an_observation_a_half_life_older_weighs_half() -> None:
    found = sample(histories(BTC=365), ["BTC"], TODAY)
    weights = dict(zip(found.ages.tolist(), found.weights().tolist(), strict=True))
    assert sum(weights.values()) == pytest.approx(1)
    for age in (1, 17, 200):
        assert weights[age + HALF_LIFE] / weights[age] == pytest.approx(0.5)


def test_weights_go_by_age_also_over_a_gap() -> None:
    found = sample({"BTC": without(history("BTC", 200), *range(40, 100))}, ["BTC"], TODAY)
    weights = dict(zip(found.ages.tolist(), found.weights().tolist(), strict=True))
    assert weights[100 + HALF_LIFE] / weights[1] == pytest.approx(2 ** (-(99 + HALF_LIFE) / HALF_LIFE))


@given(st.integers(1, 200))
def test_no_held_out_day_is_among_those_that_a_fit_may_see(held_out: int) -> None:
    whole = sample(histories(BTC=300, ETH=300), ["BTC", "ETH"], TODAY)
    early, late = whole.parted(whole.days - held_out, whole.days)
    assert early.ages.min() > held_out >= late.ages.max()
    assert np.array_equal(np.concatenate([early.returns, late.returns]), whole.returns)


def _parted(closes: dict[str, Closes]) -> tuple[Sample, Sample]:
    """All days but the last 30, and those."""
    found = sample(closes, ["BTC", "ETH", "TARN"], TODAY)
    return found.parted(found.days - 30, found.days)


def test_what_happens_on_held_out_days_changes_nothing_before_them() -> None:
    known = histories(BTC=300, ETH=300)
    shaken = dict(known)
    prices = known["ETH"].prices.copy()
    prices[-20:] *= np.linspace(1, 2, 20)
    shaken["ETH"] = Closes(known["ETH"].days, prices)
    calm_early, _ = _parted(known)
    shaken_early, shaken_late = _parted(shaken)
    assert np.array_equal(calm_early.returns, shaken_early.returns)
    assert not np.array_equal(shaken_late.returns, _parted(known)[1].returns)


def test_a_sample_on_a_date_knows_nothing_of_later_days() -> None:
    known = histories(BTC=300, ETH=300)
    then = TODAY - timedelta(days=100)
    found: Sample = sample(known, ["BTC", "ETH"], then)
    cut = {asset: until(own, then - timedelta(days=1)) for asset, own in known.items()}
    assert np.array_equal(found.returns, sample(cut, ["BTC", "ETH"], then).returns)


def until(known: Closes, last: date) -> Closes:
    early = known.days <= np.datetime64(last)
    return Closes(known.days[early], known.prices[early])


# --- histories that say little of today


def test_many_old_days_and_a_few_new_ones_are_no_measurement_and_do_not_shorten_the_others() -> None:
    known = histories(BTC=400, ETH=400, AVAX=400)
    known["AVAX"] = without(known["AVAX"], *range(5, 260))
    found = sample(known, ["BTC", "ETH", "AVAX"], TODAY)
    assert found.measured == {"BTC", "ETH"}
    assert found.shrunk == {"AVAX"}
    assert found.days == WINDOW


def test_ninety_days_that_ended_just_now_and_a_gap_long_ago_are_a_measurement() -> None:
    known = histories(BTC=400, AVAX=400)
    known["AVAX"] = without(known["AVAX"], *range(50, 150))
    assert sample(known, ["BTC", "AVAX"], TODAY).measured == {"BTC", "AVAX"}


def test_a_price_that_stood_still_is_no_measurement_and_is_named() -> None:
    known = histories(BTC=400, ETH=400) | {"PEG": closes([2.0] * 400)}
    found = sample(known, ["BTC", "ETH", "PEG"], TODAY)
    assert found.assumed == {"PEG"}
    assert found.notes == ("PEG: its price stood still, left out",)
    with pytest.raises(NoData, match="no beta can be measured"):
        sample({"PEG": closes([2.0] * 400)}, ["PEG"], TODAY)
