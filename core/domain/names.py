"""What a name stands for that somebody typed, or that an exchange gives for a balance; never in silence.

In this order: Kraken's pockets (XBT.M); words, wrapped coins and multiplied names (`core.domain.asset`); the
ticker itself where it has a price, as it may be another coin's now; the Earn and staking names of exchanges;
renamed coins. `#` before a ticker says that it is meant as it stands.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from core.domain.asset import ALIASES, STABLECOINS, canonical
from core.domain.renamed import RENAMED

SATOSHI = Decimal("1e-8")
"""Bitcoin in one satoshi."""
SATOSHIS = frozenset({"sat", "sats", "Sat", "Sats", "satoshi", "satoshis"})
"""How people write the unit. SATS in capitals is a coin of its own, which exchanges list as 1000SATS."""

KRAKEN = {
    **{f"X{coin}": coin for coin in ("ETC", "ETH", "LTC", "MLN", "REP", "XLM", "XMR", "XRP")},
    **dict.fromkeys(("XBT", "XXBT"), "BTC"),
    **dict.fromkeys(("XDG", "XXDG"), "DOGE"),
    "XZEC": "ZEC",
    "ZUSD": "USD",
    "ETH2": "ETH",
}
"""Kraken's own codes of coins: support.kraken.com/articles/360001206766; ETH2 is staked ETH, one for one."""
_KRAKEN_POCKET = re.compile(
    r"(?P<coin>[A-Z0-9]*[A-Z][A-Z0-9]*?)(?P<days>\d\d)?\.(?P<pocket>S|M|B|F|P|T|HOLD)"
)
_POCKETS = {"S": "staked", "M": "in Rewards", "B": "in Earn", "F": "in Earn", "P": "locked in a parachain"}
_EARN = re.compile(r"LD(?P<coin>[A-Z0-9]{2,})")
_STAKED = {"BETH": "ETH"}
"""Binance's staked ETH, one for one; its WBETH is not."""

MOVES_WITH = {
    **dict.fromkeys(
        ("WSTETH", "RETH", "CBETH", "WEETH", "WBETH", "EZETH", "RSETH", "OSETH", "SFRXETH", "METH"), "ETH"
    ),
    **dict.fromkeys(("MSOL", "JITOSOL", "BNSOL", "JUPSOL", "BBSOL"), "SOL"),
    "SLISBNB": "BNB",
    "SAVAX": "AVAX",
}
"""Receipts of staking that are worth more than one coin, by a rate that grows: they move as the coin does."""


MOST_WORTH = 3
"""Coins that one of them is worth at most: a rate of a few percent a year takes decades to that."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for: `coins` coins of `asset` for each one. said: how, empty for its own ticker."""

    asset: str
    coins: Decimal = Decimal(1)
    said: str = ""


def is_receipt(price: Decimal, base: Decimal) -> bool:
    """Whether what costs `price` can be a receipt of a coin at `base`, or only has a receipt's ticker."""
    return Decimal("0.95") <= price / base <= MOST_WORTH


def _nothing(_: str) -> bool:
    return False


def named(text: str, priced: Callable[[str], bool] = _nothing) -> Name:
    """The coin behind a name; `priced` tells whether a ticker has a price of its own where the user trades.

    Raises BadInput when it cannot be a name of a coin.
    """
    text = text.strip()
    if text in SATOSHIS:
        return Name("BTC", SATOSHI, "1 satoshi is 0.00000001 BTC")
    ticker = text.lstrip("$#").upper()
    if match := _KRAKEN_POCKET.fullmatch(ticker):
        asset, coins = canonical(KRAKEN.get(match["coin"], match["coin"]))
        how = _POCKETS.get(match["pocket"], "on hold")
        return Name(asset, coins, f"{ticker} is {asset} {how} at Kraken")
    asset, coins = canonical(text)
    if (asset, coins) != (ticker, Decimal(1)):
        return Name(asset, coins, _counted(ticker, asset, coins))
    if text.startswith("#") or priced(ticker):
        return Name(ticker)
    return _other_name(ticker, priced) or Name(ticker)


def _other_name(ticker: str, priced: Callable[[str], bool]) -> Name | None:
    """A name that an exchange gives a coin of its users, or the old name of a coin."""
    if ticker in _STAKED:
        asset = _STAKED[ticker]
        return Name(asset, said=f"{ticker} is staked {asset}, one for one")
    if (earn := _EARN.fullmatch(ticker)) and _is_coin(earn["coin"], priced):
        inner = named(earn["coin"], priced)
        return Name(inner.asset, inner.coins, f"{ticker} is {earn['coin']} in Binance Earn")
    if ticker in KRAKEN:
        return Name(KRAKEN[ticker], said=f"{ticker} is {KRAKEN[ticker]} at Kraken")
    if old := RENAMED.get(ticker):
        return Name(old.new, old.coins, f"{_counted(ticker, old.new, old.coins)} now")
    return None


def _is_coin(ticker: str, priced: Callable[[str], bool]) -> bool:
    """Whether a ticker is known to be one: LD before any other letters may be the beginning of a name."""
    return ticker in STABLECOINS or ticker in ALIASES.values() or priced(ticker)


def _counted(ticker: str, asset: str, coins: Decimal) -> str:
    return f"{ticker} is {asset}" if coins == 1 else f"1 {ticker} is {coins:,f} {asset}"
