"""How prices and amounts went: which prices are known, and what an amount made that was changed on the way.

Everything here is exact, in fractions, so that parts add up to the whole again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from core.domain.coins.asset import STABLECOINS
from core.domain.errors import NoData
from core.domain.series import Candles, Closes
from core.domain.snapshot import Snapshot
from core.journal.ended import LIQUIDATED, as_liquidated
from core.journal.episode import Episode, Step
from core.journal.fate import Fate
from core.journal.fill import Fill, Terms
from core.journal.journal import live, open_positions, voided_entries

NEAR = timedelta(hours=1)
"""A price that is known so shortly before or after a moment stands for that moment."""
OLDEST = timedelta(days=2)
"""A price that is older says nothing of a moment."""
ONE_DAY = timedelta(days=1)
_NONE = Fraction(0)

NO_CANDLES: Mapping[str, Candles] = MappingProxyType({})

Key = tuple[str, str]
"""The venue and the symbol of a contract."""


@dataclass(frozen=True, slots=True)
class AmountChange:
    """A change of how many coins there are."""

    at: datetime
    """When."""
    amount: Fraction
    """How many coins more; below zero, fewer."""
    price: Fraction | None
    """USD per coin at that moment; None where it is not known."""


def made_of(changes: Iterable[AmountChange], price: Fraction | None) -> Fraction | None:
    """USD that an amount made through its changes until the coin costs `price`: the sum of amount * (price -
    own).

    `own` is the price of each change. None where a price is not known that the sum depends on. A price on
    which nothing depends, as that of a change of zero coins, may be unknown.
    """
    total, left = _NONE, _NONE
    for change in changes:
        if change.amount and change.price is None:
            return None
        total -= change.amount * (change.price or _NONE)
        left += change.amount
    if not left:
        return total
    return None if price is None else total + left * price


@dataclass(frozen=True, slots=True)
class Course:
    """The known prices of one coin."""

    times: tuple[datetime, ...] = ()
    """When each price was, ascending and without repeats."""
    prices: tuple[Fraction, ...] = ()
    """USD per coin at these times."""

    def before(self, at: datetime) -> Fraction | None:
        """The last price up to `at`; None where there is none, or only one older than OLDEST."""
        place = bisect_right(self.times, at) - 1
        return self.prices[place] if place >= 0 and at - self.times[place] <= OLDEST else None

    def about(self, at: datetime) -> Fraction | None:
        """The price nearest to `at`; None where none is known within NEAR."""
        place = bisect_left(self.times, at)
        beside = [other for other in (place - 1, place) if 0 <= other < len(self.times)]
        nearest = min(beside, key=lambda other: abs(self.times[other] - at), default=None)
        if nearest is None or abs(self.times[nearest] - at) > NEAR:
            return None
        return self.prices[nearest]

    def near(self, at: datetime) -> Fraction | None:
        """The price about `at`, otherwise the last one before it."""
        price = self.about(at)
        return self.before(at) if price is None else price


def courses(
    fills: Iterable[Fill],
    steps: Iterable[Step],
    closes: Mapping[str, Closes],
    prices: Mapping[str, Decimal],
    now: datetime,
    candles: Mapping[str, Candles] = NO_CANDLES,
) -> dict[str, Course]:
    """The known prices of each coin until `now`, by asset.

    They come from daily closes, candles, fills, steps, and `prices` (USD per coin now). A close counts for
    the midnight that ends its day. Where several are known for one moment, the one named later here counts.
    """
    known: dict[str, dict[datetime, Fraction]] = {}
    for asset, own in closes.items():
        days = zip(own.days.tolist(), own.prices.tolist(), strict=True)
        known[asset] = {_end(day): exact_fraction(price) for day, price in days}
    for asset, spans in candles.items():
        ends = zip(spans.times.tolist(), spans.closes.tolist(), strict=True)
        known.setdefault(asset, {}).update(
            (at.replace(tzinfo=UTC), exact_fraction(price)) for at, price in ends
        )
    for fill in fills:
        if (price := spot_of(fill)) is not None:
            known.setdefault(fill.terms.asset, {})[fill.at] = price
    for step in steps:
        if step.price is not None:
            known.setdefault(step.asset, {})[step.at] = Fraction(step.price)
    for asset, price_now in prices.items():
        known.setdefault(asset, {})[now] = Fraction(price_now)
    return {
        asset: Course(*zip(*sorted((at, price) for at, price in found.items() if at <= now), strict=True))
        for asset, found in known.items()
        if any(at <= now for at in found)
    }


def spot_of(fill: Fill) -> Fraction | None:
    """USD per coin when the order was filled: the index, otherwise what a perpetual traded at; None where
    unknown.

    The end of a liquidated position is counted at the price that used up its margin, so it says nothing of
    the coin, and nothing was gained by its basis.
    """
    if fill.reason == LIQUIDATED:
        return None
    price = fill.index if fill.index is not None else None if fill.terms.expiry else fill.price
    return None if price is None else Fraction(price) / Fraction(fill.terms.scale)


def holdings_changes(steps: Sequence[Step], known: Mapping[str, Course]) -> dict[str, list[AmountChange]]:
    """How the quantity of each coin changed, by asset. Stablecoins are left out, because they do not move.

    A step without a price gets the price known nearest to it.
    """
    found: dict[str, list[AmountChange]] = {}
    held: dict[str, Fraction] = {}
    for step in sorted(steps, key=lambda step: step.at):
        if step.asset in STABLECOINS:
            continue
        price = Fraction(step.price) if step.price is not None else None
        if price is None and step.asset in known:
            price = known[step.asset].near(step.at)
        quantity = Fraction(step.quantity)
        found.setdefault(step.asset, []).append(
            AmountChange(step.at, quantity - held.get(step.asset, _NONE), price)
        )
        held[step.asset] = quantity
    return found


def fills_by_contract(episode: Episode) -> dict[Key, list[Fill]]:
    """The fills that count, by venue and symbol, in order of time.

    A position that counts as liquidated is closed by a last fill, which loses its margin.
    """
    found: dict[Key, list[Fill]] = {}
    for what in live(episode.entries):
        if isinstance(what, Fill):
            found.setdefault((what.venue, what.symbol), []).append(what)
    if any(isinstance(entry.what, Fate) for entry in episode.entries):
        for held in open_positions(episode.entries):
            if (end := as_liquidated(held)) is not None:
                found[held.venue, held.symbol].append(end)
    return found


def contracts_traded(episode: Episode) -> dict[Key, Terms]:
    """The terms of each contract that was traded in the hedge, by venue and symbol, in the order recorded.

    It takes far less time than `fills_by_contract`.
    """
    gone = voided_entries(episode.entries)
    found: dict[Key, Terms] = {}
    for entry in episode.entries:
        if isinstance(entry.what, Fill) and entry.number not in gone:
            found.setdefault((entry.what.venue, entry.what.symbol), entry.what.terms)
    return found


def closes_since(
    began: datetime, assets: Iterable[str], snapshots: Mapping[str, Snapshot]
) -> dict[str, Closes]:
    """Daily closes of each asset from shortly before `began`, from the first venue that has any."""
    first = np.datetime64((began - OLDEST - ONE_DAY).date(), "D")
    found: dict[str, Closes] = {}
    for asset in assets:
        own = next((each.closes[asset] for each in snapshots.values() if asset in each.closes), None)
        if own is not None:
            lately = own.days >= first
            found[asset] = Closes(own.days[lately], own.prices[lately])
    return found


def prices_now(assets: Iterable[str], snapshots: Mapping[str, Snapshot], now: datetime) -> dict[str, Decimal]:
    """USD per coin at the first venue with a usable price, by asset. An asset without any is left out."""
    found: dict[str, Decimal] = {}
    for asset in dict.fromkeys(assets):
        for snapshot in snapshots.values():
            try:
                found[asset] = snapshot.price(asset, now)
            except NoData:
                continue
            break
    return found


def held_now(episode: Episode) -> dict[str, Decimal]:
    """Coins that are held after the last step of each asset."""
    last = {step.asset: step.quantity for step in sorted(episode.steps, key=lambda step: step.at)}
    return {asset: quantity for asset, quantity in last.items() if quantity}


def exact_fraction(number: float) -> Fraction:
    """The number as it is written, as a fraction. Here floats become money."""
    return Fraction(repr(number))


def _end(day: object) -> datetime:
    """The midnight that ends a day of closes."""
    return datetime.combine(day, time(), UTC) + ONE_DAY  # type: ignore[arg-type]
