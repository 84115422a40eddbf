"""The hedge as a whole: drift, the fall since it began, and whether the coins still move as they did."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from math import sqrt

import pytest

from core.advice.adjust import review
from core.alert.situation import Situation
from core.domain.series import NO_CLOSES, Closes
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.journal.episode import Step
from tests.core.alert.given import fact, hedged, measured, quoted, read_each, said, user, value, with_open
from tests.core.journal.open_hedges import BEGAN, sold
from tests.domain import NOW, VENUE, contract, history, holdings, snapshot

MARKET = snapshot(BTC=60000, ETH=3500, SOL=160, LINK=15)
HELD = ("ETH 10", "SOL 100", "LINK 2000")
ETH_ONLY = Wish(legs=("ETH",))


def moved(**prices: str) -> Situation:
    """A hedge that was placed at the first prices, at these."""
    return hedged(quoted(MARKET, prices), *HELD, wish=ETH_ONLY, began=MARKET)


def test_a_hedge_just_placed_has_no_drift() -> None:
    assert value(hedged(MARKET, *HELD, wish=ETH_ONLY), "drift 10%") == pytest.approx(0, abs=1e-4)
    assert value(hedged(MARKET, *HELD, wish=ETH_ONLY), "drift risk") == pytest.approx(0, abs=1e-4)


def test_a_short_of_fixed_size_drifts_as_the_coins_fall_faster() -> None:
    # The short falls with ETH by 15 %; the coins are worth 0.85, 0.8 and 0.8 of what they were.
    situation = moved(ETH="2975", SOL="128", LINK="12")
    coins = Decimal(29750 + 12800 + 24000) / (35000 + 16000 + 30000)
    expected = Decimal("0.85") / coins - 1
    assert value(situation, "drift 10%") == pytest.approx(expected, abs=Decimal("1e-4"))
    short, wanted = fact(situation, "drift 10%", "short"), fact(situation, "drift 10%", "wanted")
    assert short is not None
    assert wanted is not None
    assert short / wanted - 1 == pytest.approx(expected, abs=Decimal("1e-4"))


def test_too_small_a_short_has_drifted_as_one_that_is_too_large() -> None:
    situation = moved(SOL="240")
    found, excess = value(situation, "drift 10%"), fact(situation, "drift 10%", "excess")
    assert found is not None
    assert found > Decimal("0.05")
    assert excess == pytest.approx(-found)


def test_coins_bought_since_make_a_hedge_too_small() -> None:
    before = hedged(MARKET, *HELD, wish=ETH_ONLY)
    assert before.episode is not None
    more = Step(BEGAN + timedelta(minutes=30), "ETH", Decimal(20), Decimal(3500))
    episode = replace(before.episode, steps=(*before.episode.steps, more))
    after = replace(before, episode=episode, holdings=tuple(holdings("ETH 20", "SOL 100", "LINK 2000")))
    assert fact(after, "drift 10%", "excess") == pytest.approx(
        Decimal(81000) / 116000 - 1, abs=Decimal("1e-4")
    )


def test_the_risk_of_drift_is_the_swing_of_the_error_over_that_of_the_coins() -> None:
    now = quoted(MARKET, {"ETH": "2975", "SOL": "128", "LINK": "12"})
    situation = moved(ETH="2975", SOL="128", LINK="12")
    short, wanted = fact(situation, "drift risk", "short"), fact(situation, "drift risk", "wanted")
    again = plan(holdings(*HELD), now, ETH_ONLY, NOW)
    sigma = situation.sigma("ETH", VENUE)
    assert short is not None
    assert wanted is not None
    assert sigma is not None
    coins = float(again.swing) / sqrt(ETH_ONLY.horizon_days)
    expected = float(short - wanted) * sigma / coins
    assert value(situation, "drift risk") == pytest.approx(Decimal(expected), rel=Decimal("0.001"))


def test_the_risk_of_drift_is_about_that_of_the_plan_made_again() -> None:
    now = quoted(MARKET, {"ETH": "2975", "SOL": "128", "LINK": "12"})
    situation = moved(ETH="2975", SOL="128", LINK="12")
    again = plan(holdings(*HELD), now, ETH_ONLY, NOW)
    assert situation.standing is not None
    seen = review(again, situation.standing, situation.sizing, again.study, now, NOW)
    assert value(situation, "drift risk") == pytest.approx(Decimal(repr(seen.gap.risk)), abs=Decimal("0.005"))


def test_an_error_that_no_order_can_mend_is_no_risk() -> None:
    coarse = snapshot(contract("ETH", multiplier="1"), contract("SOL"), BTC=60000, ETH=3500, SOL=160)
    situation = hedged(coarse, "SOL 50", wish=ETH_ONLY)
    assert (value(situation, "drift 10%") or 0) > Decimal("0.05")
    assert value(situation, "drift risk") == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("words", ["drift 10%", "drift risk", "beta", "beta r2"])
def test_positions_by_hand_were_sized_by_nothing(words: str) -> None:
    assert read_each(with_open(MARKET, sold("1000", MARKET)), said(words)) == {}
    assert read_each(user(MARKET, *HELD), said(words)) == {}


@pytest.mark.parametrize("words", ["drift risk", "beta", "beta r2 50%"])
def test_without_histories_nothing_is_measured(words: str) -> None:
    situation = hedged(MARKET, *HELD, wish=ETH_ONLY)
    for missing in ("ETH", "LINK"):
        closes = {asset: known for asset, known in MARKET.closes.items() if asset != missing}
        bare = {MARKET.venue: replace(MARKET, closes=closes)}
        assert value(replace(situation, snapshots=bare), words) is None
    assert value(situation, words) is not None


@pytest.mark.parametrize("words", ["drift 10%", "drift risk"])
def test_a_coin_without_a_price_leaves_drift_unknown(words: str) -> None:
    situation = hedged(MARKET, *HELD, wish=ETH_ONLY)
    assert value(without(situation, "LINK"), words) is None
    assert without(situation, "LINK").exposure is None
    assert replace(situation, holdings=()).exposure is None


def test_what_has_to_be_read_is_every_coin_that_is_held_or_shorted_or_sized_by() -> None:
    situation = hedged(MARKET, *HELD, wish=Wish(legs=("ETH", "SOL")))
    assert set(situation.assets) == {"ETH", "SOL", "LINK", "BTC"}
    by_hand = with_open(MARKET, sold("1000", MARKET, "SOL/USDT:USDT"), held=("LINK 1",))
    assert set(by_hand.assets) == {"SOL", "LINK"}


def test_the_fall_is_that_of_the_benchmark_since_the_hedge_began() -> None:
    situation = moved(ETH="2975")
    found = measured(situation, "dehedge 15%")
    assert found is not None
    assert found.value == pytest.approx(Decimal("0.15"), abs=Decimal("1e-12"))
    assert (found.facts.subject, found.facts.price) == ("ETH", Decimal(2975))
    assert found.facts.value == -found.value


def test_a_rise_is_a_fall_below_zero() -> None:
    assert value(moved(ETH="4200"), "dehedge 15%") == Decimal("-0.2")


def test_it_says_what_the_hedge_made() -> None:
    situation = moved(ETH="2975")
    assert situation.standing is not None
    assert fact(situation, "dehedge 15%", "made") == situation.standing.hedge
    assert fact(situation, "dehedge 15%", "coins") == -5250


def without(situation: Situation, coin: str) -> Situation:
    """The same without a price of the coin."""
    now = situation.snapshots[MARKET.venue]
    quotes = {symbol: quote for symbol, quote in now.quotes.items() if not symbol.startswith(coin)}
    return replace(situation, snapshots={MARKET.venue: replace(now, quotes=quotes)})


def test_dollars_that_are_not_all_known_are_not_told() -> None:
    now = quoted(MARKET, {"ETH": "2800"})
    both = with_open(
        now,
        sold("1000", MARKET, index="3500"),
        sold("1000", MARKET, "SOL/USDT:USDT"),
        held=("LINK 1",),
    )
    assert fact(both, "dehedge 15%", "made") is not None
    assert fact(both, "dehedge 15%", "coins") is not None
    assert fact(without(both, "SOL"), "dehedge 15%", "made") is None
    assert fact(without(both, "SOL"), "dehedge 15%", "short") is None
    assert fact(without(both, "LINK"), "dehedge 15%", "coins") is None
    assert value(without(both, "LINK"), "dehedge 15%") == Decimal("0.2")


def test_positions_by_hand_fall_with_their_largest_coin() -> None:
    market = quoted(MARKET, {"ETH": "2800", "SOL": "159"})
    situation = with_open(
        market,
        sold("1000", MARKET, index="3500"),
        sold("1000", MARKET, "SOL/USDT:USDT", index="160"),
        held=("ETH 1",),
    )
    assert measured(situation, "dehedge 15%") is not None
    assert fact(situation, "dehedge 15%", "price") == 2800


def test_another_coin_never_stands_in_for_the_benchmark() -> None:
    situation = hedged(quoted(MARKET, {"SOL": "80"}), *HELD, wish=Wish(legs=("ETH", "SOL")), began=MARKET)
    assert situation.sizing is not None
    assert situation.sizing.benchmark == "BTC"
    began = situation.episode
    assert began is not None
    known = replace(began, steps=(*began.steps, Step(BEGAN, "BTC", Decimal(0), Decimal(60000))))
    assert value(replace(situation, episode=known), "dehedge 15%") == 0
    assert value(without(replace(situation, episode=known), "BTC"), "dehedge 15%") is None


def test_there_is_no_fall_without_a_short() -> None:
    bought = replace(sold("1000", MARKET), count=Decimal(1000))
    assert read_each(with_open(MARKET, bought), said("dehedge 15%")) == {}


def test_a_portfolio_that_moves_as_before_has_its_beta() -> None:
    situation = hedged(MARKET, *HELD, wish=ETH_ONLY)
    assert value(situation, "beta") == pytest.approx(0, abs=1e-12)
    assert fact(situation, "beta r2 50%", "r2_now") == pytest.approx(
        fact(situation, "beta r2 50%", "r2_then")
    )


def test_a_beta_that_moved_is_told_with_both() -> None:
    situation = hedged(MARKET, *HELD, wish=ETH_ONLY)
    assert situation.sizing is not None
    assert situation.episode is not None
    before = replace(situation.sizing, beta=situation.sizing.beta + 0.4)
    after = replace(situation, episode=replace(situation.episode, sizings=(before,)))
    assert value(after, "beta") == pytest.approx(Decimal("0.4"), abs=Decimal("1e-9"))
    assert fact(after, "beta", "beta_then") == Decimal(repr(before.beta))


def test_a_beta_of_the_users_own_never_moves() -> None:
    situation = hedged(MARKET, *HELD, wish=ETH_ONLY)
    assert situation.sizing is not None
    assert situation.episode is not None
    for words, known in (("100% beta 1.5 ETH", False), ("100% target beta 0.5 ETH", True)):
        sized = replace(situation.sizing, wish=words)
        own = replace(situation, episode=replace(situation.episode, sizings=(sized,)))
        assert (value(own, "beta") is not None) == known


def test_what_explained_little_from_the_start_did_not_fall() -> None:
    situation = hedged(MARKET, *HELD, wish=ETH_ONLY)
    assert situation.sizing is not None
    assert situation.episode is not None
    for r_squared in (0.1, None):
        sized = replace(situation.sizing, r_squared=r_squared)
        poor = replace(situation, episode=replace(situation.episode, sizings=(sized,)))
        assert value(poor, "beta r2 50%") is None


def test_a_hedge_of_one_coin_is_measured_on_that_coin() -> None:
    situation = hedged(MARKET, *HELD, wish=replace(ETH_ONLY, only=("LINK",)))
    assert value(situation, "beta") == pytest.approx(0, abs=1e-12)
    assert value(situation, "drift risk") == pytest.approx(0, abs=1e-3)


def test_closes_that_ended_measure_nothing() -> None:
    situation = hedged(MARKET, *HELD, wish=ETH_ONLY)
    known = history("ETH")
    stopped = Closes(known.days[:-10], known.prices[:-10])
    for closes in (stopped, NO_CLOSES):
        old = {MARKET.venue: replace(MARKET, closes={**MARKET.closes, "ETH": closes})}
        assert value(replace(situation, snapshots=old), "beta") is None
        assert value(replace(situation, snapshots=old), "drift risk") is None
