"""Positions that are past their liquidation price, and the questions and answers about
what became of them.
"""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.filled import name, open_now, size_text
from bot.wording.gone import not_hedged
from bot.wording.layout import bold, lines
from bot.wording.numbers import contracts, money, number, price
from core.domain.contract import Contract
from core.journal.fate import AGAIN, BY_EXTREME
from core.journal.fill import Fill
from core.journal.held import Held, decimal
from core.journal.relisted import recounted
from core.store.user.recorded import Recorded

DOUBLES = (
    "Place a new short of it only if the old one is really closed. If it is still open, you would be "
    "short twice."
)


def doubted(held: Sequence[Held], *, ordered: bool = False) -> Markup | None:
    """Names the positions that count as liquidated or may be, and says why; None without any.

    ordered: whether the message goes on with orders for a new short in one of them.
    """
    found = [each for each in held if each.note is not None]
    if not found:
        return None
    return lines(*map(_doubted, found), DOUBLES if ordered and any(each.lost for each in found) else None)


def _doubted(held: Held) -> Markup:
    note = held.note
    assert note is not None  # noqa: S101 - only of what is noted  # nosec B101
    what = f"{name(held.symbol, held.terms)} {side(held)}"
    seen = "went to" if note.reason == BY_EXTREME else "was at"
    when = (
        f"On {note.at:%d %b, %H:%M} UTC its price {seen} {'?' if note.price is None else price(note.price)}"
    )
    if not held.lost:
        return lines(
            bold(f"Is your {what} still open?"),
            f"{when}. That is past where I expect {name_of(held.venue)} to close it, but I only assume its "
            "margin rates. Look there.",
        )
    margin = "" if held.margin is None else f" of {money(decimal(held.margin))}"
    return lines(
        bold(f"Your {what} counts as liquidated"),
        f"{when}, at or past the price at which {name_of(held.venue)} closes it. So its margin{margin} "
        "counts as lost, and the coins it covered as not hedged, until you say otherwise. Look there.",
    )


def side(held: Held) -> str:
    """`short` or `long`."""
    return "short" if held.count < 0 else "long"


def liquidated(held: Held, fill: Fill, done: Recorded) -> Markup:
    """The answer once the user has said that a position was liquidated. fill: what closed it."""
    margin = "" if held.margin is None else f" Its margin of {money(decimal(held.margin))} is lost."
    return lines(
        bold(f"Recorded: {name(held.symbol, held.terms)} {side(held)} was liquidated"),
        f"{size_text(held.count, held.terms)} on {name_of(held.venue)}.{margin}",
        not_hedged([fill]),
        *open_now(done),
    )


def still_open(held: Held, seen: Decimal | None, done: Recorded) -> Markup:
    """The answer once the user has said that a position is still open. seen: the price
    at which they say so.
    """
    called = name(held.symbol, held.terms)
    way = "higher" if held.count < 0 else "lower"
    again = f"I ask again only if the price goes {AGAIN:.0%} {way} than {price(seen)}. " if seen else ""
    return lines(
        bold(f"Noted: {called} {side(held)} is still open"),
        f"It counts again. {again}Where it is liquidated is then not what I think: tell me the margin "
        f"that is set aside for it now: /position {called} margin 500",
        *open_now(done),
    )


def ask_price(held: Held, last: Decimal | None) -> Markup:
    """The question at what price a position was closed. last: the last price of the contract, where one is
    known.
    """
    called = name(held.symbol, held.terms)
    known = f"The last price that I know is {price(last)}. " if last is not None else ""
    return lines(
        bold(f"At what price was your {called} {side(held)} closed?"),
        f"Nothing is recorded yet. {known}{name_of(held.venue)} shows the price in your order "
        "history. Answer with it, like 3300, or type:",
        Markup("<code>/position closed {} at {}</code>").format(
            called, "PRICE" if last is None else f"{last:f}"
        ),
    )


def first_say(held: Held) -> Markup:
    """The question that comes before any order is recorded in a contract that counts as liquidated."""
    called = name(held.symbol, held.terms)
    return lines(
        bold("Nothing is recorded yet. What became of the old one?"),
        f"Your {called} {side(held)} of {size_text(held.count, held.terms)} counts as liquidated. If it "
        "is still open, this order adds to it; if not, it begins a new one. Press which it is, then send the "
        "order again.",
    )


def over(held: Sequence[Held]) -> Markup:
    """The answer to a command that would change the hedge, while every position of it
    counts as liquidated.
    """
    return lines("There is nothing else open to change.", "/hedge plans a new hedge.") if held else Markup("")


def recounted_size(held: Held, listed: Contract) -> str:
    """What is open by the book, in contracts of the size that the venue lists now: `49.9 × 10 SOL`."""
    return contracts(abs(recounted(held, listed)), listed)


def resized_message(held: Held, listed: Contract) -> Markup:
    """The question how many contracts are open after the venue has changed the size of one."""
    called, where = name(held.symbol, held.terms), name_of(held.venue)
    return lines(
        bold(f"{where} counts {called} otherwise by now"),
        f"One contract was {_one(held.terms.multiplier, held)} when you filled yours, and is "
        f"{_one(listed.multiplier, held)} now. You have {size_text(held.count, held.terms)} {side(held)}; "
        f"that would be {recounted_size(held, listed)}. Look there: I give no order until you say that this "
        "is right.",
    )


def _one(multiplier: Decimal, held: Held) -> str:
    return f"${number(multiplier)}" if held.terms.inverse else f"{number(multiplier)} {held.terms.asset}"


def right_size(held: Held, done: Recorded) -> Markup:
    """The answer once the user has said that the new count is right."""
    return lines(
        bold(f"Noted: {name(held.symbol, held.terms)} is counted as the exchange does"), *open_now(done)
    )


def count_first() -> Markup:
    """What is added to that question where the user wanted to record an order."""
    return lines("Nothing is recorded yet. Press it if it is right, then send the order again.")
