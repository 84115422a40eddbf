"""The check: of which users some alert may have come to another state.

It finds all users of whom one has, and some more, who are then measured exactly.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import inf, nan

import numpy as np

from core.alert import KINDS
from core.alert.check import Check
from core.alert.kind import Kind
from core.alert.kinds import dehedge
from core.alert.rule import ABOVE, Rule
from core.alert.situation import Situation
from core.domain.quiet import following, zone
from core.measure.beta import Floats
from core.sweep.board import SweepBoard
from core.sweep.crowd import Crowd, Directory, Flags, Numbers
from core.sweep.drift import OwnCovariance
from core.sweep.exact import WatchedUser
from core.sweep.liquidation import liquidations, reached_prices
from core.sweep.subjects import MEASURED, TIERS, Checks, Group, checks
from core.sweep.values import Look

SLACK = 1e-7
"""More than any value may be off by in float64, as a part of it."""
LEAST_SLACK = 1e-15
"""More than a value about zero may be off by."""


class Bounds:
    """Between which values a state stays what it is, for every rule in a directory and each of its tiers.

    They depend on nothing but the rule and the tier, so one comparison answers for any number of users.
    """

    def __init__(self, directory: Directory) -> None:
        self._low = np.full(len(directory.rules.names) * TIERS, nan)
        self._high = self._low.copy()
        for number in range(len(directory.rules.names)):
            rule = directory.rule(number)
            if rule is not None:
                margin = directory.margin(number)
                tiers = 3 if rule.side == "across" else len(rule.tiers) + 1
                for tier in range(tiers):
                    low, high = _around(rule, tier, margin)
                    # Bounds are drawn closer by more than floats can be off, so that a value near one is
                    # always measured exactly. Too many candidates cost time, one too few costs a missed
                    # alert.
                    self._low[number * TIERS + tier] = low + _off(low, margin)
                    self._high[number * TIERS + tier] = high - _off(high, margin)

    def outside(self, values: Floats, standing: Numbers) -> Flags:
        """Which values may change the state that they belong to; a value that is not known, nan, changes
        none.

        standing: by value, the number of its state, as `standing_bounds` gives it.
        """
        return np.asarray((values <= self._low[standing]) | (values >= self._high[standing]))


def _around(rule: Rule, tier: int, margin: Decimal) -> tuple[float, float]:
    """Two bounds: while the value is between them, `rule.step` leaves the state as it is."""
    if rule.side == "across":
        (middle,) = rule.tiers
        # A crossing that has not been on any side yet has to be measured to know its side: no value is
        # between these bounds.
        if not tier:
            return inf, -inf
        return (float(middle - margin), inf) if tier == ABOVE else (-inf, float(middle + margin))
    sign = 1 if rule.side == "above" else -1
    back = sign * rule.tiers[tier - 1] - margin if tier else None
    worse = sign * rule.tiers[tier] if tier < len(rule.tiers) else None
    low, high = (-inf if back is None else float(back)), (inf if worse is None else float(worse))
    return (low, high) if sign > 0 else (-high, -low)


def _off(bound: float, margin: Decimal) -> float:
    return SLACK * (abs(bound) + float(margin)) + LEAST_SLACK if abs(bound) != inf else 0.0


@dataclass(eq=False)
class Checked:
    """A crowd with what is kept of it from one check to the next."""

    crowd: Crowd
    checks: Checks
    """Its alerts as rows."""
    own_covariances: dict[int, OwnCovariance] = field(default_factory=dict)
    """Covariance of each user's own coins, for users whose coins have gaps in their history."""
    with_gaps: set[int] = field(default_factory=set)
    """The users, by place, whose coins have gaps, as the last check found."""
    learned_factors: set[int] = field(default_factory=set)
    """The users whose `TargetColumns.factor` an exact measurement told."""
    version: object = None
    """Of which state of the past days these three are: as in `SweepBoard.version`."""
    _liquidations: Floats | None = None
    """The price that liquidates each open contract, for the margin rules in `_brackets`."""
    _brackets: object = None

    @classmethod
    def of(cls, crowd: Crowd, directory: Directory, home: str) -> "Checked":
        """A crowd just read."""
        return cls(crowd, checks(crowd, directory, home))

    @cached_property
    def assets(self) -> list[int]:
        """The coins that its users hold, have open or want short."""
        crowd = self.crowd
        named = (crowd.holdings.asset, crowd.targets.asset, crowd.benchmark)
        found: list[int] = np.unique(np.concatenate(named)).tolist()
        return [number for number in found if number >= 0]

    @cached_property
    def places(self) -> list[int]:
        """The contracts that its users have open."""
        found: list[int] = np.unique(self.crowd.positions.place).tolist()
        return found

    @cached_property
    def rules(self) -> list[int]:
        """The rules that its users have."""
        found: list[int] = np.unique(self.crowd.alerts.rule).tolist()
        return found

    @property
    def alerts(self) -> int:
        """How many its users have that are not off."""
        return int(self.crowd.alive[self.crowd.alerts.user].sum())

    def candidates(self, board: SweepBoard, bounds: Bounds) -> tuple[Flags, Flags]:
        """By user, whether an exact measurement may find an alert in another state: a pressing one, any
        other."""
        self._forget(board.version)
        self.with_gaps.clear()
        prices = self._liquidated(board)
        look = Look(self.crowd, board, prices, self.checks.venues, self.own_covariances, self.with_gaps)
        found, pressing = np.zeros((2, len(self.crowd)), dtype=bool)
        for check, rows in self.checks.rows.items():
            # Below, three things make a candidate: a check that only an exact measurement can make, a value
            # outside its bounds, and a waiting row whose time has come and whose value is known.
            user = rows.user
            due = rows.waiting[rows.wake <= board.now]
            if check in MEASURED:
                found[user[due]] = True
                continue
            values, unsure = look.values(check, rows)
            hits = bounds.outside(values, rows.standing) | unsure
            hits[due[~np.isnan(values[due])]] = True
            (pressing if isinstance(check, Check) and check.first else found)[user[hits]] = True
        # Whoever has a position at its liquidation price is measured even without an alert about it: the
        # journal has to keep that it was reached.
        asked = reached_prices(self.crowd, board, prices) | (self.crowd.positions.unseen > 0)
        pressing[self.crowd.positions.parts.owner[asked]] = True
        return pressing & self.crowd.alive, found & ~pressing & self.crowd.alive

    def _liquidated(self, board: SweepBoard) -> Floats:
        if self._liquidations is None or self._brackets is not board.brackets:
            self._liquidations = liquidations(self.crowd, board)
            self._brackets = board.brackets
        return self._liquidations

    def _forget(self, version: object) -> None:
        """Forget what depends on the past days, where these are others now."""
        if self.version != version:
            self.crowd.targets.factor[list(self.learned_factors)] = np.nan
            self.own_covariances.clear()
            self.learned_factors.clear()
            self.version = version


