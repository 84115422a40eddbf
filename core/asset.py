"""Tickers: what people and venues call a coin, and which coin that is."""

import re
from decimal import Decimal

from core.errors import BadInput

ALIASES = {
    "WETH": "ETH",
    "STETH": "ETH",
    "WBTC": "BTC",
    "BTCB": "BTC",
    "CBBTC": "BTC",
    "XBT": "BTC",
    "WSOL": "SOL",
    "WBNB": "BNB",
    "WAVAX": "AVAX",
    "BITCOIN": "BTC",
    "ETHEREUM": "ETH",
    "ETHER": "ETH",
    "SOLANA": "SOL",
    "CHAINLINK": "LINK",
    "CARDANO": "ADA",
    "RIPPLE": "XRP",
    "DOGECOIN": "DOGE",
    "AVALANCHE": "AVAX",
    "POLKADOT": "DOT",
    "LITECOIN": "LTC",
    "UNISWAP": "UNI",
    "COSMOS": "ATOM",
    "TETHER": "USDT",
}
"""Names that are one for one the coin on the right. wstETH is not here: one is more than one ETH."""

STABLECOINS = frozenset(
    {"USDT", "USDC", "DAI", "FDUSD", "TUSD", "USDE", "PYUSD", "USDS", "USDP", "GUSD", "USD"}
)
"""Worth one dollar and unmoved by the market: price 1, beta 0."""

_TICKER = re.compile(r"[A-Za-z0-9]{1,20}")
_NUMBERED = (
    re.compile(r"(?P<units>1M|10{3,8})(?P<coin>[A-Z][A-Z0-9]*)"),
    re.compile(r"(?P<coin>[A-Z]{3,})(?P<units>10{3,8})"),  # Bybit's SHIB1000
)
_KILO = re.compile(r"k(?P<coin>[A-Z][A-Z0-9]+)")


def canonical(name: str) -> tuple[str, Decimal]:
    """The asset behind a name and how many coins of it one unit of the name is.

    `weth` is (ETH, 1), `1000PEPE` and `kPEPE` are (PEPE, 1000), `SHIB1000` is (SHIB, 1000), `1INCH` is
    (1INCH, 1).

    Raises BadInput when the name cannot be a ticker.
    """
    name = name.strip().lstrip("$")
    if not _TICKER.fullmatch(name) or name.isdigit():
        raise BadInput(f"“{name[:30]}” is not a coin's ticker. Use letters such as SOL or ETH.")
    if match := _KILO.fullmatch(name):
        return ALIASES.get(match["coin"], match["coin"]), Decimal(1000)
    ticker = name.upper()
    if match := next(filter(None, (pattern.fullmatch(ticker) for pattern in _NUMBERED)), None):
        units = Decimal(1_000_000) if match["units"] == "1M" else Decimal(match["units"])
        return ALIASES.get(match["coin"], match["coin"]), units
    return ALIASES.get(ticker, ticker), Decimal(1)
