"""/ticket: the orders of what was shown last, in the steps in which the exchange's screen asks for them."""

from dataclasses import replace

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.last_shown import remember_shown, say_which_hedge, spelled_exactly, wish_words
from bot.hedges.planning import ON, planned, planned_over
from bot.hedges.position_questions import (
    contracts_shorted,
    counted_as_listed,
    resized_contracts,
    with_fate_questions,
    with_size_questions,
)
from bot.hedges.tickets import ways_to_record
from bot.reading.wishes import spell
from bot.wording.layout import bold, lines
from bot.wording.open_already import elsewhere
from bot.wording.over_venues import first_have
from bot.wording.reply import Button, Reply, row
from bot.wording.ticket import order_steps, ticket, yours
from core.advice.sizing import order, orders, sizing
from core.domain.errors import BadInput
from core.hedge.ticket import first_moved, tickets_of, transfers
from core.journal.held import Held
from core.store.user.topic import Shown

WHICH = (
    (Button("Adjust it", "/adjust"), Button("Close it", "/exit")),
    (Button("Hedge anew", "/ticket all"),),
)
SIZES = "Other contract sizes"
AGAIN = "New orders of the ones that you saw last: {}."


async def _ticket(asked: Asked) -> Reply:
    desk, words = asked.desk, asked.words
    if words and words[0].lower() == ON:
        return await _over_venues(desk, words)
    held = await desk.open_positions()
    last = None if words else await desk.topic.shown()
    if last is not None and last.stands and wish_words(last) is None:
        desk.remark(AGAIN.format(last.line))
        return await asked.say(last.line)
    sizes = await resized_contracts(desk, held)
    if not words and (last is None or not last.stands) and (last is not None or held):
        return with_size_questions(with_fate_questions(_which(last, held), held), sizes)
    kept = [each for each in counted_as_listed(held, sizes) if not each.lost]
    meant = words or (wish_words(last) if last else None) or []
    hedge = await planned(desk, meant, [each.position for each in kept])
    if last is not None:
        say_which_hedge(desk, last, hedge)
    await remember_shown(desk, hedge)
    snapshot = await desk.snapshot()
    placed = tickets_of(hedge, snapshot, desk.now)
    shown = orders(hedge, placed, snapshot, desk.now)
    token = None
    if shown:
        token = await desk.ledger.save_ticket(shown, sizing(hedge, spell(hedge.wish), desk.now))
    text = ticket(hedge, placed, first_moved(hedge, placed))
    there = elsewhere(kept, hedge.venue)
    compared = (Button(SIZES, f"/markets {hedge.legs[0].asset}"),) if hedge.legs and shown else ()
    buttons = _buttons(words or spelled_exactly(hedge).split(), token)
    reply = Reply(lines(text, there), (*buttons, *filter(None, (compared,))))
    return with_size_questions(with_fate_questions(reply, held, ordered=contracts_shorted(hedge)), sizes)


async def _over_venues(desk: Desk, words: list[str]) -> Reply:
    """The orders of a hedge that is split over several venues.

    Raises BadInput while something is open: these orders are not the difference to that.
    """
    if await desk.open_positions():
        raise BadInput("You have a hedge open, and these orders would come on top of it. /adjust changes it.")
    found = await planned_over(desk, words)
    fee = found.hedge.wish.fee
    placed = [(part, part.ticket(fee)) for part in found.parts]
    kept = [(part, one) for part, one in placed if one.placeable]
    if not kept:
        raise BadInput("These parts are too small for any order. Type /hedge for one exchange.")
    why = sizing(found.hedge, spell(found.hedge.wish), desk.now)
    wanted = {(part.contract.venue, part.contract.symbol): part.wanted for part, _ in kept}
    shown = [order(one, -part.wanted, fee, part.quote) for part, one in kept]
    token = await desk.ledger.save_ticket(shown, replace(why, wanted=wanted))
    tickets = [one for _, one in kept]
    venues = dict.fromkeys(one.contract.venue for one in tickets)
    needed = {venue: transfers(one for one in tickets if one.contract.venue == venue) for venue in venues}
    text = lines(
        bold(f"Place {len(kept)} orders on {len(venues)} exchanges"),
        yours(tickets),
        first_have(needed),
        order_steps(tickets, {}),
    )
    hedge = row({"Hedge": f"/hedge {' '.join(words)}"})
    return Reply(text, tuple(filter(None, (*ways_to_record(token), hedge))))


def _which(last: Shown | None, held: tuple[Held, ...]) -> Reply:
    """The question which orders are meant, where none were shown lately."""
    again = row({"What I saw last": last.line.replace("/hedge", "/ticket")}) if last else ()
    text = lines(
        bold("The orders of what?"),
        f"What I showed you last is too long ago to be meant: {last.line}." if last else None,
        "You have a hedge open." if held else None,
    )
    ways = WHICH if held else (row({"Plan a hedge": "/hedge"}),)
    return Reply(text, tuple(filter(None, (again, *ways))))


def _buttons(words: list[str], token: str | None) -> tuple[tuple[Button, ...], ...]:
    """Buttons to say what became of the orders, to see the hedge explained, and to see what it does if prices
    move.
    """
    same = " ".join(words)
    explained = row({"Hedge": f"/hedge {same}", "What if": f"/whatif with {same}"})
    return tuple(filter(None, (*(ways_to_record(token) if token else ()), explained)))


command = Command(
    "ticket",
    "the orders to place, step by step",
    _ticket,
    "/ticket 50% ETH",
    {
        "/ticket": "the orders of what you saw last, for an hour",
        "/ticket 50% ETH": "those of this hedge; all words of /hedge",
        "/ticket all": "those of your usual hedge, planned anew",
    },
)
