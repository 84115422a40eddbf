"""Accounts whose open shorts share what backs them, as they stand now: how near they are to their end.

A short in such an account has no margin and no liquidation price of its own. What is asked is how far the
whole market, or one coin alone, has to move until the account is liquidated with all that is open in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import numpy as np

from core.domain.capital.mode import TAKES_COINS, MarginMode
from core.domain.coins.asset import STABLECOINS
from core.domain.errors import NoData
from core.domain.snapshot import Snapshot
from core.journal.held import decimal
from core.margin import MarginRules
from core.margin.pooled.odds import PoolOdds, pool_odds
from core.margin.pooled.path import MOST_RISE, WORTHLESS, JointBreak, joint_break
from core.margin.pooled.pool import Pool, PooledShort, PoolFigures
from core.margin.pooled.ratios import counted_now
from core.margin.pooled.terms import terms_of
from core.measure.sample import sample
from core.outcome.leg_standing import LegStanding

ODDS_DAYS = 14
"""The odds of a liquidation are told over so many days."""
BENCHMARK = "BTC"
"""The coin whose rise and fall stand for the market's."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a user has said or shown to lie in an account at a venue."""

    cash: Decimal | None
    """USD of dollar coins, as far as it was said; None where it was not."""
    coins: Mapping[str, Decimal]
    """Coins that lie there, by asset, dollar coins among them."""


@dataclass(frozen=True, slots=True)
class SharedStanding:
    """One account at a venue with open positions that share it. Amounts are in USD."""

    venue: str
    """Its venue."""
    mode: MarginMode
    """Its mode."""
    legs: tuple[LegStanding, ...]
    """What is open in it."""
    pool: Pool | None = None
    """The account with its shorts; None where a price, a contract or a side of it is not known."""
    ends: JointBreak | None = None
    """The moves that liquidate it; None where that cannot be told."""
    odds: PoolOdds | None = None
    """How likely that is within ODDS_DAYS."""
    betas: Mapping[str, float] = field(default_factory=dict)
    """Of each coin in it to the market, where that is measured."""
    unknown: tuple[str, ...] = ()
    """What keeps it from being told: the coins or contracts without a price, or that are long."""

    @property
    def figures(self) -> PoolFigures | None:
        """What the account comes to now."""
        return self.pool.figures() if self.pool else None

    @property
    def health(self) -> Decimal | None:
        """Equity over what has to be left of it; at 1 it is liquidated. None where that is not known."""
        figures = self.figures
        if figures is None or self.pool is None or figures.maintenance <= 0:
            return None
        return figures.equity / (figures.maintenance * self.pool.gauge.keeps)

    @property
    def nearest(self) -> Decimal | None:
        """The smallest move of the whole market, up or down, that liquidates it, a decimal; MOST_RISE where
        none up to that does. None where it is not known.
        """
        if self.ends is None:
            return None
        moves = [each for each in (self.ends.rise, self.ends.fall) if each is not None]
        return Decimal(repr(min(moves, default=MOST_RISE)))

    def cash_for(self, move: Decimal) -> Decimal | None:
        """USD of cash to add so that the market can rise or fall by so much; None where that is not known."""
        if self.pool is None or not self.betas:
            return None
        along = np.array([self.betas[asset] for asset in self.pool.assets]) * float(move)
        ways = np.maximum(1 + np.vstack([along, -along]), WORTHLESS)
        return max(Decimal(repr(float(-self.pool.slack(ways).min()))), Decimal(0))


def shared_accounts(
    legs: Iterable[LegStanding],
    backing: Mapping[str, Deposit],
    snapshots: Mapping[str, Snapshot],
    now: datetime,
) -> tuple[SharedStanding, ...]:
    """The accounts in which open positions share what backs them.

    backing: what lies there, by venue. snapshots: by venue; the first one has the histories of the coins.
    """
    found: dict[str, list[LegStanding]] = defaultdict(list)
    for leg in legs:
        if leg.held.count and leg.held.pooled and not leg.lost:
            found[leg.held.venue].append(leg)
    return tuple(
        _account(venue, tuple(own), backing.get(venue, Deposit(None, {})), snapshots, now)
        for venue, own in found.items()
    )


