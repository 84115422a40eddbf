"""The life of a hedge as amounts of coins: what was held, what was short, and what the plans wanted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from core.domain.coins.asset import STABLECOINS
from core.domain.series import Candles, Closes
from core.domain.snapshot import Snapshot
from core.journal.episode import Episode, Sizing
from core.journal.fill import Fill
from core.outcome.course import (
    NO_CANDLES,
    AmountChange,
    Course,
    Key,
    closes_since,
    courses,
    exact_fraction,
    fills_by_contract,
    holdings_changes,
    made_of,
    prices_now,
)
from core.outcome.trade import Trade, coins_in, trades

_NONE, _ONE = Fraction(0), Fraction(1)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """An episode from its beginning until `until`, as amounts of coins."""

    episode: Episode
    """The episode."""
    fills: Mapping[Key, Sequence[Fill]]
    """The fills that count of each contract, by time."""
    closes: Mapping[str, Closes]
    """Daily closes, by asset."""
    known: Mapping[str, Course]
    """All known prices, by asset."""
    ends: Mapping[str, Fraction]
    """What a coin costs in the end in USD, where that is known; by asset."""
    until: datetime
    """When the episode ended, otherwise now."""

    @cached_property
    def trades(self) -> dict[Key, tuple[Trade, ...]]:
        """The fills of each contract as coins."""
        since = [at for at, _ in self.plans]
        return {key: trades(own, since) for key, own in self.fills.items()}

    @cached_property
    def held(self) -> dict[str, list[AmountChange]]:
        """How the quantity of each coin changed, without stablecoins; by asset."""
        return holdings_changes(self.episode.steps, self.known)

    @cached_property
    def shorted(self) -> dict[str, list[AmountChange]]:
        """How the coins in contracts changed (below zero: short), at the price of the coin; by asset."""
        found: dict[str, list[AmountChange]] = {}
        for key, own in self.trades.items():
            asset = self.asset(key)
            found.setdefault(asset, []).extend(
                AmountChange(trade.at, trade.coins, trade.index) for trade in own
            )
        return found

    @cached_property
    def plans(self) -> tuple[tuple[datetime, Sizing], ...]:
        """Since when each sizing counted, by time. One that aims at nothing,
        as of positions by hand, is none.
        """
        filled = sorted(fill.at for own in self.fills.values() for fill in own)
        since = {
            next((at for at in filled if at >= sizing.at), max(sizing.at, self.episode.began)): sizing
            for sizing in sorted(self.episode.sizings, key=lambda sizing: sizing.at)
            if sizing.betas or sizing.wanted
        }
        return tuple((at, since[at]) for at in sorted(since) if at <= self.until)

    def plan(self, at: datetime) -> Sizing | None:
        """The sizing that counted at the moment; None before the first one."""
        return next((plan for since, plan in reversed(self.plans) if since <= at), None)

    def coverage(self, at: datetime, asset: str | None = None) -> Decimal:
        """The share that was to be hedged at the moment; 0 for an `asset` that the hedge is not of."""
        plan = self.plan(at)
        if plan is None:
            return Decimal(1)
        return plan.coverage if asset is None or not plan.only or asset in plan.only else Decimal(0)

    def price(self, asset: str, at: datetime | None = None) -> Fraction | None:
        """USD per coin at the moment, as far as known; without a moment, in the end."""
        if at is None or at == self.until:
            return self.ends.get(asset)
        return self.known[asset].near(at) if asset in self.known else None

    def asset(self, key: Key) -> str:
        """The asset that the contract is on."""
        return self.fills[key][0].terms.asset

    def rough(self) -> tuple[str, ...]:
        """Coins for which a price from some hours before was used, at a change or in the end."""
        moments = [(step.asset, step.at) for step in self.episode.steps if step.price is None]
        for (_, before), (at, after) in pairwise(self.plans):
            if before.coverage != after.coverage:
                moments += [(asset, at) for asset in self.held if _amount(self.held[asset], at)]
        if self.episode.ended is not None:
            moments += [(asset, self.until) for asset in self.held if _amount(self.held[asset], self.until)]
        found = {
            asset
            for asset, at in moments
            if self.coins.get(asset) is not None and self.known[asset].about(at) is None
        }
        return tuple(sorted(found))

    def end(self, asset: str) -> Fraction | None:
        """USD per coin in the end; where that is not known, at the last order in it."""
        price = self.price(asset)
        if price is None and asset in self.shorted:
            price = max(self.shorted[asset], key=lambda change: change.at).price
        return price

    @cached_property
    def coins(self) -> dict[str, Fraction | None]:
        """USD that each coin made; None where a price is missing."""
        return {asset: made_of(own, self.price(asset)) for asset, own in self.held.items()}

    def aimed(self) -> Fraction:
        """USD that coverage * coins made: what the hedge was to make the opposite of."""
        gains = (
            made_of(self._covered(asset), self.price(asset))
            for asset in self.held
            if self.coins[asset] is not None
        )
        return sum((gain or _NONE for gain in gains), _NONE)

    def _covered(self, asset: str) -> list[AmountChange]:
        """How coverage * quantity of a coin changed."""
        found: list[AmountChange] = []
        covered, price = _NONE, None
        prices = {change.at: change.price for change in self.held[asset]}
        for at in sorted(prices.keys() | {at for at, _ in self.plans}):
            price = prices.get(at) or self.price(asset, at) or price
            after = Fraction(self.coverage(at, asset)) * _amount(self.held[asset], at)
            found.append(AmountChange(at, after - covered, price))
            covered = after
        return found

    def worth(self, at: datetime, only: tuple[str, ...] = ()) -> Fraction | None:
        """USD that the moving coins are worth, or those in `only`; None where one of them has no price."""
        return self._valued(at, {asset: _ONE for asset in self.held if not only or asset in only})

    def exposed(self, plan: Sizing, since: datetime, at: datetime) -> Fraction | None:
        """USD at `at` that the betas of a plan refer to, which counts from `since`; None where not known.

        Betas are of a portfolio with its stablecoins as they were; stablecoins that come or go later change
        nothing.
        """
        then, now = self.worth(since, plan.only), self.worth(at, plan.only)
        if not then or now is None:
            return None
        stable = _NONE if plan.only else self._stable(since)
        return now * (then + stable) / then

    def protected(self) -> Fraction | None:
        """USD of coins that were to be hedged, on average over the time; None where it is not known."""
        moments = sorted({self.episode.began, *self._changes(), *self._midnights()})
        total = _NONE
        for at, following in zip(moments, [*moments[1:], self.until], strict=True):
            shares = {asset: min(Fraction(self.coverage(at, asset)), _ONE) for asset in self.held}
            covered = self._valued(at, shares)
            if covered is None:
                return None
            total += covered * _seconds(following - at)
        length = _seconds(self.until - self.episode.began)
        return total / length if length > 0 else None

    def _valued(self, at: datetime, shares: Mapping[str, Fraction]) -> Fraction | None:
        """USD of these shares of what was held of each asset; None where a price is missing that matters."""
        total = _NONE
        for asset, share in shares.items():
            quantity = _amount(self.held[asset], at)
            price = self.price(asset, at)
            if quantity and share and price is None:
                return None
            total += quantity * share * (price or _NONE)
        return total

    def _stable(self, at: datetime) -> Fraction:
        """Stablecoins that were held at the moment, in USD."""
        last = {
            step.asset: step.quantity
            for step in self.episode.steps
            if step.asset in STABLECOINS and step.at <= at
        }
        return Fraction(sum(last.values(), Decimal(0)))

    def planned(self) -> Iterator[tuple[str, list[AmountChange]]]:
        """For each asset and contract, how the coins that the plans wanted changed (below zero: short)."""
        for key in self.fills:
            yield self.asset(key), self._planned(key)
        for asset in {asset for _, plan in self.plans for asset in plan.betas}:
            yield asset, self._unfilled(asset)

    def _planned(self, key: Key) -> list[AmountChange]:
        """Of one contract: before the first plan what was traded, from then on what each plan wanted."""
        own = self.trades[key]
        first = self.plans[0][0] if self.plans else None
        found = [
            AmountChange(trade.at, trade.coins, trade.index) for trade in own if not first or trade.at < first
        ]
        wanted = sum((change.amount for change in found), _NONE)
        terms = self.fills[key][0].terms
        for at, plan in self.plans:
            price = self.price(terms.asset, at) or own[0].index
            after = -Fraction(plan.wanted.get(key, Decimal(0))) * coins_in(terms, price)
            found.append(AmountChange(at, after - wanted, price))
            wanted = after
        return found

    def _unfilled(self, asset: str) -> list[AmountChange]:
        """Of an asset that plans wanted short and that was never traded, at the worth of the coins then."""
        found: list[AmountChange] = []
        wanted = _NONE
        for at, plan in self.plans:
            beta = _NONE if self._traded(plan, asset) else exact_fraction(plan.betas.get(asset, 0.0))
            if beta == wanted == _NONE:
                continue
            price, worth = self.price(asset, at), self.exposed(plan, at, at)
            if not price or worth is None:
                return []
            after = -Fraction(plan.coverage) * beta * worth / price
            found.append(AmountChange(at, after - wanted, price))
            wanted = after
        return found

    def _traded(self, plan: Sizing, asset: str) -> bool:
        """Whether a contract was ever traded in which the plan wanted this asset short."""
        return any(key in self.fills and self.asset(key) == asset for key in plan.wanted)

    def _changes(self) -> Iterator[datetime]:
        """When holdings or plans changed, before the end."""
        times = [*(step.at for step in self.episode.steps), *(at for at, _ in self.plans)]
        return (at for at in times if self.episode.began <= at < self.until)

    def _midnights(self) -> Iterator[datetime]:
        """The midnights after the beginning and before the end."""
        at = datetime.combine(self.episode.began.date(), time(), self.episode.began.tzinfo) + _ONE_DAY
        while at < self.until:
            yield at
            at += _ONE_DAY


def live_through(
    episode: Episode,
    snapshots: Mapping[str, Snapshot],
    now: datetime,
    candles: Mapping[str, Candles] = NO_CANDLES,
) -> Life:
    """The life of the episode until it ended, or until `now`. snapshots: the one whose prices come first."""
    fills = fills_by_contract(episode)
    every = [fill for own in fills.values() for fill in own]
    assets = sorted(
        {step.asset for step in episode.steps} | {fill.terms.asset for fill in every} | benchmarks(episode)
    )
    prices = prices_now(assets, snapshots, now)
    closes = closes_since(episode.began, assets, snapshots)
    known = courses(every, episode.steps, closes, prices, now, candles)
    # An older price is not the price of now, so an open hedge uses only current ones.
    if episode.ended is None:  # an older price is none of now
        ends = {asset: Fraction(price) for asset, price in prices.items()}
        return Life(episode, fills, closes, known, ends, now)
    last = {asset: course.near(episode.ended) for asset, course in known.items()}
    ends = {asset: price for asset, price in last.items() if price is not None}
    return Life(episode, fills, closes, known, ends, episode.ended)


def benchmarks(episode: Episode) -> set[str]:
    """The assets whose fall its plans spoke of: their prices are needed to judge what was said."""
    return {sizing.promise.benchmark for sizing in episode.sizings if sizing.promise is not None}


def _amount(changes: Sequence[AmountChange], at: datetime) -> Fraction:
    """How many coins there are at the moment, after its own changes."""
    return sum((change.amount for change in changes if change.at <= at), _NONE)


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 1_000_000)
