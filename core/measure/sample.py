"""The returns that a hedge is measured on: those of several assets, aligned on common days, without gaps.

What an asset's history is too short or too old to say is taken from the other coins, and what was left out is
said in notes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import NoData
from core.domain.series import NO_CLOSES, Closes
from core.measure.beta import HALF_LIFE, LEAST, WINDOW, Floats, Moves, covariance, daily_moves, day_of_close

MEASURED = 90
"""From so many returns on, a beta stands on its own; with fewer it is shrunk towards those of other coins."""
KEPT = 64
"""So many samples are kept, about 50 kB each: somebody who looks at a hedge asks for the same one again."""
STOPPED = 3
"""After so many days without a close, an asset counts as stopped."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Returns of several assets on common days, without gaps. It is compared and kept as one object."""

    assets: tuple[str, ...]
    """The assets, in the order of the columns."""
    returns: Floats
    """Daily log returns, oldest first; (days, assets)."""
    ages: Floats
    """How many days before today each row is; 1 is yesterday; (days,)."""
    measured: frozenset[str]
    """Assets whose own history fills every row."""
    shrunk: frozenset[str]
    """Assets that lack some rows. There they have the average return of the other coins, so that a beta of
    theirs is pulled towards the average by the weight of the missing days.
    """
    assumed: frozenset[str]
    """Assets without a usable history. They move as the average of the other coins on every day."""
    notes: tuple[str, ...] = ()
    """What is missing or was left out, each with the asset's name: stops, relistings, gaps."""

    @property
    def days(self) -> int:
        return len(self.ages)

    def weights(self) -> Floats:
        """The exponential weight of each row, 2^(-age / HALF_LIFE), scaled to a sum of 1; (days,)."""
        weights = np.exp2(-self.ages / HALF_LIFE)
        return np.asarray(weights / weights.sum())

    @cached_property
    def moves(self) -> Floats:
        """Covariance of the returns per day, recent days weighing more; (assets, assets)."""
        return covariance(self.returns, self.weights())

    def parted(self, begin: int, end: int) -> tuple["Sample", "Sample"]:
        """Two samples: the rows before row `begin`, and those from `begin` to before `end`."""
        row = np.arange(self.days)
        return self._rows(row < begin), self._rows((row >= begin) & (row < end))

    def _rows(self, keep: NDArray[np.bool_]) -> "Sample":
        return Sample(
            self.assets, self.returns[keep], self.ages[keep], self.measured, self.shrunk, self.assumed
        )


def sample(closes: Mapping[str, Closes], assets: Sequence[str], today: date) -> Sample:
    """Aligned returns of `assets`, on the days that all assets with enough history share.

    Some assets do not shorten the window for the others: those with fewer than MEASURED returns, and those
    whose returns are so old that together they weigh less than LEAST recent days. If they have at least LEAST
    returns they are shrunk: on days that they lack they get the average return of the measured altcoins. If
    they have fewer, have stopped, or had a price that stood still, they get it on every day.

    The samples asked for last are kept: see `KEPT`. Closes are never changed, so none of them can be stale.

    Raises NoData, naming the assets, when none has enough history or when they share too few days.
    """
    names = tuple(dict.fromkeys(assets))
    return _sample(names, tuple(closes.get(asset, NO_CLOSES) for asset in names), today)


