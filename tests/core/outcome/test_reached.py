"""A short whose price was at its liquidation counts as liquidated: margin lost, nothing covered."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.journal.ended import LIQUIDATED, as_liquidated, closing_fill, used_up
from core.journal.fate import BY_MARK, BY_USER, OPEN, Fate
from core.journal.fill import Margin, Terms, Written
from core.journal.held import Held, decimal
from core.journal.journal import open_positions
from core.outcome.reached import Extreme, reached
from core.outcome.report import report
from core.outcome.standing import Standing, standing
from tests.core.outcome.lives import BEGAN, SOL, after, episode, fill, step
from tests.domain import FLAT_BRACKET, VENUE, contract

LATER = after(minutes=30)
SHORT = fill("-399", "150", "SOL", margin="20000", terms=Terms("SOL", Decimal(1)))
COINS = step("SOL", "400", "150")


def market(mark: str, at: datetime, *, assumed: bool = False) -> dict[str, Snapshot]:
    price = Decimal(mark)
    listed = contract("SOL", multiplier="1", brackets=FLAT_BRACKET, brackets_assumed=assumed)
    return {VENUE: Snapshot(VENUE, {SOL: listed}, {SOL: Quote(price, at, index=price)})}


def stands(mark: str, *more: Written, at: datetime = LATER, assumed: bool = False) -> Standing:
    return standing(episode(SHORT, *more, steps=[COINS]), market(mark, at, assumed=assumed), {}, at)


def noted(price: str = "205", at: datetime = LATER) -> Fate:
    return Fate(VENUE, SOL, "liquidated", Decimal(price), at, BY_MARK)


def test_a_mark_at_the_liquidation_price_or_past_it_is_noted() -> None:
    (leg,) = stands("150").open
    assert leg.liquidation is not None
    assert round(leg.liquidation, 2) == Decimal("199.13")  # (20,000 + 399 * 150) / (399 * 1.005)
    assert reached(stands("199.12")) == ()
    assert reached(stands("205")) == (noted(),)
    assert reached(stands("205", noted())) == ()


@pytest.mark.parametrize(("mark", "coins"), [("230", 32_000), ("150", 0)])
def test_its_loss_is_its_margin_wherever_the_price_goes_then(mark: str, coins: int) -> None:
    now = stands(mark, noted(), at=LATER + timedelta(minutes=5))
    (leg,) = now.open
    assert leg.lost
    assert leg.unrealised is not None
    assert leg.total is not None
    assert round(leg.unrealised, 6) == -20_000
    assert leg.total >= -20_000
    assert now.spot == coins
    assert now.net is not None
    assert round(now.net, 2) == coins - 20_000
    assert now.shorted == 0
    assert (leg.distance, leg.health) == (None, None)


def test_the_report_counts_it_as_closed_and_its_parts_add_up() -> None:
    at = LATER + timedelta(minutes=5)
    life = episode(SHORT, noted(), steps=[COINS])
    card = report(life, market("150", at), {}, at)
    assert card.hedge == -20_000
    assert card.net == -20_000
    assert card.miss == card.spot + card.hedge
    assert card.parts.get("basis", 0) == 0  # having it paid nothing


def test_a_liquidation_price_that_rests_on_assumed_rates_asks_and_never_declares() -> None:
    (fate,) = reached(stands("205", assumed=True))
    assert fate.what == "doubtful"
    now = stands("150", fate, at=LATER + timedelta(minutes=5), assumed=True)
    (leg,) = now.open
    assert not leg.lost
    assert leg.held.note == fate  # the price coming back does not forget the question
    assert now.shorted == 399 * 150


def test_the_user_who_says_that_it_is_open_is_asked_again_only_well_beyond_that_price() -> None:
    said = Fate(VENUE, SOL, OPEN, Decimal(205), LATER + timedelta(minutes=1), BY_USER)
    later = LATER + timedelta(minutes=9)
    assert not stands("205", noted(), said, at=later).open[0].lost
    assert reached(stands("210", noted(), said, at=later)) == ()
    assert [fate.price for fate in reached(stands("216", noted(), said, at=later))] == [216]


def test_margin_told_afterwards_says_that_it_was_open() -> None:
    more = Margin(VENUE, SOL, Decimal(40_000), LATER + timedelta(minutes=1))
    now = stands("205", noted(), more, at=LATER + timedelta(minutes=2))
    assert not now.open[0].lost
    assert reached(now) == ()


def test_the_high_of_the_time_when_nobody_looked_decides() -> None:
    outage = Extreme(LATER - timedelta(minutes=20), Decimal(140), Decimal(231))
    (fate,) = reached(stands("150"), {(VENUE, SOL): [outage]})
    assert fate.price == 231
    assert fate.reason == "extreme"
    before = replace(outage, since=BEGAN - timedelta(minutes=1))
    assert (
        reached(stands("150"), {(VENUE, SOL): [before]}) == ()
    )  # it may have been before the short was opened


def test_a_long_is_noted_by_a_low_and_loses_its_margin() -> None:
    long = fill("100", "150", "SOL", margin="5000", terms=Terms("SOL", Decimal(1)))
    low = Extreme(LATER - timedelta(minutes=5), Decimal(90), Decimal(160))
    now = standing(episode(long), market("150", LATER), {}, LATER)
    (fate,) = reached(now, {(VENUE, SOL): [low]})
    then = standing(episode(long, fate), market("150", LATER), {}, LATER)
    assert then.open[0].unrealised == -5000


def held(*what: Written) -> Held:
    (found,) = open_positions(episode(*what).entries)
    return found


def test_what_a_coin_margined_short_loses_is_its_margin_in_coins() -> None:
    worth = Terms("ETH", Decimal(10), inverse=True)
    short = held(fill("-350", "3500", margin="1750", terms=worth))
    price = used_up(short)
    assert price is not None
    # 3,500 USD short: 1 coin at the entry; half a coin of margin is used up where it is worth half a coin
    assert round(price, 6) == 7000
    assert used_up(held(fill("-350", "3500", margin="3500", terms=worth))) is None  # one coin: never


def test_it_is_never_counted_as_losing_more_than_its_margin() -> None:
    for margin in ("333.33", "1", "19999.999999"):
        short = held(fill("-7", "33.3", "SOL", margin=margin, terms=Terms("SOL", Decimal(3))))
        price = used_up(short)
        assert price is not None
        lost = -decimal(short.unrealised(price))
        assert 0 <= Decimal(margin) - lost < Decimal("1e-9")


def test_the_end_that_the_user_confirms_is_the_one_that_was_counted() -> None:
    doubted = held(SHORT, noted())
    counted = as_liquidated(doubted)
    price = used_up(doubted)
    assert counted is not None
    assert price is not None
    assert counted == closing_fill(doubted, price, LATER, LIQUIDATED, Decimal(205))
    assert open_positions(episode(SHORT, noted(), counted).entries) == ()
