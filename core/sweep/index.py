"""Numbers for what users' rows name in words: coins, contracts and rules, each known once for all users."""

import json
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from core.alert import KINDS
from core.alert.rule import Rule, Side

K = TypeVar("K", bound=Hashable)
Numbers = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


def small(numbers: Numbers) -> Numbers:
    """The same in two bytes each where that holds them: there are very many. Count with none of them."""
    return numbers.astype(np.int16 if numbers.max(initial=0) < np.iinfo(np.int16).max else np.int32)


class Index(dict[K, int], Generic[K]):
    """A number for each key, given when it is first asked for; `names` by number."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[K] = []

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
    def units(self) -> float:
        """USD of one contract at a price of 1; of an inverse one at any price."""
        return float(self.multiplier if self.inverse else self.multiplier / self.scale)


Typed = tuple[str, str, str, str, str]
"""kind, figure, subject, side and tiers of a rule as they are in its row."""


@dataclass(eq=False)
class Directory:
    """What all crowds share: numbers of coins, contracts and rules."""

    assets: Index[str] = field(default_factory=Index)
    places: Index[ContractAt] = field(default_factory=Index)
    rules: Index[Typed] = field(default_factory=Index)
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


def _rule(typed: Typed) -> Rule | None:
    kind, figure, subject, side, tiers = typed
    if kind not in KINDS or figure not in KINDS[kind].figures or side not in get_args(Side):
        return None
    exact = tuple(map(Decimal, json.loads(tiers)))
    return KINDS[kind].whole(Rule(kind, figure, subject, side, exact))  # type: ignore[arg-type]
