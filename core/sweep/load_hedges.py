"""Reading the open hedges of users as arrays: their positions, and what they are meant to be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, select

from core.domain.capital.mode import POOLED
from core.domain.coins.asset import STABLECOINS
from core.domain.errors import BadInput
from core.journal.episode import coins_of
from core.journal.fate import told_open
from core.journal.fill import Entry
from core.journal.held import Held as Position
from core.journal.journal import open_positions
from core.measure.beta import Floats
from core.store.tables import episodes, journal, sizings, steps
from core.store.types import plain
from core.store.user.rows import read_entry
from core.sweep.columns import WORD, UserRows, instant
from core.sweep.crowd import (
    ContractAt,
    CrowdParts,
    Directory,
    Flags,
    Numbering,
    Numbers,
    PositionColumns,
    TargetColumns,
    small,
)

SOME = 500
"""So many sizings, or journals to be replayed, are read at once: nobody else can do anything meanwhile."""
GAIN = np.dtype([("user", np.int64), ("asset", np.int64), ("gain", "f8")])
FIGURES = ("count", "entry", "margin", "lost", "assured", "unseen", "pooled")
"""Of each open contract, as `core.sweep.crowd.PositionColumns` has them."""
_OPEN = np.dtype([("user", np.int32), ("place", np.int32), *((name, "f8") for name in FIGURES)])
_NONE = float("nan")


def read_positions(known: UserRows) -> PositionColumns:
    """What is open; nothing of a journal that cannot be replayed."""
    its = journal.c
    entry = (its.kind, its.venue, its.symbol, its.asset, its.multiplier, its.scale, its.inverse, its.expiry)
    found = known.columns(
        its.user_id, entry, its.count, its.price, its.margin, of=known.of_open_hedges(journal)
    )
    user, places = found.user, known.directory.places
    index: Numbering[str] = Numbering()
    which = found.numbered(0, index.__getitem__)
    filled = [words.startswith(f"fill{WORD}") for words in index.names]
    fills = np.array(filled, dtype=bool)[which]
    terms = [places[_place(words)] if fill else 0 for words, fill in zip(index.names, filled, strict=True)]
    place = np.array(terms, dtype=np.int64)[which]
    count, price, margin = (found.figures(column) for column in (1, 2, 3))
    uneven = _uneven(known, user, place, count, fills)
    shared = known.columns(its.user_id, of=known.of_open_hedges(journal), where=its.mode.in_(POOLED))
    uneven[shared.user] = True
    even = ~uneven[user]
    summed = _summed(user[even], place[even], count[even], price[even], margin[even], known.directory)
    replayed = _replayed(known, np.flatnonzero(uneven))
    merged = np.concatenate([summed, replayed])
    merged = merged[np.argsort(merged["user"], kind="stable")]
    parts = CrowdParts.of(merged["user"], len(known.ids))
    figures = (merged[name].copy() for name in FIGURES)
    return PositionColumns(parts, small(merged["place"]), *figures)


def _uneven(known: UserRows, user: Numbers, place: Numbers, count: Floats, fills: Flags) -> Flags:
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


def _replayed(known: UserRows, uneven: Numbers) -> NDArray[np.void]:
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


def _numbers(
    directory: Directory, held: Position
) -> tuple[int, float, float, float, float, float, bool, bool]:
    terms = held.terms
    place = ContractAt(
        held.venue, held.symbol, terms.asset, terms.multiplier, terms.scale, terms.inverse, terms.expiry
    )
    margin = _NONE if held.margin is None else float(held.margin)
    lost = float(held.note.price) if held.lost and held.note and held.note.price is not None else _NONE
    side = 1 if held.count > 0 else -1
    assured = _NONE if held.assured is None else float(told_open(side, held.assured))
    figures = float(held.count), float(held.entry), margin, lost, assured
    return directory.places[place], *figures, held.unseen, held.pooled


def _place(words: str) -> ContractAt:
    """The contract of a fill on its terms."""
    _, venue, symbol, asset, multiplier, scale, inverse, expiry = words.split(WORD)
    exact, per = (Decimal(plain(Decimal(number))) for number in (multiplier, scale))
    return ContractAt(venue, symbol, asset, exact, per, inverse == "1", instant(expiry) if expiry else None)


@dataclass(frozen=True, slots=True, eq=False)
class SizedColumns:
    """The last sizing of each user who has an open hedge."""

    has: Flags
    """By user, whether there is any."""
    some: Flags
    """By user, whether several coins are covered and not all; only an exact measurement tells theirs."""
    only: Numbers
    """By user, the number of the one coin that is covered; -1 where that is not one."""
    gains: NDArray[np.void]
    """USD wanted short of each coin for each USD covered, with the user and the coin."""
    benchmark: dict[int, str]
    """The benchmark by user, of sizings that want anything short."""


def read_sized(known: UserRows) -> SizedColumns:
    """Of everybody with an open hedge."""
    sized, assets = nothing_sized(known), known.directory.assets
    several: list[int] = []
    betas: list[dict[str, float]] = []
    coverage: list[float] = []
    users: list[int] = []
    for user, sizing in _last(known):
        users.append(user)
        betas.append(sizing["betas"])
        coverage.append(float(sizing["coverage"]))
        if sizing["betas"]:
            sized.benchmark[user] = sizing["benchmark"]
        match coins_of(sizing["only"]):
            case (asset,):
                sized.only[user] = assets[asset]
            case (_, *_):
                several.append(user)
    sized.has[users] = True
    sized.some[several] = True
    count = np.array([len(own) for own in betas], dtype=np.int64)
    gains = np.zeros(int(count.sum()), dtype=GAIN)
    gains["user"] = np.repeat(users, count)
    gains["asset"] = [assets[asset] for own in betas for asset in own]
    gains["gain"] = [beta for own in betas for beta in own.values()]
    gains["gain"] *= np.repeat(coverage, count)
    return replace(sized, gains=gains)


def nothing_sized(known: UserRows) -> SizedColumns:
    """The same where nobody's matters."""
    none = np.zeros(len(known), dtype=bool)
    return SizedColumns(
        none, none.copy(), np.full(len(known), -1, dtype=np.int32), np.zeros(0, dtype=GAIN), {}
    )