def _account(
    venue: str,
    legs: tuple[LegStanding, ...],
    backing: Deposit,
    snapshots: Mapping[str, Snapshot],
    now: datetime,
) -> SharedStanding:
    """One account. Its mode is that of the position that was backed in it last."""
    mode = max(legs, key=lambda leg: leg.held.changed).held.mode
    there, snapshot = SharedStanding(venue, mode, legs), snapshots.get(venue)
    untold = [leg.asset for leg in legs if leg.contract is None or leg.quote is None or leg.side > 0]
    if snapshot is None or untold:
        return SharedStanding(venue, mode, legs, unknown=tuple(dict.fromkeys(untold)) or (venue,))
    pool = _pool(there, backing, snapshot, snapshots, now)
    moves = _moves(pool, snapshots, now)
    if moves is None:
        return SharedStanding(venue, mode, legs, pool)
    betas, spread = moves
    sigmas = {asset: float(np.sqrt(spread[place, place])) for place, asset in enumerate(pool.assets)}
    ends = joint_break(pool, betas, sigmas)
    return SharedStanding(venue, mode, legs, pool, ends, pool_odds(pool, spread, ODDS_DAYS), betas)


def _pool(
    there: SharedStanding,
    backing: Deposit,
    snapshot: Snapshot,
    snapshots: Mapping[str, Snapshot],
    now: datetime,
) -> Pool:
    """The account as a pool. A coin without a price backs nothing."""
    collateral, takes = counted_now(snapshot, now), there.mode in TAKES_COINS
    settles = {leg.contract.settle for leg in there.legs if leg.contract}
    dollars, coins, prices = Decimal(0), {}, {}
    for asset, quantity in backing.coins.items():
        price = _price(asset, [snapshot, *snapshots.values()], now)
        if asset in STABLECOINS:
            counted = collateral.counts(asset, quantity, price or Decimal(1)) if takes else Decimal(0)
            dollars += quantity if asset in settles else counted
        elif takes and price is not None and collateral.takes(asset):
            coins[asset], prices[asset] = quantity, price
    shorts = tuple(_short(leg) for leg in there.legs)
    marks = {leg.asset: _mark(leg) for leg in there.legs}
    # What is held there and shorted is priced as what is shorted: one price moves both.
    cash = max(dollars, backing.cash or Decimal(0))
    return Pool(there.mode, cash, coins, shorts, {**prices, **marks}, terms_of(there.venue), collateral)


def _short(leg: LegStanding) -> PooledShort:
    held, contract = leg.held, leg.contract
    assert contract is not None  # noqa: S101 - those without are named as unknown  # nosec B101
    size = held.units if contract.inverse else abs(decimal(held.coins))
    entry = decimal(held.entry) / contract.scale
    return PooledShort(leg.asset, size, entry, MarginRules.of(contract), contract.taker_fee)


def _mark(leg: LegStanding) -> Decimal:
    assert leg.quote is not None  # noqa: S101 - those without are named as unknown  # nosec B101
    return leg.quote.mark / leg.held.terms.scale


def _price(asset: str, snapshots: Sequence[Snapshot], now: datetime) -> Decimal | None:
    for snapshot in snapshots:
        try:
            return snapshot.price(asset, now)
        except NoData:
            continue
    return None


def _moves(
    pool: Pool, snapshots: Mapping[str, Snapshot], now: datetime
) -> tuple[dict[str, float], np.ndarray] | None:
    """The beta of each asset to the market and their covariance per day; None where it is not measured."""
    wanted = list(dict.fromkeys([*pool.assets, BENCHMARK]))
    for snapshot in snapshots.values():
        if not set(pool.assets) <= snapshot.closes.keys():
            continue
        try:
            found = sample(snapshot.closes, wanted, now.date())
        except NoData:
            continue
        moves = found.moves
        market = found.assets.index(BENCHMARK)
        if BENCHMARK not in found.measured or not moves[market, market]:
            continue
        columns = [found.assets.index(asset) for asset in pool.assets]
        betas = moves[columns, market] / moves[market, market]
        # A coin without a history of its own counts as wild as the wildest that has one.
        sigmas = np.sqrt(np.diag(moves))
        own = np.array([asset in found.measured for asset in found.assets])
        wild = np.where(own, 1.0, np.maximum(sigmas[own].max() / np.maximum(sigmas, 1e-12), 1.0))[columns]
        spread = moves[np.ix_(columns, columns)] * np.outer(wild, wild)
        return dict(zip(pool.assets, (betas * wild).tolist(), strict=True)), spread
    return None
