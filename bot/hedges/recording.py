"""Fills that were told, recorded: at once, or after a yes where something speaks against them."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import escape

from bot.desk.desk import Desk
from bot.hedges.doubt import settle_before
from bot.hedges.meaning import Meant, SideUnknown, meant
from bot.hedges.reporting import followed_by_report
from bot.reading.fills import read_fill
from bot.wording.filled import ask_back, recorded
from bot.wording.reply import Button, Reply, row
from core.domain.errors import AlreadyDone, BadInput
from core.journal.order import Sheet
from core.store.user.ledger import Recorded

DRAFT = "fills"
"""The first word of a draft that is made of fills; the token of their ticket follows."""
NO_TICKET = "-"
MOST_FILLS = 50
"""Orders that one message may tell of."""


async def record_said(desk: Desk, lines: Sequence[str], sheet: Sheet | None) -> Reply:
    """Record the fill that each line tells of, all or none, or ask back."""
    if len(lines) > MOST_FILLS:
        raise BadInput(f"That is {len(lines)} orders; I take {MOST_FILLS} in one message.")
    try:
        found = await _meant(desk, lines, sheet)
    except SideUnknown as unknown:
        return _ask_side(lines, unknown)
    if question := await settle_before(desk, [each.fill for each in found]):
        return question
    doubts = [doubt for each in found for doubt in each.doubts]
    if not doubts:
        return await _record(desk, found, sheet)
    followed = sheet.token if sheet and any(each.order for each in found) else NO_TICKET
    token = await desk.book.save_draft("\n".join([f"{DRAFT} {followed}", *(each.spelled for each in found)]))
    yes, no = Button("Yes, record it", f"/filled yes {token}"), Button("No", "/cancel")
    return Reply(ask_back([each.fill for each in found], doubts), ((yes, no),))


async def record_draft(desk: Desk, token: str) -> Reply:
    """Record the fills that were asked back. Raises AlreadyDone where that draft is no longer there."""
    draft = await desk.book.draft()
    head, *lines = draft.body.split("\n") if draft else ("",)
    if draft is None or draft.token != token or not head.startswith(f"{DRAFT} "):
        raise AlreadyDone("This was recorded or dropped before; nothing was changed now. See /position.")
    followed = head.removeprefix(f"{DRAFT} ")
    sheet = None if followed == NO_TICKET else await desk.ledger.ticket(followed)
    if sheet is None and followed != NO_TICKET:
        raise AlreadyDone("That ticket is gone; nothing was recorded. /ticket makes a new one.")
    return await _record(desk, await _meant(desk, lines, sheet), sheet, draft=token)


async def prices_of_holdings(desk: Desk) -> dict[str, Decimal]:
    """USD per coin of what the user holds, for the journal of a hedge that begins or goes on."""
    return await desk.prices(held.asset for held in (await desk.page()).holdings)


def after_recording(done: Recorded) -> tuple[tuple[Button, ...], ...]:
    """Where to look, and the way back."""
    undo = Button("Undo", f"/position undo {done.entries[0].change}")
    look = Button("Report", "/report") if done.ended else Button("Positions", "/positions")
    return ((look, undo),)


def _ask_side(lines: Sequence[str], unknown: SideUnknown) -> Reply:
    """The question whether it was sold or bought. Raises it as it is where no button can carry the line."""
    answers = {"Sold (short)": f"/filled sold {lines[0]}", "Bought": f"/filled bought {lines[0]}"}
    buttons = row(answers) if len(lines) == 1 else ()
    if not buttons:
        raise unknown
    return Reply(escape(str(unknown)), (buttons,))


def ways_to_record(token: str) -> tuple[tuple[Button, ...], ...]:
    """The buttons under a ticket: what became of its orders."""
    return (
        (Button("Filled as shown", f"/filled {token}"), Button("Filled at...", f"/filled at {token}")),
        (Button("Partly", f"/filled part {token}"), Button("Not placed", f"/filled no {token}")),
    )


async def _meant(desk: Desk, lines: Sequence[str], sheet: Sheet | None) -> list[Meant]:
    held = await desk.open_positions()
    return [await meant(desk, read_fill(line), sheet, held) for line in lines]


async def _record(
    desk: Desk, found: Sequence[Meant], sheet: Sheet | None, *, draft: str | None = None
) -> Reply:
    followed = sheet.token if sheet and any(each.order for each in found) else None
    assumed = [each.fill for each in found if each.said.fee is None]

    def answer(done: Recorded) -> Reply:
        return Reply(recorded(done, done.sheet, assumed_fees=assumed), after_recording(done))

    done = await desk.ledger.record(
        [each.fill for each in found],
        source="ticket" if followed else "typed",
        prices=await prices_of_holdings(desk),
        ticket=followed,
        draft=draft,
        tell=desk.telling(answer),
    )
    return await followed_by_report(desk, answer(done), done)
