"""The place in a venue's line, from recorded fills alone: against the formulas worked out by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.snapshot import Snapshot
from core.journal.fill import Fill
from core.outcome.leg_standing import LegStanding
from core.outcome.own_score import own_scores
from core.outcome.standing import standing
from tests.core.journal.open_hedges import ETH, SOL, sold
from tests.core.outcome.lives import episode
from tests.domain import FLAT_BRACKET, NOW, contract, snapshot

MARKET = snapshot(contract("ETH", multiplier="0.01", brackets=FLAT_BRACKET), ETH=2800, SOL=160)


def legs(venue: str, *fills: Fill) -> tuple[LegStanding, ...]:
    there: Snapshot = replace(
        MARKET,
        venue=venue,
        contracts={symbol: replace(each, venue=venue) for symbol, each in MARKET.contracts.items()},
    )
    return standing(episode(*fills), {venue: there}, {}, NOW).open


def short(venue: str, margin: str | None = "1750", at: str = "3500") -> Fill:
    """One ETH short from $3,500 at 2x, which is $700 in profit at $2,800."""
    more = {} if margin is None else {"margin": margin}
    return sold("100", MARKET, at=at, venue=venue, **more)


@pytest.mark.parametrize(
    ("venue", "score"),
    [
        ("binanceusdm", Decimal(700) / 2800 * (Decimal(2800) / 2450)),  # of the worth now; account 1750 + 700
        ("okx", Decimal(700) / 3500 * (Decimal(2800) / 2450)),
        ("hyperliquid", Decimal(2800) / 2450 * 700 / 3500),
        ("mexc", Decimal(700) / 3500 * 2800 / (5250 - 2800)),  # its margin is used up at $5,250
    ],
)
def test_the_score_is_the_venues_formula(venue: str, score: Decimal) -> None:
    assert own_scores(legs(venue, short(venue))) == {(venue, ETH): pytest.approx(score)}


def test_bitget_weighs_by_the_maintenance_of_the_account() -> None:
    (leg,) = legs("bitget", short("bitget"))
    assert leg.health is not None
    needed = Decimal(2450) / leg.health
    assert own_scores([leg]) == {("bitget", ETH): pytest.approx(Decimal(700) / 3500 * (needed / 2450))}


def test_a_short_at_a_loss_is_out_of_line() -> None:
    assert own_scores(legs("okx", short("okx", at="2700"))) == {("okx", ETH): 0}


def test_the_account_is_all_that_is_recorded_there() -> None:
    beside = sold("10", MARKET, SOL, at="160", venue="okx", margin="1600")
    alone = own_scores(legs("okx", short("okx")))[("okx", ETH)]
    both = own_scores(legs("okx", short("okx"), beside))
    assert both["okx", ETH] == pytest.approx(alone * 2450 / (2450 + 1600))
    assert both["okx", SOL] == 0


def test_nothing_is_said_where_a_margin_is_not_known_or_the_venue_publishes_no_formula() -> None:
    assert own_scores(legs("okx", short("okx", margin=None))) == {}
    assert own_scores(legs("bybit", short("bybit"))) == {}
    assert own_scores(()) == {}
