"""The textbook formulas with the user's numbers in them, step by step."""

from collections.abc import Mapping
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import ROOM, money, number, price
from core.hedge.calc import Calculation, MadeUp, Rounded

QUESTIONS: Mapping[str, str] = {
    "value": "What are the coins worth, in dollars? For example 50000",
    "beta": "What is their beta: by how many percent do they move for each 1% of the contract's coin? For "
    "example 1.5",
    "loss": "Which loss should the short make up, in dollars? For example 10000",
    "price": "What does the contract's coin cost, in dollars? For example 3500",
    "size": "How many coins is one contract? For example 0.01",
    "move": "How far does that coin fall, in percent? For example 20",
}
"""What is asked for each number that is missing, by its name."""
WHICH = "Work out how many contracts to short"
BY_LOSS, BY_BETA = "From a loss to make up", "From a beta"


def calculation(answer: Calculation) -> Markup:
    """The number of contracts, rounded to the nearest and rounded down, each with the beta that it leaves."""
    return lines(
        bold(f"Short {_size(answer.nearest)}"),
        f"{price(answer.value)} × {number(answer.beta)} / {price(answer.contract_value)} a contract = "
        f"{_hundredth(answer.exact)}",
        f"Rounded to nearest: {_size(answer.nearest)}, leaves beta {_beta(answer.nearest)}.",
        f"Rounded down: {_size(answer.down)}, leaves beta {_beta(answer.down)}.",
    )


def made_up(answer: MadeUp) -> Markup:
    """The number of contracts whose gain makes up a loss, and how it comes about."""
    return lines(
        bold(f"Short {_contracts(answer.contracts)} ({money(answer.notional)})"),
        f"In a fall of {_percent(answer.move)} one contract gains {price(answer.price)} × "
        f"{number(answer.size)} × {_percent(answer.move)} = {price(answer.gain_each)}.",
        f"{price(answer.loss)} / {price(answer.gain_each)} = {_hundredth(answer.exact)}, rounded up so that "
        f"all of it is made up: {_contracts(answer.contracts)} gain {price(answer.gain)}.",
        "It takes the fall of that very coin for granted. /hedge works with how your coins really move.",
    )


def which_way(form: str) -> Markup:
    """The question what is to be worked out, and what can be typed at once. form: an example."""
    return lines(bold(WHICH), "I ask for each number, or type them at once:", form)


def asked_for(name: str) -> Markup:
    """The question for one number."""
    return lines(QUESTIONS[name])


def _hundredth(exact: Decimal) -> str:
    return number(exact.quantize(Decimal("0.01"), context=ROOM))


def _percent(move: Decimal) -> str:
    return f"{number(move * 100)}%"


def _contracts(count: Decimal) -> str:
    return f"{number(count)} {'contract' if count == 1 else 'contracts'}"


def _size(rounded: Rounded) -> str:
    return f"{_contracts(rounded.contracts)} ({money(rounded.notional)})"


def _beta(rounded: Rounded) -> str:
    return f"{rounded.residual_beta:+.4f}"
