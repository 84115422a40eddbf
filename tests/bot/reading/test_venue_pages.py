"""The page of an exchange to which a push leads: that of the contract, or none."""

import pytest

from bot.reading.venue_pages import page_of
from core.venues.exchange import EXCHANGES


@pytest.mark.parametrize(
    ("venue", "own", "symbol", "page"),
    [
        ("binanceusdm", "SOLUSDT", "SOL/USDT:USDT", "https://www.binance.com/en/futures/SOLUSDT"),
        ("bybit", "SOLUSDT", "SOL/USDT:USDT", "https://www.bybit.com/trade/usdt/SOLUSDT"),
        ("bybit", "SOLPERP", "SOL/USDC:USDC", "https://www.bybit.com/trade/futures/usdc/SOL-PERP"),
        ("bybit", "BTCUSD", "BTC/USD:BTC", "https://www.bybit.com/trade/inverse/BTCUSD"),
        ("okx", "SOL-USDT-SWAP", "SOL/USDT:USDT", "https://www.okx.com/trade-swap/sol-usdt-swap"),
        (
            "okx",
            "BTC-USDT-260925",
            "BTC/USDT:USDT-260925",
            "https://www.okx.com/trade-futures/btc-usdt-260925",
        ),
        ("gate", "SOL_USDT", "SOL/USDT:USDT", "https://www.gate.com/futures/USDT/SOL_USDT"),
        ("weex", "SOLUSDT", "SOL/USDT:USDT", "https://www.weex.com/futures/SOL-USDT"),
        ("krakenfutures", "PF_SOLUSD", "SOL/USD:USD", "https://futures.kraken.com/trade/futures/PF_SOLUSD"),
        ("hyperliquid", "kPEPE", "KPEPE/USDC:USDC", "https://app.hyperliquid.xyz/trade/kPEPE"),
    ],
)
def test_a_contract_has_the_page_of_its_kind(venue: str, own: str, symbol: str, page: str) -> None:
    assert page_of(venue, own, symbol) == page


@pytest.mark.parametrize(
    ("venue", "own", "symbol"),
    [
        ("gate", "BTC_USD", "BTC/USD:BTC"),
        ("bitget", "BTCPERP", "BTC/USDC:USDC"),
        ("bybit", "BTCUSDT-25SEP26", "BTC/USDT:USDT-260925"),
        ("binanceusdm", None, "SOL/USDT:USDT"),
        ("binanceusdm", "SOLUSDT", None),
        ("nowhere", "SOLUSDT", "SOL/USDT:USDT"),
    ],
)
def test_no_page_is_better_than_that_of_another_contract(
    venue: str, own: str | None, symbol: str | None
) -> None:
    assert page_of(venue, own, symbol) is None


def test_every_venue_has_a_page_for_its_usual_contracts() -> None:
    settles = {"hyperliquid": "USDC", "krakenfutures": "USD", "coinbaseinternational": "USDC"}
    for venue in EXCHANGES:
        settle = settles.get(venue, "USDT")
        page = page_of(venue, f"SOL{settle}", f"SOL/{settle}:{settle}")
        assert page is not None, venue
        assert page.startswith("https://"), venue
