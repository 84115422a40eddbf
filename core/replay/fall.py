"""What a portfolio and its hedge would have gone through on days that are over.

Dollars are moved back: so many dollars of each coin and of each short as today, at the prices of then, left
alone until the end. With g(t) a coin's price over its first one, and N, m, f the dollars shorted, the margin
and the funding rate of a settlement at s:

    coins      sum of V_i * (g_i(t) - 1)
    a short    -N * (g(t) - 1) + sum over s <= t of N * g(s) * f(s)
    liquidated once the high since the moment before reaches the liquidation price: from then on -m, and the
               funding until then

A coin-margined short is N dollars for good, so its funding is N * f; its lost margin is coins, -m * g(t).
Paths are float64; money comes in and goes out as Decimal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

import numpy as np

from core.domain.errors import CannotHedge
from core.domain.series import NO_SETTLEMENTS, FundingHistory
from core.hedge.hedge import Hedge
from core.hedge.leg import SHORT, Leg
from core.margin import MarginRules, initial
from core.margin.pooled.pool import Pool
from core.measure.beta import Floats
from core.replay.event import Event
from core.replay.tracks import Moments, Track, Tracks

LEVERAGES = tuple(map(Decimal, (1, 2, 3, 5)))
"""The leverages for which it is told whether the margin would have lasted."""
HOURLY_DAYS = 31
"""An event of up to so many days is gone through hour by hour, a longer one day by day."""
LONGEST_INTERVAL = timedelta(hours=8, minutes=1)
"""A longer time without a settlement is a hole in the record."""

_SAME_TIME = timedelta(minutes=1)
"""Venues stamp a settlement some seconds off its hour."""


@dataclass(frozen=True, slots=True, eq=False)
class Short:
    """A short that is opened at the first moment."""

    asset: str
    """The canonical ticker."""
    notional: Decimal
    """What is short, in USD."""
    margin: Decimal
    """What backs it, in USD."""
    liquidation: Decimal | None
    """The price at which it is closed, over the first price; None if no price does that."""
    funding: FundingHistory | None = NO_SETTLEMENTS
    """What its contract settled then; None where that is not known."""
    inverse: bool = False
    """Whether it is margined in the coin."""


def short_of(leg: Leg, leverage: Decimal, funding: FundingHistory | None) -> Short | None:
    """The leg's dollars short at this leverage; None where its venue does not allow that for this size."""
    contract, notional = leg.contract, leg.notional
    rules = MarginRules.of(contract)
    if leverage > rules.bracket(notional, leg.price / contract.scale).max_leverage:
        return None
    margin = initial(notional, leverage)
    try:
        price = rules.liquidation(SHORT, leg.units, leg.price, margin)
    except CannotHedge:
        return None
    liquidation = None if price is None else price / leg.price
    return Short(leg.asset, notional, margin, liquidation, funding, contract.inverse)


@dataclass(frozen=True, slots=True, eq=False)
class ShortPath:
    """How a short went, in USD at each moment."""

    short: Short
    """The short."""
    made: Floats
    """What its price made; (moments,)."""
    funding: Floats
    """Funding received so far; (moments,)."""
    liquidated: int | None
    """The index of the moment by which the venue had closed it; None if it lasted."""
    rise: float
    """The highest price over the first one, less one; a decimal."""


@dataclass(frozen=True)
class Replay:
    """USD gained since the first moment (below zero: lost), at each moment."""

    times: Moments
    """The moments."""
    hours: int
    """Hours between two moments."""
    unhedged: Floats
    """What the coins alone made; (moments,)."""
    shorts: tuple[ShortPath, ...]
    """How each short went."""

    @cached_property
    def hedged(self) -> Floats:
        """What coins, shorts and funding made together; (moments,)."""
        return np.asarray(sum((path.made + path.funding for path in self.shorts), self.unhedged))

    @property
    def made(self) -> Decimal:
        """USD that the shorts made in the end, without funding."""
        return _usd(sum(float(path.made[-1]) for path in self.shorts))

    @property
    def funding(self) -> Decimal:
        """USD of funding received in the end, where it is known; below zero, paid."""
        return _usd(sum(float(path.funding[-1]) for path in self.shorts))

    @property
    def liquidated(self) -> tuple[ShortPath, ...]:
        """The shorts that did not last."""
        return tuple(path for path in self.shorts if path.liquidated is not None)

    def end(self, path: Floats) -> Decimal:
        """USD at the last moment of a path."""
        return _usd(path[-1])

    def lowest(self, path: Floats) -> tuple[Decimal, int]:
        """USD at the lowest moment of a path, and that moment's index; zeros
        where it never fell below the start.
        """
        at = int(np.argmin(path))
        return _usd(path[at]), at

    def at(self, index: int) -> datetime:
        """The moment of this index as an aware datetime."""
        moment: datetime = self.times[index].astype(object)
        return moment.replace(tzinfo=UTC)


