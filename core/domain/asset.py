"""Tickers: what people and venues call a coin, and which coin that is."""

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal

from core.domain.errors import BadInput

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
    "KBTC": "BTC",
    "TONCOIN": "TON",
    "LUNA2": "LUNA",
    "MIOTA": "IOTA",
    "BCHSV": "BSV",
    "CGLD": "CELO",
}
"""Names that are one for one the coin on the right. wstETH is not here: one is more than one ETH."""

MAJORS = ("BTC", "ETH", "SOL")
"""The deepest contracts, and the drivers of the rest: these alone stand in for other coins in a hedge."""

STABLECOINS = frozenset(
    {"USDT", "USDC", "DAI", "FDUSD", "TUSD", "USDE", "PYUSD", "USDS", "USDP", "GUSD", "USD"}
)
"""Worth one dollar and unmoved by the market: price 1, beta 0."""

LISTED_AS = {"XBT": "BTC", "LUNA2": "LUNA", "BCHSV": "BSV", "TONCOIN": "TON"}
"""What venues call a coin in the names of contracts; the longer list of `ALIASES` is for people.

A contract named BITCOIN is on a coin of that ticker, which is not Bitcoin.
"""

_TICKER = re.compile(r"[A-Za-z0-9\u4e00-\u9fff]{1,20}")
"""Letters, digits, and the Chinese characters of which some venues make tickers."""
_NUMBERED = (
    # 1000X is a coin of its own: that of one letter would be any coin's
    re.compile(r"(?P<units>1M|10{3,8})(?P<coin>[A-Z][A-Z0-9]+)"),
    re.compile(r"(?P<coin>[A-Z]{3,})(?P<units>10{3,8})"),  # Bybit's SHIB1000
)
_KILO = re.compile(r"k(?P<coin>[A-Z][A-Z0-9]+)")
_IN_THOUSANDS = frozenset({"PEPE", "SHIB", "BONK", "FLOKI", "LUNC", "DOGS", "NEIRO"})
"""Coins that Hyperliquid counts in thousands, by a k before the name. kBTC is one wrapped bitcoin."""


def canonical(name: str) -> tuple[str, Decimal]:
    """The asset behind a name and how many coins of it one unit of the name is.

    `weth` is (ETH, 1), `1000PEPE` and `kPEPE` are (PEPE, 1000), `SHIB1000` is (SHIB, 1000), `1INCH` is
    (1INCH, 1). A `#` before it takes the ticker as it stands, also one of digits: `#4`.

    Raises BadInput when the name cannot be a ticker.
    """
    name = name.strip()
    ticker = name.lstrip("$#")
    if not _TICKER.fullmatch(ticker) or (ticker.isdigit() and not name.startswith("#")):
        raise BadInput(f"“{name[:30]}” is not a coin's ticker. Use letters such as SOL or ETH.")
    match = _KILO.fullmatch(ticker)
    if match and match["coin"] in _IN_THOUSANDS:
        return match["coin"], Decimal(1000)
    if name.startswith("#"):
        return ticker.upper(), Decimal(1)
    return _counted(ticker.upper(), ALIASES)


def listed_as(name: str, *, thousands: bool = False) -> tuple[str, Decimal]:
    """The asset that a venue's contract is on, by what the venue calls it there, and how many coins one is.

    thousands: a small k before the name stands for a thousand, whatever the coin, as at Hyperliquid.

    Raises BadInput when the name cannot be a ticker.
    """
    name = name.removeprefix("$")
    if not _TICKER.fullmatch(name):
        raise BadInput(f"“{name[:30]}” is not a coin's ticker.")
    if thousands and (match := _KILO.fullmatch(name)):
        return _counted(match["coin"], LISTED_AS)[0], Decimal(1000)
    return _counted(name.upper(), LISTED_AS)


def as_shown(symbol: str, asset: str) -> str:
    """A contract's unified name with the coin that the venue shows, where ccxt names it after another one.

    MEXC's `TRUMPOFFICIAL/USDT:USDT` is on TRUMP, and its `TRUMP/USDT:USDT` is not.
    """
    base, slash, rest = symbol.partition("/")
    if not slash or base.removeprefix("K") == asset:  # ccxt's KPEPE is Hyperliquid's kPEPE
        return symbol
    with suppress(BadInput):
        if asset in (listed_as(base)[0], canonical(base)[0]):
            return symbol
    return f"{asset}{slash}{rest}"


def _counted(ticker: str, names: Mapping[str, str]) -> tuple[str, Decimal]:
    """The asset of a ticker in capitals, and how many coins of it a name such as 1000PEPE is."""
    if match := next(filter(None, (pattern.fullmatch(ticker) for pattern in _NUMBERED)), None):
        units = Decimal(1_000_000) if match["units"] == "1M" else Decimal(match["units"])
        return names.get(match["coin"], match["coin"]), units
    return names.get(ticker, ticker), Decimal(1)
