"""/filled: records which of a ticket's orders were filled, how much, and at what price."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.contract_names import called
from bot.hedges.position_questions import question_before_recording
from bot.hedges.recording import record_draft, record_fills, record_said
from bot.reading.fills import FORM, read_fill
from bot.reading.venues import by_specification
from bot.wording.filled import current, name, size_text, to_type
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput
from core.journal.held import Held
from core.journal.order import Order, Sheet
from core.store.user.book import is_token
from core.store.user.topic import Question

MEANT_FOR = timedelta(days=7)
"""A fill that is typed without a token is taken to be of the newest ticket for so long."""
RECORDED = "This ticket is recorded already; nothing was changed now."
NOT_SHOWN = (
    "Nothing is recorded yet: I do not know what this future trades at, only the coin's price. Your broker "
    "shows the price that you got."
)
GONE = Reply(lines("That ticket is gone; nothing was recorded."), ((Button("Ticket", "/ticket"),),))


async def _filled(asked: Asked) -> Reply:
    desk, words = asked.desk, asked.args.lower().split()
    match words:
        case []:
            return await _current(desk)
        case [token] if is_token(token):
            return await _about(desk, "", token)
        case ["yes", token] if is_token(token):
            return await record_draft(desk, token)
        case [word, token] if word in _ABOUT and is_token(token):
            return await _about(desk, word, token)
        case ["ticket", token, _, *_] if is_token(token):
            return await _of_ticket(desk, token, asked.args.split(maxsplit=2)[2])
    told = [line.strip().removeprefix("/filled").strip() for line in asked.args.splitlines()]
    sheet = await desk.ledger.ticket()
    # An older ticket is hardly meant any more, and its prices are no guide to a typing slip.
    recent = sheet if sheet and desk.now - sheet.at <= MEANT_FOR else None
    return await record_said(desk, [line for line in told if line], recent)


async def _of_ticket(desk: Desk, token: str, text: str) -> Reply:
    """Record fills of one ticket. A coin for which the ticket has no order is refused: the user may have
    meant holdings.
    """
    sheet = await desk.ledger.ticket(token)
    if sheet is None:
        return GONE
    told = [line.strip().removeprefix("/filled").strip() for line in text.splitlines()]
    told = [line for line in told if line]
    for line in told:
        coin = read_fill(line).coin
        if not called(coin, sheet.orders, lambda order: (order.symbol, order.terms.asset)):
            raise BadInput(
                f"I asked what was filled of your ticket, and it has no order in {coin[:20]}, so nothing "
                "was recorded. Coins that you hold are added with /add, which also leaves my question."
            )
    return await record_said(desk, told, sheet)


async def _ask(desk: Desk, sheet: Sheet, *, partly: bool, why: str | None = None) -> Reply:
    """Ask how much was filled, or at what price. The next line of the user answers it.

    why: what comes before it, where there is something to say first.
    """
    start = f"/filled ticket {sheet.token}"
    bare = None
    if len(sheet.orders) == 1:
        (order,) = sheet.orders
        bare = f"{start} {name(order.symbol, order.terms)}{'' if partly else ' at'}"
    await desk.topic.ask(Question(start, bare))
    return Reply(to_type(sheet, partly=partly, why=why), _short_ways(sheet), fresh=True, asks=start)


async def _current(desk: Desk) -> Reply:
    sheet = await desk.ledger.ticket()
    if sheet is None:
        raise BadInput(f"There is no ticket yet. Ask for one with /ticket, or type /filled sold{FORM[7:]}.")
    if sheet.recorded:
        return Reply(current(sheet), ((Button("Positions", "/positions"),),))
    return Reply(current(sheet), _short_ways(sheet))


async def _as_shown(desk: Desk, sheet: Sheet) -> Reply:
    """Record every order of the ticket that has no fill yet, at the count and price that were shown."""
    if any(by_specification(order.venue) for order in sheet.orders):
        return await _ask(desk, sheet, partly=False, why=NOT_SHOWN)
    legs = [leg for leg, order in enumerate(sheet.orders) if not sheet.filled(order)]
    if not legs:
        return Reply(lines(RECORDED), ((Button("Positions", "/positions"),),))
    known = await desk.ledger.current()
    _refuse_turning([sheet.orders[leg] for leg in legs], known.held)
    fills = [sheet.orders[leg].fill(desk.now) for leg in legs]
    # A fill in a position that counts as liquidated could mean a new short or the old one.
    if question := await question_before_recording(desk, fills):
        return question

    return await record_fills(
        desk, fills, assumed_fees=fills, ticket=sheet.token, legs=legs, after=known.last
    )


def _refuse_turning(orders: Iterable[Order], held: Iterable[Held]) -> None:
    """Raise BadInput where a closing order is larger than what is open, as it would
    turn the position around.
    """
    counts = {(each.venue, each.symbol): each.count for each in held}
    for order in orders:
        count = counts.get((order.venue, order.symbol), Decimal(0))
        if order.leverage is None and (count * order.count >= 0 or abs(order.count) > abs(count)):
            raise BadInput(
                f"This ticket closes {size_text(order.count, order.terms)}, and only "
                f"{size_text(count, order.terms)} of that is open by now, so nothing was recorded. "
                "Type what was filled, /filled shows how, or look at /position."
            )


async def _at(desk: Desk, sheet: Sheet) -> Reply:
    return await _ask(desk, sheet, partly=False)


async def _partly(desk: Desk, sheet: Sheet) -> Reply:
    return await _ask(desk, sheet, partly=True)


async def _not_placed(desk: Desk, sheet: Sheet) -> Reply:
    text = lines(bold("The ticket is dropped."), "Nothing was recorded of it now.")
    dropped = Reply(text, ((Button("Hedge", "/hedge"),),))

    def answer(was_there: bool) -> Reply:
        return dropped if was_there else GONE

    return answer(await desk.ledger.drop_ticket(sheet.token, desk.telling(answer)))


_ABOUT: dict[str, Callable[[Desk, Sheet], Awaitable[Reply]]] = {
    "": _as_shown,
    "at": _at,
    "part": _partly,
    "no": _not_placed,
}
"""What to do with a ticket, by the word in front of its token."""


async def _about(desk: Desk, word: str, token: str) -> Reply:
    sheet = await desk.ledger.ticket(token)
    return GONE if sheet is None else await _ABOUT[word](desk, sheet)


def _short_ways(sheet: Sheet) -> tuple[tuple[Button, ...], ...]:
    """Two buttons: all was filled as shown, or nothing was placed. The first one only where prices were
    shown.
    """
    shown = Button("Filled as shown", f"/filled {sheet.token}")
    priced = not any(by_specification(order.venue) for order in sheet.orders)
    return ((*((shown,) if priced else ()), _not_placed_button(sheet)),)


def _not_placed_button(sheet: Sheet) -> Button:
    return Button("Not placed", f"/filled no {sheet.token}")


command = Command(
    "filled",
    "tell me which orders were filled",
    _filled,
    FORM,
    {
        "/filled": "your newest ticket and what is recorded of it",
        FORM: "so many coins at this price",
        "/filled ETH 2140 contracts at 3498.5": "as the exchange counts them",
        "/filled ETH 3,480 lev 3 margin 2500": "with leverage and margin",
        "/filled bought ETH 2.14 at 3300 fee 1.2": "bought back, with the fee paid",
        "/filled sold ETH 2.14 at 3500 on bybit": "an order without a ticket",
    },
)
