"""The brackets that are assumed where a venue shows its own only to a key."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from core.domain.coins.asset import canonical
from core.domain.contract import Bracket
from core.domain.errors import BadInput
from core.venues.exchange import EXCHANGES
from core.venues.exchange.venue import Venue
from tests.core.venues.exchange.conftest import shared

BINANCE = EXCHANGES["binanceusdm"]
TABLES = {
    "BTC": BINANCE.brackets("BTC", perpetual=True),
    "SOL": BINANCE.brackets("SOL", perpetual=True),
    "a small coin": BINANCE.brackets("SMALL", perpetual=True),
}
NAMED = ("BTC", "ETH", "SOL", "BNB", "XRP", "LINK", "AVAX", "DOT", "NEAR", "UNI", "AAVE")


def at(brackets: tuple[Bracket, ...], notional: Decimal) -> Bracket:
    return [bracket for bracket in brackets if bracket.floor <= notional][-1]


@pytest.mark.parametrize("venue", EXCHANGES.values(), ids=list(EXCHANGES))
def test_every_venue_is_found_by_its_own_id(venue: Venue) -> None:
    assert EXCHANGES[venue.id] is venue


@pytest.mark.parametrize("asset", TABLES)
def test_maintenance_has_no_step_and_only_gets_dearer(asset: str) -> None:
    brackets = TABLES[asset]
    assert brackets[0].floor == brackets[0].cum == 0
    for lower, upper in pairwise(brackets):
        assert upper.floor * lower.rate - lower.cum == upper.floor * upper.rate - upper.cum
        assert upper.floor > lower.floor
        assert upper.rate >= lower.rate
        assert upper.max_leverage <= lower.max_leverage
    # what a position may not exceed leaves room for its maintenance
    assert all(bracket.rate < 1 / bracket.max_leverage for bracket in brackets)


def test_a_future_is_not_taken_for_a_perpetual() -> None:
    future, perpetual = BINANCE.brackets("BTC", perpetual=False), BINANCE.brackets("BTC", perpetual=True)

    assert all(at(future, b.floor).rate > b.rate for b in perpetual[:3])
    assert BINANCE.brackets("SOL", perpetual=False) == BINANCE.brackets("SMALL", perpetual=True)


def violations(most: int) -> tuple[set[str], int]:
    """Contracts whose real tier is dearer, or allows less leverage, than assumed between $100 and `most`."""
    tiers: dict[str, list[dict[str, Any]]] = shared("leverage_tiers_ccxt_2026-09.json.gz")
    found, dollar = set(), [s for s in tiers if s.split(":")[1].split("-")[0] in ("USDT", "USDC")]
    for symbol in dollar:
        keys = ("minNotional", "maintenanceMarginRate", "maxLeverage")
        real = [tuple(Decimal(str(tier[key])) for key in keys) for tier in tiers[symbol]]
        try:
            asset = canonical(symbol.split("/")[0])[0]
        except BadInput:
            continue
        ours = BINANCE.brackets(asset, perpetual="-" not in symbol)
        # both tables are steps, so checking each step of either checks every notional between
        steps = {Decimal(100), *(row[0] for row in real), *(bracket.floor for bracket in ours)}
        for notional in (step for step in steps if 100 <= step <= most):
            _, rate, leverage = [row for row in real if row[0] <= notional][-1]
            assumed = at(ours, notional)
            if assumed.rate < rate or assumed.max_leverage > leverage:
                found.add(symbol)
    return found, len(dollar)


def test_the_assumption_is_on_the_safe_side_of_the_real_brackets() -> None:
    for most in (100_000, 1_000_000):
        found, total = violations(most)
        assert len(found) / total < 0.05
        assert not [s for s in found if s.split("/")[0] in NAMED]


def test_where_accounts_cannot_be_read_the_reason_is_named() -> None:
    assert all(each.account or each.unread for each in EXCHANGES.values())
