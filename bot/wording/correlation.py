"""How alike coins move, as words and figures."""

from markupsafe import Markup

from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import beta, percent
from core.outlook.anatomy import BENCHMARKS
from core.outlook.correlation import Alike, Companion

NO_FIGURE = "–"
MUCH = 0.8
"""From this share of the bad days on, coins are said to fall together."""
CORRELATION = (
    "Correlation: how alike two coins move, from -100 (always the other way) over 0 (nothing to do with each "
    "other) to 100 (as one)."
)
WORST = (
    "Worst days: the {days} of the last year on which {benchmark} fell most. Of each coin: what it fell for "
    "each 1% of {benchmark} then, and from where to where that lies, four times in five."
)


def correlation(found: Alike) -> Markup:
    """The whole answer to /correlation."""
    return lines(
        bold(_headline(found)),
        _spared(found),
        _matrix(found) if len(found.table) > 1 else None,
        folded(CORRELATION, *moves_with(found)),
    )


def moves_with(found: Alike) -> list[str]:
    """How each coin moves with the benchmarks, and on their worst days: for the details of an answer."""
    benchmarks = tuple(one for one in BENCHMARKS if found.benchmark and one in _first(found).correlations)
    if not benchmarks:
        return []
    rows = [
        (_name(asset, one), *(_hundredths(one.correlations[each]) for each in benchmarks))
        for asset, one in found.companions.items()
    ]
    parts: list[str] = [table([("correlation", *(f"to {one}" for one in benchmarks)), *rows])]
    if (days := _days(found)) and found.benchmark:
        parts.append(table([("beta", "usual", "worst", "from", "to"), *_worst(found)]))
        parts.append(WORST.format(days=days, benchmark=found.benchmark))
    if found.unknown:
        parts.append(f"Too little history to say this of {', '.join(found.unknown)}.")
    if any(one.shrunk for one in found.companions.values()):
        parts.append("* Short history: partly that of your other coins.")
    return parts


def _headline(found: Alike) -> str:
    if len(found.table) < 2:
        return "You hold one coin that moves: there is nothing to compare it with"
    if found.bad is None:
        return f"How alike your {len(found.table)} largest coins move"
    together, days = found.bad.together, found.bad.days
    often = f"together on {together} of {days} bad days"
    if together >= MUCH * days:
        return f"Your coins fell {often}; more coins do not make you safer"
    return f"Your coins fell {often}"


def _spared(found: Alike) -> str | None:
    """What spreading did, and what the bad days are."""
    if len(found.table) < 2:
        return None
    some = f"Holding {len(found.companions) + len(found.unknown)} coins instead of one"
    spread = f"{some} took {percent(max(found.spared, 0.0))} off their usual swings."
    if found.bad is None or found.benchmark is None:
        return spread
    return (
        f"Bad days are the {found.bad.days} of the last year on which {found.benchmark} fell most; together "
        f"means all of the coins below. {spread}"
    )


def _matrix(found: Alike) -> Markup:
    """Every two coins once, in hundredths."""
    count = len(found.table)
    head = ("", *(str(column) for column in range(1, count)))
    rows = [
        (
            f"{number} {asset[:5]}",
            *(
                _hundredths(float(found.matrix[number - 1, column])) if column < number - 1 else ""
                for column in range(count - 1)
            ),
        )
        for number, asset in enumerate(found.table, 1)
    ]
    return table([head, *rows])


def _worst(found: Alike) -> list[tuple[str, ...]]:
    return [
        (
            _name(asset, one),
            NO_FIGURE if one.calm is None else beta(one.calm),
            *(beta(figure) for figure in (one.worst.beta, one.worst.low, one.worst.high)),
        )
        for asset, one in found.companions.items()
        if one.worst is not None
    ]


def _days(found: Alike) -> int:
    return max((one.worst.days for one in found.companions.values() if one.worst), default=0)


def _first(found: Alike) -> Companion:
    return next(iter(found.companions.values()))


def _name(asset: str, one: Companion) -> str:
    return f"{asset[:6]}*" if one.shrunk else asset[:7]


def _hundredths(value: float) -> str:
    # NaN is unequal to itself: a coin that did not move has no correlation.
    return NO_FIGURE if value != value else f"{100 * value:.0f}"
