"""Many users as arrays, and the numbers that stand in these for coins, contracts and rules."""

import json
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from core.alert import KINDS
from core.alert.rule import Rule, Side, States
from core.journal.fill import Terms
from core.measure.beta import Floats

K = TypeVar("K", bound=Hashable)
Numbers = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


def small(numbers: Numbers) -> Numbers:
    """The same in two bytes each where that holds them: there are very many. Count with none of them."""
    return numbers.astype(np.int16 if numbers.max(initial=0) < np.iinfo(np.int16).max else np.int32)


class Numbering(dict[K, int], Generic[K]):
    """A number for each key, given when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[K] = []
        """The keys by their number."""

    def __missing__(self, key: K) -> int:
        self[key] = number = len(self.names)
        self.names.append(key)
        return number


@dataclass(frozen=True, slots=True)
class ContractAt:
    """One contract of one venue on the terms that somebody has it on, as in `core.journal.fill.Terms`."""

    venue: str
    symbol: str
    asset: str
    multiplier: Decimal
    scale: Decimal
    inverse: bool
    expiry: datetime | None

    @property
    def name(self) -> str:
        """As `core.alert.situation.leg_name` says it."""
        return f"{self.venue}:{self.symbol}"

    @property
    def terms(self) -> Terms:
        """The same; contracts of one symbol are settled in one coin, so that makes no difference."""
        return Terms(self.asset, self.multiplier, self.scale, self.inverse, self.expiry)

    @property
    def units(self) -> float:
        """USD of one contract at a price of 1; of an inverse one at any price."""
        return float(self.multiplier if self.inverse else self.multiplier / self.scale)


RuleRow = tuple[str, str, str, str, str]
"""kind, figure, subject, side and tiers of a rule as they are in its row."""


@dataclass(eq=False)
class Directory:
    """What all crowds share: numbers of coins, contracts and rules."""

    assets: Numbering[str] = field(default_factory=Numbering)
    places: Numbering[ContractAt] = field(default_factory=Numbering)
    rules: Numbering[RuleRow] = field(default_factory=Numbering)
    _read: dict[int, Rule | None] = field(default_factory=dict)

    def rule(self, number: int) -> Rule | None:
        """The rule of this number, whole; None where there is no such kind or figure any more."""
        if number not in self._read:
            self._read[number] = _rule(self.rules.names[number])
        return self._read[number]

    def margin(self, number: int) -> Decimal:
        """How far the value of this rule has to be back before a tier is left."""
        rule = self.rule(number)
        return KINDS[rule.kind].margin(rule) if rule else Decimal(0)


def _rule(typed: RuleRow) -> Rule | None:
    kind, figure, subject, side, tiers = typed
    if kind not in KINDS or figure not in KINDS[kind].figures or side not in get_args(Side):
        return None
    exact = tuple(map(Decimal, json.loads(tiers)))
    return KINDS[kind].whole(Rule(kind, figure, subject, side, exact))  # type: ignore[arg-type]


@dataclass(eq=False)
class CrowdParts:
    """How things of many users lie in one array: those of one user after those of the one before."""

    start: Numbers
    """By user, where theirs begin; one more number says where the last ones end."""

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
class HoldingColumns:
    """What users hold, by user, without stablecoins."""

    parts: CrowdParts
    asset: Numbers
    """The number of the coin."""
    quantity: Floats
    """How many coins."""


@dataclass(eq=False)
class PositionColumns:
    """The open contracts of users, by user."""

    parts: CrowdParts
    place: Numbers
    """The number of the contract, on the terms that the user has it on."""
    count: Floats
    """Contracts; below zero for a short."""
    entry: Floats
    """The average price paid, in quoted units."""
    margin: Floats
    """USD set aside for it, at the entry price; nan where that is not known."""
    lost: Floats
    """The mark when the position was noted as liquidated; nan for one that stands."""
    assured: Floats
    """The user has said that it is open: from this price on that is doubted again. Else nan."""
    unseen: Floats
    """1 where it may have been liquidated while nobody looked, else 0."""
    pooled: Floats
    """1 where it shares what backs it with others, so that only an exact measurement tells; else 0."""


@dataclass(eq=False)
class TargetColumns:
    """What the last sizing of each user's hedge wants short, by coin: its coins, and those of open
    contracts."""

    parts: CrowdParts
    asset: Numbers
    """The number of the coin."""
    gain: Floats
    """USD wanted short of the coin for each USD covered; 0 of a coin that is only open."""
    short: Numbers
    """By open contract, in the order of PositionColumns, where its coin is here."""
    only: Numbers
    """By user, the number of the one coin that is covered; -1 where all are."""
    factor: Floats
    """By user, USD covered for each USD that the covered coins are worth now: 1, or nan where only an exact
    measurement tells."""
    sized: Flags
    """By user, whether there is any sizing."""


@dataclass(eq=False)
class AlertColumns:
    """The alerts of users that are not off, by alert. Few of them are snoozed, or have any state."""

    user: Numbers
    """The place of the user in the crowd."""
    rule: Numbers
    """The number of the rule in the directory."""
    snoozed: dict[int, datetime]
    """By place of the alert, until when."""
    states: dict[int, States]
    """By place of the alert, of those where any subject has a state."""


@dataclass(eq=False)
class Crowd:
    """Some users as arrays: by user, in the order of their ids, or by what they have."""

    ids: Numbers
    """The ids of the users, ascending."""
    changes: Numbers
    """How often each user had changed anything when they were read."""
    digest: dict[int, tuple[int, str | None]]
    """Of users who want a digest: minutes after midnight, and the time zone."""
    holdings: HoldingColumns
    positions: PositionColumns
    targets: TargetColumns
    alerts: AlertColumns
    benchmark: Numbers
    """The number of the coin by which a fall since the hedge began is measured; -1 where it is not known."""
    began: Floats
    """What that coin cost then, in USD; nan where it is not known."""
    alive: Flags = field(init=False)
    """Whether the user is checked here: not since they were read anew in another crowd."""

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self.ids), dtype=bool)

    def __len__(self) -> int:
        return len(self.ids)
