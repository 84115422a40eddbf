"""How assets move together: aligned daily returns, and their weighted covariance.

Everything here is float64. Returns are daily log returns of the closes at midnight UTC. Betas have no unit,
covariances are per day. A day that is missing is never filled in with a price.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import NoData
from core.domain.series import NO_CLOSES, Closes
from core.measure.breaks import GREAT, is_break, suspicious

Floats = NDArray[np.float64]
"""An array of float64; its shape stands where it is used."""

WINDOW = 365
"""Days of history that an estimate may use."""
HALF_LIFE = 60.0
"""Days after which an observation counts half as much."""
MEASURED = 90
"""From so many returns on, a beta stands on its own; with fewer it is
shrunk towards those of the other coins.
"""
LEAST = 30
"""With fewer returns no beta is estimated: that of the other coins is assumed."""
RELISTING = 2.0
"""A log move from one close to the next that is larger means another coin under the same name."""
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


def daily_returns(
    closes: Mapping[str, Closes], assets: Sequence[str], today: date, days: int = WINDOW
) -> Floats:
    """Log returns into each of the `days` days before `today`, oldest first; (days, assets). NaN where
    unknown.

    A return needs the closes of two consecutive days; nothing is carried over a gap. History up to a
    relisting is dropped, also where days without closes lie between the two coins. A day on which a coin was
    counted anew is left out. A crash that was traded stays, however deep: see `core.measure.breaks`.
    """
    logs = _log_prices(closes, assets, today, days)
    return _returns(logs, *_jumps(logs, closes, assets, today))


def _log_prices(closes: Mapping[str, Closes], assets: Sequence[str], today: date, days: int) -> Floats:
    """Logs of the closes up to yesterday; (days + 1, assets). NaN where there is none, or one that cannot
    be.
    """
    end = np.datetime64(today, "D")
    prices = np.full((days + 1, len(assets)), np.nan)
    for column, asset in enumerate(assets):
        known = closes.get(asset, NO_CLOSES)
        rows = (known.days - end).astype(np.int64) + days + 1
        inside = (rows >= 0) & (rows <= days)
        prices[rows[inside], column] = known.prices[inside]
    return np.asarray(np.log(np.where(np.isfinite(prices) & (prices > 0), prices, np.nan)))


Relistings = dict[int, int]
"""By column: the row with the first close of today's coin, where another one had the name before."""
Breaks = dict[int, list[int]]
"""By column: the rows with the first close in a new unit of the same coin."""


def _jumps(
    logs: Floats, closes: Mapping[str, Closes], assets: Sequence[str], today: date
) -> tuple[Relistings, Breaks]:
    """Find moves of a day that no holder made: another coin took over the name, or the coin is counted
    anew.
    """
    relisted: Relistings = {}
    broken: Breaks = {}
    spread = np.fmax.reduce(logs) - np.fmin.reduce(logs)
    for column in np.flatnonzero(spread > GREAT).tolist():
        own = logs[:, column]
        traded = closes[assets[column]].traded if assets[column] in closes else {}

        # `traded` is bound as a default, because the loop goes on to the next column.
        def was_traded(row: int, traded: Mapping[date, bool] = traded) -> bool | None:
            return traded.get(_day(row, len(logs), today)) if traded else None

        closed = np.flatnonzero(np.isfinite(own))
        great = closed[1:][np.abs(np.diff(own[closed])) > RELISTING].tolist()
        others = [row for row in great if not was_traded(row)]
        if others:
            relisted[column] = others[-1]
        moves = np.diff(own)
        # Moves of the former coin say nothing of what is usual for this one.
        moves[: relisted.get(column, 0)] = np.nan
        rows = [
            at + 1
            for at in suspicious(moves)
            if is_break(moves, at, was_traded(at + 1), _others(logs, column, at))
        ]
        if rows:
            broken[column] = rows
    return relisted, broken


def _others(logs: Floats, column: int, at: int) -> float:
    """The median log move of the other columns into the row after `at`; zero where there are none."""
    moves = np.delete(logs[at + 1] - logs[at], column)
    known = moves[np.isfinite(moves)]
    return float(np.median(known)) if len(known) else 0.0


def _day(row: int, rows: int, today: date) -> date:
    """The day of a row of closes; the last of `rows` rows is yesterday."""
    return today - timedelta(days=rows - row)