@lru_cache(maxsize=KEPT)
def _sample(names: tuple[str, ...], histories: tuple[Closes, ...], today: date) -> Sample:
    closes = dict(zip(names, histories, strict=True))
    moves = daily_moves(closes, names, today, WINDOW)
    returns = moves.returns
    known = np.isfinite(returns)
    history = known.sum(axis=0)
    stopped = (history > 0) & ~known[-STOPPED:].any(axis=0)
    # A price that never moves is a peg or a dead feed. It has a whole history, and its beta would be zero.
    still = np.fmax.reduce(np.abs(returns)) == 0
    ended = stopped | still
    own = (history >= MEASURED) & _recent(known) & ~ended
    if not own.any():
        raise NoData(f"No asset here has {MEASURED} days of moving prices yet, so no beta can be measured.")
    # Only days on which all measured coins have a return: covariances over different days need not fit
    # together, and a portfolio of them could come out with a negative variance.
    rows = known[:, own].all(axis=1)
    if rows.sum() < LEAST:
        raise NoData(f"{', '.join(np.array(names)[own])} share only {rows.sum()} days of prices.")
    ages = np.arange(len(returns), 0, -1, dtype=np.float64)[rows]
    complete, known = returns[rows], known[rows]
    # BTC moves less than other coins, so it would make their average too calm; alone it has to do.
    crowd = own & (np.array(names) != "BTC") if (own & (np.array(names) != "BTC")).any() else own
    market = complete[:, crowd].mean(axis=1, keepdims=True)
    partly = ~own & (history >= LEAST) & ~ended
    complete = np.where(own | (known & partly), complete, market)
    return Sample(
        names,
        complete,
        ages,
        measured=frozenset(np.array(names)[own].tolist()),
        shrunk=frozenset(np.array(names)[partly].tolist()),
        assumed=frozenset(np.array(names)[~own & ~partly].tolist()),
        notes=(
            *(f"{name}: no closes in the last {STOPPED} days" for name in np.array(names)[stopped]),
            *(f"{name}: its price stood still, left out" for name in np.array(names)[still]),
            *_long_gone(closes, names, stopped, today),
            *_relisted(names, moves.relisted, today),
            *_redenominated(names, moves, today),
            *_gaps(names, moves),
        ),
    )


def _recent(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the known days (days, assets) of each asset weigh at least as much as the last LEAST days;
    (assets,).

    Otherwise a few days after a long halt would stand for everything, and for all assets, as days are common.
    """
    weights = np.exp2(-np.arange(len(known), 0, -1) / HALF_LIFE)
    # A coin that has just these last days is to pass, and the two sums may differ in their last digit.
    return np.asarray(weights @ known >= weights[-LEAST:].sum() * (1 - 1e-9))


def _long_gone(
    closes: Mapping[str, Closes], names: Sequence[str], stopped: NDArray[np.bool_], today: date
) -> Iterator[str]:
    """A note for each asset that stopped so long ago that the window holds no return of it."""
    for name, said in zip(names, stopped, strict=True):
        last = closes.get(name, NO_CLOSES).last
        # Those that stopped within the window have their note already; here no return shows that they did.
        if not said and last is not None and last < today - timedelta(days=STOPPED + 1):
            yield f"{name}: no closes since {last}"


def _relisted(names: tuple[str, ...], relisted: Mapping[int, int], today: date) -> Iterator[str]:
    """A note for each asset that was another coin before, with the first day of the present one."""
    for column, row in relisted.items():
        yield f"{names[column]}: another coin before {day_of_close(row, WINDOW + 1, today)}, left out"


def _redenominated(names: tuple[str, ...], moves: Moves, today: date) -> Iterator[str]:
    """A note for each asset of which one coin became several or several became one, with the day left out."""
    for column, rows in moves.broken.items():
        for row in rows:
            move = moves.logs[row, column] - moves.logs[row - 1, column]
            many = round(float(np.exp(abs(move))))
            became = f"1 became {many}" if move < 0 else f"{many} became 1"
            day = day_of_close(row, len(moves.logs), today)
            yield f"{names[column]}: counted anew on {day} ({became}), that day left out"


def _gaps(names: tuple[str, ...], moves: Moves) -> Iterator[str]:
    """A note for the assets that lack closes between their first and last;
    those that lack as many stand together.
    """
    closed = np.isfinite(moves.logs)
    if closed.all() and not moves.relisted:
        return
    # Days that the coin before it lacked are not missing of this one.
    for column, row in moves.relisted.items():
        closed[:row, column] = False
    # A gap lies between closes: days before the first are a young coin's, those after the last a stop.
    since = np.logical_or.accumulate(closed)
    until = np.logical_or.accumulate(closed[::-1])[::-1]
    missing = (since & until & ~closed).sum(axis=0)
    for days in sorted(set(missing[missing > 0].tolist()), reverse=True):
        lacking = ", ".join(name for name, gap in zip(names, missing, strict=True) if gap == days)
        yield f"{lacking}: {days} {'day' if days == 1 else 'days'} without a close"
