"""Shorts that an exchange closed by itself: why, and what is not hedged from that moment on."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.filled import name, open_now, size_text
from bot.wording.layout import bold, lines
from bot.wording.numbers import money, price
from core.journal.ended import CLOSED, DELEVERAGED, LIQUIDATED, SETTLED
from core.journal.fill import Fill
from core.journal.held import Held, decimal, value
from core.store.user.recorded import Recorded

WHY: Mapping[str, str] = {
    LIQUIDATED: "liquidated",
    DELEVERAGED: "closed by auto-deleveraging",
    SETTLED: "settled, as its contract ended",
    CLOSED: "closed by the exchange",
}
"""What became of a position, by the reason of the fill that closed it."""
_BECAUSE: Mapping[str, str] = {
    LIQUIDATED: "it was in loss",
    DELEVERAGED: "it was in profit",
    SETTLED: "its contract has ended",
}
HEDGE_AGAIN = "Hedge again"
"""The label of the button that leads to the orders for what is bare."""


def gone(held: Held, fill: Fill, done: Recorded, *, guessed: bool) -> Markup:
    """The answer once it is recorded that the exchange closed a position.

    guessed: whether nobody said why.
    """
    called = name(held.symbol, held.terms)
    side = "short" if held.count < 0 else "long"
    return lines(
        bold(f"Recorded: {called} {side} was closed at {price(fill.price)}"),
        f"{size_text(held.count, held.terms)} on {name_of(held.venue)}{_why(fill, called, guessed=guessed)}",
        not_hedged([fill]),
        *open_now(done),
    )


def _why(fill: Fill, called: str, *, guessed: bool) -> str:
    reason = fill.reason or CLOSED
    if not guessed:
        return f", {WHY[reason]}."
    if reason == CLOSED:
        return ". I cannot tell why."
    others = [word for word in (LIQUIDATED, DELEVERAGED, SETTLED) if word != reason]
    return (
        f". I take it that it was {WHY[reason]}, as {_BECAUSE[reason]}. If not, press Undo and say which: "
        f"/position closed {called} at {fill.price:f} {others[0]}, or {others[1]}."
    )


def not_hedged(fills: Sequence[Fill]) -> str | None:
    """What is not hedged since shorts were closed by these fills; None where none was a short."""
    shorts = [fill for fill in fills if fill.count > 0]
    if not shorts:
        return None
    worth = sum((decimal(value(fill.terms, fill.count, fill.price)) for fill in shorts), Decimal(0))
    return f"From that moment {money(worth)} of your coins are not hedged."


def gone_in_sync(fills: Sequence[Fill]) -> list[str | None]:
    """What an account's difference books as closed by the exchange, a line each, and what is bare since."""
    told = [
        f"{name(fill.symbol, fill.terms)}: {WHY[fill.reason or CLOSED]}, as {_because(fill)}"
        for fill in fills
    ]
    return [*(f"{line}." for line in told), not_hedged(fills)]


def _because(fill: Fill) -> str:
    return _BECAUSE.get(fill.reason or CLOSED, "you say")
