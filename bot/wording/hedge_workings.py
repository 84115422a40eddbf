"""The workings of a hedge, folded away below the answer: each contract, and how it was all found."""

from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.backing import backing
from bot.wording.layout import bold, lines, listed, table
from bot.wording.numbers import (
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
from core.cost.funding import apr
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.hedge.unseen import removed_between
from core.margin import TARGET
from core.ranges.outcome import in_fall, swings
from core.ranges.paid import funding_of


def workings(plan: Hedge, shared: Markup | None) -> tuple[str | None, ...]:
    """All of them. shared: those of an account that the shorts share; None where each has its own margin."""
    alone = shared is None
    words = backing(plan.legs[0].contract)
    return (
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
        _margin(plan) if alone else None,
        funding_told(plan),
        _frontier(plan),
        *[_leg(leg, alone=alone) for leg in plan.legs],
        shared,
        _measured(plan),
        _left(plan),
        f"Risk is variance, judged on the last {plan.unseen_days} days, none of which its fit had seen. "
        f"In the fall {_falling(plan)}. "
        f"{words.shared + ' ' if alone else ''}Orders are yours to place.",
        words.taken.format(name_of(plan.venue)),
    )


def orders_counted(count: int) -> str:
    return "1 order" if count == 1 else f"{count} orders"


def _covered(plan: Hedge) -> str:
    share = "" if plan.coverage == 1 else f"{percent(plan.coverage)} of "
    return share + money(plan.exposure.moving_value)


def sized_as_usual(plan: Hedge) -> bool:
    """Whether all of the portfolio is hedged at its measured betas. Only then is this hedge one of the
    frontier.
    """
    wish = plan.wish
    return plan.coverage == 1 and not wish.shares and all(aim is None for aim in (wish.beta, wish.drop))


def _frontier(plan: Hedge) -> str | None:
    """How much risk each number of orders would remove: the best fit of each number, in full, on days that
    the fit had not seen.
    """
    if not plan.frontier or plan.r_squared is None:
        return None
    # The frontier was measured for a full hedge, so another size is not among its figures.
    usual = sized_as_usual(plan)
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


def _in_fall(plan: Hedge) -> str:
    """How far the outcome of the fall may be from what is expected."""
    fall = in_fall(plan)
    return f"Four times in five {spanned(fall.hedged.range)} with it, {spanned(fall.bare.range)} without it."


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
        f"{plan.wish.horizon_days} days: {chance(likeliest.risk)}{which}.{short_of_target(plan)}"
    )


def risky(leg: Leg) -> bool:
    """Whether liquidation is likelier than the target, by so much that the two chances
    do not read the same.
    """
    return not leg.safe and chance(leg.risk) != chance(TARGET)


def short_of_target(plan: Hedge) -> str:
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


def funding_told(plan: Hedge) -> str:
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
