"""Many users as arrays: what they hold, what they have open, what is wanted, and their alerts."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np

from core.alert.rule import States
from core.measure.beta import Floats
from core.sweep.index import Flags, Numbers, small


@dataclass(eq=False)
class CrowdParts:
    """Things of users one after the other: those of user u begin at start[u], which has one more."""

    start: Numbers

    @classmethod
    def of(cls, owner: Numbers, count: int) -> "CrowdParts":
        """Of so many users; `owner`, ascending, says whose each thing is."""
        return cls(np.searchsorted(owner, np.arange(count + 1)).astype(np.int32))

    @property
    def owner(self) -> Numbers:
        """Whose each thing is."""
        return np.repeat(np.arange(len(self.start) - 1), self.size)

    @property
    def size(self) -> Numbers:
        """How many each user has."""
        return np.diff(self.start)

    @cached_property
    def alike(self) -> list[tuple[int, Numbers]]:
        """Users by how many they have."""
        size = self.size
        return [(count, small(np.flatnonzero(size == count))) for count in np.unique(size).tolist()]

    def total(self, amounts: Floats) -> Floats:
        """The sum of each user's; nan where one of them is."""
        found = np.zeros(len(self.start) - 1)
        some = np.flatnonzero(self.size)
        found[some] = np.add.reduceat(amounts, self.start[some])
        return found

    def numbers(self, user: int) -> range:
        """Where those of one user are."""
        return range(int(self.start[user]), int(self.start[user + 1]))

    def each(self, chosen: Numbers) -> tuple[Numbers, Numbers]:
        """Of each of the chosen users all their things: the place among the chosen, and the thing."""
        size = self.size[chosen]
        which = np.repeat(np.arange(len(chosen)), size)
        first = np.cumsum(size) - size
        return which, np.arange(size.sum()) - np.repeat(first - self.start[chosen], size)


@dataclass(eq=False)
class HeldColumns:
    """Holdings by user, without stablecoins: the number of the coin, and how many."""

    parts: CrowdParts
    asset: Numbers
    quantity: Floats


@dataclass(eq=False)
class Opened:
    """Open contracts by user: the number of the place, contracts (below zero: short), entry and margin.

    Entry in quoted units; margin in USD, nan where it is not known. lost: what the contract was at when the
    position was noted as liquidated, nan for one that stands; assured: the price from which it is doubted
    again that its user called open, nan where they did not.
    """

    parts: CrowdParts
    place: Numbers
    count: Floats
    entry: Floats
    margin: Floats
    lost: Floats
    assured: Floats


@dataclass(eq=False)
class Wanted:
    """What the last sizing of each user wants short: its coins, and those of open contracts, by user.

    gain: USD wanted short of each coin per USD covered, 0 where it is only open. short: of each open contract
    where its coin is here. By user: only, the one coin that is covered, -1 for all; factor, USD covered per
    USD that these coins are worth now: 1, or nan where only an exact measurement tells; sized, who has any.
    """

    parts: CrowdParts
    asset: Numbers
    gain: Floats
    short: Numbers
    only: Numbers
    factor: Floats
    sized: Flags


@dataclass(eq=False)
class ToldColumns:
    """Alerts by row: of which user, and by which rule. Of those with more to say: snoozed, and states."""

    user: Numbers
    rule: Numbers
    snoozed: dict[int, datetime]
    states: dict[int, States]


@dataclass(eq=False)
class Crowd:
    """Some users, by id. changes: the count of each one's changes when they were read.

    alive: not read anew elsewhere since. digest: of who wants one, minutes after midnight, and where that
    is. began: USD of the coin `benchmark` (-1: not known) when the hedge began, nan where it is not known.
    """

    ids: Numbers
    changes: Numbers
    digest: dict[int, tuple[int, str | None]]
    held: HeldColumns
    opened: Opened
    wanted: Wanted
    told: ToldColumns
    benchmark: Numbers
    began: Floats
    alive: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self.ids), dtype=bool)

    def __len__(self) -> int:
        return len(self.ids)
