"""The coins that a user holds, with what they are worth."""

from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import money, percent, quantity
from core.measure.exposure import Exposure, Valued

SHOWN = 8
"""Holdings listed before the tail folds."""


def portfolio(exposure: Exposure, venue: str, age: timedelta, places: str | None = None) -> Markup:
    """The total first, then the quantity, value and share of each holding.

    age: how old the prices are. places: where the coins lie, where not all of them lie elsewhere.
    """
    total = exposure.value
    unpriced = (
        f"{name_of(venue)} has no current price for {', '.join(exposure.unpriced)}; left out of the total."
        if exposure.unpriced
        else None
    )
    if not exposure.holdings:
        return lines(bold("No prices for your holdings"), unpriced)
    tail = exposure.holdings[SHOWN - 1 :] if len(exposure.holdings) > SHOWN else ()
    head = exposure.holdings[: len(exposure.holdings) - len(tail)]
    rows = [_row(held, total) for held in head]
    if tail:
        rest = sum((held.value for held in tail), Decimal(0))
        rows.append((f"+{len(tail)}", "more", _worth(rest), percent(rest / total)))
    return lines(
        bold(f"Your coins: {money(total)}"),
        table(rows),
        places,
        f"Prices: {name_of(venue)}, {ago(age)}.",
        unpriced,
        folded(table([_row(held, total) for held in tail])) if tail else None,
    )


def _row(held: Valued, total: Decimal) -> tuple[str, str, str, str]:
    share = percent(held.value / total) if total else "0%"
    return held.asset[:8], short_quantity(held.quantity), _worth(held.value), share


def short_quantity(amount: Decimal) -> str:
    """A quantity in at most ten characters: `60`, `4.2857143`, `12.5M`, `1.2e15`."""
    if amount >= Decimal("1e15") or amount < Decimal("1e-7"):
        return f"{amount:.1e}"
    for size, letter in ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M")):
        if amount >= size:
            return f"{float(amount / size):.4g}{letter}"
    return quantity(amount)[:10].rstrip(".")


def _worth(value: Decimal) -> str:
    """USD in at most ten characters: `$12,626`, `$12.5M`, `<$0.01`."""
    if value < Decimal("0.01"):
        return "<$0.01"
    return money(value) if value < 9_999_999 else f"${short_quantity(value)}"


def ago(age: timedelta) -> str:
    """How old figures are, in the largest unit that fits."""
    seconds = int(age.total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)} s old"
    if seconds < 3600:
        return f"{seconds // 60} min old"
    return f"{seconds // 3600} h old"
