"""How many contracts a typed number means: it may count coins or contracts."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from bot.hedges.contract_names import asset_named
from bot.hedges.fill_subject import ToldSubject
from bot.reading.fills import FORM, Said
from bot.reading.venues import by_specification
from bot.wording.numbers import contracts, number
from core.domain.coins.asset import canonical
from core.domain.contract import Contract
from core.domain.errors import BadInput
from core.journal.doubt import MORE_THAN_ORDERED, MOST_TIMES
from core.journal.fill import Terms
from core.journal.held import decimal


def count_said(said: Said, subject: ToldSubject) -> Decimal:
    """How many contracts the line is about, above zero; where it has no number, what is left of the order.

    Raises BadInput where no number can be assumed, and for one that the venue does not trade.
    """
    if said.count is not None:
        counted = replace(said, in_coins=_in_coins(said, said.count, subject))
        return _in_contracts(counted, said.count, subject.name, subject.terms, subject.contract)
    left = abs(subject.order.count) - abs(subject.filled) if subject.order else Decimal(0)
    if left <= 0:
        raise BadInput(f"How many {subject.name}? Type for example {FORM}.")
    return left


def _in_contracts(
    said: Said, typed: Decimal, called: str, terms: Terms, contract: Contract | None
) -> Decimal:
    """The typed number in contracts. Raises BadInput where the venue does not trade so many.

    called: the contract's name in that sentence.
    """
    coins = Fraction(typed) / Fraction(terms.multiplier)
    if said.in_coins and terms.inverse:
        raise BadInput(
            f"{called} is counted in contracts of ${number(terms.multiplier)}. Type how many of those."
        )
    if said.in_coins:
        units = canonical(said.coin)[1] if asset_named(said.coin) else Decimal(1)
        count = coins * Fraction(units)
    else:
        count = Fraction(typed)
    if not _whole(count, contract):
        hint = (
            ""
            if said.in_coins or terms.inverse or not _whole(coins, contract)
            else (f" For coins put the coin last: {number(typed)} {terms.asset}.")
        )
        what = terms.asset if said.in_coins else called
        raise BadInput(f"{number(typed)} {what} is no whole number of {_step(terms, contract)}.{hint}")
    return decimal(count)


def _in_coins(said: Said, typed: Decimal, subject: ToldSubject) -> bool:
    """Whether the typed number counts coins. Where the line does not say it, coins are assumed.

    Contracts are assumed where the contract is inverse or a broker's, as those are only counted that way; and
    where the number in coins would be more than was ordered, or more than is open to be closed.
    """
    if said.in_coins is not None:
        return said.in_coins
    terms = subject.terms
    if terms.inverse or by_specification(subject.venue):
        return False
    order, held = subject.order, subject.held
    if order is None and (held is None or said.sold is None or said.sold != (held.count > 0)):
        return True
    if not _whole(Fraction(typed), subject.contract):
        return True
    units = canonical(said.coin)[1] if asset_named(said.coin) else Decimal(1)
    as_coins = Fraction(typed) * Fraction(units) / Fraction(terms.multiplier)
    if order is not None:
        return as_coins <= Fraction(abs(order.count) * MORE_THAN_ORDERED)
    most = abs(held.count) if held is not None else Decimal(0)
    return as_coins <= Fraction(most * MORE_THAN_ORDERED) or typed * MOST_TIMES < most


def _whole(count: Fraction, contract: Contract | None) -> bool:
    """Whether so many contracts are a multiple of the venue's lot. Assumed so while the lot is not known."""
    return contract is None or (count / Fraction(contract.lot)).denominator == 1


def _step(terms: Terms, contract: Contract | None) -> str:
    """The lot in words: `contracts of 0.01 ETH`, `steps of 0.001 ETH`."""
    lot = contract.lot if contract else Decimal(1)
    if lot == 1 and terms.multiplier != 1:
        return f"contracts of {contracts(lot, terms).removeprefix('1 × ')}"
    return f"steps of {contracts(lot, terms)}"
