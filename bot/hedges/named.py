"""Coins that were typed, pasted or read from an account under another name, as the coins they are.

A name is asked about at the venue, because an old ticker may be listed anew for another coin; whatever is
read as another name comes with a sentence that says so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal

from bot.desk.desk import Desk
from bot.reading.holdings import Typed, TypedHolding
from core.domain.errors import BadInput
from core.domain.names import MOVES_WITH, Name, named

_EXACT = Context(prec=100)


async def by_coin(desk: Desk, found: Typed) -> tuple[Typed, tuple[str, ...]]:
    """The entries by the coins they are today, and a sentence for each that was typed by another name.

    Raises BadInput for coins of which neither a number nor a worth says what they are worth.
    """
    names = await _names(desk, [entry.name for entry in found.entries if entry.name])
    said: list[str] = []
    entries = []
    for entry in found.entries:
        name = names.get(entry.name)
        if name is not None:
            entry = _renamed(entry, name)  # noqa: PLW2901 - the same entry, by its coin
            said += [name.said] if name.said else []
        entries.append(entry)
    unpriced = await _without_price(desk, {entry.asset for entry in entries if entry.asset in MOVES_WITH})
    entries = [_as_its_coin(entry) if entry.asset in unpriced else entry for entry in entries]
    said += [_moves(entry, priced=entry.asset not in unpriced) for entry in found.entries if _receipt(entry)]
    about = {names[entry.name].asset if entry.name in names else entry.asset for entry in found.entries
             if entry.asset in found.about}  # fmt: skip
    return replace(found, entries=tuple(entries), about=frozenset(about)), _sentences(said)


async def balances_by_coin(
    desk: Desk, venue: str, owned: Mapping[str, Decimal]
) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    """Balances of an account at `venue` by the coins they are, and a sentence for each under another name."""
    names = await _names(desk, list(owned), venue)
    totals: dict[str, Decimal] = {}
    for ticker, quantity in owned.items():
        name = names.get(ticker, Name(ticker))
        coins = _EXACT.multiply(quantity, name.coins)
        totals[name.asset] = _EXACT.add(totals.get(name.asset, Decimal(0)), coins)
    return {asset: total for asset, total in totals.items() if total}, _sentences(
        name.said for name in names.values()
    )


def known_as(word: str, assets: Collection[str]) -> str:
    """The asset that a word names: of its own ticker if that is one of `assets`, else the coin behind it."""
    own = named(word, lambda _: True).asset
    return own if own in assets or (new := named(word).asset) not in assets else new


async def _names(desk: Desk, names: Sequence[str], venue: str | None = None) -> dict[str, Name]:
    """Those of the names that are another's, or stand for other than one coin."""
    doubtful = {ticker for name in names for ticker in _doubtful(name)}
    listed = await desk.listed(doubtful, venue) if doubtful else frozenset()
    found = {name: named(name, listed.__contains__) for name in names}
    return {name: one for name, one in found.items() if one.said}


def _doubtful(name: str) -> tuple[str, ...]:
    """What has to have a price for a name to be its own, or for what comes after LD to be a coin."""
    own = named(name, lambda _: True)
    ticker, inner = own.asset, own.asset.removeprefix("LD")
    if not own.said and inner != ticker and len(inner) > 1:
        return ticker, inner
    return (ticker,) if named(name) != own else ()


def _renamed(entry: TypedHolding, name: Name) -> TypedHolding:
    plain = named(entry.name, lambda _: True)
    if entry.quantity is None:
        return replace(entry, asset=name.asset)
    typed = _EXACT.divide(entry.quantity, plain.coins)
    return replace(entry, asset=name.asset, quantity=_EXACT.multiply(typed, name.coins))


async def _without_price(desk: Desk, assets: Collection[str]) -> frozenset[str]:
    return frozenset(await desk.unpriced(assets)) if assets else frozenset()


def _receipt(entry: TypedHolding) -> bool:
    return entry.asset in MOVES_WITH


def _as_its_coin(entry: TypedHolding) -> TypedHolding:
    """A receipt without a price as the coin that it moves with, of the same worth."""
    base = MOVES_WITH[entry.asset]
    if entry.usd is None:
        raise BadInput(
            f"One {entry.asset} is worth more than one {base}, and I find no price for it. Type what yours "
            f"are worth, like {entry.asset} $5000."
        )
    return replace(entry, asset=base)


def _moves(entry: TypedHolding, *, priced: bool) -> str:
    base = MOVES_WITH[entry.asset]
    if priced:
        return f"{entry.asset} moves with {base}, and is hedged as {base} of the same worth"
    return f"{entry.asset} has no price here: kept as {base} of the same worth, which it moves with"


def _sentences(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{each}." for each in dict.fromkeys(said) if each)