def keep_measured(
    checked: Checked, user: int, person: WatchedUser, situation: Situation, board: SweepBoard
) -> None:
    """Keep what an exact measurement has told of the user at this place in the crowd.

    Then they need not be measured again with each sweep.
    """
    crowd = checked.crowd
    if (rows := checked.checks.rows.get(Group.DUE)) is not None:
        for row in np.flatnonzero(rows.user == user).tolist():  # every one of them is waiting, in order
            rule = board.directory.rule(int(crowd.alerts.rule[rows.alert[row]]))
            if rule is not None:
                rows.wake[row] = _next(KINDS[rule.kind], person, situation)
    if situation.episode is None:
        return
    if np.isnan(crowd.began[user]):
        _keep_beginning(checked, user, situation, board)
    if crowd.targets.sized[user]:
        if np.isnan(crowd.targets.factor[user]):
            _keep_factor(checked, user, situation)
        if board.covariance is not None and user in checked.with_gaps:
            _keep_covariance(checked, user, situation, board)


def _next(kind: Kind, person: WatchedUser, situation: Situation) -> float:
    """When it is worth measuring again, in seconds."""
    if kind.daily:
        if person.digest_at is None:
            return np.inf
        return following(situation.now, person.digest_at, zone(person.quiet.zone)).timestamp()
    return (situation.now + kind.every).timestamp() if kind.every else 0.0


def _keep_beginning(checked: Checked, user: int, situation: Situation, board: SweepBoard) -> None:
    """What the benchmark cost when the hedge began."""
    for alert in np.flatnonzero(checked.crowd.alerts.user == user).tolist():
        rule = board.directory.rule(int(checked.crowd.alerts.rule[alert]))
        if rule is not None and dehedge.FALL in KINDS[rule.kind].figures[rule.figure].checks:
            reading = KINDS[rule.kind].measure(situation, rule)
            if reading is not None and reading.facts.subject and reading.facts.price is not None:
                coin, price = reading.facts.subject, float(reading.facts.price)
                checked.crowd.benchmark[user] = board.directory.assets[coin]
                # The fall is 1 - price / began, so the price at the beginning follows from the fall that was
                # just measured.
                checked.crowd.began[user] = price / (1 - float(reading.value))
            return


def _keep_factor(checked: Checked, user: int, situation: Situation) -> None:
    """USD covered per USD that the covered coins are worth."""
    sized, stands, exposure = situation.sizing, situation.standing, situation.exposure
    # The arrays know of one covered coin or of all. Users with a choice of several are measured exactly each
    # time.
    if sized is None or len(sized.only) > 1 or stands is None or not stands.wanted or exposure is None:
        return
    worth = sum(float(held.value) for held in exposure.moving if not sized.only or held.asset in sized.only)
    betas = sum(sized.betas.values())
    if worth > 0 and betas > 0 and situation.episode and situation.episode.sizings[-1] == sized:
        checked.crowd.targets.factor[user] = float(stands.wanted) / (betas * worth)
        checked.learned_factors.add(user)


def _keep_covariance(checked: Checked, user: int, situation: Situation, board: SweepBoard) -> None:
    """How the user's own coins move."""
    sized = situation.sizing
    if sized is None or board.covariance is None:
        return
    coins = dict.fromkeys([*sized.betas, *(leg.asset for leg in situation.legs)])
    measured = situation.measured([*coins], sized.only)
    if measured is not None:
        index = board.directory.assets
        assets = np.array([index[asset] for asset in measured.sample.assets], dtype=np.int64)
        checked.own_covariances[user] = OwnCovariance(board.version, assets, measured.covariance)