def _last(known: UserRows) -> Iterator[tuple[int, dict[str, Any]]]:
    """The last sizing of each user, as its JSON says it."""
    its = sizings.c
    found = known.columns(its.user_id, its.at, its.number, its.body, of=known.of_open_hedges(sizings))
    rows = zip(found.user.tolist(), found.words(0), found.figures(1).tolist(), found.words(2), strict=True)
    last = {user: body for user, _, _, body in sorted(rows)}
    users, bodies = list(last), list(last.values())
    for start in range(0, len(users), SOME):
        some = slice(start, start + SOME)
        yield from zip(users[some], json.loads(f"[{','.join(bodies[some])}]"), strict=True)


def read_targets(known: UserRows, sized: SizedColumns, positions: PositionColumns) -> TargetColumns:
    """What the sizings want, and the coins that are open."""
    factor = np.full(len(known), np.nan)
    factor[list(sized.benchmark)] = 1.0
    if sized.has.any():
        stable = steps.c.asset.in_(STABLECOINS)
        unsteady = known.columns(steps.c.user_id, of=known.of_open_hedges(steps), where=stable)
        factor[unsteady.user] = np.nan
    factor[sized.some] = np.nan
    gains = sized.gains
    assets, places = known.directory.assets, known.directory.places.names
    coin = np.array([assets[place.asset] for place in places], dtype=np.int64)
    size = max(len(assets), 1)
    open_key = positions.parts.owner * size + coin[positions.place]
    want_key = gains["user"] * size + gains["asset"]
    keys = np.union1d(open_key, want_key)
    gain = np.zeros(len(keys))
    gain[np.searchsorted(keys, want_key)] = gains["gain"]
    return TargetColumns(
        CrowdParts.of(keys // size, len(known)),
        small(keys % size),
        gain,
        small(np.searchsorted(keys, open_key)),
        sized.only,
        factor,
        sized.has,
    )


def read_beginnings(known: UserRows, sized: SizedColumns) -> tuple[Numbers, Floats]:
    """The benchmark of each sizing, and what it cost when the hedge began, where a step of then says that."""
    benchmark, began = no_beginnings(known)
    first = and_(steps.c.at == episodes.c.began, steps.c.price.is_not(None))
    found = known.columns(
        steps.c.user_id, steps.c.asset, steps.c.price, of=known.of_open_hedges(steps), where=first
    )
    rows = zip(found.user.tolist(), found.words(0), found.figures(1).tolist(), strict=True)
    for user, coin, price in rows:
        if price > 0 and sized.benchmark.get(user) == coin:
            benchmark[user], began[user] = known.directory.assets[coin], price
    return benchmark, began


def no_beginnings(known: UserRows) -> tuple[Numbers, Floats]:
    """The same where nobody's matters."""
    return np.full(len(known), -1, dtype=np.int32), np.full(len(known), np.nan)
