"""Tickers: which coin is meant by what people and venues write."""

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
"""Other names of a coin that people type; one unit of the name on the left is one coin on the right.

Wrapped coins that are worth more than one coin, such as wstETH, must not stand here: see `names`.
"""

MAJORS = ("BTC", "ETH", "SOL")
"""The coins with the deepest markets, which also lead all others. Only these may stand in for another
coin.
"""

STABLECOINS = frozenset(
    {"USDT", "USDC", "DAI", "FDUSD", "TUSD", "USDE", "PYUSD", "USDS", "USDP", "GUSD", "USD"}
)
"""Coins that are taken to be worth one dollar and not to move with the
market: their price is 1, their beta 0.
"""

LISTED_AS = {"XBT": "BTC", "LUNA2": "LUNA", "BCHSV": "BSV", "TONCOIN": "TON"}
"""Other names that venues use for a coin in the names of contracts.

This list is shorter than `ALIASES`, which is for people: a contract that a venue names BITCOIN is on another
coin of that ticker, while a person who types BITCOIN means BTC.
"""

_TICKER = re.compile(r"[A-Za-z0-9\u4e00-\u9fff]{1,20}")
"""Letters and digits, and Chinese characters, because some venues list coins whose ticker is made of
these.
"""
_NUMBERED = (
    # 1000X is a coin of its own: that of one letter would be any coin's
    re.compile(r"(?P<units>1M|10{3,8})(?P<coin>[A-Z][A-Z0-9]+)"),
    re.compile(r"(?P<coin>[A-Z]{3,})(?P<units>10{3,8})"),  # Bybit's SHIB1000
)
"""A count of coins before or after a ticker: 1000PEPE, 1MBABYDOGE, SHIB1000."""
_KILO = re.compile(r"k(?P<coin>[A-Z][A-Z0-9]+)")
_IN_THOUSANDS = frozenset({"PEPE", "SHIB", "BONK", "FLOKI", "LUNC", "DOGS", "NEIRO"})
"""Coins that Hyperliquid counts in thousands and marks with a small k, such as kPEPE.

For no other coin may a small k be read so: kBTC is one wrapped bitcoin, not a thousand of them.
"""


def canonical(name: str) -> tuple[str, Decimal]:
    """The asset behind a name that somebody typed, and how many coins of it one unit of that name is.

    `weth` is (ETH, 1), `1000PEPE` and `kPEPE` are (PEPE, 1000), `SHIB1000` is (SHIB, 1000), `1INCH` is
    (1INCH, 1). With `#` before it a ticker is taken as it stands, even where it consists of digits: `#4`.

    Raises BadInput when the name cannot be a ticker.
    """
    name = name.strip()
    ticker = name.lstrip("$#")
    if not _TICKER.fullmatch(ticker) or (ticker.isdigit() and not name.startswith("#")):
        raise BadInput(f"“{name[:30]}” is not a coin's ticker. Use letters such as SOL or ETH.")
    match = _KILO.fullmatch(ticker)
    if match and match["coin"] in _IN_THOUSANDS:
        return match["coin"], Decimal(1000)
    # Before `_counted`, because a coin may be called just like a counted name.
    if name.startswith("#"):
        return ticker.upper(), Decimal(1)
    return _counted(ticker.upper(), ALIASES)


def listed_as(name: str, *, thousands: bool = False) -> tuple[str, Decimal]:
    """The asset of a contract by the name that its venue uses, and how many coins one unit of that name is.

    thousands: whether a small k before any name stands for a thousand coins, as it does at Hyperliquid.

    Raises BadInput when the name cannot be a ticker.
    """
    name = name.removeprefix("$")
    if not _TICKER.fullmatch(name):
        raise BadInput(f"“{name[:30]}” is not a coin's ticker.")
    if thousands and (match := _KILO.fullmatch(name)):
        return _counted(match["coin"], LISTED_AS)[0], Decimal(1000)
    return _counted(name.upper(), LISTED_AS)


def as_shown(symbol: str, asset: str) -> str:
    """A contract's unified name, with the coin's name on the venue's screen where ccxt uses another one.

    At MEXC, for example, `TRUMPOFFICIAL/USDT:USDT` is the contract on TRUMP and is shown so, while
    `TRUMP/USDT:USDT` is on a different coin.
    """
    # The base is compared in the venue's words and in people's: ccxt uses either.
    base, slash, rest = symbol.partition("/")
    if not slash or base.removeprefix("K") == asset:  # ccxt's KPEPE is Hyperliquid's kPEPE
        return symbol
    with suppress(BadInput):
        if asset in (listed_as(base)[0], canonical(base)[0]):
            return symbol
    return f"{asset}{slash}{rest}"


def _counted(ticker: str, names: Mapping[str, str]) -> tuple[str, Decimal]:
    """The asset of a ticker in capital letters, and how many coins of it one unit is, as in 1000PEPE."""
    if match := next(filter(None, (pattern.fullmatch(ticker) for pattern in _NUMBERED)), None):
        units = Decimal(1_000_000) if match["units"] == "1M" else Decimal(match["units"])
        return names.get(match["coin"], match["coin"]), units
    return names.get(ticker, ticker), Decimal(1)
