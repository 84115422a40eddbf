"""What is left of a pool above its liquidation, for many markets at once, on arrays that are made once.

The same arithmetic as `Pool.figures`, in float64: searches ask for it thousands of times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.domain.capital.collateral import Haircut
from core.margin.pooled.portfolio import unit_margin
from core.margin.rules import MarginRules

_Floats = NDArray[np.float64]
TINY = 1e-300
"""Prices are divided by no less."""


@dataclass(frozen=True, eq=False)
class Counting:
    """How coins count as margin; one row for each asset, columns for the slices."""

    floors: _Floats
    """Where each slice begins, in coins or USD; infinite where an asset has no such slice."""
    ends: _Floats
    """Where it ends."""
    ratios: _Floats
    """The share of its worth that counts."""
    caps: _Floats
    """The most coins that count, (assets,)."""
    in_usd: NDArray[np.bool_]
    """Whether floors are in USD, (assets,)."""

    @classmethod
    def of(cls, haircuts: Sequence[Haircut | None], whole: bool) -> "Counting":
        """Of these assets; None for one that does not count. whole: all coins count at their full worth."""
        number = max((len(each.slices) for each in haircuts if each), default=1)
        shape = (len(haircuts), number)
        floors, ratios = np.full(shape, np.inf), np.zeros(shape)
        caps, in_usd = np.full(len(haircuts), np.inf), np.zeros(len(haircuts), dtype=bool)
        for row, each in enumerate(haircuts):
            if each is None or whole:
                continue
            slices = len(each.slices)
            floors[row, :slices] = [float(one.floor) for one in each.slices]
            ratios[row, :slices] = [float(one.ratio) for one in each.slices]
            caps[row] = np.inf if each.cap is None else float(each.cap)
            in_usd[row] = each.in_usd
        if whole:
            floors[:, 0], ratios[:, 0] = 0.0, 1.0
        ends = np.hstack([floors[:, 1:], np.full((len(haircuts), 1), np.inf)])
        return cls(floors, ends, ratios, caps, in_usd)

    def counted(self, held: _Floats, prices: _Floats) -> _Floats:
        """USD that coins count (n, assets). held: (assets,) or (n, assets), not below zero; prices (n,
        assets).
        """
        kept = np.minimum(held, self.caps)
        if not self.in_usd.any():
            return np.asarray(self._sliced(kept) * prices)
        size = np.where(self.in_usd, kept * prices, kept)
        return np.asarray(self._sliced(size) * np.where(self.in_usd, 1.0, prices))

    def _sliced(self, size: _Floats) -> _Floats:
        """Sum over the slices of what lies in each, times its ratio."""
        inside = np.minimum(size[..., None], self.ends) - self.floors
        return np.asarray((np.maximum(inside, 0.0) * self.ratios).sum(axis=-1))


@dataclass(frozen=True, eq=False)
class Maintained:
    """What shorts must keep as maintenance margin; one row for each short, columns for its brackets."""

    rates: _Floats
    """Of each bracket, a decimal."""
    cums: _Floats
    """What comes off, in USD or in coins."""
    in_coins: NDArray[np.bool_]
    """Whether brackets are counted in coins, (shorts,)."""
    fees: _Floats
    """The fee of buying back, (shorts,)."""

    @classmethod
    def of(cls, rules: Sequence[MarginRules], fees: Sequence[float]) -> "Maintained":
        """Of shorts by these rules."""
        number = max((len(each.brackets) for each in rules), default=1)
        rates, cums = np.zeros((len(rules), number)), np.zeros((len(rules), number))
        for row, each in enumerate(rules):
            # the last line is repeated, which changes no maximum
            lines = (*each.brackets, *(each.brackets[-1],) * (number - len(each.brackets)))
            rates[row] = [float(one.rate) for one in lines]
            cums[row] = [float(one.cum) for one in lines]
        own = [float(each.fee) for each in rules]
        in_coins = np.array([each.in_coins for each in rules], dtype=bool)
        return cls(rates, cums, in_coins, np.maximum(np.array(fees), own))

    def of_shorts(self, which: NDArray[np.intp]) -> "Maintained":
        """The same of these shorts alone."""
        return Maintained(self.rates[which], self.cums[which], self.in_coins[which], self.fees[which])

    def of_brackets(self, worth: _Floats, prices: _Floats) -> _Floats:
        """USD of maintenance (n,) of shorts worth `worth` (n, shorts) USD at these prices (n, shorts).

        The greatest of the brackets' lines, as their rates rise with their floors.
        """
        size = np.where(self.in_coins, worth / np.maximum(prices, TINY), worth)
        most = (size[..., None] * self.rates - self.cums).max(axis=-1)
        return np.asarray(np.where(self.in_coins, most * prices, most).sum(axis=1))


@dataclass(frozen=True, eq=False)
class Slack:
    """A pool as arrays."""

    assets: tuple[str, ...]
    """Every asset that moves it; the order of columns."""
    prices: _Floats
    """USD per coin now, (assets,)."""
    cash: float
    """USD of dollar coins."""
    coins: _Floats
    """Coins held of each asset, (assets,)."""
    counting: Counting
    """How they count."""
    at: NDArray[np.intp]
    """The column of each short's asset, (shorts,)."""
    sizes: _Floats
    """Coins that each is short; of an inverse contract, USD."""
    entries: _Floats
    """USD per coin at which each was opened."""
    inverse: NDArray[np.bool_]
    """Whether its gains are paid in the coin."""
    kept: Maintained
    """What it must keep."""
    by_risk: bool
    """Whether maintenance is by the risk of coins and shorts together."""
    keeps: float
    """How many times its maintenance the account must be worth."""
    weight: float
    """What the coins are worth in a liquidation, beside their ratios."""
    debt_weight: float
    """What a dollar of debt counts."""
    debt_maintenance: float
    """What it must keep, a decimal."""

    def opened(self, sizes: _Floats, cash: float) -> "Slack":
        """The same account with shorts of these sizes that are opened now, and this cash."""
        return replace(self, sizes=sizes, entries=self.prices[self.at], cash=cash)

    def of_shorts(self, which: NDArray[np.intp]) -> "Slack":
        """The same account with these of its shorts alone."""
        kept = self.kept.of_shorts(which)
        own = {name: getattr(self, name)[which] for name in ("at", "sizes", "entries", "inverse")}
        return replace(self, kept=kept, **own)

    def __call__(self, multiples: _Floats) -> _Floats:
        """USD above the liquidation (n,), with every price times `multiples` (n, assets); below zero past
        it.
        """
        prices = multiples * self.prices
        at = prices[:, self.at]
        linear = np.where(self.inverse, 0.0, self.sizes)
        worth = at * linear
        dollars = self.cash + linear @ self.entries - worth.sum(axis=1)
        held = self.coins
        if self.inverse.any():
            worth = np.where(self.inverse, self.sizes, worth)
            held = held + self._gained(at)
        kept = worth @ self.kept.fees
        kept += self._by_risk(worth, held, prices) if self.by_risk else self.kept.of_brackets(worth, at)
        counted = self.counting.counted(np.maximum(held, 0.0), prices).sum(axis=1)
        if self.inverse.any():
            counted += (np.minimum(held, 0.0) * prices).sum(axis=1)
        debt = np.maximum(-dollars, 0.0)
        dollars = dollars - debt * (self.debt_weight - 1)
        kept += debt * self.debt_maintenance
        return np.asarray(dollars + self.weight * counted - self.keeps * kept)

    def _gained(self, at: _Floats) -> _Floats:
        """Coins that inverse shorts have gained (n, assets) at their prices (n, shorts); below zero, lost."""
        gains = np.where(self.inverse, self.sizes / np.maximum(at, TINY) - self.sizes / self.entries, 0.0)
        return np.asarray(gains @ self._columns)

    @property
    def _columns(self) -> _Floats:
        """(shorts, assets): 1 where a short is of the asset."""
        return np.asarray(self.at[:, None] == np.arange(len(self.prices)), dtype=np.float64)

    def _by_risk(self, worth: _Floats, held: _Floats, prices: _Floats) -> _Floats:
        """USD that coins and shorts of each asset must keep together (n,)."""
        short, have = worth @ self._columns, np.maximum(held, 0.0) * prices
        shorted = np.unique(self.at)
        asked = [unit_margin(self.assets[at], have[:, at], short[:, at]) for at in shorted]
        return np.asarray(np.sum(asked, axis=0)) if asked else np.zeros(len(prices))
