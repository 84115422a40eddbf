"""What a position takes out of the wallet when it is opened, and what it is worth later.

Linear contracts are counted in USD. Inverse ones are worth a fixed sum `usd` and counted in coins. `side` is
+1 for a long and -1 for a short; `fee` is a decimal of the notional; prices are USD per coin.
"""

from collections.abc import Iterable
from decimal import Decimal


def initial(notional: Decimal, leverage: Decimal) -> Decimal:
    """Initial margin, in the unit of the notional: notional / leverage."""
    return notional / leverage


def order_cost(
    side: int, quantity: Decimal, price: Decimal, leverage: Decimal, fee: Decimal, *, closing: bool = False
) -> Decimal:
    """USD that a linear order blocks: initial margin and the opening fee.

    closing: some venues also block the fee of a close at the bankruptcy price.
    """
    notional = quantity * price
    close = quantity * bankruptcy_linear(side, price, leverage) * fee if closing else Decimal(0)
    return initial(notional, leverage) + notional * fee + close


def notional_inverse(usd: Decimal, price: Decimal) -> Decimal:
    """Coins that an inverse position of `usd` is worth: usd / price."""
    return usd / price


def pnl_linear(side: int, quantity: Decimal, entry: Decimal, price: Decimal) -> Decimal:
    """USD gained: side * quantity * (price - entry)."""
    return side * quantity * (price - entry)


def pnl_inverse(side: int, usd: Decimal, entry: Decimal, price: Decimal) -> Decimal:
    """Coins gained: side * usd * (1/entry - 1/price)."""
    return side * (usd / entry - usd / price)


def margin_balance(wallet: Decimal, profit: Decimal) -> Decimal:
    """What covers the position now: margin and unrealised profit; at its maintenance it is liquidated."""
    return wallet + profit


def cross_wallet(balance: Decimal, others: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """What stands behind one of several positions that share a balance, in place of a margin of its own.

    balance + profits - maintenance, over the other positions. others: the unrealised profit and the
    maintenance margin of each.
    """
    return balance + sum((profit - kept for profit, kept in others), Decimal(0))


def bankruptcy_linear(side: int, entry: Decimal, leverage: Decimal) -> Decimal:
    """Price at which the initial margin is used up: entry * (1 - side / leverage)."""
    return entry * (1 - side / leverage)


def bankruptcy_inverse(side: int, entry: Decimal, leverage: Decimal) -> Decimal | None:
    """Price at which the initial margin in coins is used up: entry * leverage / (leverage + side).

    None for a short at 1x or less: what it loses in dollars its margin gains.
    """
    return entry * leverage / (leverage + side) if leverage + side > 0 else None
