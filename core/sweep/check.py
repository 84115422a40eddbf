"""The check: of which users some alert may have come to another state, and surely all of whom one has."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.alert.check import Check
from core.measure.beta import Floats
from core.sweep.board import SweepBoard
from core.sweep.bounds import Bounds
from core.sweep.crowd import Crowd
from core.sweep.drift import Own
from core.sweep.index import Directory, Flags
from core.sweep.liquidation import liquidations, reached_prices
from core.sweep.subjects import MEASURED, Checks, checks
from core.sweep.values import Look


@dataclass(eq=False)
class Checked:
    """A crowd with what is kept between checks: its rows, and of each open contract where it is liquidated.

    What exact measurements have told, as long as `version` is the board's: own, how the coins of those users
    move whose coins have not all been there every day, who are `puzzling`; learned, whose `factor` it is.
    """

    crowd: Crowd
    checks: Checks
    own: dict[int, Own] = field(default_factory=dict)
    puzzling: set[int] = field(default_factory=set)
    learned: set[int] = field(default_factory=set)
    version: object = None
    _liquidations: Floats | None = None
    _brackets: object = None

    @classmethod
    def of(cls, crowd: Crowd, directory: Directory, home: str) -> "Checked":
        """A crowd just read."""
        return cls(crowd, checks(crowd, directory, home))

    @cached_property
    def assets(self) -> list[int]:
        """The coins that its users hold, have open or want short."""
        crowd = self.crowd
        named = (crowd.held.asset, crowd.wanted.asset, crowd.benchmark)
        found: list[int] = np.unique(np.concatenate(named)).tolist()
        return [number for number in found if number >= 0]

    @cached_property
    def places(self) -> list[int]:
        """The contracts that its users have open."""
        found: list[int] = np.unique(self.crowd.opened.place).tolist()
        return found

    @cached_property
    def rules(self) -> list[int]:
        """The rules that its users have."""
        found: list[int] = np.unique(self.crowd.told.rule).tolist()
        return found

    @property
    def alerts(self) -> int:
        """How many its users have that are not off."""
        return int(self.crowd.alive[self.crowd.told.user].sum())

    def candidates(self, board: SweepBoard, bounds: Bounds) -> tuple[Flags, Flags]:
        """Of whom an exact measurement may find an alert in another state, first an urgent one; (users,)."""
        self._forget(board.version)
        self.puzzling.clear()
        prices = self._liquidated(board)
        look = Look(self.crowd, board, prices, self.checks.venues, self.own, self.puzzling)
        found, pressing = np.zeros((2, len(self.crowd)), dtype=bool)
        for check, rows in self.checks.rows.items():
            user = rows.user
            due = rows.waiting[rows.wake <= board.now]
            if check in MEASURED:
                found[user[due]] = True
                continue
            values, unsure = look.values(check, rows)
            hits = bounds.outside(values, rows.standing) | unsure
            hits[due[~np.isnan(values[due])]] = True
            (pressing if isinstance(check, Check) and check.first else found)[user[hits]] = True
        pressing[self.crowd.opened.parts.owner[reached_prices(self.crowd, board, prices)]] = True
        return pressing & self.crowd.alive, found & ~pressing & self.crowd.alive

    def _liquidated(self, board: SweepBoard) -> Floats:
        if self._liquidations is None or self._brackets is not board.brackets:
            self._liquidations = liquidations(self.crowd, board)
            self._brackets = board.brackets
        return self._liquidations

    def _forget(self, version: object) -> None:
        """Let go of what depends on the past days, where these are others now."""
        if self.version != version:
            self.crowd.wanted.factor[list(self.learned)] = np.nan
            self.own.clear()
            self.learned.clear()
            self.version = version
