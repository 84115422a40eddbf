"""Parts of sentences about a notice. Each is None where the figure that it needs is not known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from bot.wording.notices.told_facts import ToldFacts
from bot.wording.numbers import money, percent, price

Line = Callable[[ToldFacts], str | None]
"""Gives a sentence about a notice, or None where the facts for it are missing."""
Ways = Callable[[ToldFacts], Mapping[str, str]]
"""Gives the command lines to press, by label."""
NOTHING = "What to do: nothing needs doing."
TICKET = "Show ticket"
"""The label of the button to the orders, whatever these are."""
HOUR = Decimal(1) / 24
"""An hour in days."""
TENTH = Decimal("0.1")
TENTH_OF_PERCENT = Decimal("0.001")
MOST_ROUNDED = Decimal(10) ** 12
"""Beyond this size rounding to steps would change nothing."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How notices of one kind are worded."""

    headline: Line
    """What a locked phone shows."""
    limit: Line
    """What the user asked for; it stands after `Your limit:`."""
    means: tuple[Line, ...] = ()
    """What it means for this user, in dollars."""
    todo: Line = field(default=lambda _: None)
    """What can be done about it."""
    ways: Ways = field(default=lambda _: {})
    """Command lines to press, by label, the one to the ticket first."""


def always(sentence: str) -> Line:
    """The same sentence whatever the figures."""
    return lambda _: sentence


def going(ways: Mapping[str, str]) -> Ways:
    """The same ways whatever the figures."""
    return lambda _: ways


def put(template: str, **parts: str | None) -> str | None:
    """The template with its parts filled in; None where one of the parts is not known."""
    return None if None in parts.values() else template.format(**parts)


def figured(form: Callable[[Decimal], str], number: Decimal | None) -> str | None:
    """The number in this form; None where it is not known."""
    return None if number is None else form(number)


def dollars(amount: Decimal | None) -> str | None:
    """An amount without its sign."""
    return figured(lambda known: money(abs(known)), amount)


def signed_money(amount: Decimal | None) -> str | None:
    """A gain or loss."""
    return figured(lambda known: money(known, signed=True), amount)


def costs(income: Decimal | None) -> str | None:
    """`costs you $8.70`, `earns you $8.70`."""
    return figured(lambda known: f"{'costs you' if known < 0 else 'earns you'} {money(abs(known))}", income)


def priced(number: Decimal | None) -> str | None:
    """A price; None where it is not known, or cannot be one."""
    return price(number) if number is not None and number > 0 else None


def share(part: Decimal | None) -> str | None:
    """A share that changes all the time as percent, with at most one decimal: `6.4%`, `15%`."""
    return figured(lambda known: trimmed(percent(known, 1)), part)


def size_told(part: Decimal | None) -> str | None:
    """The same without its sign."""
    return share(None if part is None else abs(part))


def passed_by(told: ToldFacts, value: Decimal | None, limit: Decimal | None, step: Decimal) -> Decimal | None:
    """The value in whole steps. Where rounding would hide that it is past the limit, one step further."""
    if value is None or abs(value) > MOST_ROUNDED:
        return value
    shown = (value / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step
    way = {"above": 1, "below": -1}.get(told.side or "", 0)
    # A message that its limit is passed must not show the limit itself as the value.
    hidden = limit is not None and (value - limit) * way > 0 >= (shown - limit) * way
    return shown + way * step if hidden else shown


def exact_text(part: Decimal | None) -> str | None:
    """A share exactly as the user set it: `-0.01%`, `12.5%`."""
    return figured(lambda known: f"{known.scaleb(2).normalize():f}%", part)


def trimmed(text: str) -> str:
    """The text without a needless `.0` and without a minus before nothing: `15.0%` becomes `15%`."""
    short = text.replace(".0%", "%")
    return "0%" if short == "-0%" else short


def span(days: Decimal) -> str:
    """What is left: `3 days`, `36 hours`, `under an hour`."""
    if days < HOUR:
        return "under an hour"
    # Under two days hours matter: a day more or less would be half of what is left.
    return counted(round(days * 24), "hour") if days < 2 else counted(round(days), "day")


def exact_span(days: Decimal) -> str:
    """A number of days exactly as the user set it: `1 day`, `36 hours`."""
    whole = days == days.to_integral_value()
    return counted(days, "day") if whole else counted(round(days * 24, 6), "hour")


def counted(count: int | Decimal, noun: str) -> str:
    """`1 day`, `3 days`, `1.5 hours`."""
    number = f"{Decimal(count).normalize():f}"
    return f"{number} {noun}{'' if number == '1' else 's'}"


def left_out(told: ToldFacts) -> str:
    """Names the coins that a sum leaves out: `, without SOL, of which no price is known now`."""
    names = told.facts.without
    return f", without {', '.join(names)}, of which no price is known now" if names else ""


def times(multiple: Decimal) -> str:
    """A multiple as the user set it: `1.5x`."""
    return f"{multiple.normalize():f}x"
