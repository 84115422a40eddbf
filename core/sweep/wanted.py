"""Reading what the hedges of users are meant to be, as arrays: their last sizing, and how they began."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_

from core.domain.asset import STABLECOINS
from core.journal.episode import coins_of
from core.measure.beta import Floats
from core.store.tables import episodes, sizings, steps
from core.sweep.crowd import CrowdParts, Opened, Wanted
from core.sweep.index import Flags, Numbers, small
from core.sweep.slice import Slice

SOME = 500
"""Sizings that are read at once: they are large, and nobody else can do anything meanwhile."""
GAIN = np.dtype([("user", np.int64), ("asset", np.int64), ("gain", "f8")])


@dataclass(frozen=True, slots=True, eq=False)
class SizedColumns:
    """The last sizing by user. has: who has any. only: the one coin that is covered, -1 for all or some.

    some: who has several coins covered, and not all; only an exact measurement tells theirs.

    gains: USD wanted short of each coin per USD covered. benchmark: of the sizings that want any.
    """

    has: Flags
    some: Flags
    only: Numbers
    gains: NDArray[np.void]
    benchmark: dict[int, str]


def read_sized(known: Slice) -> SizedColumns:
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


def nothing_sized(known: Slice) -> SizedColumns:
    """The same where nobody's matters."""
    none = np.zeros(len(known), dtype=bool)
    return SizedColumns(
        none, none.copy(), np.full(len(known), -1, dtype=np.int32), np.zeros(0, dtype=GAIN), {}
    )


def _last(known: Slice) -> Iterator[tuple[int, dict[str, Any]]]:
    """The last sizing of each user, as its JSON says it."""
    its = sizings.c
    found = known.columns(its.user_id, its.at, its.number, its.body, of=known.of_open_hedges(sizings))
    rows = zip(found.user.tolist(), found.words(0), found.figures(1).tolist(), found.words(2), strict=True)
    last = {user: body for user, _, _, body in sorted(rows)}
    users, bodies = list(last), list(last.values())
    for start in range(0, len(users), SOME):
        some = slice(start, start + SOME)
        yield from zip(users[some], json.loads(f"[{','.join(bodies[some])}]"), strict=True)


def read_wanted(known: Slice, sized: SizedColumns, opened: Opened) -> Wanted:
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
    open_key = opened.parts.owner * size + coin[opened.place]
    want_key = gains["user"] * size + gains["asset"]
    keys = np.union1d(open_key, want_key)
    gain = np.zeros(len(keys))
    gain[np.searchsorted(keys, want_key)] = gains["gain"]
    return Wanted(
        CrowdParts.of(keys // size, len(known)),
        small(keys % size),
        gain,
        small(np.searchsorted(keys, open_key)),
        sized.only,
        factor,
        sized.has,
    )


def read_beginnings(known: Slice, sized: SizedColumns) -> tuple[Numbers, Floats]:
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


def no_beginnings(known: Slice) -> tuple[Numbers, Floats]:
    """The same where nobody's matters."""
    return np.full(len(known), -1, dtype=np.int32), np.full(len(known), np.nan)
