"""Which shorts were in line to be closed in profit: worked by hand, on days whose prices are given."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.series import NO_SETTLEMENTS
from core.hedge.leg import Leg
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.replay.fall import Replay, replay, short_of
from core.replay.in_line import shorts_in_line, without_them
from core.replay.tracks import Tracks
from tests.core.replay.test_replay import past, short
from tests.domain import NOW, holdings, snapshot


def legs(*assets: str, venue: str = "binanceusdm", brokered: bool = False) -> list[Leg]:
    """The legs of a plan at 2x, on this venue."""
    made = plan(holdings("ETH 10", "SOL 100"), snapshot(ETH=1000, SOL=100), Wish(legs=assets), NOW)
    contracts = [replace(leg.contract, venue=venue, brokered=brokered) for leg in made.legs]
    return [
        replace(leg, contract=contract, leverage=Decimal(2))
        for leg, contract in zip(made.legs, contracts, strict=True)
    ]


def through(known: Tracks, own: Sequence[Leg]) -> Replay:
    shorts = [short_of(leg, leg.leverage, NO_SETTLEMENTS) for leg in own]
    return replay({"ETH": Decimal(10_000)}, [each for each in shorts if each], known)


def test_a_short_in_profit_is_in_line_where_its_coin_fell_most_within_a_day() -> None:
    known = past(ETH=[1000, 950, 700, 800])
    own = legs("ETH")
    told = through(known, own)
    (found,) = shorts_in_line(own, told, known.by_asset)
    assert found.at == 2
    assert found.fall == pytest.approx(1 - 700 / 950)
    assert float(found.gained) == pytest.approx(0.3 * float(own[0].notional))


def test_its_place_is_by_the_venues_formula_and_unknown_where_none_is_published() -> None:
    """Binance: the gain over what is short now, times that over the account: margin and gain."""
    known = past(ETH=[1000, 700])
    own = legs("ETH")
    (found,) = shorts_in_line(own, through(known, own), known.by_asset)
    assert float(found.score or 0) == pytest.approx((0.3 / 0.7) * (0.7 / (0.5 + 0.3)), rel=1e-6)
    other = legs("ETH", venue="bybit")
    (found,) = shorts_in_line(other, through(known, other), known.by_asset)
    assert found.score is None


def test_one_that_lost_or_a_coin_that_fell_slowly_is_not_in_line() -> None:
    own = legs("ETH")
    for prices in ([1000, 1500, 1200], [1000, 950, 900, 850, 800]):
        known = past(ETH=prices)
        assert shorts_in_line(own, through(known, own), known.by_asset) == ()


def test_one_that_was_liquidated_before_is_gone_already() -> None:
    known = past(ETH=[1000, 2000, 500])
    own = legs("ETH")
    told = through(known, own)
    assert told.liquidated
    assert shorts_in_line(own, told, known.by_asset) == ()


def test_brokers_close_nothing_in_profit() -> None:
    known = past(ETH=[1000, 700])
    own = legs("ETH", brokered=True)
    assert shorts_in_line(own, through(known, own), known.by_asset) == ()


def test_what_had_been_left_without_them() -> None:
    """Closed at 700, $3,000 of $5,000's 30 % up; the fall to 600 is borne by the coins alone."""
    known = past(ETH=[1000, 700, 600])
    told = replay({"ETH": Decimal(10_000)}, [short("ETH", 10_000)], known)
    own = [replace(leg, contract=leg.contract) for leg in legs("ETH")]
    gone = shorts_in_line(own, told, known.by_asset)
    assert [each.at for each in gone] == [1]
    assert float(told.end(told.hedged)) == pytest.approx(0)
    assert float(without_them(told, gone)) == pytest.approx(-1000)
