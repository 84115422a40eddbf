"""What the kinds measure, worked out in float64 for all users at once: one function for each check.

A function gives a value by row, nan where it is not known, and which rows only an exact measurement tells:
their users are measured.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.alert.kinds import adl, contract, dehedge, drift, expiry, funding, liquidation, margin, stale
from core.measure.beta import Floats
from core.sweep.board import SweepBoard
from core.sweep.crowd import Crowd, Flags
from core.sweep.drift import OwnCovariance, drift_sizes, risk
from core.sweep.liquidation import needed as asked
from core.sweep.subjects import AlertRows, Checking, Group

DAYS_PER_YEAR = 365
SECONDS_PER_DAY = 86_400

Values = tuple[Floats, Flags | bool]


@dataclass(eq=False)
class Look:
    """A crowd at one moment."""

    crowd: Crowd
    board: SweepBoard
    liquidations: Floats
    """By open contract, the price that liquidates it."""
    venues: list[str]
    """The venues that rows of venues are of, as in `Checks`."""
    own_covariances: Mapping[int, OwnCovariance]
    """The covariance of users whose coins have gaps, as far as it was measured."""
    with_gaps: set[int]
    """Filled when risks are worked out: the users whose coins have gaps in their history."""

    @cached_property
    def short(self) -> Floats:
        """USD short in each open contract (negative: long) at the mark, nan where that is not known.

        None where it counts as liquidated.
        """
        board, positions = self.board, self.crowd.positions
        # An inverse contract is worth the same dollars at any price, but without a price it counts as
        # unknown like any other.
        mark = np.where(board.inverse & ~np.isnan(board.mark), 1.0, board.mark)
        short = -positions.count * (board.units * mark)[positions.place]
        return np.asarray(np.where(np.isnan(positions.lost), short, 0.0))

    def values(self, check: Checking, rows: AlertRows) -> Values:
        """Those of rows of this check."""
        return _VALUES[check](self, rows)


def _distance(look: Look, rows: AlertRows) -> Values:
    return _away(look, rows) * -np.sign(look.crowd.positions.count[rows.at]), _pooled(look, rows)


def _sigmas(look: Look, rows: AlertRows) -> Values:
    away, side = _away(look, rows), np.sign(look.crowd.positions.count[rows.at])
    sigma = look.board.sigma[look.crowd.positions.place[rows.at]]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(away > -1, -side * np.log1p(away) / sigma, np.nan), _pooled(look, rows)


def _pooled(look: Look, rows: AlertRows) -> Flags:
    """Which of them share an account: what is asked of those is asked of all in it together."""
    return np.asarray(look.crowd.positions.pooled[rows.at] > 0)


def _away(look: Look, rows: AlertRows) -> Floats:
    """The move that liquidates from the mark; where it did, from what the mark was then."""
    lost = look.crowd.positions.lost[rows.at]
    mark = look.board.mark[look.crowd.positions.place[rows.at]]
    return np.asarray(look.liquidations[rows.at] / np.where(np.isnan(lost), mark, lost) - 1)


def _health(look: Look, rows: AlertRows) -> Values:
    positions, board = look.crowd.positions, look.board
    place, count, entry = positions.place[rows.at], positions.count[rows.at], positions.entry[rows.at]
    mark, inverse = board.mark[place], board.inverse[place]
    gained = count * board.units[place] * (mark - entry)
    # The margin of an inverse contract is coins, which are worth less as the price falls; it was noted in
    # dollars at the entry.
    backing = positions.margin[rows.at] * np.where(inverse, mark / entry, 1.0)
    backing += np.where(inverse, gained / entry, gained)
    units = np.abs(count) * board.units[place]
    needed = np.full(len(rows), np.nan)
    # By contract and not by row: brackets are a table of each contract, and there are few contracts for many
    # users.
    for number in np.unique(place).tolist():
        if rules := board.brackets[number]:
            here = place == number
            needed[here] = asked(rules, units[here], entry[here], mark[here])
    with np.errstate(divide="ignore", invalid="ignore"):
        known = (needed > 0) & np.isnan(positions.lost[rows.at])
        return np.where(known, backing / needed, np.nan), _pooled(look, rows)


def _state(look: Look, rows: AlertRows) -> Values:
    return look.board.state[look.crowd.positions.place[rows.at]], False


def _stage(look: Look, rows: AlertRows) -> Values:
    # A long is not closed by it, and what counts as liquidated is gone already.
    positions = look.crowd.positions
    short = (positions.count[rows.at] < 0) & np.isnan(positions.lost[rows.at])
    return np.where(short, look.board.stage[positions.place[rows.at]], np.nan), False


def _silent(look: Look, rows: AlertRows) -> Values:
    return look.board.silent[look.crowd.positions.place[rows.at]], False


def _coins(look: Look, rows: AlertRows) -> Values:
    """Nothing is known of a coin by its holder here: whoever holds one without a price is asked for."""
    crowd, silent = look.crowd, look.board.unpriced
    # Usually every coin has a price, and then nothing has to be added up.
    if not silent.any():
        return np.full(len(rows), np.nan), False
    holds = crowd.holdings.parts.total(silent[crowd.holdings.asset].astype(np.float64)) > 0
    return np.full(len(rows), np.nan), holds[rows.user]


def _left(look: Look, rows: AlertRows) -> Values:
    seconds = look.board.expiry[look.crowd.positions.place[rows.at]] - look.board.now
    return np.maximum(seconds / SECONDS_PER_DAY, 0.0), False


def _pays(look: Look, rows: AlertRows) -> Values:
    positions, board = look.crowd.positions, look.board
    yearly = board.rate * board.settlements * DAYS_PER_YEAR
    each = look.short * yearly[positions.place]
    # Only what pays or costs funding is in the average; a dated future beside a perpetual must not dilute
    # the rate.
    known = board.perpetual[positions.place] & ~np.isnan(each)
    short, paid = np.where(known, look.short, 0.0), np.where(known, each, 0.0)
    total = positions.parts.total(short)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, positions.parts.total(paid) / total, np.nan)[rows.user], False


def _rate(look: Look, rows: AlertRows) -> Values:
    return np.where(look.board.quoted, look.board.rate, np.nan)[rows.at], False


def _apr(look: Look, rows: AlertRows) -> Values:
    yearly = look.board.rate * look.board.settlements * DAYS_PER_YEAR
    return np.where(look.board.quoted, yearly, np.nan)[rows.at], False


def _shared(look: Look, rows: AlertRows) -> Values:
    board = look.board
    numbers, where = np.unique(rows.rule, return_inverse=True)
    rules = [board.directory.rule(number) for number in numbers.tolist()]
    return np.array([board.shared(rule) if rule else np.nan for rule in rules])[where], False


def _stale(look: Look, rows: AlertRows) -> Values:
    # Thousands of users share a rule and a venue, so each pair is worked out once.
    pairs, where = np.unique(np.stack([rows.rule, rows.at]), axis=1, return_inverse=True)
    directory = look.board.directory
    found = [
        look.board.stale(rule, look.venues[venue]) if (rule := directory.rule(number)) else np.nan
        for number, venue in pairs.T.tolist()
    ]
    return np.array(found)[where.reshape(-1)], False


def _fall(look: Look, rows: AlertRows) -> Values:
    began = look.crowd.began[rows.user]
    price = look.board.price[look.crowd.benchmark[rows.user]]
    # Where the price at the beginning is not known yet, the exact measurement finds it and keeps it, see
    # `keep_measured`.
    return 1 - price / began, np.isnan(began)


def _off(look: Look, rows: AlertRows) -> Values:
    value, unsure = drift_sizes(look.crowd, look.short, look.board)
    return value[rows.user], unsure[rows.user]


def _risk(look: Look, rows: AlertRows) -> Values:
    value, unsure, with_gaps = risk(look.crowd, look.short, look.board, look.own_covariances)
    look.with_gaps.update(with_gaps)
    return value[rows.user], unsure[rows.user]


_VALUES: Mapping[Checking, Callable[[Look, AlertRows], Values]] = {
    liquidation.DISTANCE: _distance,
    liquidation.SIGMAS: _sigmas,
    margin.HEALTH: _health,
    expiry.LEFT: _left,
    contract.STATE: _state,
    adl.STAGE: _stage,
    stale.VENUE: _stale,
    stale.CONTRACT: _silent,
    stale.HELD: _coins,
    funding.RATE: _rate,
    funding.YEARLY: _apr,
    funding.PAYS: _pays,
    dehedge.FALL: _fall,
    drift.SIZE: _off,
    drift.RISK: _risk,
    Group.SHARED: _shared,
}
"""What works out each check; those of coins that are the same for everybody are SHARED."""
