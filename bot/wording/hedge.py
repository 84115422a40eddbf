"""The answer to /hedge: the orders first, then what they do and need; the workings fold away below."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.backing import backing
from bot.wording.hedge_workings import funding_told, orders_counted, short_of_target, sized_as_usual, workings
from bot.wording.layout import bold, folded, lines, listed
from bot.wording.numbers import (
    about,
    chance,
    leverage,
    money,
    number,
    percent,
    quantity,
    rise,
)
from bot.wording.range import spanned
from core.cost.depth import MOST_TRADED, WORD
from core.hedge.hedge import Hedge
from core.hedge.wish import Wish
from core.ranges.outcome import in_fall


@dataclass(frozen=True, slots=True)
class Together:
    """What is said of shorts that share an account, in place of what is said of each by itself."""

    lead: Markup
    """What comes first: what it takes, and what ends it."""
    kept: Markup
    """What else has to be known before it is opened."""
    workings: Markup
    """What folds away."""


def hedge(plan: Hedge, *already: str | None, together: Together | None = None) -> Markup:
    """The whole answer to /hedge. already: sentences about what is open already. together: of a plan whose
    shorts share an account.
    """
    return lines(
        together.lead if together else None,
        bold(f"Short {listed([f'{quantity(leg.quantity)} {leg.asset}' for leg in plan.legs])}"),
        _answer(plan),
        *(() if together else (_takes(plan), _danger(plan))),
        _counts(plan),
        _parts(plan),
        _large(plan),
        *already,
        _aim(plan.wish),
        together.kept if together else _cash(plan),
        _gaps(plan),
        folded(*workings(plan, together.workings if together else None)),
    )


def _answer(plan: Hedge) -> str:
    """What the hedge is for: what a fall does with and without it, and how far off that may be."""
    without, hedged = plan.outcome.without, plan.outcome.hedged
    verb = "lose" if hedged < 0 else "gain"
    bare = "" if (without < 0) == (hedged < 0) else "losing " if without < 0 else "gaining "
    return (
        f"If {plan.outcome.benchmark} falls {percent(plan.wish.fall)} you would {verb} about {about(hedged)} "
        f"instead of {bare}{about(without)} (four times in five {spanned(in_fall(plan).hedged.range)})."
    )


def _takes(plan: Hedge) -> str:
    """What it takes and what it pays, in one sentence."""
    takes = f"It takes {money(plan.margin)} at {name_of(plan.venue)}"
    income = plan.income
    if income is None or not any(leg.contract.perpetual for leg in plan.legs):
        return f"{takes}. {funding_told(plan)}"
    return f"{takes} and {'pays you' if income >= 0 else 'costs you'} about {about(income)} a day."


def _danger(plan: Hedge) -> str:
    event = backing(plan.legs[0].contract).event
    return (
        f"Chance of {event} within {plan.wish.horizon_days} days: {chance(plan.any_risk)}."
        f"{short_of_target(plan)}"
    )


def _counts(plan: Hedge) -> str | None:
    """What this number of orders removes, beside one fewer and the most."""
    if len(plan.frontier) < 2 or plan.r_squared is None:
        return None
    mine = len(plan.legs)
    by_count = {len(choice.legs): choice.effectiveness for choice in plan.frontier}
    fewer, most = max((n for n in by_count if n < mine), default=None), max(by_count)
    shown = [n for n in dict.fromkeys((mine, fewer, most)) if n in by_count]
    removes = [f"{'removes' if n == 1 else 'remove'} {percent(by_count[n])}" for n in shown]
    first = f"{orders_counted(shown[0])} {removes[0]} of the risk"
    others = [f"{n} {removed}" for n, removed in zip(shown[1:], removes[1:], strict=True)]
    whole = "" if sized_as_usual(plan) else "Of a full hedge, "
    return f"{whole}{'; '.join([first, *([', '.join(others)] if others else [])])}."


def _parts(plan: Hedge) -> str | None:
    """Says into how many orders the venue's largest market order splits a leg. Elsewhere in the answer a leg
    counts as one order.
    """
    split = [f"{leg.asset} in {leg.orders} parts" for leg in plan.legs if leg.orders > 1]
    return f"Market orders have a largest size here: place {listed(split)}." if split else None


def _large(plan: Hedge) -> str | None:
    """Names the shorts that are large for their market, and those that it bounds."""
    said = []
    for leg in plan.legs:
        if leg.at_bound and leg.asset not in plan.wish.legs:
            said.append(
                f"{leg.asset} is shorted for no more than {percent(MOST_TRADED)} of what is traded in it in "
                f"a day, or of what is open in it ({money(leg.notional)})."
            )
        elif leg.share is not None and leg.share >= WORD:
            said.append(f"{leg.asset} is large here: {percent(leg.share)} of what is traded in it in a day.")
    days = max(leg.depth.days(leg.notional) for leg in plan.legs)
    if days > 1:
        said.append(f"Spread the orders over {days} days.")
    return " ".join(said) or None


def _aim(wish: Wish) -> str | None:
    """What the hedge was sized for, where that is an aim and not a share of the coins."""
    if wish.keep is not None:
        return f"Sized so that this fall costs you about {money(wish.keep)}."
    if wish.target_beta is not None:
        return f"Sized so that you keep about {percent(wish.target_beta)} of the market's moves."
    if wish.beta is not None:
        return f"Sized for coins that move {number(wish.beta)} times as far, as you said; not as measured."
    return None if wish.drop is None else "Sized a dollar short for each dollar of coins, however they move."


def _cash(plan: Hedge) -> str | None:
    """What the user's cash does, and what more of it would do."""
    if plan.wish.cash is None:
        return None
    mine = f"With {money(plan.wish.cash)}: {percent(plan.unseen)} of the risk"
    more = [means for means in plan.means if means.removed > plan.unseen]
    if not more:
        return f"{mine}, and no more is needed."
    others = listed([f"{money(means.cash)} for {percent(means.removed)}" for means in more])
    return f"{mine}. It would take {others}."


