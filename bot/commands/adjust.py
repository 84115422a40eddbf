"""/adjust: whether the open hedge is still the right size, and the orders that make it so."""

from dataclasses import replace
from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.open_hedge import NONE_OPEN, OpenHedge, open_hedge
from bot.hedges.position_questions import with_position_questions
from bot.hedges.replanning import measured_with, planned_again
from bot.hedges.tickets import Placed, keep_ticket, ways_to_record
from bot.reading.wishes import spell
from bot.wording.adjust import adjusted, not_needed, stands
from bot.wording.errors import said
from bot.wording.reply import Reply, row
from core.advice.adjust import LegChange, Review, review
from core.advice.sizing import sizing
from core.domain.capital.mode import MarginMode
from core.domain.errors import BadInput, CannotHedge
from core.hedge.ticket import ticket_for, transfers

ANYWAY = "anyway"
NEXT = row({"Positions": "/positions", "De-hedge": "/dehedge", "Exit": "/exit"})


async def _adjust(asked: Asked) -> Reply:
    words = [word.lower() for word in asked.words]
    if words not in ([], [ANYWAY]):
        raise BadInput("Type /adjust, or /adjust anyway to have the orders of a small change, too.")
    found = await open_hedge(asked.desk)
    if found is None:
        return NONE_OPEN
    try:
        hedge, snapshot = await planned_again(asked.desk, found, found.wish)
    except CannotHedge as refusal:
        return with_position_questions(
            Reply(not_needed(said(refusal), found.legs), (NEXT,)), found.standing.open
        )
    measured = measured_with(hedge, (leg.asset for leg in found.legs), snapshot, asked.desk.now)
    seen = review(hedge, found.standing, found.sizing, measured, snapshot, asked.desk.now)
    if seen.gap.outside or words:
        return await _orders(asked.desk, found, seen)
    anyway = row({"Adjust anyway": "/adjust anyway"}) if seen.adjustment.changes else ()
    return with_position_questions(
        Reply(stands(seen, asked.desk.now), ((*anyway, NEXT[0]), NEXT[1:])), found.standing.open
    )


async def _orders(desk: Desk, found: OpenHedge, seen: Review) -> Reply:
    """The orders, kept as a ticket until the user says what became of them."""
    hedge = seen.hedge
    placed = [
        # What closes comes first, as it frees the margin that opening needs.
        _placed(change, found.fee, hedge.wish.mode)
        for change in sorted(seen.adjustment.changes, key=lambda one: one.opens)
    ]
    why = replace(sizing(hedge, spell(hedge.wish), desk.now), wanted=seen.adjustment.wanted)
    token = await keep_ticket(desk, found, placed, why, "/adjust anyway")
    tickets = [one.ticket for one in placed]
    text = adjusted(seen, tickets, transfers(tickets), desk.now)
    reply = Reply(text, (*(ways_to_record(token) if token else ()), NEXT))
    opened = [(one.contract.venue, one.contract.symbol) for one in seen.adjustment.changes if one.opens]
    return with_position_questions(reply, found.standing.open, ordered=opened)


def _placed(change: LegChange, own_fee: Decimal | None, mode: MarginMode) -> Placed:
    leverage = change.leverage if change.opens else None
    ticket = ticket_for(change.contract, change.change, change.quote, own_fee, leverage, mode)
    return Placed(ticket, change.quote, change.held - change.wanted)


command = Command(
    "adjust",
    "bring your hedge back to size",
    _adjust,
    forms={
        "/adjust": "says when it is close enough, else the orders",
        "/adjust anyway": "the orders of a small change, too",
    },
)
