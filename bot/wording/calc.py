"""The textbook formula with the user's numbers in it, step by step."""

from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import ROOM, money, number, price
from core.hedge.calc import Calculation, Rounded


def calculation(answer: Calculation) -> Markup:
    """The number of contracts, rounded to the nearest and rounded down, each with the beta that it leaves."""
    return lines(
        bold(f"Short {_size(answer.nearest)}"),
        f"{price(answer.value)} × {number(answer.beta)} / {price(answer.contract_value)} a contract = "
        f"{number(answer.exact.quantize(Decimal('0.01'), context=ROOM))}",
        f"Rounded to nearest: {_size(answer.nearest)}, leaves beta {_beta(answer.nearest)}.",
        f"Rounded down: {_size(answer.down)}, leaves beta {_beta(answer.down)}.",
    )


def _size(rounded: Rounded) -> str:
    unit = "contract" if rounded.contracts == 1 else "contracts"
    return f"{number(rounded.contracts)} {unit} ({money(rounded.notional)})"


def _beta(rounded: Rounded) -> str:
    return f"{rounded.residual_beta:+.4f}"
