"""What sentences about a notice are made of; each piece is None where its figure is not known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from bot.wording.notices.facts import Facts
from bot.wording.numbers import money, percent, price

Line = Callable[[Facts], str | None]
"""A sentence, or None."""
Ways = Callable[[Facts], Mapping[str, str]]
"""Command lines to press, by label."""
NOTHING = "What to do: nothing needs doing."
TICKET = "Show ticket"
"""The button of the orders, whatever they are."""
HOUR = Decimal(1) / 24
"""Of a day."""
TENTH = Decimal("0.1")
TENTH_OF_PERCENT = Decimal("0.001")
MOST_ROUNDED = Decimal(10) ** 12
"""From here on steps are noise."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How one kind is told.

    headline: what a lock screen shows. limit: what the user asked for, after `Your limit:`. means: for this
    user, in dollars. ways: where to go from it, the ticket first.
    """

    headline: Line
    limit: Line
    means: tuple[Line, ...] = ()
    todo: Line = field(default=lambda _: None)
    ways: Ways = field(default=lambda _: {})


def always(sentence: str) -> Line:
    return lambda _: sentence


def going(ways: Mapping[str, str]) -> Ways:
    """The same ways whatever the figures."""
    return lambda _: ways


def put(template: str, **parts: str | None) -> str | None:
    """The template with its parts; None where one of them is not known."""
    return None if None in parts.values() else template.format(**parts)


def figured(form: Callable[[Decimal], str], number: Decimal | None) -> str | None:
    return None if number is None else form(number)


def dollars(told: Facts, name: str) -> str | None:
    """An amount without its sign."""
    return figured(lambda amount: money(abs(amount)), told.number(name))


def signed_money(told: Facts, name: str) -> str | None:
    """A gain or loss."""
    return figured(lambda amount: money(amount, signed=True), told.number(name))


def costs(told: Facts, name: str) -> str | None:
    """`costs you $8.70`, `earns you $8.70`."""
    return figured(
        lambda income: f"{'costs you' if income < 0 else 'earns you'} {money(abs(income))}", told.number(name)
    )


def priced(told: Facts, name: str) -> str | None:
    number = told.number(name)
    return price(number) if number is not None and number > 0 else None


def share(part: Decimal | None) -> str | None:
    """A live share as percent, at most one place: `6.4%`, `15%`."""
    return figured(lambda known: trimmed(percent(known, 1)), part)


def size_told(part: Decimal | None) -> str | None:
    """The same without its sign."""
    return share(None if part is None else abs(part))


def passed_by(told: Facts, value: Decimal | None, limit: Decimal | None, step: Decimal) -> Decimal | None:
    """The value in whole steps, and where that hides that it is past the limit one step further."""
    if value is None or abs(value) > MOST_ROUNDED:
        return value
    shown = (value / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step
    way = {"above": 1, "below": -1}.get(told.side or "", 0)
    hidden = limit is not None and (value - limit) * way > 0 >= (shown - limit) * way
    return shown + way * step if hidden else shown


def exact_text(part: Decimal | None) -> str | None:
    """A share as the user set it: `-0.01%`, `12.5%`."""
    return figured(lambda known: f"{known.scaleb(2).normalize():f}%", part)


def trimmed(text: str) -> str:
    """`15.0%` is `15%`, and nothing is negative."""
    short = text.replace(".0%", "%")
    return "0%" if short == "-0%" else short


def span(days: Decimal) -> str:
    """What is left: `3 days`, `36 hours`, `under an hour`."""
    if days < HOUR:
        return "under an hour"
    return counted(round(days * 24), "hour") if days < 2 else counted(round(days), "day")


def exact_span(days: Decimal) -> str:
    """The same as the user set it: `1 day`, `36 hours`."""
    whole = days == days.to_integral_value()
    return counted(days, "day") if whole else counted(round(days * 24, 6), "hour")


def counted(count: int | Decimal, noun: str) -> str:
    """`1 day`, `3 days`, `1.5 hours`."""
    number = f"{Decimal(count).normalize():f}"
    return f"{number} {noun}{'' if number == '1' else 's'}"


def left_out(told: Facts) -> str:
    """What a sum is without: `, without SOL, of which no price is known now`."""
    missing = told.body.get("without")
    names = [str(name) for name in missing] if isinstance(missing, list) else []
    return f", without {', '.join(names)}, of which no price is known now" if names else ""


def times(multiple: Decimal) -> str:
    """A multiple as the user set it: `1.5x`."""
    return f"{multiple.normalize():f}x"
