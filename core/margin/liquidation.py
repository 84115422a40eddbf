"""The price at which the venue closes a position, isolated or cross, linear or inverse.

For cross margin pass `cross_wallet(...)` as the wallet. side is +1 long, -1 short; prices are in USD.

Maintenance is the greatest of its brackets' lines `notional * rate - cum`, because rates rise with the floor
and the lines meet at the floors. So each bracket alone gives a price, and the one that is reached first is
the fixed point at which the bracket is that of the notional at the liquidation price.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NoReturn

from core.domain.contract import Bracket
from core.domain.errors import CannotHedge
from core.margin.brackets import maintenance

NO_FEE = Decimal(0)


def liquidation_linear(
    side: int,
    quantity: Decimal,
    entry: Decimal,
    wallet: Decimal,
    brackets: tuple[Bracket, ...],
    fee: Decimal = NO_FEE,
) -> Decimal | None:
    """Price at which a linear position is liquidated; None if no price above zero does it.

    (wallet + cum - side * quantity * entry) / (quantity * (rate + fee) - side * quantity), with rate and cum
    of the bracket that holds the notional at that very price. wallet in USD. Raises CannotHedge where a
    short is past liquidation at any price.
    """
    price = _first_reached(
        side,
        (
            (wallet + bracket.cum - side * quantity * entry) / (quantity * (bracket.rate + fee - side))
            for bracket in brackets
        ),
    )
    if price > 0:
        return price
    if side < 0:
        _nothing_left()
    return None


def liquidation_inverse(
    side: int,
    usd: Decimal,
    entry: Decimal,
    wallet: Decimal,
    brackets: tuple[Bracket, ...],
    fee: Decimal = NO_FEE,
    *,
    tiers_in_coins: bool = False,
) -> Decimal | None:
    """Price at which a coin-margined position of `usd` notional is liquidated; None if none does.

    The equity `wallet + side * usd * (1/entry - 1/price)` in coins meets maintenance and fee at
    price = (usd * (side + rate + fee) - cum) / (wallet + side * usd / entry); where the tiers are in coins,
    at price = usd * (side + rate + fee) / (wallet + cum + side * usd / entry). wallet in coins. Raises
    CannotHedge where a long is past liquidation at any price.
    """
    prices = []
    for bracket in brackets:
        usd_cum, coin_cum = (Decimal(0), bracket.cum) if tiers_in_coins else (bracket.cum, Decimal(0))
        coins = side * (wallet + coin_cum) + usd / entry
        if coins > 0:
            prices.append(side * (usd * (side + bracket.rate + fee) - usd_cum) / coins)
        elif side > 0:
            _nothing_left()
    return _first_reached(side, prices) if prices else None


def liquidation_frozen_linear(
    side: int, quantity: Decimal, entry: Decimal, wallet: Decimal, kept: Decimal
) -> Decimal | None:
    """The same where the venue keeps maintenance margin as it was at entry; None if no price does it.

    entry - side * (wallet - kept) / quantity; kept: maintenance and closing fee in USD; margin added later
    counts to the wallet.
    """
    price = entry - side * (wallet - kept) / quantity
    return price if price > 0 else None


def liquidation_frozen_inverse(
    side: int, usd: Decimal, entry: Decimal, wallet: Decimal, kept: Decimal
) -> Decimal | None:
    """The same for a coin-margined position, wallet and kept in coins.

    1 / price = 1 / entry + side * (wallet - kept) / usd.
    """
    coins = usd / entry + side * (wallet - kept)
    return usd / coins if coins > 0 else None


def bankruptcy_in_coins(
    side: int, usd: Decimal, entry: Decimal, wallet: Decimal, fee: Decimal = NO_FEE
) -> Decimal | None:
    """Price at which `wallet` coins are used up: a liquidation with no maintenance margin."""
    bare = Bracket(floor=Decimal(0), rate=Decimal(0), cum=Decimal(0), max_leverage=Decimal(1))
    return liquidation_inverse(side, usd, entry, wallet, (bare,), fee)


def margin_to_survive(
    notional: Decimal,
    rise: Decimal,
    brackets: tuple[Bracket, ...],
    fee: Decimal = NO_FEE,
    *,
    inverse: bool = False,
) -> Decimal:
    """USD of margin with which a short of this USD notional is liquidated just when its coin rose by `rise`.

    Linear: the loss, maintenance and fee up there, `N * d + MM(N * (1 + d)) + fee * N * (1 + d)`. Inverse:
    `N - (N - MM(N) - fee * N) / (1 + d)`, for its margin rises with the coin. rise: a decimal.
    """
    if inverse:
        return notional - (notional * (1 - fee) - maintenance(brackets, notional)) / (1 + rise)
    up = notional * (1 + rise)
    return notional * rise + maintenance(brackets, up) + fee * up


def _first_reached(side: int, prices: Iterable[Decimal]) -> Decimal:
    """Of several liquidation prices the one that a falling (long) or rising (short) market meets first."""
    return max(prices) if side > 0 else min(prices)


def _nothing_left() -> NoReturn:
    raise CannotHedge("This position has no margin left: it is past liquidation at any price. Add margin.")
