"""The textbook hedge: contracts = value * beta / (price * size), and what rounding leaves."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Rounded:
    """A whole number of contracts, the USD they short, and the beta that the portfolio keeps."""

    contracts: Decimal
    notional: Decimal
    residual_beta: Decimal


@dataclass(frozen=True, slots=True)
class Calculation:
    """`value` USD at `beta` against contracts worth `contract_value` USD: exact, nearest and rounded down."""

    value: Decimal
    beta: Decimal
    contract_value: Decimal
    exact: Decimal
    nearest: Rounded
    down: Rounded


def calculate(value: Decimal, beta: Decimal, price: Decimal, size: Decimal) -> Calculation:
    """Number of contracts to short; all arguments positive, value and price in USD, size in coins."""
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