def replay(coins: Mapping[str, Decimal], shorts: Iterable[Short], past: Tracks) -> Replay:
    """Move so many USD of each coin, with these shorts, through the past.
    Every asset must be in `past.by_asset`.
    """
    unhedged = np.zeros(len(past.times))
    for asset, worth in coins.items():
        unhedged += float(worth) * (past.by_asset[asset].growth - 1)
    paths = tuple(_path(short, past.by_asset[short.asset], past.times) for short in shorts)
    return Replay(past.times, past.hours, unhedged, paths)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A hedge in an event."""

    hedge: Hedge
    """The hedge, of the coins that can be followed."""
    event: Event
    """The event that was lived through."""
    asked: Event
    """The event that was asked for, where a made-up one stands in for it."""
    past: Tracks
    """The prices of then."""
    coins: Mapping[str, Decimal]
    """The coins that were followed, with their USD."""
    left_out: Mapping[str, Decimal]
    """Coins that cannot be followed, with their USD."""
    jumped: Mapping[str, date]
    """Coins and legs that cannot be followed because their price jumped as no coin's does, with the day."""
    recounted: Mapping[str, date]
    absent: tuple[Leg, ...]
    """Legs of the hedge that cannot be followed."""
    unknown_funding: tuple[str, ...]
    """Assets of legs whose settlements of then are not on record."""
    as_planned: Replay
    """What happened at the leverages of the plan."""
    by_leverage: Mapping[Decimal, Replay | None]
    """What happened at each of LEVERAGES; None where a venue does not allow it. Empty where the shorts share
    an account, in which leverage decides nothing.
    """


def replay_hedge(
    hedge: Hedge,
    event: Event,
    past: Tracks,
    settled: Mapping[str, FundingHistory],
    *,
    asked: Event,
    left_out: Mapping[str, Decimal],
    jumped: Mapping[str, date],
    recounted: Mapping[str, date],
) -> Replayed:
    """Live through the event with this hedge.

    settled: what perpetuals paid then, by symbol. The rest is as in `Replayed`. Every coin must be in
    `past.by_asset`; legs that are not are left out of the hedge. Raises CannotHedge where a leverage of the
    plan would be liquidated at once.
    """
    coins = {held.asset: held.value for held in hedge.exposure.moving}
    legs = [leg for leg in hedge.legs if leg.asset in past.by_asset]
    funding = {leg.asset: _known(leg, settled, past.times) for leg in legs}

    if hedge.backed is not None:
        shared = replay_shared(coins, legs, funding, past, hedge.backed.pool)
        return Replayed(
            hedge, event, asked, past, coins, left_out, jumped, recounted,
            absent=tuple(leg for leg in hedge.legs if leg.asset not in past.by_asset),
            unknown_funding=tuple(asset for asset, history in funding.items() if history is None),
            as_planned=shared,
            by_leverage={},
        )  # fmt: skip

    def at(leverages: Sequence[Decimal]) -> Replay | None:
        pairs = zip(legs, leverages, strict=True)
        shorts = [short_of(leg, leverage, funding[leg.asset]) for leg, leverage in pairs]
        there = [short for short in shorts if short is not None]
        return replay(coins, there, past) if len(there) == len(shorts) else None

    as_planned = at([leg.leverage for leg in legs])
    if as_planned is None:
        raise CannotHedge("At this leverage a short of the hedge would be liquidated at once. Take less.")
    return Replayed(
        hedge, event, asked, past, coins, left_out, jumped, recounted,
        absent=tuple(leg for leg in hedge.legs if leg.asset not in past.by_asset),
        unknown_funding=tuple(asset for asset, history in funding.items() if history is None),
        as_planned=as_planned,
        by_leverage={leverage: at([leverage] * len(legs)) for leverage in LEVERAGES},
    )  # fmt: skip


