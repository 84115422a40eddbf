"""The assets of the simulated market: one row each, how they move and by which rules they trade."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

FACTORS = {"btc": 0.025, "eth": 0.018, "alt": 0.020, "meme": 0.025}
"""What moves coins together, and its daily volatility: BTC, ether beside BTC, altcoins, memes."""

_TABLE = """
ticker home    btc  eth alt meme own   spread coins   lot min worth tick      scale hours tiers max    days
BTC    90000   1.00 0.0 0.0 0.0  0.000 0.3    0.001   1   1   50    0.1       1     8     major 120000 500
ETH    3500    1.20 1.0 0.0 0.0  0.000 0.4    0.01    1   1   20    0.01      1     8     major 200000 500
SOL    160     1.30 0.1 0.8 0.0  0.024 0.8    0.1     1   1   5     0.01      1     8     large 100000 500
LINK   15      1.25 1.1 0.8 0.0  0.020 1.5    1       1   1   5     0.001     1     8     alt   40000  500
AVAX   22      1.35 0.2 1.1 0.0  0.022 1.5    1       1   1   5     0.001     1     8     alt   30000  500
DOT    4       1.25 0.2 1.1 0.0  0.020 2      1       1   1   5     0.001     1     8     alt   100000 500
NEAR   2.5     1.40 0.2 1.1 0.0  0.026 2.5    1       1   1   5     0.001     1     4     alt   150000 500
UNI    8       1.20 1.2 0.7 0.0  0.024 2      1       1   1   5     0.001     1     8     alt   50000  500
AAVE   220     1.25 1.2 0.6 0.0  0.024 2      0.1     1   1   5     0.01      1     8     alt   20000  500
ADA    0.6     1.20 0.1 1.1 0.0  0.022 1.5    10      1   1   5     0.0001    1     8     alt   100000 500
XRP    2.2     1.10 0.0 1.0 0.0  0.022 1      10      0.1 0.1 5     0.0001    1     8     large 100000 500
DOGE   0.18    1.35 0.0 0.9 0.8  0.018 1      100     1   1   5     0.00001   1     8     large 100000 500
BNB    650     1.10 0.2 0.6 0.0  0.018 0.8    1       1   1   5     0.01      1     8     large 2000   500
LTC    100     1.10 0.1 1.0 0.0  0.020 1.5    0.1     1   1   5     0.01      1     8     alt   50000  500
ATOM   4.5     1.20 0.2 1.1 0.0  0.021 2      1       1   2   5     0.001     1     8     alt   60000  500
ARB    0.35    1.40 0.9 1.0 0.0  0.022 3      10      1   1   5     0.0001    1     4     alt   80000  500
OP     0.5     1.45 0.9 1.0 0.0  0.022 3      10      1   1   5     0.0001    1     8     alt   80000  500
PEPE   0.00001 1.50 0.6 0.6 1.0  0.026 3      1000000 1   1   5     0.0000001 1000  4     alt   50000  500
FENN   0.08    1.40 0.2 1.0 0.0  0.045 8      100     1   1   5     0.00001   1     4     young 10000  60
TARN   1.2     1.50 0.2 1.0 0.4  0.055 12     5       1   1   5     0.0001    1     1     young 5000   20
"""


TURNOVERS = {
    "major": Decimal("15e9"),
    "large": Decimal("2e9"),
    "alt": Decimal("2e8"),
    "young": Decimal("4e6"),
}
"""USD traded in a perpetual within 24 hours, by its tiers."""
DATED_SHARE = Decimal("0.02")
"""What is traded in a dated future, as a share of that."""


@dataclass(frozen=True, slots=True)
class SimulatedAsset:
    """One row: a coin, how it moves, and its USDT perpetual.

    home: USD price that the coin wanders around. loadings: its move for a move of one of each factor; the
    first is its beta to BTC. own_volatility: daily, what no factor explains.
    half_spread: from mark to bid or ask, a decimal of the price.
    funding_hours: between two settlements. history_days: closes known on the day when the market began.
    The rest is as in a `Contract`; `tiers` names a row of `core.venues.simulated.listing.TIERS`.
    """

    ticker: str
    home: float
    loadings: tuple[float, ...]
    own_volatility: float
    half_spread: float
    multiplier: Decimal
    lot: Decimal
    min_count: Decimal
    min_notional: Decimal
    tick: Decimal
    scale: Decimal
    funding_hours: int
    tiers: str
    max_count: Decimal
    history_days: int

    @property
    def beta(self) -> float:
        """Move of the asset for a move of one of the market."""
        return self.loadings[0]


def _asset(cells: dict[str, str]) -> SimulatedAsset:
    """The row that one line of the table writes down; `cells` by the column's name."""
    return SimulatedAsset(
        ticker=cells["ticker"],
        home=float(cells["home"]),
        loadings=tuple(float(cells[factor]) for factor in FACTORS),
        own_volatility=float(cells["own"]),
        half_spread=float(cells["spread"]) / 10_000,
        multiplier=Decimal(cells["coins"]),
        lot=Decimal(cells["lot"]),
        min_count=Decimal(cells["min"]),
        min_notional=Decimal(cells["worth"]),
        tick=Decimal(cells["tick"]),
        scale=Decimal(cells["scale"]),
        funding_hours=int(cells["hours"]),
        tiers=cells["tiers"],
        max_count=Decimal(cells["max"]),
        history_days=int(cells["days"]),
    )


_COLUMNS, *_ROWS = [line.split() for line in _TABLE.strip().splitlines()]

ASSETS: dict[str, SimulatedAsset] = {row[0]: _asset(dict(zip(_COLUMNS, row, strict=True))) for row in _ROWS}
"""Every asset by ticker, in the table's order. Add new ones at the end: the others then keep their paths."""

POSITION: dict[str, int] = {ticker: position for position, ticker in enumerate(ASSETS)}
"""Row of each asset in the arrays below and in those of `core.venues.simulated.paths`."""

HOME: NDArray[np.float64] = np.array([asset.home for asset in ASSETS.values()])
BETA: NDArray[np.float64] = np.array([asset.beta for asset in ASSETS.values()])
EXPOSURE: NDArray[np.float64] = np.array(
    [np.multiply(asset.loadings, list(FACTORS.values())) for asset in ASSETS.values()]
)
"""(assets, factors): daily move of each asset for a factor's move of one standard deviation."""
OWN_VOLATILITY: NDArray[np.float64] = np.array([asset.own_volatility for asset in ASSETS.values()])
