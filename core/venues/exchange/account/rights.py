"""What a key may do beyond reading, as each venue tells it.

Each function reads one venue's answer. What it does not find there is None, which is never taken for no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Allowed = bool | None
"""Whether a key may do something; None where the venue does not say."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a key may do beyond reading."""

    trade: Allowed = None
    withdraw: Allowed = None


BINANCE_TRADING = (
    "enableSpotAndMarginTrading", "enableMargin", "enableFutures", "enableVanillaOptions",
    "enablePortfolioMarginTrading", "enableFixApiTrade", "enableInternalTransfer", "permitsUniversalTransfer",
)  # fmt: skip
BITGET_WRITING = ("coow", "cpow", "stow", "smow", "ttow", "wtow", "chow", "p2pw", "p2p", "pllw", "trade")
KUCOIN_TRADING = ("Spot", "Trade", "Margin", "Futures", "Unified", "Earn", "InnerTransfer", "FlexTransfers")


def _flag(row: Mapping[str, Any], names: tuple[str, ...]) -> Allowed:
    """Whether any of the flags is up; None where the row has none of them."""
    told = [_true(row[name]) for name in names if name in row]
    return any(told) if told else None


def _true(flag: object) -> bool:
    """A flag that cannot be read counts as up: a right must not be overlooked."""
    return flag not in (False, "false", "False", 0, "0")


def _listed(row: Mapping[str, Any], name: str) -> set[str] | None:
    """The words of a field that is a list or a text with commas; None where it is neither."""
    listed = row.get(name)
    if isinstance(listed, str):
        listed = listed.split(",")
    return {str(word).strip() for word in listed} if isinstance(listed, list) else None


def _among(words: set[str] | None, wanted: tuple[str, ...]) -> Allowed:
    return None if words is None else not words.isdisjoint(wanted)


def bybit(answer: Any) -> Rights:
    row = answer["result"]
    if row.get("readOnly") is None:
        return Rights()
    if str(row["readOnly"]) == "1":
        return Rights(trade=False, withdraw=False)
    wallet = _listed(row.get("permissions") or {}, "Wallet")
    return Rights(trade=True, withdraw=_among(wallet, ("Withdraw",)))


def binance(answer: Any) -> Rights:
    return Rights(_flag(answer, BINANCE_TRADING), _flag(answer, ("enableWithdrawals",)))


def okx(answer: Any) -> Rights:
    words = _listed(answer["data"][0], "perm")
    return Rights(_among(words, ("trade",)), _among(words, ("withdraw",)))


def bitget(answer: Any) -> Rights:
    words = _listed(answer["data"], "authorities")
    return Rights(_among(words, BITGET_WRITING), _among(words, ("wwow",)))


def kucoin(answer: Any) -> Rights:
    words = _listed(answer["data"], "permission")
    return Rights(_among(words, KUCOIN_TRADING), _among(words, ("Withdrawal", "Transfer")))


def bingx(answer: Any) -> Rights:
    row = answer.get("data") or answer
    return Rights(_flag(row, BINANCE_TRADING), _flag(row, ("enableWithdrawals", "enableWithdraw")))
