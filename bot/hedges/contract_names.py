"""Which contract a typed name means: `ETH`, `kPEPE`, `ETHUSDT`, `ETH/USDT:USDT-260626`."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from bot.desk.desk import Desk
from bot.reading.venues import name_of
from bot.wording.filled import name
from core.domain.coins.asset import as_shown, canonical
from core.domain.coins.names import Name, named
from core.domain.contract import Contract
from core.domain.errors import BadInput
from core.domain.snapshot import Snapshot
from core.journal.held import Held

T = TypeVar("T")

NAMED = 3
"""How many futures on one coin an answer lists when it has to ask which of them is meant."""


def names_contract(coin: str, symbol: str, asset: str) -> bool:
    """Whether a typed word means this contract: its coin, the venue's word for the coin, or its own name."""
    base = as_shown(symbol, asset).split("/", maxsplit=1)[0]
    return coin.upper() in {base, *_contract_names(symbol, asset)} or asset_named(coin) == asset


def called(coin: str, items: Iterable[T], of: Callable[[T], tuple[str, str]]) -> list[T]:
    """Those of the items whose contract a typed word means; where it means none, by an old name of its coin.

    of: an item's symbol and asset.
    """
    mine = list(items)
    exact = [each for each in mine if names_contract(coin, *of(each))]
    old = old_name(coin)
    return exact or ([each for each in mine if of(each)[1] == old.asset] if old else [])


def old_name(coin: str) -> Name | None:
    """What a word stands for that is an old name of a coin, or another name; None where it is none."""
    with suppress(BadInput):
        name = named(coin)
        return name if name.said and name.asset != asset_named(coin) else None
    return None


def remark_old_name(desk: Desk, coin: str, asset: str) -> None:
    """Say that the word was taken for this asset, where it is another name of it.

    Raises BadInput where one of the word is not one coin of the asset: a number or a price of it would mean
    something else.
    """
    name = old_name(coin)
    if name is None or name.asset != asset or asset_named(coin) == asset:
        return
    if name.coins != 1:
        raise BadInput(f"{name.said}. Type it in {asset}, as your exchange counts it.")
    desk.remark(f"{name.said}.")


def listed_contract(coin: str, snapshot: Snapshot) -> Contract:
    """The venue's contract of that name, else the perpetual on that coin, else the only dated future on it.

    Raises BadInput where there is none of these; where there are several futures, it lists them.
    """
    typed = coin.upper()
    contracts = snapshot.contracts.values()
    by_name = (each for each in contracts if typed in _contract_names(each.symbol, each.asset))
    # Ids come second: one contract's id can be the name that the venue shows for another contract.
    if one := next(by_name, None) or next((each for each in contracts if typed == each.id.upper()), None):
        return one
    asset, old = asset_named(coin), old_name(coin)
    if old and not any(each.asset == asset for each in contracts):
        asset = old.asset
    found = asset and (snapshot.perpetual(asset) or snapshot.perpetual(asset, inverse=True))
    if found:
        return found
    futures = [each for each in contracts if asset and each.asset == asset and each.expiry]
    futures.sort(key=lambda each: (str(each.expiry), each.multiplier))
    if len(futures) == 1:
        return futures[0]
    if futures:
        some = ", ".join(each.id for each in futures[:NAMED])
        raise BadInput(
            f"{name_of(snapshot.venue)} has {len(futures)} futures on {asset}. Type the name of yours "
            f"instead of the coin's: {some}{', ...' if len(futures) > NAMED else ''}."
        )
    raise BadInput(
        f"{name_of(snapshot.venue)} has no contract for “{coin[:30]}”. Check the name, or say which "
        "exchange: on bybit."
    )


def only_one(held: Sequence[Held], coin: str) -> Held:
    """The only position of this list, which is not empty. Raises BadInput where there are several.

    coin: what the user typed, to be repeated in that sentence.
    """
    if len(held) > 1:
        names = " or ".join(f"{name(each.symbol, each.terms)} on {each.venue}" for each in held)
        raise BadInput(f"You have several positions in {coin.upper()[:20]}. Type {names}.")
    return held[0]


def asset_named(coin: str) -> str | None:
    """The asset whose ticker was typed; None where the word cannot be a ticker."""
    try:
        return canonical(coin)[0]
    except BadInput:
        return None


def _contract_names(symbol: str, asset: str) -> set[str]:
    """How a contract's own name is typed: `ETH/USDT:USDT-260626`, `ETHUSDT-260626` and `ETHUSDT_260626`."""
    symbol = as_shown(symbol, asset)
    plain = re.sub(r":[^-]*", "", symbol).replace("/", "")
    return {symbol.upper(), plain, plain.replace("-", "_")}
