"""Past prices of a coin, for how far it has moved lately: kept in memory, and told only where known."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.series import Candles

KEEP = timedelta(hours=25)
"""The longest look back, and an hour."""
BETWEEN = timedelta(seconds=30)
"""Prices closer together than this are one."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Prices in USD a coin, by time: `times` ascend without repeats."""

    times: tuple[datetime, ...] = ()
    prices: tuple[Decimal, ...] = ()

    def near(self, at: datetime, within: timedelta) -> tuple[datetime, Decimal] | None:
        """The price nearest to `at` and its time; None where none is known within that span of it."""
        place = bisect_left(self.times, at)
        beside = [other for other in (place - 1, place) if 0 <= other < len(self.times)]
        nearest = min(beside, key=lambda other: abs(self.times[other] - at), default=None)
        if nearest is None or abs(self.times[nearest] - at) > within:
            return None
        return self.times[nearest], self.prices[nearest]


class Trails:
    """The trails of the coins whose moves somebody watches, each a day long.

    After a start they are empty: what was before is known from hourly candles, else not at all.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[datetime, Decimal]] = {}

    def add(self, prices: Mapping[str, tuple[datetime, Decimal]], now: datetime) -> None:
        """Take in what coins cost and since when; others than these are forgotten, as is what is too old."""
        for asset in self._known.keys() - prices.keys():
            del self._known[asset]
        for asset, (at, price) in prices.items():
            own = self._known.setdefault(asset, {})
            if not own or at - max(own) >= BETWEEN:
                own[at] = price
            self._known[asset] = {at: price for at, price in own.items() if now - at <= KEEP}

    def fill(self, candles: Mapping[str, Candles]) -> None:
        """Take in the closes of hourly candles where no price is known near them."""
        for asset, spans in candles.items():
            own = self._known.setdefault(asset, {})
            for end, close in zip(spans.times.tolist(), spans.closes.tolist(), strict=True):
                own.setdefault(end.replace(tzinfo=UTC), Decimal(repr(close)))

    def lacking(self, assets: Iterable[str], now: datetime) -> tuple[str, ...]:
        """Those of the assets of which less than a day is known."""
        day = now - timedelta(days=1)
        return tuple(asset for asset in assets if not self._known.get(asset) or min(self._known[asset]) > day)

    def of(self, asset: str) -> Trail:
        """What is known of one coin."""
        known = sorted(self._known.get(asset, {}).items())
        return Trail(tuple(at for at, _ in known), tuple(price for _, price in known))
