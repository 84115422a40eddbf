"""Coins that have other names: renamed ones, tickers for a thousand coins, receipts of staking.

The user's venue is asked before a name is taken for another one, because an old ticker may be listed again
for a new coin. Whenever an entry is kept under another name, a sentence says so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal

from bot.desk.desk import Desk
from bot.reading.holdings import Typed, TypedHolding
from core.domain.coins.names import MOVES_WITH, Name, named
from core.domain.errors import BadInput

_EXACT = Context(prec=100)


async def by_coin(desk: Desk, found: Typed) -> tuple[Typed, tuple[str, ...]]:
    """The typed entries under the tickers of today, and a sentence for each that was typed by another name.

    Raises BadInput for a staking receipt that has no price, where the user did not type a worth either.
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
    """Balances of an account at `venue` under the tickers of today, and a sentence for each renamed coin."""
    names = await _names(desk, list(owned), venue)
    totals: dict[str, Decimal] = {}
    for ticker, quantity in owned.items():
        name = names.get(ticker, Name(ticker))
        coins = _EXACT.multiply(quantity, name.coins)
        totals[name.asset] = _EXACT.add(totals.get(name.asset, Decimal(0)), coins)
    return {asset: total for asset, total in totals.items() if total}, _sentences(
        name.said for name in names.values()
    )


async def coins_today(desk: Desk, words: Iterable[str], known: Collection[str] = ()) -> dict[str, str]:
    """The ticker of today for each of these tickers or names, with a remark for each that has another one.

    What is held, or among `known`, stays what it is, as does what the user's venue prices itself.
    """
    asked = list(dict.fromkeys(words))
    own = {*known, *(held.asset for held in (await desk.page()).holdings)}
    names = await _names(desk, [word for word in asked if word not in own])
    for sentence in _sentences(name.said for name in names.values()):
        desk.remark(sentence)
    return {word: names[word].asset if word in names else word for word in asked}


async def coin_today(desk: Desk, word: str, known: Collection[str] = ()) -> str:
    """The same for one of them."""
    return (await coins_today(desk, [word], known))[word]


def known_as(desk: Desk, word: str, assets: Collection[str]) -> str:
    """The one of these assets that a typed word names, by its own ticker or else by its new name; its own
    ticker where it names none of them. A remark says where that is another word.
    """
    own, new = named(word, lambda _: True), named(word)
    meant = own if own.asset in assets or new.asset not in assets else new
    if meant.said:
        desk.remark(f"{meant.said}.")
    return meant.asset


async def _names(desk: Desk, names: Sequence[str], venue: str | None = None) -> dict[str, Name]:
    """What a name stands for, for each name that is old, or that stands for other than one coin."""
    doubtful = {ticker for name in names for ticker in _doubtful(name)}
    listed = await desk.listed(doubtful, venue) if doubtful else frozenset()
    found = {name: named(name, listed.__contains__) for name in names}
    return {name: one for name, one in found.items() if one.said}


def _doubtful(name: str) -> tuple[str, ...]:
    """The tickers to look up at the venue before it is known what a name means; none where it is clear.

    `LD` in front is how one venue marks coins in its savings product, but it may also begin a real ticker.
    """
    own = named(name, lambda _: True)
    ticker, inner = own.asset, own.asset.removeprefix("LD")
    if not own.said and inner != ticker and len(inner) > 1:
        return ticker, inner
    return (ticker,) if named(name) != own else ()


def _renamed(entry: TypedHolding, name: Name) -> TypedHolding:
    """The entry under the new ticker, with as many coins of that as were typed of the old one."""
    plain = named(entry.name, lambda _: True)
    if entry.quantity is None:
        return replace(entry, asset=name.asset)
    typed = _EXACT.divide(entry.quantity, plain.coins)
    return replace(entry, asset=name.asset, quantity=_EXACT.multiply(typed, name.coins))


async def _without_price(desk: Desk, assets: Collection[str]) -> frozenset[str]:
    """Those of the assets that the user's venue has no price for."""
    return frozenset(await desk.unpriced(assets)) if assets else frozenset()


def _receipt(entry: TypedHolding) -> bool:
    """Whether the coin stands for a staked one, as STETH does for ETH."""
    return entry.asset in MOVES_WITH


def _as_its_coin(entry: TypedHolding) -> TypedHolding:
    """A staking receipt that has no price, kept as the coin that it moves with and of the same worth."""
    base = MOVES_WITH[entry.asset]
    if entry.usd is None:
        raise BadInput(
            f"One {entry.asset} is worth more than one {base}, and I find no price for it. Type what yours "
            f"are worth, like {entry.asset} $5000."
        )
    return replace(entry, asset=base)


def _moves(entry: TypedHolding, *, priced: bool) -> str:
    """What the user is told of a staking receipt among their coins."""
    base = MOVES_WITH[entry.asset]
    if priced:
        return f"{entry.asset} moves with {base}, and is hedged as {base} of the same worth"
    return f"{entry.asset} has no price here: kept as {base} of the same worth, which it moves with"


def _sentences(said: Iterable[str]) -> tuple[str, ...]:
    """Each remark once, with a full stop."""
    return tuple(f"{each}." for each in dict.fromkeys(said) if each)
