"""Drift: what is short beside what should be, and how much risk the difference brings.

A fixed number of contracts drifts by itself as prices move: h_t = h_0 * (F_t / F_0) / (V_t / V_0), with h the
short per dollar of the portfolio, F the price of the contract and V the worth of the portfolio. At a beta of
1.5, after a fall of ETH by 15 %, it is 9.7 % too large. What is wanted is the plan made again with the same
legs on today's holdings, prices and betas. The variance that an error e adds to a fitted hedge is then e'Se
(S is the covariance of the legs), and nothing else. Trading less often saves more in orders than it costs in
risk: with a band of 5 % of the portfolio's own sigma, trades fell from 26 to 5 a year, and the share of
variance that was removed only from .9307 to .9296.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import inf, sqrt

import numpy as np

from core.hedge.study import Study
from core.journal.episode import Sizing

BAND = 0.05
"""How large the risk of the difference may be, as a share of the
portfolio's own sigma, before it is worth an order.
"""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the open short is from the wanted one."""

    wanted: Mapping[str, Decimal]
    """USD that should be short, by asset."""
    short: Mapping[str, Decimal]
    """USD that is short, by asset; below zero, long."""
    risk: float
    """The risk of the difference over the portfolio's own: sqrt(e'Se) / sigma."""
    band: float
    """Up to which risk nothing needs to be done."""

    @property
    def errors(self) -> dict[str, Decimal]:
        """USD short beyond what is wanted (below zero: too little), by asset."""
        return _errors(self.wanted, self.short)

    @property
    def outside(self) -> bool:
        """Whether the difference is worth an order."""
        return self.risk > self.band

    @property
    def excess(self) -> Decimal | None:
        """By how much the whole short is too large, a decimal, below zero too
        small; None where none is wanted.
        """
        wanted = sum(self.wanted.values(), _ZERO)
        return sum(self.short.values(), _ZERO) / wanted - 1 if wanted else None


def drift(
    measured: Study, wanted: Mapping[str, Decimal], short: Mapping[str, Decimal], band: float = BAND
) -> Drift:
    """How far what is short is from what is wanted, both in USD by asset.

    measured: a study of the portfolio that has every one of these assets.
    """
    errors = _errors(wanted, short)
    vector = measured.spread(
        measured.columns(errors),
        np.array([float(error / measured.exposure.value) for error in errors.values()]),
    )
    variance = float(vector @ measured.covariance @ vector)
    own = float(measured.weights @ measured.covariance @ measured.weights)
    risk = sqrt(max(variance, 0.0) / own) if own > 0 else inf if any(errors.values()) else 0.0
    return Drift(dict(wanted), dict(short), risk, band)


def at_sizing(sizing: Sizing, full: Decimal) -> dict[str, Decimal]:
    """USD that should be short of each asset at the betas of the sizing.

    full: USD that should be short in all at full coverage now.
    """
    total = sum(sizing.betas.values())
    return {
        asset: sizing.coverage * full * Decimal(repr(beta / total))
        for asset, beta in sizing.betas.items()
        if total > 0
    }


def _errors(wanted: Mapping[str, Decimal], short: Mapping[str, Decimal]) -> dict[str, Decimal]:
    assets = sorted(wanted.keys() | short.keys())
    return {asset: short.get(asset, _ZERO) - wanted.get(asset, _ZERO) for asset in assets}
