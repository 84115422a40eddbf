"""Orders that change an open hedge, kept as a ticket until the user says what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.desk.desk import Desk
from bot.hedges.open_hedge import OpenHedge
from bot.wording.reply import Button
from core.advice.sizing import order
from core.advice.unwind import Unwound
from core.domain.quote import Quote
from core.hedge.ticket import Ticket
from core.journal.episode import Sizing
from core.journal.held import decimal


@dataclass(frozen=True, slots=True)
class Placed:
    """One order that changes the open hedge."""

    ticket: Ticket
    quote: Quote
    """The quote that the order was made from."""
    wanted: Decimal
    """The change in contracts before rounding, signed."""


def closing_orders(closed: Iterable[Unwound], part: Fraction) -> list[Placed]:
    """The orders that close this part of each position; a part of 1 is all of it."""
    return [Placed(one.ticket, one.quote, -decimal(Fraction(one.leg.held.count) * part)) for one in closed]


async def keep_ticket(
    desk: Desk, found: OpenHedge, placed: Iterable[Placed], why: Sizing, line: str
) -> str | None:
    """Keep the orders that can be placed until the user says what became of them.

    Returns the token that names them; None where none can be placed. why: what is aimed at with them. line:
    the command that shows them again, which /ticket repeats from now on.
    """
    orders = [order(one.ticket, one.wanted, found.fee, one.quote) for one in placed if one.ticket.placeable]
    if not orders:
        return None
    await desk.topic.show(line)
    return await desk.ledger.save_ticket(orders, why)


def ways_to_record(token: str) -> tuple[tuple[Button, ...], ...]:
    """The buttons under a ticket, which say what became of its orders."""
    return (
        (Button("Filled as shown", f"/filled {token}"), Button("Filled at...", f"/filled at {token}")),
        (Button("Partly", f"/filled part {token}"), Button("Not placed", f"/filled no {token}")),
    )