def cash_question(needed: Decimal, example: Decimal, wished: str = "/hedge") -> Markup:
    """How much cash there is for the margin, asked beside what the whole hedge takes. wished: the line that
    asks for it.
    """
    return lines(
        bold("How much cash do you have for it?"),
        f"The whole hedge takes {money(needed)} at the exchange, fees included. Less pays for a part of it.",
        f"Press one, or type your own: {wished} cash {example:f}",
    )


def confirm_leverage(plan: Hedge, wanted: Decimal) -> Markup:
    """The question before a hedge at a leverage that is likely to be liquidated."""
    leg = max(plan.legs, key=lambda leg: leg.risk)
    words = backing(leg.contract)
    return lines(
        bold(f"{leverage(wanted)} is risky: about {chance(leg.risk)} such shorts are {words.happens}."),
        f"That is the {leg.asset} short within {plan.wish.horizon_days} days, if {leg.asset} rises "
        f"{rise(leg.distance or Decimal(0))}. {words.then.format(money(leg.margin))}",
        f"Do you want {leverage(wanted)} all the same?",
    )


def _gaps(plan: Hedge) -> Markup | None:
    """What the answer assumes because it could not be measured, in dollars."""
    parts = []
    if plan.exposure.unpriced:
        venue = name_of(plan.venue)
        parts.append(f"No current price on {venue}, not hedged: {', '.join(plan.exposure.unpriced)}.")
    if plan.assumed:
        parts.append(f"{_dollars(plan.assumed)} could not be measured: assumed to move like the rest.")
    if plan.shrunk:
        parts.append(f"{_dollars(plan.shrunk)} has a short history: how it moves is partly assumed.")
    if plan.dropped:
        parts.append(f"Not used: {', '.join(plan.dropped)} (too small to trade, or adds nothing).")
    for asset, cost in plan.dear.items():
        would = f"shorting it should cost {percent(cost, 1)} in {plan.wish.horizon_days} days"
        parts.append(f"{asset}'s own contract is left out: {would}.")
    for asset, coins in plan.missing_coins.items():
        parts.append(
            f"Margin is in {asset}: you would have to buy {quantity(coins)} {asset} more. Those fall too and "
            "are not in these figures."
        )
    parts += [f"{each.sentence(name_of)}." for each in plan.leaving] + [f"{note}." for note in plan.notes]
    return lines(*parts) if parts else None


def _dollars(worth: Mapping[str, Decimal]) -> str:
    return f"{money(sum(worth.values(), Decimal(0)))} ({', '.join(worth)})"
