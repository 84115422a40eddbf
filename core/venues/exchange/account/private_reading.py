"""A venue's private answers as nouns of ours: coins owned, positions open. Nothing is guessed.

What cannot be read raises NoData with the name of the venue and of the coin or contract.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation
from functools import reduce
from typing import Any

from core.domain.coins.names import named
from core.domain.contract import Contract
from core.domain.errors import BadInput, NoData
from core.domain.position import Position
from core.venues.exchange.account.private import LONG, SHORT_WORDS, Path, PositionList, Wallet

SIGNED = frozenset({"", "net", "both"})
"""What a venue says in place of a side where the count has its own sign."""
_SUMS = Context(prec=60)
_PLACES = Decimal(1).scaleb(-18)


@dataclass(frozen=True, slots=True)
class Coins:
    """Coins owned by canonical asset, all pockets together; below zero where more is borrowed than owned.

    unread: names of what is there and cannot be read as a coin. said: how each was read that was not under
    its own ticker. Earn names and old tickers are still what the venue calls them.
    """

    owned: Mapping[str, Decimal]
    unread: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """Contracts that are open, by symbol, and their mark prices where the venue tells them.

    A symbol held long and short at once is one position of the difference, entered as its larger side was.
    unlisted: the venue's names of what is open and is none of the contracts that are known here.
    """

    positions: tuple[Position, ...]
    marks: Mapping[str, Decimal] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()


def read_coins(name: str, answers: Iterable[tuple[Wallet, Any]]) -> Coins:
    """The coins in all pockets of the venue that people call `name`."""
    owned: dict[str, Decimal] = {}
    unread: list[str] = []
    said: list[str] = []
    for wallet, answer in answers:
        for row in rows_at(name, answer, wallet.rows):
            coin = wallet.coin[1:] if wallet.coin.startswith("=") else str(field_at(row, wallet.coin))
            quantity = _total(name, row, wallet, coin)
            if not quantity:
                continue
            try:
                read = named(coin if wallet.names is None else wallet.names.get(coin, ""), lambda _: True)
            except BadInput:
                unread.append(coin[:20])
            else:
                coins = _SUMS.multiply(quantity, read.coins)
                owned[read.asset] = _SUMS.add(owned.get(read.asset, Decimal(0)), coins)
                said += [f"{read.said}."] if read.said else []
    kept = {asset: _kept(total) for asset, total in sorted(owned.items())}
    return Coins(
        {asset: total for asset, total in kept.items() if total},
        tuple(dict.fromkeys(unread)),
        tuple(dict.fromkeys(said)),
    )


def read_open(
    name: str, answers: Iterable[tuple[PositionList, Any]], contracts: Mapping[str, Contract], venue: str
) -> Open:
    """The open positions; `contracts` by what the venue's positions call them."""
    found: dict[str, list[Position]] = {}
    marks: dict[str, Decimal] = {}
    unlisted: list[str] = []
    for book, answer in answers:
        rows = rows_at(name, answer, book.rows)
        if book.most is not None and len(rows) >= book.most:
            raise NoData(
                f"{name} lists {book.most} positions at once, and you may have more: I cannot sync them."
            )
        for row in rows:
            called = str(field_at(row, book.symbol))
            size = _size(name, row, book, called)
            contract = contracts.get(called)
            if not size:
                continue
            if contract is None:
                unlisted.append(called[:30])
                continue
            found.setdefault(contract.symbol, []).append(_position(name, row, book, contract, size, venue))
            mark = finite(field_at(row, book.mark)) if book.mark else None
            if mark is not None and mark > 0:
                marks[contract.symbol] = mark
    netted = (_netted(sides) for _, sides in sorted(found.items()))
    return Open(tuple(each for each in netted if each.count), marks, tuple(dict.fromkeys(unlisted)))


def _position(
    name: str, row: Any, book: PositionList, contract: Contract, size: Decimal, venue: str
) -> Position:
    if book.value is None:
        entry = finite(field_at(row, book.entry))
    else:
        cost = finite(field_at(row, book.value))
        entry = None if cost is None else abs(cost / size)
    if entry is None or entry <= 0:
        raise NoData(f"{name} gave no usable entry price of {contract.symbol}. Try again in a minute.")
    margins = (finite(field_at(row, each)) for each in book.margin)
    margin = next((number for number in margins if number is not None and number > 0), None)
    return Position(venue, contract.symbol, size, entry, margin)


def _size(name: str, row: Any, book: PositionList, called: str) -> Decimal:
    """What is open, signed. Refused by name where number or side cannot be read."""
    size = finite(field_at(row, book.count))
    if size is None:
        raise NoData(f"{name} gave no usable size of {called[:30]}. Try again in a minute.")
    if book.side is None or not size:
        return size
    side = str(field_at(row, book.side) or "").lower()
    if side not in LONG | SHORT_WORDS | SIGNED:
        raise NoData(f"{name} does not say whether {called[:30]} is long or short.")
    return size if side in SIGNED else abs(size) if side in LONG else -abs(size)


def _total(name: str, row: Any, wallet: Wallet, coin: str) -> Decimal:
    """The sum of the row's amounts; one that is not there counts nothing, but they cannot all be missing."""
    told = [(each, field_at(row, each.removeprefix("-"))) for each in wallet.amounts]
    numbers = [(each, finite(value)) for each, value in told if value not in (None, "")]
    signed = [-number if each.startswith("-") else number for each, number in numbers if number is not None]
    if not signed or len(signed) != len(numbers):
        raise NoData(f"{name} gave no usable balance of {coin[:20]}. Try again in a minute.")
    return reduce(_SUMS.add, signed)


def rows_at(name: str, answer: Any, path: Path) -> Sequence[Any]:
    """The list at `path`; an empty list on the way is empty, and anything else but rows is refused."""
    if answer == {}:
        return ()
    try:
        rows = reduce(lambda part, step: part[step], path, answer)
    except IndexError:
        return ()
    except (LookupError, TypeError):
        rows = "missing"
    rows = [rows] if isinstance(rows, Mapping) else [] if rows is None else rows
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise NoData(f"{name} gave an answer that cannot be read. Try again in a minute.")
    return rows


def _netted(sides: Sequence[Position]) -> Position:
    """One position of a symbol's long and short side: the difference, as the larger side was entered."""
    if len(sides) == 1:
        return sides[0]
    larger = max(sides, key=lambda side: abs(side.count))
    margins = [side.margin for side in sides if side.margin is not None]
    margin = sum(margins, Decimal(0)) if len(margins) == len(sides) else None
    count = sum((side.count for side in sides), Decimal(0))
    return Position(larger.venue, larger.symbol, count, larger.entry, margin)


def field_at(row: Any, name: str) -> Any:
    """A field of a row; a point in the name goes into what is within."""
    for part in name.split("."):
        if isinstance(row, list) and part.isdecimal():
            row = row[int(part)] if int(part) < len(row) else None
        else:
            row = row.get(part) if isinstance(row, Mapping) else None
    return row


def _kept(total: Decimal) -> Decimal:
    """As many places as a holding has; what is finer than any chain is cut off."""
    return total.quantize(_PLACES, ROUND_DOWN, _SUMS).normalize(_SUMS)


def finite(value: object) -> Decimal | None:
    """A finite number, whether the venue writes it as text or not."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
