"""What everybody's alerts have in common at one moment: figures of coins and contracts by number.

A figure that is not known now, or too old to fire on, is nan, exactly where `Situation` says None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np

from core.alert import KINDS
from core.alert.kinds.adl import stage_grade
from core.alert.kinds.contract import grade
from core.alert.rule import Rule
from core.alert.silence import Silence, newest, of_contract, silent_coins
from core.alert.situation import Situation
from core.domain.contract import Contract
from core.domain.errors import HedgeError
from core.domain.series import Closes
from core.journal.fill import Terms
from core.journal.relisted import change_of
from core.margin import MarginRules
from core.measure.beta import HALF_LIFE, Floats, covariance, daily_returns
from core.outcome.reached import Extreme
from core.sweep.crowd import ContractAt, Directory, Flags

HOURS_PER_DAY = 24


@dataclass(frozen=True, eq=False)
class Covariance:
    """How the coins of a venue move together.

    For coins with a close on every day of the window it is the same whatever coins are looked at together.
    For others it depends on which days a portfolio's coins share, and is nan here.
    """

    closes: Sequence[Closes | None]
    """By coin, what it is worked out from."""
    today: date
    matrix: Floats
    """By the numbers of the coins, both ways."""
    version: object
    """The same object as long as nothing else is known of coins that were known before."""

    @classmethod
    def of(
        cls, known: Mapping[str, Closes], assets: Sequence[str], today: date, before: "Covariance | None"
    ) -> "Covariance":
        """Of these assets; `before` itself where nothing has changed since."""
        closes = [known.get(asset) for asset in assets]
        version: object = object()
        pairs = zip(closes, before.closes, strict=False) if before else ()
        if before is not None and before.today == today and all(new is old for new, old in pairs):
            if len(closes) == len(before.closes):
                return before
            version = before.version
        return cls(closes, today, _matrix(known, assets, today), version)


def _matrix(closes: Mapping[str, Closes], assets: Sequence[str], today: date) -> Floats:
    returns = daily_returns(closes, assets, today)
    whole = np.isfinite(returns).all(axis=0) & (np.abs(returns).max(axis=0, initial=0.0) > 0)
    weights = np.exp2(-np.arange(len(returns), 0, -1) / HALF_LIFE)
    matrix = np.full((len(assets), len(assets)), np.nan)
    matrix[np.ix_(whole, whole)] = covariance(returns[:, whole], weights / weights.sum())
    return matrix


@dataclass(eq=False)
class SweepBoard:
    """Figures of the moment for the users of one venue, each worked out when it is first asked for."""

    bare: Situation
    """The situation of a user who has nothing of their own."""
    directory: Directory
    brackets: Sequence[MarginRules | None] = ()
    """By place, how it is liquidated, None where it is not listed; the same list as long as none changes."""
    covariance: Covariance | None = None
    """How the venue's coins move together; None while nobody's alert needs it."""
    _shared: dict[Rule, float] = field(default_factory=dict)

    @property
    def version(self) -> object:
        """Something else once what is known of past days is."""
        return self.covariance.version if self.covariance else self.bare.now.date()

    @property
    def now(self) -> float:
        """Seconds."""
        return self.bare.now.timestamp()

    @cached_property
    def price(self) -> Floats:
        """USD a coin, by coin."""
        found = (self.bare.spot(asset) for asset in self.directory.assets.names)
        return np.array([quote.mark if quote else np.nan for quote in found], dtype=np.float64)

    @cached_property
    def sigma(self) -> Floats:
        """Standard deviation of a usual day of the coin, by place."""
        found = [self.bare.sigma(place.asset, place.venue) for place in self.places]
        return np.array(found, dtype=np.float64)

    @cached_property
    def contracts(self) -> list[Contract | None]:
        """As listed now, by place."""
        snapshots = self.bare.snapshots
        return [
            _as_filled(place, snapshots[place.venue].contracts.get(place.symbol))
            if place.venue in snapshots
            else None
            for place in self.places
        ]

    @property
    def places(self) -> list[ContractAt]:
        return self.directory.places.names

    @cached_property
    def mark(self) -> Floats:
        """In quoted units, by place."""
        return np.array([self._mark(place) for place in self.places], dtype=np.float64)

    def _mark(self, place: ContractAt) -> float:
        snapshot = self.bare.snapshots.get(place.venue)
        if snapshot is None or _as_filled(place, snapshot.contracts.get(place.symbol)) is None:
            return np.nan
        try:
            quote = self.bare.fresh(snapshot.quote(place.symbol, self.bare.now))
        except HedgeError:
            return np.nan
        return float(quote.mark) if quote else np.nan

    @cached_property
    def highest(self) -> Floats:
        """The most that each place was at while nobody looked; nan where that is not known."""
        return np.array([max((float(span.high) for span in each), default=np.nan) for each in self._extremes])

    @cached_property
    def lowest(self) -> Floats:
        """The least, likewise."""
        return np.array([min((float(span.low) for span in each), default=np.nan) for each in self._extremes])

    @property
    def _extremes(self) -> list[Sequence[Extreme]]:
        return [self.bare.extremes.get((place.venue, place.symbol), ()) for place in self.places]

    @cached_property
    def rate(self) -> Floats:
        """Funding of one settlement, by place."""
        found = (self.bare.rate(place.venue, place.symbol) for place in self.places)
        return np.array([each.rate if each else np.nan for each in found], dtype=np.float64)

    @cached_property
    def settlements(self) -> Floats:
        """Settlements a day, by place."""
        found = (self.bare.rate(place.venue, place.symbol) for place in self.places)
        return np.array([HOURS_PER_DAY / each.interval_hours if each else np.nan for each in found])

    @cached_property
    def quoted(self) -> Flags:
        """Whether there is a fresh quote of any sort, by place."""
        snapshots = self.bare.snapshots
        quotes = (
            snapshots[p.venue].quotes.get(p.symbol) if p.venue in snapshots else None for p in self.places
        )
        return np.array([self.bare.fresh(quote) is not None for quote in quotes], dtype=bool)

    @cached_property
    def units(self) -> Floats:
        """USD of one contract at a price of 1, of an inverse one at any price; by place."""
        return np.array([place.units for place in self.places], dtype=np.float64)

    @cached_property
    def inverse(self) -> Flags:
        return np.array([place.inverse for place in self.places], dtype=bool)

    @cached_property
    def expiry(self) -> Floats:
        """Seconds, nan for a contract without a known end; by place."""
        ends = (
            place.expiry or (contract.ends if contract else None)
            for place, contract in zip(self.places, self.contracts, strict=True)
        )
        return np.array([end.timestamp() if end else np.nan for end in ends], dtype=np.float64)

    @cached_property
    def perpetual(self) -> Flags:
        """By place."""
        return np.array([place.expiry is None for place in self.places], dtype=bool)

    @cached_property
    def state(self) -> Floats:
        """What can be done in the contract, as `core.alert.kinds.contract.grade` has it, by place."""
        now, found = self.bare.now, []
        for place in self.places:
            ended = place.expiry is not None and place.expiry <= now
            snapshot = self.bare.snapshots.get(place.venue)
            one = None if ended else grade(snapshot, place.symbol, place.terms, now)
            found.append(np.nan if one is None else float(one))
        return np.array(found, dtype=np.float64)

    @cached_property
    def stage(self) -> Floats:
        """How near the venue is to closing shorts in profit, as `core.alert.kinds.adl` has it, by place."""
        snapshots, now = self.bare.snapshots, self.bare.now
        found = [stage_grade(snapshots.get(place.venue), place.symbol, now) for place in self.places]
        return np.array([np.nan if one is None else float(one) for one in found], dtype=np.float64)

    @cached_property
    def silent(self) -> Floats:
        """Minutes without a price of its own, by place; nan where the venue tells, or nobody knows."""
        newest_at = {venue: newest(snapshot) for venue, snapshot in self.bare.snapshots.items()}
        found = [self._silence(place, newest_at.get(place.venue)) for place in self.places]
        return np.array([np.nan if one is None else float(one.minutes) for one in found], dtype=np.float64)

    def _silence(self, place: ContractAt, latest: datetime | None) -> Silence | None:
        snapshot = self.bare.snapshots.get(place.venue)
        return of_contract(snapshot, place.symbol, self.bare.now, self.bare.asked_since, latest)

    @cached_property
    def unpriced(self) -> Flags:
        """Whether a coin has no price of its own now, by coin."""
        names = tuple(self.directory.assets.names)
        silent = set(silent_coins(self.bare.snapshot, names, self.bare.now))
        return np.array([name in silent for name in names], dtype=bool)

    @cached_property
    def least(self) -> Floats:
        """USD of the smallest order, by place; nan where that is not known."""
        quotes = [
            None if contract is None else self.bare.snapshots[contract.venue].quotes.get(contract.symbol)
            for contract in self.contracts
        ]
        return np.array(
            [
                contract.least(quote.mark) * contract.value(quote.mark)
                if contract and quote and np.isfinite(mark)
                else np.nan
                for contract, quote, mark in zip(self.contracts, quotes, self.mark, strict=True)
            ],
            dtype=np.float64,
        )

    def shared(self, rule: Rule) -> float:
        """The value of a rule with an exact subject for whoever has nothing open in it; nan: not known."""
        if rule not in self._shared:
            reading = KINDS[rule.kind].measure(self.bare, rule)
            self._shared[rule] = float(reading.value) if reading else np.nan
        return self._shared[rule]

    def stale(self, rule: Rule, venue: str) -> float:
        """The value of a rule about missing prices for this venue."""
        return self.shared(replace(rule, subject=venue))


def _as_filled(place: ContractAt, contract: Contract | None) -> Contract | None:
    """The contract, unless it is of another kind than what was filled."""
    if contract is None:
        return None
    terms = Terms(place.asset, place.multiplier, place.scale, place.inverse, place.expiry)
    return None if change_of(terms, contract) == "kind" else contract
