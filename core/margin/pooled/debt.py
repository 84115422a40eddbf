"""What an account owes, the margin and interest of a debt, and the coins that are sold for one.

In accounts that take coins, a loss on a short becomes a debt in the dollar coin that it settles in. A debt is
never discounted, and in most of them other dollar coins do not reduce it.
"""

from collections.abc import Sequence
from decimal import Decimal

from core.domain.capital.collateral import Slice

NOTHING = Decimal(0)


def borrowed(
    wallet: Decimal, unrealised: Decimal, fees: Decimal = NOTHING, frozen: Decimal = NOTHING
) -> Decimal:
    """Units of one asset that are owed: -min(0, wallet + unrealised - fees - frozen)."""
    return -min(NOTHING, wallet + unrealised - fees - frozen)


def charged(balance: Decimal, free: Decimal, rate: Decimal) -> Decimal:
    """Interest of one period on a balance below zero, beyond what is free: -min(balance + free, 0) * rate."""
    return -min(balance + free, NOTHING) * rate


def debt_margin(tiers: Sequence[Slice], debt: Decimal) -> Decimal:
    """USD of margin that a debt of this USD size asks for itself, in marginal tiers."""
    ends = [each.floor for each in tiers[1:]]
    return sum(
        (
            max(min(debt, end) - tier.floor, NOTHING) * tier.ratio
            for tier, end in zip(tiers, [*ends, max(debt, tiers[-1].floor)], strict=True)
        ),
        NOTHING,
    )


def coins_sold(debt: Decimal, ratio: Decimal) -> Decimal:
    """USD of a coin that the venue sells to pay a debt, at the ratio of forced conversions: debt / ratio."""
    return debt / ratio


def yearly_rate_of_use(used: Decimal) -> Decimal:
    """Hyperliquid's yearly rate on borrowed dollars by the share of the pool in use.

    .05 + 4.75 * max(0, used - .8): 5 % up to 80 % of use and 52.5 % at 90 %.
    """
    return Decimal("0.05") + Decimal("4.75") * max(NOTHING, used - Decimal("0.8"))
