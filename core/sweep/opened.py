"""Reading what users have open as arrays.

Nearly everybody has only added to a position, which is summed; other journals are replayed one by one.
"""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from core.domain.errors import BadInput
from core.journal.fate import told_open
from core.journal.fill import Entry
from core.journal.journal import Held as Position
from core.journal.journal import open_positions
from core.measure.beta import Floats
from core.store.tables import journal
from core.store.types import plain
from core.store.user.rows import read_entry
from core.sweep.crowd import CrowdParts, Opened
from core.sweep.index import ContractAt, Directory, Flags, Index, Numbers, small
from core.sweep.slice import WORD, Slice, instant

_NONE = float("nan")
SOME = 500
"""Users whose journals are replayed at once."""


def read_opened(known: Slice) -> Opened:
    """What is open; nothing of a journal that cannot be replayed."""
    its = journal.c
    entry = (its.kind, its.venue, its.symbol, its.asset, its.multiplier, its.scale, its.inverse, its.expiry)
    found = known.columns(
        its.user_id, entry, its.count, its.price, its.margin, of=known.of_open_hedges(journal)
    )
    user, places = found.user, known.directory.places
    index: Index[str] = Index()
    which = found.numbered(0, index.__getitem__)
    filled = [words.startswith(f"fill{WORD}") for words in index.names]
    fills = np.array(filled, dtype=bool)[which]
    terms = [places[_place(words)] if fill else 0 for words, fill in zip(index.names, filled, strict=True)]
    place = np.array(terms, dtype=np.int64)[which]
    count, price, margin = (found.figures(column) for column in (1, 2, 3))
    uneven = _uneven(known, user, place, count, fills)
    even = ~uneven[user]
    summed = _summed(user[even], place[even], count[even], price[even], margin[even], known.directory)
    replayed = _replayed(known, np.flatnonzero(uneven))
    merged = np.concatenate([summed, replayed])
    merged = merged[np.argsort(merged["user"], kind="stable")]
    parts = CrowdParts.of(merged["user"], len(known.ids))
    figures = (merged[name].copy() for name in FIGURES)
    return Opened(parts, small(merged["place"]), *figures)


FIGURES = ("count", "entry", "margin", "lost", "assured")
"""Of each open contract, as `core.sweep.crowd.Opened` has them."""
_OPEN = np.dtype([("user", np.int32), ("place", np.int32), *((name, "f8") for name in FIGURES)])


def _uneven(known: Slice, user: Numbers, place: Numbers, count: Floats, fills: Flags) -> Flags:
    """Whose journal has more than fills of one side and of the same terms in each contract."""
    names = known.directory.places.names
    first = {name: number for number, name in reversed(list(enumerate(each.name for each in names)))}
    contract = np.array([first[each.name] for each in names] or [0], dtype=np.int64)
    uneven = np.zeros(len(known.ids), dtype=bool)
    uneven[user[~fills]] = True
    user, place, count = user[fills], place[fills], count[fills]
    _, which = np.unique(user * len(contract) + contract[place], return_inverse=True)
    size = int(which.max(initial=-1)) + 1
    bought, sold = (np.bincount(which, side, size) > 0 for side in (count > 0, count < 0))
    uneven[user[(bought & sold)[which]]] = True
    least, most = (np.full(size, end) for end in (len(contract), -1))
    np.minimum.at(least, which, place)
    np.maximum.at(most, which, place)
    uneven[user[(least < most)[which]]] = True
    return uneven


def _summed(
    user: Numbers, place: Numbers, count: Floats, price: Floats, margin: Floats, directory: Directory
) -> NDArray[np.void]:
    """Open contracts of those who have only added to them."""
    size = max(len(directory.places.names), 1)
    key, which = np.unique(user * size + place, return_inverse=True)
    found = np.zeros(len(key), dtype=_OPEN)
    found["user"], found["place"] = key // size, key % size
    inverse = np.array([each.inverse for each in directory.places.names] or [False])[found["place"]]
    weight = np.bincount(which, count, len(key))
    found["count"] = weight
    with np.errstate(divide="ignore", invalid="ignore"):
        harmonic = weight / np.bincount(which, count / price, len(key))
        found["entry"] = np.where(inverse, harmonic, np.bincount(which, count * price, len(key)) / weight)
    found["margin"] = np.bincount(which, margin, len(key))
    found["lost"] = found["assured"] = np.nan
    return found


def _replayed(known: Slice, uneven: Numbers) -> NDArray[np.void]:
    """Open contracts of these users as their journal says exactly."""
    rows = []
    for start in range(0, len(uneven), SOME):
        some = uneven[start : start + SOME]
        query = (
            select(journal)
            .select_from(known.of_open_hedges(journal))
            .where(journal.c.user_id.in_(known.ids[some].tolist()))
        )
        entries: dict[int, list[Entry]] = {}
        for row in known.connection.execute(query.order_by(journal.c.user_id, journal.c.number)):
            entries.setdefault(row.user_id, []).append(read_entry(row))
        for user in some.tolist():
            try:
                found = open_positions(entries.get(int(known.ids[user]), ()))
            except BadInput:
                continue
            rows += [(user, *_numbers(known.directory, held)) for held in found]
    return np.array(rows, dtype=_OPEN)


def _numbers(directory: Directory, held: Position) -> tuple[int, float, float, float, float, float]:
    terms = held.terms
    place = ContractAt(
        held.venue, held.symbol, terms.asset, terms.multiplier, terms.scale, terms.inverse, terms.expiry
    )
    margin = _NONE if held.margin is None else float(held.margin)
    lost = float(held.note.price) if held.lost and held.note and held.note.price is not None else _NONE
    side = 1 if held.count > 0 else -1
    assured = _NONE if held.assured is None else float(told_open(side, held.assured))
    return directory.places[place], float(held.count), float(held.entry), margin, lost, assured


def _place(words: str) -> ContractAt:
    """The contract of a fill on its terms."""
    _, venue, symbol, asset, multiplier, scale, inverse, expiry = words.split(WORD)
    exact, per = (Decimal(plain(Decimal(number))) for number in (multiplier, scale))
    return ContractAt(venue, symbol, asset, exact, per, inverse == "1", instant(expiry) if expiry else None)
