"""Which contract a typed name means: `ETH`, `kPEPE`, `ETHUSDT`, `ETH/USDT:USDT-260626`."""

import re
from collections.abc import Sequence

from bot.reading.venues import name_of
from bot.wording.filled import name
from core.domain.coins.asset import as_shown, canonical
from core.domain.contract import Contract
from core.domain.errors import BadInput
from core.domain.snapshot import Snapshot
from core.journal.held import Held

NAMED = 3
"""How many futures on one coin an answer lists when it has to ask which of them is meant."""


def names_contract(coin: str, symbol: str, asset: str) -> bool:
    """Whether a typed word means this contract: its coin, the venue's word for the coin, or its own name."""
    base = as_shown(symbol, asset).split("/", maxsplit=1)[0]
    return coin.upper() in {base, *_contract_names(symbol, asset)} or asset_named(coin) == asset


def listed_contract(coin: str, snapshot: Snapshot) -> Contract:
    """The venue's contract of that name, else the perpetual on that coin, else the only dated future on it.

    Raises BadInput where there is none of these; where there are several futures, it lists them.
    """
    called = coin.upper()
    contracts = snapshot.contracts.values()
    by_name = (each for each in contracts if called in _contract_names(each.symbol, each.asset))
    # Ids come second: one contract's id can be the name that the venue shows for another contract.
    if one := next(by_name, None) or next((each for each in contracts if called == each.id.upper()), None):
        return one
    asset = asset_named(coin)
    found = asset and (snapshot.perpetual(asset) or snapshot.perpetual(asset, inverse=True))
    if found:
        return found
    futures = [each for each in snapshot.contracts.values() if asset and each.asset == asset and each.expiry]
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
