"""Each forecast is told with the range that holds four times in five, in one plain sentence."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from bot.wording.cost import cost_message
from bot.wording.exposure import exposure
from bot.wording.margin import margin
from bot.wording.replay import replay_message
from bot.wording.whatif import whatif
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.outlook.anatomy import anatomy
from core.outlook.compare import compare
from core.outlook.ladder import ladder
from core.outlook.premium import premium
from core.outlook.scenario import scenario
from core.ranges.outcome import after, bare_swing, shorts_in_rise, swings
from core.replay.event import Event
from core.replay.fall import replay_hedge
from core.replay.tracks import Track, Tracks
from tests.bot.wording.test_hedge_figures import MARKET, with_past
from tests.domain import NOW, holdings

HELD = holdings("ETH 4", "SOL 60")
FALL = {"BTC": Decimal("-0.2")}


def hedge(on: Snapshot = MARKET, wish: Wish = Wish(legs=("BTC",))) -> Hedge:  # noqa: B008 - never changed
    return plan(HELD, on, wish, NOW)


def sentence(said: object, begins: str) -> str:
    """The line of an answer that begins so; empty where none does."""
    return next((line for line in str(said).splitlines() if line.startswith(begins)), "")


def test_a_move_is_told_with_how_far_off_it_may_be() -> None:
    found = hedge()
    case = scenario(found, FALL)
    said = sentence(whatif(found, [case]), "If BTC falls 20%, four times in five")
    assert said == (
        "If BTC falls 20%, four times in five between -$2,200 and +$2,500 with the hedge, between -$7,700 "
        "and -$4,200 without the hedge."
    )
    told = after(found, FALL, case.spot, case.hedged)
    assert float(told.hedged.range.low) == pytest.approx(-2200, abs=50)


def test_a_short_that_ends_on_the_way_has_no_range() -> None:
    found = hedge(wish=Wish(legs=("BTC",), leverage=Decimal(5)))
    case = scenario(found, {"BTC": Decimal("0.4")})
    assert case.liquidated
    said = sentence(whatif(found, [case]), "If BTC rises 40%, four times in five")
    assert said.endswith("without the hedge.")
    assert "with the hedge," not in said


def test_a_move_of_nothing_leaves_nothing_to_tell() -> None:
    found = hedge()
    assert not sentence(whatif(found, [scenario(found, {"BTC": Decimal(0)})]), "If BTC rises 0%, four")


def test_the_cost_is_told_with_how_funding_varies() -> None:
    market = with_past(MARKET, 0.0002, "BTC")
    found = hedge(market)
    records = {leg.contract.symbol: leg.record for leg in found.legs if leg.record is not None}
    said = str(cost_message(premium(found, market, records, NOW), own_fee=False))
    varies = sentence(said, "Funding varies")
    assert varies.startswith("Funding varies: four times in five the cost is between $")
    assert varies.endswith("paid to you.")
    assert "one time in twenty: " in said
    unknown = cost_message(premium(hedge(), MARKET, {}, NOW), own_fee=False)
    assert not sentence(unknown, "Funding varies")


def test_the_shorts_in_a_rally_are_told_with_what_they_may_lose() -> None:
    found = hedge()
    forecast = shorts_in_rise(found, "BTC", Decimal("0.2"))
    assert float(forecast.mid) == pytest.approx(-float(found.notional) / 5)
    said = sentence(margin(found, ladder(found)), "If BTC rises 20%, the shorts")
    assert said.startswith("If BTC rises 20%, the shorts should lose $")
    assert "; four times in five between $" in said


def test_exposure_says_what_prices_may_make_of_the_coins_with_the_hedge_and_without() -> None:
    found = hedge()
    parts, measured = anatomy(found.study), found.study
    compared = compare(HELD, MARKET, measured, Wish(), NOW)
    said = sentence(exposure(parts, measured, compared), "Over 14 days your coins make between")
    assert " four times in five, with the hedge below between " in said
    alone = sentence(exposure(parts, measured, "None."), "Over 14 days your coins make between")
    assert alone.endswith(" four times in five.")
    assert bare_swing(measured, 14).low < swings(found).hedged.range.low


def test_a_replay_says_what_the_plan_promised_of_such_a_fall_and_whether_it_held() -> None:
    found = hedge()
    times = np.array([NOW.replace(tzinfo=None) + timedelta(days=day) for day in range(3)], "datetime64[s]")
    growth = {"BTC": (1.0, 0.9, 0.8), "ETH": (1.0, 0.85, 0.74), "SOL": (1.0, 0.85, 0.7)}
    past = Tracks(
        times,
        24,
        {asset: Track(np.array(path), np.array(path)) for asset, path in growth.items()},
        (),
        {},
        {},
        {},
    )
    event = Event("made", date(2026, 6, 10), date(2026, 6, 12))
    lived = replay_hedge(found, event, past, {}, asked=event, left_out={}, jumped={}, recounted={})
    said = sentence(replay_message(lived), "BTC moved -20%")
    assert "Of such a move this plan says -$" in said
    assert said.endswith("came, so it held. Its betas are today&#39;s.")
    worse = replace(past, by_asset={**past.by_asset, "SOL": Track(np.array((1, 0.4, 0.1)), np.ones(3))})
    lived = replay_hedge(found, event, worse, {}, asked=event, left_out={}, jumped={}, recounted={})
    assert "so it did not hold" in sentence(replay_message(lived), "BTC moved -20%")
