"""Fills and corrections written into the journal, together with the answer that tells of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from markupsafe import escape

from bot.desk.desk import Desk
from bot.hedges.position_questions import question_before_recording
from bot.hedges.reporting import ending, followed_by_report
from bot.hedges.told_fill import SideUnknown, ToldFill, resolve_fill
from bot.reading.fills import read_fill
from bot.reading.modes import has_mode, mode_wished
from bot.wording.fill_doubts import doubt_told
from bot.wording.filled import ask_back, recorded
from bot.wording.gone import HEDGE_AGAIN
from bot.wording.reply import Button, Reply, row
from core.domain.errors import AlreadyDone, BadInput
from core.journal.episode import Sizing
from core.journal.fill import Fill, Written
from core.journal.order import Sheet
from core.store.user.recorded import Recorded

DRAFT = "fills"
"""First word of a draft that holds fills; the token of their ticket follows it."""
NO_TICKET = "-"
"""Stands for the token in the draft of fills that follow no ticket."""
MOST_FILLS = 50
"""Orders that one message may tell of."""


async def record_said(desk: Desk, lines: Sequence[str], sheet: Sheet | None) -> Reply:
    """Record the fill that each line tells of, all or none, or ask back where something speaks against one.

    sheet: the ticket that the lines may be about.
    """
    if len(lines) > MOST_FILLS:
        raise BadInput(f"That is {len(lines)} orders; I take {MOST_FILLS} in one message.")
    try:
        found = await _resolved(desk, lines, sheet)
    except SideUnknown as unknown:
        return _ask_side(lines, unknown)
    if question := await question_before_recording(desk, [each.fill for each in found]):
        return question
    doubts = [doubt_told(doubt) for each in found for doubt in each.doubts]
    if not doubts:
        return await _record_resolved(desk, found, sheet)
    followed = sheet.token if sheet and any(each.order for each in found) else NO_TICKET
    token = await desk.book.save_draft("\n".join([f"{DRAFT} {followed}", *(each.spelled for each in found)]))
    yes, no = Button("Yes, record it", f"/filled yes {token}"), Button("No", "/cancel")
    return Reply(ask_back([each.fill for each in found], doubts), ((yes, no),))


async def record_draft(desk: Desk, token: str) -> Reply:
    """Record the fills that were asked back, after a yes. Raises AlreadyDone where that draft is gone."""
    draft = await desk.book.draft()
    head, *lines = draft.body.split("\n") if draft else ("",)
    if draft is None or draft.token != token or not head.startswith(f"{DRAFT} "):
        raise AlreadyDone("This was recorded or dropped before; nothing was changed now. See /position.")
    followed = head.removeprefix(f"{DRAFT} ")
    sheet = None if followed == NO_TICKET else await desk.ledger.ticket(followed)
    if sheet is None and followed != NO_TICKET:
        raise AlreadyDone("That ticket is gone; nothing was recorded. /ticket makes a new one.")
    return await _record_resolved(desk, await _resolved(desk, lines, sheet), sheet, draft=token)


async def record_fills(
    desk: Desk,
    fills: Sequence[Fill],
    *,
    assumed_fees: Sequence[Fill],
    ticket: str | None,
    legs: Sequence[int] = (),
    after: int | None = None,
    draft: str | None = None,
) -> Reply:
    """Record these fills, all or none, and answer with what is open now; with a report where nothing is.

    assumed_fees: those of the fills whose fee was not said, which the answer tells. The rest is as
    `Ledger.record` takes it.
    """

    def answer(done: Recorded) -> Reply:
        text = recorded(done, done.sheet, assumed_fees=assumed_fees)
        return ending(Reply(text, after_recording(done)), done)

    done = await desk.ledger.record(
        await _with_mode(desk, fills, ticket),
        source="ticket" if ticket else "typed",
        prices=await prices_of_holdings(desk),
        ticket=ticket,
        legs=legs,
        draft=draft,
        after=after,
        tell=desk.telling(answer),
    )
    return await followed_by_report(desk, answer(done))


async def _with_mode(desk: Desk, fills: Sequence[Fill], ticket: str | None) -> tuple[Fill, ...]:
    """The fills with how the account backs them: as their ticket was planned, else as the user has set it."""
    sheet = await desk.ledger.ticket(ticket) if ticket else None
    usual = (await desk.page()).preferences.mode
    mode = usual if sheet is None else mode_wished(sheet.sizing.wish)
    return tuple(
        replace(fill, mode=mode) if fill.mode is None and has_mode(fill.venue, mode) else fill
        for fill in fills
    )


async def record_entries(
    desk: Desk,
    entries: Sequence[Written],
    answer: Callable[[Recorded], Reply],
    *,
    after: int,
    source: str = "typed",
) -> Recorded:
    """Write other entries of the journal with their answer, unless the journal has gone on since `after`."""
    return await desk.ledger.record(
        entries,
        source=source,
        prices=await prices_of_holdings(desk),
        after=after,
        tell=desk.telling(answer),
    )


async def prices_of_holdings(desk: Desk) -> dict[str, Decimal]:
    """USD per coin of what the user holds, for the journal of a hedge that begins or goes on."""
    return await desk.prices(held.asset for held in (await desk.page()).holdings)


def after_recording(done: Recorded) -> tuple[tuple[Button, ...], ...]:
    """The buttons under what was recorded: where it is shown, and the way back."""
    undo = Button("Undo", f"/position undo {done.entries[0].change}")
    look = Button("Report", "/report") if done.ended else Button("Positions", "/positions")
    return ((look, undo),)


def hedge_again(done: Recorded, sizing: Sizing | None) -> tuple[tuple[Button, ...], ...]:
    """The row with the button for the orders that hedge again what is bare since a position was closed.

    While others are open they bring the hedge back to its size; else they are the ticket of the same wish.
    sizing: why the hedge was sized as it was; None where there was no plan.
    """
    if not done.ended:
        return (row({HEDGE_AGAIN: "/adjust"}),)
    same = row({HEDGE_AGAIN: f"/ticket {sizing.wish}".strip()}) if sizing else ()
    return (same or row({HEDGE_AGAIN: "/hedge"}),)


def _ask_side(lines: Sequence[str], unknown: SideUnknown) -> Reply:
    """The question whether the order sold or bought. Raises `unknown` where no button can carry the line."""
    answers = {"Sold (short)": f"/filled sold {lines[0]}", "Bought": f"/filled bought {lines[0]}"}
    buttons = row(answers) if len(lines) == 1 else ()
    if not buttons:
        raise unknown
    return Reply(escape(str(unknown)), (buttons,))


async def _resolved(desk: Desk, lines: Sequence[str], sheet: Sheet | None) -> list[ToldFill]:
    """The fill that each of the lines means."""
    held = await desk.open_positions()
    return [await resolve_fill(desk, read_fill(line), sheet, held) for line in lines]


async def _record_resolved(
    desk: Desk, found: Sequence[ToldFill], sheet: Sheet | None, *, draft: str | None = None
) -> Reply:
    """Record what lines meant; of the ticket, where one of them is about an order of it."""
    return await record_fills(
        desk,
        [each.fill for each in found],
        assumed_fees=[each.fill for each in found if each.said.fee is None],
        ticket=sheet.token if sheet and any(each.order for each in found) else None,
        draft=draft,
    )