def _returns(logs: Floats, relisted: Relistings, broken: Breaks) -> Floats:
    """Log returns from logs of closes, NaN where the former coin or a change
    of unit is in them; (days, assets).
    """
    returns: Floats = np.diff(logs, axis=0)
    for column, row in relisted.items():
        returns[:row, column] = np.nan
    for column, rows in broken.items():
        returns[[row - 1 for row in rows], column] = np.nan
    return returns


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
    logs = _log_prices(closes, names, today, WINDOW)
    relisted, broken = _jumps(logs, closes, names, today)
    returns = _returns(logs, relisted, broken)
    known = np.isfinite(returns)
    history = known.sum(axis=0)
    stopped = (history > 0) & ~known[-STOPPED:].any(axis=0)
    still = np.fmax.reduce(np.abs(returns)) == 0
    ended = stopped | still
    own = (history >= MEASURED) & _recent(known) & ~ended
    if not own.any():
        raise NoData(f"No asset here has {MEASURED} days of moving prices yet, so no beta can be measured.")
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
            *_relisted(names, relisted, today),
            *_redenominated(names, logs, broken, today),
            *_gaps(names, logs, relisted),
        ),
    )


def _recent(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the known days (days, assets) of each asset weigh at least as much as the last LEAST days;
    (assets,).

    Otherwise a few days after a long halt would stand for everything, and for all assets, as days are common.
    """
    weights = np.exp2(-np.arange(len(known), 0, -1) / HALF_LIFE)
    return np.asarray(weights @ known >= weights[-LEAST:].sum() * (1 - 1e-9))


def _long_gone(
    closes: Mapping[str, Closes], names: Sequence[str], stopped: NDArray[np.bool_], today: date
) -> Iterator[str]:
    """A note for each asset that stopped so long ago that the window holds no return of it."""
    for name, said in zip(names, stopped, strict=True):
        last = closes.get(name, NO_CLOSES).last
        if not said and last is not None and last < today - timedelta(days=STOPPED + 1):
            yield f"{name}: no closes since {last}"


def _relisted(names: tuple[str, ...], relisted: Mapping[int, int], today: date) -> Iterator[str]:
    """A note for each asset that was another coin before, with the first day of the present one."""
    for column, row in relisted.items():
        yield f"{names[column]}: another coin before {_day(row, WINDOW + 1, today)}, left out"


def _redenominated(names: tuple[str, ...], logs: Floats, broken: Breaks, today: date) -> Iterator[str]:
    """A note for each asset of which one coin became several or several became one, with the day left out."""
    for column, rows in broken.items():
        for row in rows:
            move = logs[row, column] - logs[row - 1, column]
            many = round(float(np.exp(abs(move))))
            became = f"1 became {many}" if move < 0 else f"{many} became 1"
            day = _day(row, len(logs), today)
            yield f"{names[column]}: counted anew on {day} ({became}), that day left out"


def _gaps(names: tuple[str, ...], logs: Floats, relisted: Mapping[int, int]) -> Iterator[str]:
    """A note for the assets that lack closes between their first and last;
    those that lack as many stand together.
    """
    closed = np.isfinite(logs)
    if closed.all() and not relisted:
        return
    for column, row in relisted.items():
        closed[:row, column] = False
    since = np.logical_or.accumulate(closed)
    until = np.logical_or.accumulate(closed[::-1])[::-1]
    missing = (since & until & ~closed).sum(axis=0)
    for days in sorted(set(missing[missing > 0].tolist()), reverse=True):
        lacking = ", ".join(name for name, gap in zip(names, missing, strict=True) if gap == days)
        yield f"{lacking}: {days} {'day' if days == 1 else 'days'} without a close"


def covariance(returns: Floats, weights: Floats) -> Floats:
    """Weighted covariance per day: sum of w (r - mean)(r - mean)'; (assets, assets).

    returns: (days, assets), all finite. weights: (days,), summing to 1; the mean is weighted by them as well.
    """
    centred = returns - weights @ returns
    return np.asarray((centred * weights[:, None]).T @ centred)


def effectiveness(covariance: Floats, portfolio: Floats, hedge: Floats) -> float:
    """The share of the portfolio's variance that a hedge removes: 1 - var(hedged) / var(bare). Ederington,
    Journal of Finance 34 (1979).

    portfolio, hedge (assets,): USD held and USD shorted of each asset, on any common scale. A portfolio that
    does not move has nothing to remove: the share is 1.
    """
    left = portfolio - hedge
    bare = float(portfolio @ covariance @ portfolio)
    return 1 - float(left @ covariance @ left) / bare if bare > 0 else 1.0
