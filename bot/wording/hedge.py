"""The answer to /hedge: the orders first, then what they do and what they need; the workings fold away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.backing import backing
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import (
    about,
    beta,
    chance,
    contracts,
    flows,
    leverage,
    money,
    number,
    percent,
    price,
    quantity,
)
from bot.wording.range import spanned
from core.cost.depth import MOST_TRADED, WORD
from core.cost.funding import apr
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.hedge.unseen import removed_between
from core.hedge.wish import Wish
from core.margin import TARGET
from core.ranges.outcome import in_fall, swings
from core.ranges.paid import funding_of


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
        folded(
            f"{orders_counted(len(plan.legs))} on {name_of(plan.venue)} to hedge {_covered(plan)} of coins: "
            f"{listed([contracts(leg.count, leg.contract) for leg in plan.legs])}.",
            f"If {plan.outcome.benchmark} falls {percent(plan.wish.fall)}, you would be",
            table(
                [
                    ("without the hedge", money(plan.outcome.without, signed=True)),
                    ("with the hedge", money(plan.outcome.hedged, signed=True)),
                ]
            ),
            _in_fall(plan),
            None if together else _margin(plan),
            _funding(plan),
            _frontier(plan),
            *[_leg(leg, alone=together is None) for leg in plan.legs],
            together.workings if together else None,
            _measured(plan),
            _left(plan),
            f"Risk is variance, judged on the last {plan.unseen_days} days, none of which its fit had seen. "
            f"In the fall {_falling(plan)}. "
            f"{'' if together else backing(plan.legs[0].contract).shared + ' '}Orders are yours to place.",
            backing(plan.legs[0].contract).taken.format(name_of(plan.venue)),
        ),
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
        return f"{takes}. {_funding(plan)}"
    return f"{takes} and {'pays you' if income >= 0 else 'costs you'} about {about(income)} a day."


def _danger(plan: Hedge) -> str:
    event = backing(plan.legs[0].contract).event
    return (
        f"Chance of {event} within {plan.wish.horizon_days} days: {chance(plan.any_risk)}."
        f"{_short_of_target(plan)}"
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
    whole = "" if _sized_as_usual(plan) else "Of a full hedge, "
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


def orders_counted(count: int) -> str:
    return "1 order" if count == 1 else f"{count} orders"


def _frontier(plan: Hedge) -> str | None:
    """How much risk each number of orders would remove: the best fit of each number, in full, on days that
    the fit had not seen.
    """
    if not plan.frontier or plan.r_squared is None:
        return None
    # The frontier was measured for a full hedge, so another size is not among its figures.
    usual = _sized_as_usual(plan)
    mine = {leg.asset for leg in plan.legs} if usual else set()
    shares = [
        f"{len(choice.legs)}: {percent(choice.effectiveness)}{' (this)' if set(choice.legs) == mine else ''}"
        for choice in plan.frontier
    ]
    whose = "Risk removed" if usual else "Risk that a full hedge at measured betas removes"
    return f"{whose}, by number of orders: {', '.join(shares)}.{_month_to_month(plan) if usual else ''}"


def _month_to_month(plan: Hedge) -> str:
    """How far the risk that this hedge removes differs from one month to the next, where that can be seen."""
    low, high = (max(share, 0.0) for share in removed_between(plan.unseen))
    if percent(low) == percent(high):
        return ""
    least = percent(low) if low > 0 else "nothing"
    return f" Months differ: four times in five, this one removes from {least} to {percent(high)}."


def _sized_as_usual(plan: Hedge) -> bool:
    """Whether all of the portfolio is hedged at its measured betas. Only then is this hedge one of the
    frontier.
    """
    wish = plan.wish
    return plan.coverage == 1 and not wish.shares and all(aim is None for aim in (wish.beta, wish.drop))


def _in_fall(plan: Hedge) -> str:
    """How far the outcome of the fall may be from what is expected."""
    fall = in_fall(plan)
    return f"Four times in five {spanned(fall.hedged.range)} with it, {spanned(fall.bare.range)} without it."


def _aim(wish: Wish) -> str | None:
    """What the hedge was sized for, where that is an aim and not a share of the coins."""
    if wish.keep is not None:
        return f"Sized so that this fall costs you about {money(wish.keep)}."
    if wish.target_beta is not None:
        return f"Sized so that you keep about {percent(wish.target_beta)} of the market's moves."
    if wish.beta is not None:
        return f"Sized for coins that move {number(wish.beta)} times as far, as you said; not as measured."
    return None if wish.drop is None else "Sized a dollar short for each dollar of coins, however they move."


def _covered(plan: Hedge) -> str:
    share = "" if plan.coverage == 1 else f"{percent(plan.coverage)} of "
    return share + money(plan.exposure.moving_value)


def listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def rise(share: Decimal) -> str:
    """`33%`, and `0.4%` where a whole number would say too little."""
    return percent(share, 0 if share >= Decimal("0.1") else 1)


def _margin(plan: Hedge) -> str:
    words = backing(plan.legs[0].contract)
    levels = {leg.leverage for leg in plan.legs}
    at = (
        f" at {leverage(levels.pop()) if len(levels) == 1 else 'the leverages below'}"
        if words.levered
        else ""
    )
    likeliest = max(plan.legs, key=lambda leg: leg.risk)
    which = ""
    if len(plan.legs) > 1 and likeliest.risk:
        which = f" for {likeliest.asset}, the likeliest, and {chance(plan.any_risk)} for any of them"
    return (
        f"{words.needed}: {money(plan.margin)}{at}. Chance of {words.event} within "
        f"{plan.wish.horizon_days} days: {chance(likeliest.risk)}{which}.{_short_of_target(plan)}"
    )


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


def risky(leg: Leg) -> bool:
    """Whether liquidation is likelier than the target, by so much that the two chances
    do not read the same.
    """
    return not leg.safe and chance(leg.risk) != chance(TARGET)


def _short_of_target(plan: Hedge) -> str:
    """How much cash would help where even the lowest leverage is not safe enough, and that leverage was our
    choice.
    """
    short = [leg for leg in plan.legs if risky(leg)]
    # Who chose the leverage has been asked about its risk before.
    if plan.wish.leverage is not None or not short:
        return ""
    add = money(sum((leg.extra_margin for leg in short), Decimal(0)))
    to = listed([leg.asset for leg in short])
    return f" {backing(short[0].contract).at_lowest.format(add, to)} to make it {chance(TARGET)}."


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


def _funding(plan: Hedge) -> str:
    if not any(leg.contract.perpetual for leg in plan.legs):
        ends = sorted({leg.contract.expiry for leg in plan.legs if leg.contract.expiry})
        end = "this contract ends" if len(plan.legs) == 1 else "these contracts end"
        on = listed(list(dict.fromkeys(f"{day:%d %b %Y}" for day in ends)))
        return f"No funding: {end} on {on}{_too_soon(plan)}."
    days, expected, now = plan.wish.horizon_days, plan.income, plan.income_now
    if expected is None:
        missing = [leg.asset for leg in plan.legs if leg.contract.perpetual and leg.income is None]
        return f"Funding of {listed(missing)} is not known now."
    forecast = funding_of(plan)
    if forecast is None:
        return f"Funding over {days} days, by today's rates alone: you would {flows(expected * days)}."
    today = "" if now is None else f" At today's rates you would {flows(now * days)}."
    return (
        f"Funding over {days} days: you should {flows(forecast.mid)}, four times in five "
        f"{spanned(forecast.range)}.{today}"
    )


def _too_soon(plan: Hedge) -> str:
    """What to do where no future is listed that lasts as long as the hedge should."""
    if not any(leg.ends_early for leg in plan.legs):
        return ""
    return f", before your {plan.wish.horizon_days} days are over: roll before then"


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


def _leg(leg: Leg, *, alone: bool) -> Markup:
    """One contract. alone: whether it has a margin of its own."""
    contract, words = leg.contract, backing(leg.contract)
    size, coins = contracts(leg.count, contract), f"{quantity(leg.quantity)} {leg.asset}"
    rows = [
        ("Sell", size),
        *([("that is", coins)] if contract.inverse or contract.multiplier != 1 else []),
        ("worth", price(leg.notional)),
        ("at" if contract.scale == 1 else f"at (per {number(contract.scale)})", price(leg.price)),
        *([("leverage", leverage(leg.leverage))] if words.levered else []),
        (words.row if alone else "to open it", price(leg.margin)),
    ]
    if alone:
        rows.append((words.at, price(leg.liquidation) if leg.liquidation else "never"))
        rows.append(("chance of that", chance(leg.risk)))
    if leg.funding:
        hours = leg.funding.interval_hours
        rows.append((f"funding /{hours} h", f"{percent(leg.funding.rate, 4)}"))
        rows.append(("  a year", percent(apr(leg.funding), 1)))
    kind = "coin-margined " if contract.inverse else ""
    assumed = words.assumed if contract.brackets_assumed else None
    name = f"future until {contract.expiry:%d %b %Y}" if contract.expiry else f"{kind}perpetual"
    return lines(bold(f"{contract.id} {name}"), table(rows), assumed)


def _measured(plan: Hedge) -> str:
    benchmark = plan.outcome.benchmark
    if plan.wish.beta is not None and not plan.wish.shares:
        source = f"Beta {beta(float(plan.wish.beta))} is yours"
    else:
        source = f"Beta {beta(plan.beta)}: when {benchmark} moved 1%, your coins moved {beta(plan.beta)}%"
    if plan.r_squared is None:
        return f"{source}. No coin of yours could be measured, so R² and the risk removed are not known."
    of = "your swings" if not (plan.assumed or plan.shrunk) else "the swings of your measured coins"
    return (
        f"{source}. R² {percent(plan.r_squared)}: the share of {of} that these contracts follow, "
        f"over {plan.days} days."
    )


def _falling(plan: Hedge) -> str:
    if plan.wish.beta is not None and not plan.wish.shares:
        return "your coins move by your beta"
    return "each coin moves by its measured beta"


def _points(share: float) -> str:
    """How much of the removed risk is lost, in percentage points: `0.3 points`, `nothing`."""
    return f"{share * 100:.1f} points of risk removed" if share >= 0.0005 else "nothing"


def _left(plan: Hedge) -> str:
    over = "over" if plan.rounding >= 0 else "under"
    left = money(abs(plan.exposure.value * Decimal(repr(plan.left_beta))))
    off = money(abs(plan.rounding))
    whole = f"Whole contracts are {off} {over}, which costs {_points(plan.rounding_cost)}. "
    return (
        f"Left unhedged: beta {beta(plan.left_beta)} ({left} of {plan.outcome.benchmark}). "
        f"{whole if off != money(Decimal(0)) else ''}"
        f"A usual {plan.wish.horizon_days}-day swing of {money(plan.swing)} becomes "
        f"{money(plan.left_swing)}; four times in five it makes {spanned(swings(plan).hedged.range)}."
    )
