"""The answer to /margin: how far each short is from liquidation, and what cash a rally asks for."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.backing import Backing, backing
from bot.wording.layout import bold, folded, lines, listed, table
from bot.wording.numbers import chance, contracts, leverage, money, percent, price, rise, roughly, short_money
from bot.wording.pooled import at_stake, ends, what_it_takes
from core.hedge.afford.backed import SharedBacking
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.margin import TARGET
from core.outlook.ladder import RallyRung
from core.ranges.outcome import shorts_in_rise

TOLD_RISE = Decimal("0.2")
"""The rise of the benchmark for which it is said how much the shorts may lose."""
NAME = 11
"""Letters of a ticker that a table has room for."""
SO_KEEP = "so keep that cash within reach, or hedge less."


def margin(plan: Hedge, rungs: Sequence[RallyRung]) -> Markup:
    """The whole answer to /margin."""
    if plan.backed:
        return _shared(plan, plan.backed, rungs)
    benchmark, days, words = plan.outcome.benchmark, plan.wish.horizon_days, backing(plan.legs[0].contract)
    one = len(plan.legs) == 1
    return lines(
        bold(f"{words.needed}: {money(plan.margin)}"),
        f"{'It backs a short' if one else f'It backs {len(plan.legs)} shorts'} of {money(plan.notional)} on "
        f"{name_of(plan.venue)}. {words.ends} if its coin rises this far:",
        table(
            [("", "rise", f"chance in {days}d"), *[_danger(leg) for leg in plan.legs]],
        ),
        _too_likely(plan),
        _in_a_rally(benchmark, rungs, words),
        _varies(plan),
        folded(
            _rally(benchmark, rungs, words),
            *[_leg(leg) for leg in plan.legs],
            f"{words.bears} The chance is how often such rises came in the past, scaled by how much each "
            "coin moves; smaller coins jump a little more often. Rallies are worked out with each coin "
            f"moving by its measured beta to {benchmark}; the cash makes up what the shorts lose and backs "
            "them at their larger size.",
        ),
    )


def _shared(plan: Hedge, backed: SharedBacking, rungs: Sequence[RallyRung]) -> Markup:
    """The answer where all shorts share an account."""
    benchmark, figures, gauge = plan.outcome.benchmark, backed.figures, backed.pool.gauge
    rows = [
        ("counts as margin", price(figures.equity)),
        ("has to be left", price(figures.maintenance)),
        ("short in all", price(plan.notional)),
        *([] if figures.ratio is None else [(gauge.called, f"{figures.ratio:,.3f}")]),
    ]
    safer = "higher" if gauge.greater_is_safer else "lower"
    return lines(
        bold(what_it_takes(plan, backed)),
        ends(plan, backed),
        table(rows),
        f"If {benchmark} rises, this much cash makes a liquidation {chance(TARGET)} again:",
        table([(benchmark[:NAME], "cash to add", "coins gain"), *map(_rung, rungs)]),
        at_stake(name_of(plan.venue), backed),
        folded(
            f"{gauge.called}: {safer} is safer; liquidated at {gauge.ends:f}. Rallies are worked out with "
            f"each coin moving by its measured beta to {benchmark}.",
        ),
    )


def _danger(leg: Leg) -> tuple[str, str, str]:
    return leg.asset[:NAME], "never" if leg.distance is None else f"+{rise(leg.distance)}", chance(leg.risk)


def _too_likely(plan: Hedge) -> str | None:
    """The cash that brings every short to the target."""
    short = [leg for leg in plan.legs if not leg.safe]
    if not short:
        return None
    add = money(sum((leg.extra_margin for leg in short), Decimal(0)))
    more = backing(short[0].contract).more.format(add, listed([leg.asset for leg in short]))
    return f"{more} to make it {chance(TARGET)}."


def _varies(plan: Hedge) -> str:
    """How much the shorts may lose in the rise of TOLD_RISE; coins do not follow their betas exactly."""
    benchmark = plan.outcome.benchmark
    found = shorts_in_rise(plan, benchmark, TOLD_RISE)
    least, most = (roughly(max(-end, Decimal(0))).lstrip("+") for end in (found.range.high, found.range.low))
    return (
        f"If {benchmark} rises {percent(TOLD_RISE)}, the shorts should lose {money(-found.mid)}; four times "
        f"in five between {least} and {most}."
    )


def _in_a_rally(benchmark: str, rungs: Sequence[RallyRung], words: Backing) -> str:
    """What a rally asks for, in one sentence: the middle one of those that are worked out."""
    rung = rungs[len(rungs) // 2]
    if not rung.add:
        return "If prices rise these shorts need no cash: their margin rises too."
    stands = _lost(benchmark, rungs, words)
    return (
        f"If {benchmark} rises {percent(rung.rise)}, add {money(rung.add)} and they are as far from "
        f"{words.event} as now; your coins gain {money(rung.gain)} meanwhile. {stands}"
    )


def _rally(benchmark: str, rungs: Sequence[RallyRung], words: Backing) -> Markup:
    """The cash that the shorts need as the benchmark rises, beside what the coins gain then."""
    rows = [_rung(rung) for rung in rungs]
    return lines(
        f"If {benchmark} rises, this much cash keeps every short as far from {words.event} as now:",
        table([(benchmark[:NAME], "cash to add", "coins gain"), *rows]),
        _lost(benchmark, rungs, words),
        f"{words.apart}, {SO_KEEP}"
        if any(rung.add for rung in rungs)
        else "These shorts need no cash: their margin rises too.",
    )


def _rung(rung: RallyRung) -> tuple[str, str, str]:
    return f"+{percent(rung.rise)}", short_money(rung.add).removeprefix("+"), short_money(rung.gain)


def _lost(benchmark: str, rungs: Sequence[RallyRung], words: Backing) -> str:
    """Names the shorts that a rally liquidates, each at the first step that does."""
    said: set[str] = set()
    parts = []
    for rung in rungs:
        if new := [asset for asset in rung.liquidated if asset not in said]:
            said |= set(new)
            parts.append(f"{listed(new)} before {benchmark} is up {percent(rung.rise)}")
    if parts:
        return f"Without adding, {words.happens} on the way: {'; '.join(parts)}."
    return (
        f"Without adding, every short still stands at +{percent(rungs[-1].rise)}, but nearer to "
        f"{words.event}."
    )


def _leg(leg: Leg) -> Markup:
    words = backing(leg.contract)
    rows = [
        ("short", contracts(leg.count, leg.contract)),
        ("worth", price(leg.notional)),
        (words.row, price(leg.margin)),
        *([("leverage", leverage(leg.leverage))] if words.levered else []),
        ("price now", price(leg.price)),
        (words.at, price(leg.liquidation) if leg.liquidation else "never"),
    ]
    assumed = words.assumed if leg.contract.brackets_assumed else None
    return lines(bold(leg.contract.id), table(rows), assumed)
