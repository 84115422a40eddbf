"""How a portfolio moves, and what would hedge it best. The answer comes first, the workings fold away."""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from bot.wording.correlation import moves_with
from bot.wording.errors import said
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import beta, money, percent, short_money
from bot.wording.range import spanned
from core.hedge.method import WORTH_A_MAJOR, WORTH_AN_OWN_LEG
from core.hedge.study import Study
from core.measure.exposure import Exposure
from core.outlook.anatomy import BENCHMARKS, Anatomy, Part
from core.outlook.compare import Alternative, Comparison
from core.outlook.correlation import Alike
from core.ranges.outcome import bare_swing, swings

SHOWN = 12
"""Rows of a table before the tail folds."""
SAME_SIZE = Decimal("0.05")
"""A smaller change of a hedge is lost in its rounding."""
HEADINGS = ("", "held", *BENCHMARKS, "R²", "risk")
NO_FIGURE = "–"

LEGEND = (
    "Under BTC and ETH: the beta to each. R²: how much of a coin's swings these two explain. "
    "Risk: its share of all your swings; below zero it calms them."
)
ASSUMED = "* Short history: partly or wholly assumed to move like your other coins."
EXPLAINED = (
    "Cut: the share of risk (variance) removed. “Fitted”: on the days that sized the hedge, in whole "
    "contracts. “Unseen”: on the last {days} days, by a hedge sized before them. A year: the last "
    "month's funding for 365 days, less taker fees to open and close once; + is paid to you, - you "
    "pay. Funding changes daily."
)


@dataclass(frozen=True, slots=True)
class Crash:
    """How the hedge that is recommended would have to be sized for days on which the market falls."""

    coverage: Decimal
    """The coverage that the recommended hedge needs in a crash."""
    usual: Decimal
    """The coverage that it has now."""
    line: str
    """The command line that asks for it."""

    @property
    def change(self) -> Decimal:
        return self.coverage / self.usual - 1

    @property
    def matters(self) -> bool:
        return abs(self.change) >= SAME_SIZE


def exposure(
    parts: Anatomy,
    measured: Study,
    found: Comparison | str,
    crash: Crash | None = None,
    together: Alike | None = None,
    days: int = 14,
) -> Markup:
    """The whole answer to /exposure. found: the comparison of hedges, or the reason why there is none.

    days: the user's horizon. together: how alike the coins move, for the details.
    """
    worth, rows = measured.exposure, [_part(asset, part) for asset, part in parts.parts.items()]
    tail = rows[SHOWN - 1 :] if len(rows) > SHOWN else []
    shown = rows[: len(rows) - len(tail)]
    if tail:
        shown.append(_rest(list(parts.parts.values())[len(shown) :]))
    return lines(
        bold(_headline(worth, parts)),
        _in_a_crash(parts, crash),
        _riskiest(parts),
        _swing(measured, days, found),
        f"No price, left out: {', '.join(worth.unpriced)}." if worth.unpriced else None,
        lines(bold("No hedge fits now"), found) if isinstance(found, str) else _best(found),
        folded(
            _calm_and_crash(parts, crash),
            table([HEADINGS, *shown, _part("all", parts.whole)]),
            ASSUMED if any(part.assumed for part in parts.parts.values()) else None,
            None if isinstance(found, str) else _compared(found),
            table([HEADINGS, *tail]) if tail else None,
            LEGEND,
            *(() if isinstance(found, str) else _workings(found)),
            _measured(parts, measured),
            *(() if together is None else moves_with(together)),
            *(f"{note}." for note in measured.sample.notes),
        ),
    )


def _swing(measured: Study, days: int, found: Comparison | str) -> str:
    """What the coins may make over the horizon, and what they may with the best hedge."""
    said = f"Over {days} days your coins make {spanned(bare_swing(measured, days))} four times in five"
    if isinstance(found, str):
        return f"{said}."
    return f"{said}, with the hedge below {spanned(swings(found.recommended.hedge).hedged.range)}."


