"""Which coin a contract is on, at every venue, against the table by which ccxt renames coins."""

import re
from decimal import Decimal

import ccxt
import pytest

from core.domain.coins.asset import LISTED_AS
from core.domain.errors import NoData
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.naming import coin
from core.venues.exchange.calls import Row, figure
from core.venues.exchange.mexc import MEXC
from core.venues.exchange.venue import Venue


def row(venue: Venue, ticker: str, **info: object) -> Row:
    """A row of a listing as ccxt makes it of a ticker: `base` is renamed, `baseId` is the venue's own."""
    base = getattr(ccxt, venue.id)().safe_currency_code(ticker)
    told = {"name": ticker, "baseCoinName": ticker, **info}
    return {"symbol": f"{base}/USDT:USDT", "base": base, "baseId": ticker, "info": told}


@pytest.mark.parametrize("venue", EXCHANGES.values(), ids=lambda venue: venue.id)
def test_no_contract_is_taken_for_the_coin_of_a_table_for_spot_markets(venue: Venue) -> None:
    for ticker, other in getattr(ccxt, venue.id)().commonCurrencies.items():
        if not ticker.isalnum():
            continue
        plain = LISTED_AS.get(ticker, ticker)
        if other == plain or venue.shown == MEXC.shown:
            assert coin(venue, row(venue, ticker))[0] == plain
        else:
            with pytest.raises(NoData, match=f"lists {ticker}, which is {re.escape(other[:20])} on its"):
                coin(venue, row(venue, ticker))


@pytest.mark.parametrize("venue", EXCHANGES.values(), ids=lambda venue: venue.id)
@pytest.mark.parametrize(
    ("ticker", "asset", "coins"),
    [
        ("ETH", "ETH", 1),
        ("1000PEPE", "PEPE", 1000),
        ("1MBABYDOGE", "BABYDOGE", 1_000_000),
        ("10000SATS", "SATS", 10_000),
        ("LUNA2", "LUNA", 1),
        ("BITCOIN", "BITCOIN", 1),
        ("WBTC", "WBTC", 1),
    ],
)
def test_a_ticker_means_the_same_at_every_venue(venue: Venue, ticker: str, asset: str, coins: int) -> None:
    assert coin(venue, row(venue, ticker)) == (asset, Decimal(coins))


def test_a_small_k_is_a_thousand_at_hyperliquid_alone() -> None:
    for venue in EXCHANGES.values():
        thousand = figure(row(venue, "kPEPE"), venue.base) == "kPEPE" and venue.id == "hyperliquid"
        assert coin(venue, row(venue, "kPEPE")) == (
            ("PEPE", Decimal(1000)) if thousand else ("KPEPE", Decimal(1))
        )
