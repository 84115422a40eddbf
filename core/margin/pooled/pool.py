"""One account whose shorts share what backs them: its equity, what must be left of it, and what it owes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.domain.capital.collateral import Collateral
from core.domain.capital.mode import MarginMode
from core.margin.pooled.portfolio import unit_margin
from core.margin.pooled.slack import Counting, Maintained, Slack
from core.margin.pooled.terms import Gauge, VenueTerms
from core.margin.rules import MarginRules

NOTHING = Decimal(0)
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PooledShort:
    """One short of a pool. Prices are in USD per coin, whatever the contract's quoted unit is."""

    asset: str
    """The canonical ticker."""
    size: Decimal
    """Coins that are short; of an inverse contract, USD."""
    entry: Decimal
    """The price at which it was opened."""
    rules: MarginRules
    """The brackets of maintenance, which of an inverse contract may be in coins."""
    fee: Decimal
    """The fee of buying back, a decimal of the notional; it has to be left as well."""
    leverage: Decimal = Decimal(1)
    """What is set at the venue; it decides what can be opened and nothing else."""

    def notional(self, price: Decimal) -> Decimal:
        """USD that it is worth."""
        return self.size if self.rules.inverse else self.size * price

    def kept(self, price: Decimal) -> Decimal:
        """USD of maintenance margin and closing fee at this price."""
        notional = self.notional(price)
        return self.rules.maintenance(notional, price) + max(self.fee, self.rules.fee) * notional


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """What a pool comes to at one moment, in USD."""

    dollars: Decimal
    """Cash and what the shorts have gained in it; below zero, a debt, which counts in full."""
    coins: Decimal
    """What the coins count as margin."""
    maintenance: Decimal
    """What must be left, or the account is liquidated."""
    initial: Decimal
    """What must be there to open it."""
    debt: Decimal
    """What is owed."""
    ratio: Decimal | None
    """The venue's own ratio, in its own direction; None where it has no value."""

    @property
    def equity(self) -> Decimal:
        """What counts as margin in all."""
        return self.dollars + self.coins

    @property
    def free(self) -> Decimal:
        """What could still be used to open more."""
        return self.equity - self.initial


@dataclass(frozen=True)
class Pool:
    """One account at one moment."""

    mode: MarginMode
    """Its mode."""
    cash: Decimal
    """USD of dollar coins in it."""
    coins: Mapping[str, Decimal]
    """Other coins in it, by asset."""
    shorts: tuple[PooledShort, ...]
    """Its shorts."""
    prices: Mapping[str, Decimal]
    """USD per coin now, of every asset in it."""
    terms: VenueTerms
    """The venue's rules."""
    collateral: Collateral
    """What the venue takes as margin."""

    @cached_property
    def assets(self) -> tuple[str, ...]:
        """Every asset that moves it, coins first; the order of columns below."""
        return tuple(dict.fromkeys([*self.coins, *(short.asset for short in self.shorts)]))

    @property
    def gauge(self) -> Gauge:
        """The ratio that the venue shows in this mode."""
        known = self.terms.portfolio if self.mode == "portfolio" else None
        return known or self.terms.gauge

    def scaled(self, share: float) -> "Pool":
        """The same pool with this share of every short."""
        part = Decimal(repr(share))
        return replace(self, shorts=tuple(replace(each, size=each.size * part) for each in self.shorts))

    def figures(self, prices: Mapping[str, Decimal] | None = None) -> PoolFigures:
        """What it comes to at these prices (USD per coin), or at those of now."""
        at = {**self.prices, **(prices or {})}
        held = dict(self.coins)
        dollars = self.cash
        for short in self.shorts:
            price = at[short.asset]
            if short.rules.inverse:
                gain = short.size / price - short.size / short.entry
                held[short.asset] = held.get(short.asset, NOTHING) + gain
            else:
                dollars += short.size * (short.entry - price)
        counted = NOTHING
        for asset, quantity in held.items():
            owed = quantity < 0
            counted += quantity * at[asset] if owed else self._counts(asset, quantity, at[asset])
        debt = max(-dollars, NOTHING)
        dollars -= debt * (self.terms.debt_weight - 1)
        kept = self._maintenance(at, held) + debt * self.terms.debt_maintenance
        opened = sum((each.notional(at[each.asset]) / each.leverage for each in self.shorts), NOTHING)
        initial = opened + debt * self.terms.debt_initial
        return PoolFigures(dollars, counted, kept, initial, debt, self.gauge.shown(dollars, counted, kept))

    def opens(self) -> Decimal:
        """USD of margin that opening can draw on now: as equity, with coins at the ratio for opening."""
        total = self.cash
        for asset, quantity in self.coins.items():
            haircut = self.collateral.haircuts.get(asset)
            counted = self._counts(asset, quantity, self.prices[asset])
            if haircut is not None and haircut.opens is not None and haircut.ratio:
                counted *= haircut.opens / haircut.ratio
            total += counted
        return total

    def _counts(self, asset: str, quantity: Decimal, price: Decimal) -> Decimal:
        if self.mode == "inverse":
            return quantity * price
        return self.collateral.counts(asset, quantity, price)

    def _maintenance(self, at: Mapping[str, Decimal], held: Mapping[str, Decimal]) -> Decimal:
        """USD of maintenance of all shorts."""
        if not self._by_risk:
            return sum((each.kept(at[each.asset]) for each in self.shorts), NOTHING)
        total = NOTHING
        for asset in dict.fromkeys(short.asset for short in self.shorts):
            worth = sum((s.notional(at[asset]) for s in self.shorts if s.asset == asset), NOTHING)
            coins = held.get(asset, NOTHING) * at[asset]
            asked = unit_margin(asset, np.array([float(coins)]), np.array([float(worth)]))
            fees = sum((s.fee * s.notional(at[asset]) for s in self.shorts if s.asset == asset), NOTHING)
            total += Decimal(repr(float(asked[0]))) + fees
        return total

    @property
    def _by_risk(self) -> bool:
        return self.mode == "portfolio" and self.terms.by_risk

    def slack(self, multiples: _Floats) -> _Floats:
        """USD by which the account is above its liquidation (n,), with every price times `multiples`.

        multiples: (n, assets), 1 for the prices of now. Below zero it is liquidated.
        """
        return self.arrays(multiples)

    @cached_property
    def arrays(self) -> Slack:
        """The pool in floats, for many markets at once."""
        takes = self.collateral.haircuts
        known = [takes.get(asset) for asset in self.assets]
        shorts = self.shorts
        return Slack(
            assets=self.assets,
            prices=np.array([float(self.prices[asset]) for asset in self.assets]),
            cash=float(self.cash),
            coins=np.array([float(self.coins.get(asset, NOTHING)) for asset in self.assets]),
            counting=Counting.of(
                [None if each is None or each.full else each for each in known], self.mode == "inverse"
            ),
            at=np.array([self.assets.index(each.asset) for each in shorts], dtype=np.intp),
            sizes=np.array([float(each.size) for each in shorts]),
            entries=np.array([float(each.entry) for each in shorts]),
            inverse=np.array([each.rules.inverse for each in shorts], dtype=bool),
            kept=Maintained.of([each.rules for each in shorts], [float(each.fee) for each in shorts]),
            by_risk=self._by_risk,
            keeps=float(self.gauge.keeps),
            weight=float(self.terms.weight),
            debt_weight=float(self.terms.debt_weight),
            debt_maintenance=float(self.terms.debt_maintenance),
        )
