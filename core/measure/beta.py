"""How assets move together: aligned daily returns, their weighted covariance, and fits of one on several.

Everything here is float64. Returns are daily log returns of UTC closes; betas are dimensionless,
covariances are per day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import NoData
from core.domain.series import NO_CLOSES, Closes
from core.measure.breaks import GREAT, is_break, suspicious

Floats = NDArray[np.float64]

WINDOW = 365
"""Days of history that an estimate may use."""
HALF_LIFE = 60.0
"""Days after which an observation counts half."""
MEASURED = 90
"""From this many returns a beta stands on its own; below, it is shrunk to the cross-section."""
LEAST = 30
"""Below this many returns no beta is estimated: the cross-section's is assumed."""
RELISTING = 2.0
"""A log move beyond this from one close to the next is another coin under the same name."""
STOPPED = 3
"""Days without a close after which an asset counts as stopped."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Returns of several assets on common days, complete.

    returns: (days, assets), oldest first. ages: days before today of each row, 1 is yesterday.
    measured: assets with their own history on every row. shrunk: those of which the rows that they lack
    hold the cross-section's return, so that the weighting shrinks their beta by the weight of the days that
    are missing. assumed: those without a usable history, which move as the cross-section does.
    notes: what is missing or was left out, by name: assets that stopped, relistings, gaps.
    """

    assets: tuple[str, ...]
    returns: Floats
    ages: Floats
    measured: frozenset[str]
    shrunk: frozenset[str]
    assumed: frozenset[str]
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        return len(self.ages)

    def weights(self) -> Floats:
        """Exponential weight of each row, summing to 1."""
        weights = np.exp2(-self.ages / HALF_LIFE)
        return np.asarray(weights / weights.sum())

    def parted(self, begin: int, end: int) -> tuple["Sample", "Sample"]:
        """The rows before row `begin`, and those from there to before row `end`."""
        row = np.arange(self.days)
        return self._rows(row < begin), self._rows((row >= begin) & (row < end))

    def _rows(self, keep: NDArray[np.bool_]) -> "Sample":
        return Sample(
            self.assets, self.returns[keep], self.ages[keep], self.measured, self.shrunk, self.assumed
        )


def daily_returns(
    closes: Mapping[str, Closes], assets: Sequence[str], today: date, days: int = WINDOW
) -> Floats:
    """Log returns (days, assets) into each of the `days` days before `today`, NaN where one is unknown.

    A return needs the closes of two consecutive days: nothing is carried over a gap. History up to and
    including a relisting is dropped, also where days without closes lie between the two coins; a day on which
    a coin was counted anew is left out, and a crash that was traded stays, however deep: see `breaks`.
    """
    logs = _log_prices(closes, assets, today, days)
    return _returns(logs, *_jumps(logs, closes, assets, today))


def _log_prices(closes: Mapping[str, Closes], assets: Sequence[str], today: date, days: int) -> Floats:
    """Logs of the closes (days + 1, assets) up to yesterday, NaN where there is none or it cannot be."""
    end = np.datetime64(today, "D")
    prices = np.full((days + 1, len(assets)), np.nan)
    for column, asset in enumerate(assets):
        known = closes.get(asset, NO_CLOSES)
        rows = (known.days - end).astype(np.int64) + days + 1
        inside = (rows >= 0) & (rows <= days)
        prices[rows[inside], column] = known.prices[inside]
    return np.asarray(np.log(np.where(np.isfinite(prices) & (prices > 0), prices, np.nan)))


Relistings = dict[int, int]
"""By column, the row with the first close of the coin that goes by the name now, where there was another."""
Breaks = dict[int, list[int]]
"""By column, the rows with the first close in a new unit of the same coin."""


def _jumps(
    logs: Floats, closes: Mapping[str, Closes], assets: Sequence[str], today: date
) -> tuple[Relistings, Breaks]:
    """Moves of a day that are none of the coin's: it is another coin since, or is counted otherwise."""
    relisted: Relistings = {}
    broken: Breaks = {}
    spread = np.fmax.reduce(logs) - np.fmin.reduce(logs)
    for column in np.flatnonzero(spread > GREAT).tolist():
        own = logs[:, column]
        traded = closes[assets[column]].traded if assets[column] in closes else {}

        def was_traded(row: int, traded: Mapping[date, bool] = traded) -> bool | None:
            return traded.get(_day(row, len(logs), today)) if traded else None

        closed = np.flatnonzero(np.isfinite(own))
        great = closed[1:][np.abs(np.diff(own[closed])) > RELISTING].tolist()
        others = [row for row in great if not was_traded(row)]
        if others:
            relisted[column] = others[-1]
        moves = np.diff(own)
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
    """The median log move of the other columns into the row after `at`; zero without any."""
    moves = np.delete(logs[at + 1] - logs[at], column)
    known = moves[np.isfinite(moves)]
    return float(np.median(known)) if len(known) else 0.0