def replay_shared(
    coins: Mapping[str, Decimal],
    legs: Sequence[Leg],
    funding: Mapping[str, FundingHistory | None],
    past: Tracks,
    pool: Pool,
) -> Replay:
    """The same with shorts that share this account: they end together, at the first moment at which the highs
    of what is short and the prices of the other coins liquidate it.

    Coins in it that have no prices then back nothing.
    """
    shorts = [
        Short(leg.asset, leg.notional, leg.margin, None, funding[leg.asset], leg.contract.inverse)
        for leg in legs
    ]
    found = replay(coins, shorts, past)
    end = _end_of_account(pool, past)
    if end is None:
        return found
    ended = [
        replace(path, made=_stopped(path.made, end), funding=_stopped(path.funding, end), liquidated=end)
        for path in found.shorts
    ]
    return replace(found, shorts=tuple(ended))


def _end_of_account(pool: Pool, past: Tracks) -> int | None:
    """The index of the first moment by which the account was liquidated."""
    there = replace(
        pool,
        coins={asset: held for asset, held in pool.coins.items() if asset in past.by_asset},
        shorts=tuple(short for short in pool.shorts if short.asset in past.by_asset),
    )
    shorted = {short.asset for short in there.shorts}
    tracks = [
        past.by_asset[asset].highs if asset in shorted else past.by_asset[asset].growth
        for asset in there.assets
    ]
    if not there.shorts:
        return None
    ended = np.flatnonzero(there.slack(np.column_stack(tracks)) <= 0)
    return int(ended[0]) if len(ended) else None


def _stopped(made: Floats, end: int) -> Floats:
    """What was made, with nothing more from this moment on."""
    return np.where(np.arange(len(made)) > end, made[end], made)


def _known(leg: Leg, settled: Mapping[str, FundingHistory], times: Moments) -> FundingHistory | None:
    """What the leg's contract settled; None unless the whole time is on
    record. A dated future settles nothing.
    """
    if not leg.contract.perpetual:
        return NO_SETTLEMENTS
    history = settled.get(leg.contract.symbol)
    return history if history is not None and on_record(history, times) else None


def on_record(history: FundingHistory, times: Moments) -> bool:
    """Whether no settlement is missing after the first moment and up to the last.

    None may follow more than LONGEST_INTERVAL after the one before it (or after the first moment), and after
    the last one the next must lie beyond the last moment, at the pace of the last two.
    """
    settled = history.times[(history.times > times[0]) & (history.times <= times[-1])]
    if not len(settled) or not np.isfinite(history.rates).all():
        return False
    gaps = np.diff(np.concatenate([times[:1], settled]))
    left = times[-1] - settled[-1]
    return bool(
        (gaps <= np.timedelta64(LONGEST_INTERVAL)).all() and left + np.timedelta64(_SAME_TIME) < gaps[-1]
    )


def _path(short: Short, track: Track, times: Moments) -> ShortPath:
    """How one short goes along the track of its coin."""
    notional = float(short.notional)
    made = notional * SHORT * (track.growth - 1)
    closed = None
    if short.liquidation is not None:
        reached = np.flatnonzero(track.highs[1:] >= float(short.liquidation))
        closed = int(reached[0]) + 1 if len(reached) else None
    if closed is not None:
        margin = float(short.margin)
        made[closed:] = -margin * track.growth[closed:] if short.inverse else -margin
    return ShortPath(short, made, _funding(short, track, times, closed), closed, float(track.highs.max()) - 1)


def _funding(short: Short, track: Track, times: Moments, closed: int | None) -> Floats:
    """USD received so far at each moment, from settlements while the short was open; (moments,)."""
    flows = np.zeros(len(times))
    if short.funding is not None:
        until = times[-1] if closed is None else times[closed - 1]
        settled, rates = short.funding.times, short.funding.rates
        inside = (settled > times[0]) & (settled <= until)
        before = np.searchsorted(times, settled[inside], side="right") - 1
        worth = np.ones(len(before)) if short.inverse else track.growth[before]
        np.add.at(flows, np.searchsorted(times, settled[inside]), worth * rates[inside])
    return np.asarray(float(short.notional) * np.cumsum(flows))


def _usd(number: float) -> Decimal:
    """Here floats become money."""
    return Decimal(repr(float(number)))
