"""Portfolio margin where its rules are published well enough: OKX's offset of coins, Hyperliquid's loans.

OKX asks, for each coin with its contracts, for the worst of several losses. Coins set against a short of
the same coin leave no loss from the price (MR1, MR6), but still one from the basis between them (MR4) and a
minimum (MR7). okx.com/help/okx-to-enhance-new-features-in-portfolio-margin-mode and
.../okx-will-further-adjust-portfolio-margin-parameters. Binance's uniMMR needs nothing of its own here: its
maintenance is that of the brackets, its debts are not discounted, and it ends at 1.05.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

LARGEST = frozenset({"BTC", "ETH"})
LARGE = frozenset(
    {"SOL", "DOGE", "PEPE", "XRP", "BNB", "ADA", "LTC", "LINK", "AVAX", "DOT", "TRX", "TON", "SUI"}
)
"""Coins with the smaller shocks; of the second list OKX names the first five, the others are assumed."""
SHOCKS = (0.24, 0.36, 0.50)
"""The extreme move (MR6) of the largest coins, large ones and all others. That of MR1 is half of it."""
BASIS = (0.012, 0.036, 0.072)
"""Margin for the basis (MR4), a share of what is offset. The first is that of OKX's example of May 2024
(8,053 USDT on 10 BTC); the others follow its annualised moves of 5, 15 and 30 %. Its formula has changed
since.
"""
MINIMUM = 0.0045
"""The minimum (MR7), a share of the contracts' worth: 3,020 USDT in the same example."""


def aggregate(losses: Sequence[Decimal]) -> Decimal:
    """OKX's maintenance margin of one coin: max(max(MR1, MR2, MR6) + MR3 + MR4 + MR5, MR7).

    losses: MR1 to MR7.
    """
    mr1, mr2, mr3, mr4, mr5, mr6, mr7 = losses
    return max(max(mr1, mr2, mr6) + mr3 + mr4 + mr5, mr7)


def unit_margin(asset: str, coins: NDArray[np.float64], short: NDArray[np.float64]) -> NDArray[np.float64]:
    """USD of maintenance (n,) for coins worth `coins` and a short worth `short` of the same coin, both USD.

    Only as many coins count as there is short; what the short is larger by bears the whole shock.
    """
    group = 0 if asset in LARGEST else 1 if asset in LARGE else 2
    offset = np.minimum(coins, short)
    return np.maximum((short - offset) * SHOCKS[group] + offset * BASIS[group], short * MINIMUM)


def loan_ratio(dollars: Decimal, counted: Decimal, maintenance: Decimal) -> Decimal | None:
    """Hyperliquid's ratio, above .95 of which an account is liquidated: (2 * mm - dollars) / (counted + mm).

    dollars: USD of cross equity, below zero after a debt. counted: USD of the coins at (1 + LTV) / 2. It was
    measured on real accounts with a debt; without one it says little.
    """
    value = counted + maintenance
    return (2 * maintenance - dollars) / value if value > 0 else None


def kept_ratio(loan_to_value: Decimal) -> Decimal:
    """What of a coin counts at Hyperliquid's liquidation: halfway from its loan-to-value to its worth."""
    return (1 + loan_to_value) / 2


def available(dollars: Decimal, capacity: Decimal, asked: Decimal) -> Decimal:
    """USD that can still be used at Hyperliquid: dollars after debts, the coins' loan-to-value, less what is
    asked of both by positions and orders.
    """
    return dollars + capacity - asked


def coins_bound(asked: Decimal, dollars: Decimal, price: Decimal, loan_to_value: Decimal) -> Decimal:
    """Coins that cannot be taken out, because the dollars alone do not back what is asked."""
    return max(asked - dollars, Decimal(0)) / (price * loan_to_value)