def _day(row: int, rows: int, today: date) -> date:
    """The day of a row of closes, of which the last is yesterday's."""
    return today - timedelta(days=rows - row)


def _returns(logs: Floats, relisted: Relistings, broken: Breaks) -> Floats:
    returns: Floats = np.diff(logs, axis=0)
    for column, row in relisted.items():
        returns[:row, column] = np.nan
    for column, rows in broken.items():
        returns[[row - 1 for row in rows], column] = np.nan
    return returns


def sample(closes: Mapping[str, Closes], assets: Sequence[str], today: date) -> Sample:
    """Aligned returns of `assets` over the days that every asset with enough history shares.

    Assets with fewer than MEASURED returns, or with old ones that together weigh less than LEAST recent
    days, do not shorten the window for the others. Those with at least LEAST are shrunk to the cross-section:
    on the days that they lack they take the mean return of the measured altcoins, so a beta of theirs is a
    mean of both, weighted as the days are. Those with fewer, those that stopped, and those whose price stood
    still take it on every day.

    Raises NoData, naming the assets, when none has enough history or they share too few days.
    """
    names = tuple(dict.fromkeys(assets))
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
    """Whether the known days (days, assets) of each asset weigh as much as the last LEAST days would.

    Else a few days after a long halt would stand for everything, and for all assets, as days are common.
    """
    weights = np.exp2(-np.arange(len(known), 0, -1) / HALF_LIFE)
    return np.asarray(weights @ known >= weights[-LEAST:].sum() * (1 - 1e-9))


def _long_gone(
    closes: Mapping[str, Closes], names: Sequence[str], stopped: NDArray[np.bool_], today: date
) -> Iterator[str]:
    """Names the assets that stopped so long ago that the window holds no return of theirs."""
    for name, said in zip(names, stopped, strict=True):
        last = closes.get(name, NO_CLOSES).last
        if not said and last is not None and last < today - timedelta(days=STOPPED + 1):
            yield f"{name}: no closes since {last}"


def _relisted(names: tuple[str, ...], relisted: Mapping[int, int], today: date) -> Iterator[str]:
    """Names the assets that were another coin before, with the first day of the present one."""
    for column, row in relisted.items():
        yield f"{names[column]}: another coin before {_day(row, WINDOW + 1, today)}, left out"


def _redenominated(names: tuple[str, ...], logs: Floats, broken: Breaks, today: date) -> Iterator[str]:
    """Names the assets of which one coin became several, or several one, with the day that is left out."""
    for column, rows in broken.items():
        for row in rows:
            move = logs[row, column] - logs[row - 1, column]
            many = round(float(np.exp(abs(move))))
            became = f"1 became {many}" if move < 0 else f"{many} became 1"
            day = _day(row, len(logs), today)
            yield f"{names[column]}: counted anew on {day} ({became}), that day left out"


def _gaps(names: tuple[str, ...], logs: Floats, relisted: Mapping[int, int]) -> Iterator[str]:
    """Names the assets that lack closes between their first and last, those that lack as many together."""
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
    """Weighted covariance per day, (assets, assets): sum w (r - mean)(r - mean)', weights summing to 1."""
    centred = returns - weights @ returns
    return np.asarray((centred * weights[:, None]).T @ centred)


def effectiveness(covariance: Floats, portfolio: Floats, hedge: Floats) -> float:
    """Share of the portfolio's variance that a hedge removes: 1 - var(hedged) / var(bare).

    portfolio and hedge (assets,): USD held and USD shorted of each asset, on any common scale.
    A portfolio that does not move has nothing to remove: 1.
    """
    left = portfolio - hedge
    bare = float(portfolio @ covariance @ portfolio)
    return 1 - float(left @ covariance @ left) / bare if bare > 0 else 1.0
