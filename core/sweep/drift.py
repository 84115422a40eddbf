"""How far hedges are off, for many users at once in float64, just as `core.alert.kinds.drift` measures it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.measure.beta import Floats
from core.sweep.board import SweepBoard
from core.sweep.crowd import Crowd, CrowdParts, Flags, Numbers

NEAR = 1e-9
"""As a part of it: an error this close to the smallest order may count as one or not."""


@dataclass(frozen=True, eq=False)
class OwnCovariance:
    """The covariance of one user's coins, where it depends on which coins are measured together."""

    version: object
    """Of which state of the past days it is: as in `SweepBoard.version`."""
    assets: Numbers
    """The numbers of the coins, in the order of the matrix."""
    matrix: Floats


def drift_sizes(crowd: Crowd, short: Floats, board: SweepBoard) -> tuple[Floats, Flags]:
    """How far each short is from what is wanted, as a part of that; and for whom only an exact measurement
    tells it."""
    worth, _ = _worth(crowd, board)
    total = crowd.targets.parts.total(crowd.targets.gain) * worth * crowd.targets.factor
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(crowd.positions.parts.total(short) / total - 1)
    unsure = (np.isnan(crowd.targets.factor) | _partly(crowd, short)) & ~np.isnan(worth)
    return np.where(total > 0, off, np.nan), unsure


def _partly(crowd: Crowd, short: Floats) -> Flags:
    """Who has positions of which some have a price now and some have none: the rest is measured exactly."""
    lacking = np.isnan(short)
    total = crowd.positions.parts.total
    return np.asarray((total(lacking.astype(np.float64)) > 0) & (total((~lacking).astype(np.float64)) > 0))


def risk(
    crowd: Crowd, short: Floats, board: SweepBoard, own: Mapping[int, OwnCovariance]
) -> tuple[Floats, Flags, list[int]]:
    """The risk of each hedge's error, for whom only an exact measurement tells it, and whose coins have gaps.

    The risk is sqrt(e'Se) over that of the bare coins, e being USD short of each coin over what is wanted. A
    coin with gaps in its history has another covariance in other company: `own` has it for users of whom it
    was measured.
    """
    assert board.covariance is not None  # noqa: S101 - it is made where anybody has such an alert  # nosec B101
    worth, values = _worth(crowd, board)
    error, close = _errors(crowd, short, worth, board)
    matrix = board.covariance.matrix
    with np.errstate(divide="ignore", invalid="ignore"):
        added = _quadratic(crowd.targets.parts, crowd.targets.asset, error, matrix)
        bare = _quadratic(crowd.holdings.parts, crowd.holdings.asset, values, matrix)
        found = np.sqrt(np.maximum(added, 0.0) / bare)
    known = ~np.isnan(worth) & ~np.isnan(crowd.targets.parts.total(error))
    priced = ~np.isnan(worth) & ~np.isnan(crowd.positions.parts.total(short))
    unsure = priced & (np.isnan(crowd.targets.factor) | close)
    unsure |= ~np.isnan(worth) & _partly(crowd, short)
    with_gaps: list[int] = np.flatnonzero(known & np.isnan(found)).tolist()
    for user in with_gaps:
        unsure[user] = True
        if user in own:
            found[user], unsure[user] = _own_risk(crowd, user, error, values, own[user]), close[user]
    return np.where(known, found, np.nan), unsure, with_gaps


def _own_risk(crowd: Crowd, user: int, error: Floats, values: Floats, own: OwnCovariance) -> float:
    """The risk of one user's error, by the covariance of their own coins."""
    wanted, held = crowd.targets.parts.numbers(user), crowd.holdings.parts.numbers(user)
    errors = _spread(own, crowd.targets.asset[wanted.start : wanted.stop], error[wanted.start : wanted.stop])
    bare = _spread(own, crowd.holdings.asset[held.start : held.stop], values[held.start : held.stop])
    variance = float(bare @ own.matrix @ bare)
    added = max(float(errors @ own.matrix @ errors), 0.0)
    return float(np.sqrt(added / variance)) if variance > 0 else np.nan


def _spread(own: OwnCovariance, assets: Numbers, amounts: Floats) -> Floats:
    """The amounts in the order of the user's own coins; a coin that is not among them has no amount."""
    place = {int(asset): number for number, asset in enumerate(own.assets)}
    found = np.zeros(len(own.assets))
    for asset, amount in zip(assets.tolist(), amounts.tolist(), strict=True):
        if amount:
            found[place[asset]] += amount
    return found


def _worth(crowd: Crowd, board: SweepBoard) -> tuple[Floats, Floats]:
    """What each user's covered coins are worth in USD, nan where any coin of theirs has no price.

    And the same by holding, 0 for a coin that is not covered.
    """
    held = crowd.holdings
    values = held.quantity * board.price[held.asset]
    total = held.parts.total(values)
    if (crowd.targets.only >= 0).any():
        only = crowd.targets.only[held.parts.owner]
        values = np.where((only < 0) | (only == held.asset), values, 0.0)
        # A coin that is not covered makes a user unknown all the same: the exact measurement says so too.
        total = np.where(np.isnan(total), np.nan, held.parts.total(values))
    return total, values


def _errors(crowd: Crowd, short: Floats, worth: Floats, board: SweepBoard) -> tuple[Floats, Flags]:
    """USD short of each coin over what is wanted, and whose error is about as large as the smallest order.

    An error that is smaller than any order counts as none, as nothing can mend it.
    """
    wanted = crowd.targets
    open_now = np.bincount(wanted.short, short, minlength=len(wanted.asset))
    aim = wanted.gain * (worth * wanted.factor)[wanted.parts.owner]
    error = open_now - aim
    least = np.full(len(wanted.asset), np.inf)
    known = board.least[crowd.positions.place]
    np.fmin.at(least, wanted.short, known)
    least[np.isinf(least)] = 0.0
    off = NEAR * (np.abs(open_now) + np.abs(aim) + least)
    near = (np.abs(np.abs(error) - least) <= off) & (least > 0)
    close = wanted.parts.total(near.astype(np.float64)) > 0
    return np.where(np.isnan(error) | (np.abs(error) >= least), error, 0.0), close


def _quadratic(parts: CrowdParts, asset: Numbers, amount: Floats, matrix: Floats) -> Floats:
    """x'Sx of each user, where x are the amounts of their coins, each coin once."""
    found = np.zeros(len(parts.start) - 1)
    flat, width = matrix.ravel(), len(matrix)
    # Users with equally many coins go together: then a loop over coins is a loop over few whole arrays.
    for count, users in parts.alike:
        first = parts.start[users]
        coins = [asset[first + row].astype(np.intp) for row in range(count)]
        amounts = [amount[first + row] for row in range(count)]
        total = np.zeros(len(users))
        for row in range(count):
            line = coins[row] * width
            along = 0.5 * amounts[row] * flat[line + coins[row]]
            for column in range(row):
                along += amounts[column] * flat[line + coins[column]]
            total += 2 * amounts[row] * along
        found[users] = total
    return found
