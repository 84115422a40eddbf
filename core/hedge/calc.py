"""The textbook hedge, by a beta or by a loss: how many contracts, and what rounding leaves."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Rounded:
    """A whole number of contracts, and what it does."""

    contracts: Decimal
    """How many contracts to short."""
    notional: Decimal
    """What they are worth in USD."""
    residual_beta: Decimal
    """The beta that the portfolio keeps: beta - notional / value."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """The hedge of one value at one beta: exact, and rounded in two ways."""

    value: Decimal
    """What is to be hedged, in USD."""
    beta: Decimal
    """How much it moves for each move of the contract."""
    contract_value: Decimal
    """What one contract is worth in USD: price * size."""
    exact: Decimal
    """Contracts before rounding."""
    nearest: Rounded
    """The nearest whole number of contracts, a half rounded up."""
    down: Rounded
    """The whole number below, which never hedges too much."""


def calculate(value: Decimal, beta: Decimal, price: Decimal, size: Decimal) -> Calculation:
    """The number of contracts to short.

    All arguments are above zero: `value` in USD, `price` in USD per coin, `size` in coins per contract.
    """
    contract = price * size
    exact = value * beta / contract

    def rounded(contracts: Decimal) -> Rounded:
        return Rounded(contracts, contracts * contract, beta - contracts * contract / value)

    return Calculation(
        value,
        beta,
        contract,
        exact,
        nearest=rounded(exact.to_integral_value(ROUND_HALF_UP)),
        down=rounded(exact.to_integral_value(ROUND_FLOOR)),
    )


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The short that gains what a fall costs: contracts = loss / (price * size * move)."""

    loss: Decimal
    """What is to be made up, in USD."""
    price: Decimal
    """USD per coin."""
    size: Decimal
    """Coins in one contract."""
    move: Decimal
    """How far the coin falls, a decimal."""

    @property
    def gain_each(self) -> Decimal:
        """What one contract gains in that fall, in USD."""
        return self.price * self.size * self.move

    @property
    def exact(self) -> Decimal:
        """Contracts before rounding."""
        return self.loss / self.gain_each

    @property
    def contracts(self) -> Decimal:
        """The fewest whole contracts that make up all of it."""
        return self.exact.to_integral_value(ROUND_CEILING)

    @property
    def notional(self) -> Decimal:
        """What they are worth in USD before the fall."""
        return self.contracts * self.price * self.size

    @property
    def gain(self) -> Decimal:
        """What they gain in the fall, in USD."""
        return self.contracts * self.gain_each