def _in_a_crash(anatomy: Anatomy, crash: Crash | None) -> str | None:
    """How they move on the days that matter, in one sentence."""
    if anatomy.calm is None or anatomy.crash is None:
        return None
    calm, falling = float(anatomy.calm.betas[0]), float(anatomy.crash.betas[0])
    fell = f"On days when {anatomy.benchmark} fell 1% they fell {_beta(falling)}%"
    if not anatomy.apart:
        return f"{fell}: much the same."
    needs = "" if crash is None else f" {_crash_needs(crash)}"
    return f"{fell}: {'harder' if falling > calm else 'less hard'} than usual.{needs}"


MOST_RISKS = 3
"""Coins that are named for their share of the swings."""


def _riskiest(anatomy: Anatomy) -> str:
    """The coins that most of the swings come from."""
    largest = sorted(anatomy.parts.items(), key=lambda item: -item[1].variance_share)[:MOST_RISKS]
    shares = ", ".join(f"{asset} {percent(part.variance_share)}" for asset, part in largest)
    return f"Of all your ups and downs: {shares}."


def _best(found: Comparison) -> Markup:
    """Which hedge is best, and the cheapest of the others beside it."""
    best = found.recommended
    others = [one for one in found.alternatives if one is not best]
    sentence = (
        f"In the last {found.held_out_days} days it took away {percent(best.held_out)} of the risk, for "
        f"{short_money(best.hedge.margin).removeprefix('+')} at the exchange."
    )
    return lines(
        bold(f"Would hedge you best: {_legs(best)} ({_orders(best)})"),
        sentence,
        _sentence(_took(max(others, key=_removes))) if others else None,
        None if best.wish.coverage == 1 else f"All at your usual coverage of {percent(best.wish.coverage)}.",
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _compared(found: Comparison) -> Markup:
    """Which hedge is best and why, and the others beside it."""
    best = found.recommended
    return lines(
        f"{_legs(best)} ({_orders(best)}). {_why(found)}",
        table([("", "orders", "cut", "margin"), *(_alternative(one) for one in _shown(found))]),
    )


def _workings(found: Comparison) -> list[str]:
    """The workings behind the comparison."""
    rows = [(one.name, percent(one.seen), percent(one.held_out), _yearly(one)) for one in _shown(found)]
    return [
        table([("cut:", "fitted", "unseen", "a year"), *rows]),
        EXPLAINED.format(days=found.held_out_days),
        *(f"{one.name}: {_legs(one)}." for one in _shown(found) if one.orders > 1),
        *(f"Left out, {label}: {said(reason)}" for label, reason in found.left_out.items()),
    ]


def _crash_needs(crash: Crash) -> str:
    if not crash.matters:
        return "The hedge below falls along with them, so its size need not change."
    more = "more" if crash.change > 0 else "less"
    return f"For a crash size {percent(abs(crash.change))} {more}: {crash.line}"


def _shown(found: Comparison) -> list[Alternative]:
    """The recommended one, then the others."""
    return [found.recommended, *(one for one in found.alternatives if one is not found.recommended)]


def _headline(worth: Exposure, anatomy: Anatomy) -> str:
    total = money(worth.value)
    if anatomy.calm is None:
        return f"Your {total}: not measured, BTC and ETH have too little history"
    return f"When {anatomy.benchmark} moves 1%, your {total} moves {_beta(anatomy.calm.betas[0])}%"


def _calm_and_crash(anatomy: Anatomy, crash: Crash | None) -> str | None:
    """What beta is, and how it differs on the days that matter."""
    if anatomy.calm is None:
        return None
    calm = float(anatomy.calm.betas[0])
    meaning = f"That is your beta, {_beta(calm)}: how far your coins went, on average, for each 1% of it."
    if anatomy.crash is None:
        return f"{meaning} Days on which {anatomy.benchmark} fell are too few to say more."
    falling = float(anatomy.crash.betas[0])
    fell = f"On days when {anatomy.benchmark} fell it was {_beta(falling)}"
    if not anatomy.apart:
        return f"{meaning} {fell}: much the same."
    harder = "harder" if falling > calm else "less hard"
    needs = "" if crash is None else f" {_crash_needs(crash)}"
    return f"{meaning} {fell}: in falls they move {harder} than usual.{needs}"


def _part(asset: str, part: Part) -> tuple[str, ...]:
    name = f"{asset[:6]}*" if part.assumed else asset[:7]
    betas = (_beta(part.betas[one]) if one in part.betas else NO_FIGURE for one in BENCHMARKS)
    explained = NO_FIGURE if part.r_squared is None else percent(part.r_squared)
    return name, _share(part.weight), *betas, explained, percent(part.variance_share)


def _rest(parts: list[Part]) -> tuple[str, ...]:
    """One row for the holdings that are folded away."""
    weight, risk = sum(part.weight for part in parts), sum(part.variance_share for part in parts)
    return f"+{len(parts)}", _share(weight), *("" for _ in BENCHMARKS), "more", percent(risk)


def _share(weight: float) -> str:
    return "<1%" if 0 < weight < 0.005 else percent(weight)


def _beta(value: float) -> str:
    """A beta in at most five characters."""
    return beta(value) if abs(value) < 9.995 else f"{value:.0f}"[:5]


def _why(found: Comparison) -> str:
    """What the recommended hedge does, and what fewer or more orders would change."""
    best = found.recommended
    others = [one for one in found.alternatives if one is not best]
    fewer = [one for one in others if one.orders < best.orders]
    better = [one for one in others if one.held_out > best.held_out]
    sentences = [f"It took {percent(best.held_out)} of the risk out of the last {found.held_out_days} days"]
    if fewer or not better:
        sentences += [_took(one) for one in sorted(fewer or others, key=_removes)[-1:]]
    if better:
        other = max(better, key=_removes)
        least = f"{percent(WORTH_A_MAJOR)} to {percent(WORTH_AN_OWN_LEG)}"
        sentences.append(f"{_took(other)}, too little more: one more order should add {least}")
    return f"{'; '.join(sentences)}."


def _took(one: Alternative) -> str:
    return f"{one.name} with {_orders(one)} took {percent(one.held_out)}"


def _removes(one: Alternative) -> float:
    return one.held_out


def _alternative(one: Alternative) -> tuple[str, ...]:
    return one.name, str(one.orders), percent(one.held_out), short_money(one.hedge.margin).removeprefix("+")


def _legs(one: Alternative) -> str:
    shares = dict(zip(one.wish.legs, one.wish.shares, strict=bool(one.wish.shares)))
    return ", ".join(
        f"{leg.asset} {percent(shares[leg.asset])}" if leg.asset in shares else leg.asset
        for leg in one.hedge.legs
    )


def _orders(one: Alternative) -> str:
    return "1 order" if one.orders == 1 else f"{one.orders} orders"


def _yearly(one: Alternative) -> str:
    return NO_FIGURE if one.yearly is None else short_money(one.yearly)


def _measured(anatomy: Anatomy, measured: Study) -> str:
    """How well the betas are known."""
    days = f"Measured on {measured.sample.days} days, recent ones counting more"
    if anatomy.calm is None:
        return f"{days}."
    calm = f"beta {_beta(anatomy.calm.betas[0])} ± {_beta(anatomy.calm.errors[0])}"
    if anatomy.crash is None:
        return f"{days}: {calm}."
    crash = f"{_beta(anatomy.crash.betas[0])} ± {_beta(anatomy.crash.errors[0])}"
    return f"{days}: {calm}; on the {anatomy.crash.days} days of falls, counting alike, {crash}."
