"""What the kinds about one open position share: the position with a fresh price, and what backs it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.alert.facts import Facts, exact_fact
from core.alert.rule import Rule
from core.alert.situation import Situation, leg_name
from core.cost.funding import added, per_day
from core.domain.contract import Contract
from core.domain.quote import Quote
from core.journal.held import decimal
from core.margin import MarginRules
from core.outcome.leg_standing import LegStanding
from core.outcome.shared import SharedStanding


@dataclass(frozen=True, slots=True)
class Backed:
    """An open position with a margin of its own, at a fresh price. Amounts are in USD."""

    leg: LegStanding
    contract: Contract
    quote: Quote
    notional: Decimal
    """What its contracts are worth, above zero whichever way they go."""
    margin: Decimal
    """What is set aside for it."""
    backing: Decimal
    """The margin with the unrealised profit or loss, as the venue counts it."""

    @property
    def needed(self) -> Decimal:
        """What the venue asks for: with no more than this backing it closes the position."""
        held = self.leg.held
        return MarginRules.of(self.contract).needed(held.units, decimal(held.entry), self.quote.mark)

    def facts(self, situation: Situation) -> Facts:
        """What every notice about the position says."""
        held = self.leg.held
        return Facts(
            subject=self.leg.asset,
            venue=held.venue,
            symbol=held.symbol,
            id=self.contract.id,
            short=self.leg.shorted,
            mark=self.quote.mark,
            liquidation=self.leg.liquidation,
            assumed=self.contract.brackets_assumed,
            needed=self.needed,
            age=situation.age(self.quote),
            simulated=situation.simulated,
        )


def position_subjects(situation: Situation, rule: Rule) -> tuple[str, ...]:
    """The names of the open positions that a rule is of."""
    return tuple(leg_name(leg) for leg in situation.legs_called(rule.subject))


def danger_subjects(situation: Situation, rule: Rule) -> tuple[str, ...]:
    """The same for what is asked of a whole account where positions share one: it is named by the first."""
    found: dict[str, str] = {}
    for leg in situation.legs_called(rule.subject):
        found.setdefault(leg.held.venue if leg.held.pooled and not leg.lost else leg_name(leg), leg_name(leg))
    return tuple(found.values())


def shared(situation: Situation, rule: Rule) -> SharedStanding | None:
    """The account that the position which the rule is of shares; None for one with a margin of its own."""
    leg = situation.leg(rule.subject)
    return None if leg is None or leg.lost else situation.account(leg)


def account_facts(situation: Situation, account: SharedStanding) -> Facts | None:
    """What every notice about an account says that positions share; None where it is not known."""
    figures = account.figures
    if figures is None or account.pool is None:
        return None
    odds, ends = account.odds, account.ends
    falls = ends is not None and ends.fall is not None and (ends.rise is None or ends.fall < ends.rise)
    return Facts(
        subject=", ".join(dict.fromkeys(leg.asset for leg in account.legs)),
        venue=account.venue,
        symbol=account.legs[0].held.symbol,
        short=added(leg.shorted for leg in account.legs),
        mode=account.mode,
        falls=falls,
        distance=exact_fact(account.nearest),
        chance=exact_fact(odds.probability) if odds else None,
        margin=figures.equity,
        needed=figures.maintenance * account.pool.gauge.keeps,
        age=situation.age(*(leg.quote for leg in account.legs)),
        simulated=situation.simulated,
    )


def backed(situation: Situation, rule: Rule) -> Backed | None:
    """The position that the rule is of; None where its price is too old, or its margin is not known."""
    leg = situation.leg(rule.subject)
    quote = situation.fresh(leg.quote) if leg else None
    if leg is None or quote is None or leg.contract is None or leg.held.margin is None or not leg.shorted:
        return None
    margin = leg.held.margin
    if leg.held.terms.inverse:  # its margin is in coins
        margin = margin * Fraction(quote.mark) / leg.held.entry
    backing = margin + leg.held.unrealised(quote.mark)
    return Backed(leg, leg.contract, quote, abs(leg.shorted), decimal(margin), decimal(backing))


def perpetuals(legs: Iterable[LegStanding]) -> tuple[LegStanding, ...]:
    """Those of the positions that have funding."""
    return tuple(leg for leg in legs if leg.held.terms.expiry is None)


def seen(situation: Situation, legs: Iterable[LegStanding] | None = None) -> tuple[LegStanding, ...]:
    """Those of the positions, by default of all, that have a fresh price, or count as closed."""
    own = situation.legs if legs is None else legs
    return tuple(leg for leg in own if leg.lost or situation.fresh(leg.quote) is not None)


def without(situation: Situation, legs: Iterable[LegStanding] | None = None) -> tuple[str, ...]:
    """The coins of those that have none, and so are in no sum."""
    own = situation.legs if legs is None else legs
    return tuple(dict.fromkeys(leg.asset for leg in own if leg not in seen(situation, own)))


def paying(situation: Situation, legs: Iterable[LegStanding]) -> tuple[LegStanding, ...]:
    """Those of open perpetuals of which it is known what they are paid now."""
    return tuple(leg for leg in legs if _paid(situation, leg) is not None)


def paid_a_day(situation: Situation, legs: Iterable[LegStanding]) -> Decimal | None:
    """USD a day that open perpetuals are paid at the rates now; None where one is not known."""
    return added(_paid(situation, leg) for leg in legs)


def _paid(situation: Situation, leg: LegStanding) -> Decimal | None:
    rate = situation.rate(leg.held.venue, leg.held.symbol)
    if rate is None or leg.shorted is None or situation.fresh(leg.quote) is None:
        return None
    return per_day(rate, leg.shorted)


def shorted(situation: Situation, legs: Iterable[LegStanding] | None = None) -> Decimal | None:
    """USD short in these positions, by default in all; None where one has no fresh price."""
    own = situation.legs if legs is None else legs
    return added(leg.shorted if leg.lost or situation.fresh(leg.quote) else None for leg in own)
