"""How near the front of a venue's line for deleveraging open positions stand, by the venue's own formula.

It rests on recorded fills and margins alone: what else lies in the account is not known here.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from core.journal.ended import used_up
from core.journal.held import decimal, value
from core.margin import MarginRules
from core.margin.adl import Profiting, adl_score
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding


def own_scores(legs: Iterable[LegStanding]) -> dict[Key, Decimal]:
    """The score of each open position, by venue and symbol: 0 without profit, higher nearer the front.

    One is left out where its venue publishes no formula, and where a margin or a price on that venue is not
    known: the account behind it is the sum of all recorded there.
    """
    accounts: dict[str, list[LegStanding]] = defaultdict(list)
    for leg in legs:
        if leg.held.count and not leg.lost:
            accounts[leg.held.venue].append(leg)
    return {key: score for own in accounts.values() for key, score in _of_account(own).items()}


def _of_account(legs: list[LegStanding]) -> dict[Key, Decimal]:
    """The scores of all that is open on one venue."""
    worths = [_worth(leg) for leg in legs]
    if None in worths:
        return {}
    account = decimal(sum((each[0] for each in worths if each), Fraction(0)))
    needed = sum((each[1] for each in worths if each), Decimal(0))
    found = ((leg, adl_score(leg.held.venue, _profiting(leg, account, needed))) for leg in legs)
    return {(leg.held.venue, leg.held.symbol): max(s, Decimal(0)) for leg, s in found if s is not None}


def _worth(leg: LegStanding) -> tuple[Fraction, Decimal] | None:
    """USD that back a position now, and what the venue asks of it; None where that is not known."""
    held = leg.held
    if held.margin is None or leg.quote is None or leg.contract is None:
        return None
    mark = leg.quote.mark
    margin = held.margin * Fraction(mark) / held.entry if held.terms.inverse else held.margin
    needed = MarginRules.of(leg.contract).needed(held.units, decimal(held.entry), mark)
    return margin + held.unrealised(mark), needed


def _profiting(leg: LegStanding, account: Decimal, needed: Decimal) -> Profiting:
    held = leg.held
    assert leg.quote is not None  # noqa: S101 - its worth is known  # nosec B101
    mark, end = leg.quote.mark, used_up(held)
    now, entered, ruined = (
        None if price is None else abs(decimal(value(held.terms, held.count, price)))
        for price in (mark, held.entry, end)
    )
    return Profiting(
        decimal(held.unrealised(mark)), now or Decimal(0), entered or Decimal(0), account, needed, ruined
    )
