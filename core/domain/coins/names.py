"""What a name stands for that somebody typed or that an exchange shows for a balance.

Readings are tried in this order: Kraken's codes with a pocket (XBT.M); other words, wrapped coins and counted
names (`asset`); the ticker itself where it has a price, since it may belong to a new coin today;
names of Earn and staking products; coins that were renamed. `#` before a ticker rules out every other
reading. Whenever a name stands for something else than itself, the answer says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.coins.asset import ALIASES, STABLECOINS, canonical
from core.domain.coins.renamed import RENAMED
from core.domain.errors import BadInput

SATOSHI = Decimal("1e-8")
"""Bitcoin in one satoshi."""
SATOSHIS = frozenset({"sat", "sats", "Sat", "Sats", "satoshi", "satoshis"})
"""Ways to write the unit. SATS in capitals is missing on purpose: that is a coin, listed as 1000SATS."""

KRAKEN = {
    **{f"X{coin}": coin for coin in ("ETC", "ETH", "LTC", "MLN", "REP", "XLM", "XMR", "XRP")},
    **dict.fromkeys(("XBT", "XXBT"), "BTC"),
    **dict.fromkeys(("XDG", "XXDG"), "DOGE"),
    "XZEC": "ZEC",
    "ZUSD": "USD",
    "ETH2": "ETH",
}
"""Kraken's own codes of coins, from
support.kraken.com/articles/360001206766. ETH2 is staked ETH, one for
one.
"""
_KRAKEN_POCKET = re.compile(
    r"(?P<coin>[A-Z0-9]*[A-Z][A-Z0-9]*?)(?P<days>\d\d)?\.(?P<pocket>S|M|B|F|P|T|HOLD)"
)
"""A code with the place where Kraken keeps the coins; digits before the point are the days of a bond."""
_POCKETS = {"S": "staked", "M": "in Rewards", "B": "in Earn", "F": "in Earn", "P": "locked in a parachain"}
"""What the letter after the point says of the coins; HOLD and T mean that they are on hold."""
_EARN = re.compile(r"LD(?P<coin>[A-Z0-9]{2,})")
"""Binance shows coins in Earn with LD before the ticker."""
_STAKED = {"BETH": "ETH"}
"""Binance's staked ETH is worth one ETH each. Its WBETH is worth more, so it is among `MOVES_WITH`
instead.
"""

_RECEIPTS = {
    "ETH": "WSTETH RETH CBETH WEETH WBETH EZETH RSETH OSETH SFRXETH METH "
    "LSETH SWETH RSWETH ETHX ANKRETH PUFETH",
    "SOL": "MSOL JITOSOL BNSOL JUPSOL BBSOL STSOL JSOL BSOL DSOL HSOL",
    "BNB": "SLISBNB BNBX STKBNB ANKRBNB ASBNB",
    "AVAX": "SAVAX GGAVAX ANKRAVAX",
    "POL": "STMATIC MATICX",
    "ATOM": "STATOM STKATOM QATOM",
    "DOT": "VDOT",
    "SUI": "AFSUI HASUI VSUI",
    "APT": "STAPT AMAPT",
    "TON": "STTON TSTON",
    "NEAR": "STNEAR",
}
MOVES_WITH = {receipt: base for base, receipts in _RECEIPTS.items() for receipt in receipts.split()}
"""Receipts for staked coins, by the coin that they move with.

Each is worth more than one coin, at a rate that grows with the rewards, so they cannot be counted as coins.
"""


MOST_WORTH = 3
"""The most coins that one receipt can be worth: at a few percent a year it takes decades to get there."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for: each unit of it is `coins` coins of `asset`."""

    asset: str
    """The canonical ticker."""
    coins: Decimal = Decimal(1)
    """How many coins one unit of the name is."""
    said: str = ""
    """The sentence that tells the user how the name was read; empty where it stands for its own ticker."""


def is_receipt(price: Decimal, base: Decimal) -> bool:
    """Whether something that costs `price` can be a staking receipt of a coin that costs `base`.

    Otherwise it only happens to have the ticker of one. Both prices are in USD.
    """
    return Decimal("0.95") <= price / base <= MOST_WORTH


def _nothing(_: str) -> bool:
    return False


def ticker_of(word: str) -> str:
    """The ticker that a typed word is; the word itself where it is another name for a coin, such as XBT.M.

    Raises BadInput when it cannot be the name of a coin.
    """
    try:
        return canonical(word)[0]
    except BadInput:
        named(word)
        return word.strip().upper()


def named(text: str, priced: Callable[[str], bool] = _nothing) -> Name:
    """The coin behind a name. `priced` tells whether a ticker has a price of its own where the user trades.

    Raises BadInput when it cannot be the name of a coin.
    """
    text = text.strip()
    if text in SATOSHIS:
        return Name("BTC", SATOSHI, "1 satoshi is 0.00000001 BTC")
    ticker = text.lstrip("$#").upper()
    if match := _KRAKEN_POCKET.fullmatch(ticker):
        inner = named(KRAKEN.get(match["coin"], match["coin"]), priced)
        how = _POCKETS.get(match["pocket"], "on hold")
        return replace(inner, said=f"{_counted(ticker, inner.asset, inner.coins)} {how} at Kraken")
    # Aliases come before the price: WETH trades at some venues, and is one ETH all the same.
    asset, coins = canonical(text)
    if (asset, coins) != (ticker, Decimal(1)):
        return Name(asset, coins, _counted(ticker, asset, coins))
    if text.startswith("#") or priced(ticker):
        return Name(ticker)
    return _other_name(ticker, priced) or Name(ticker)


def _other_name(ticker: str, priced: Callable[[str], bool]) -> Name | None:
    """Read the ticker as the name of an Earn or staking product, as a Kraken
    code, or as the old name of a coin.
    """
    if ticker in _STAKED:
        asset = _STAKED[ticker]
        return Name(asset, said=f"{ticker} is staked {asset}, one for one")
    if (earn := _EARN.fullmatch(ticker)) and _is_coin(earn["coin"], priced):
        inner = named(earn["coin"], priced)
        return replace(inner, said=f"{_counted(ticker, inner.asset, inner.coins)} in Binance Earn")
    if ticker in KRAKEN:
        return Name(KRAKEN[ticker], said=f"{ticker} is {KRAKEN[ticker]} at Kraken")
    if old := RENAMED.get(ticker):
        return Name(old.new, old.coins, f"{_counted(ticker, old.new, old.coins)} now")
    return None


def _is_coin(ticker: str, priced: Callable[[str], bool]) -> bool:
    """Whether a ticker is known to be a coin. Otherwise the letters LD
    before it may simply begin another name.
    """
    known = (STABLECOINS, ALIASES.values(), _STAKED, MOVES_WITH, RENAMED)
    return any(ticker in names for names in known) or priced(ticker)


def _counted(ticker: str, asset: str, coins: Decimal) -> str:
    return f"{ticker} is {asset}" if coins == 1 else f"1 {ticker} is {coins:,f} {asset}"
