"""Questions that answers ask about open positions: was it liquidated, and how many contracts are they now.

An answer that rests on such a position says so above its own text, with buttons that settle the question.
What the user answers is recorded in `bot.hedges.position_answers`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.desk.desk import Desk
from bot.hedges.contract_names import names_contract
from bot.wording import liquidated as wording
from bot.wording.accounts import recorded_itself
from bot.wording.filled import name
from bot.wording.layout import lines
from bot.wording.reply import Button, Reply, row
from core.domain.coins.asset import as_shown
from core.domain.contract import Contract
from core.hedge.hedge import Hedge
from core.journal.correction import VENUE
from core.journal.fill import Fill
from core.journal.held import Held
from core.journal.journal import live_entries
from core.journal.merging import Traded, told_already
from core.journal.relisted import change_of, recounted
from core.outcome.leg_standing import LegStanding

LATELY = timedelta(days=1)
"""What a connected account has told of is looked for so long before a fill that is typed."""


def fate_buttons(held: Iterable[Held]) -> tuple[tuple[Button, ...], ...]:
    """Buttons for each position that came to its liquidation price: it was liquidated, it is open."""
    mine = tuple(held)
    several = sum(each.note is not None for each in mine) > 1
    rows = []
    for each in mine:
        if each.note is not None:
            words = shortest_name(each, mine)
            which = f"{name(each.symbol, each.terms)}: " if several else ""
            gone = Button(f"{which}It was liquidated", f"/position liquidated {words}")
            rows.append((gone, Button(f"{which}It is still open", f"/position open {words}")))
    return tuple(rows)


def with_fate_questions(
    reply: Reply, held: Sequence[Held], *, ordered: Iterable[tuple[str, str]] = ()
) -> Reply:
    """The reply, and above it which of these positions may have been liquidated, with buttons to say so.

    ordered: venue and symbol of the contracts that the reply has orders to short.
    """
    # An order to short what may be gone already would be read as adding to it, so that is said as well.
    news = {(each.venue, each.symbol) for each in held if each.lost}
    said = wording.doubted(held, ordered=bool(news.intersection(ordered)))
    if said is None:
        return reply
    return replace(reply, above=lines(said, reply.above), buttons=(*fate_buttons(held), *reply.buttons))


async def resized_contracts(desk: Desk, held: Iterable[Held]) -> list[tuple[Held, Contract]]:
    """The positions whose contract has changed its size since they were filled, each with that contract."""
    found = []
    for each in held:
        snapshot = await desk.last_snapshot((), each.venue)
        listed = snapshot.contracts.get(each.symbol) if snapshot else None
        if listed is not None and change_of(each.terms, listed) == "size":
            found.append((each, listed))
    return found


def counted_as_listed(held: Iterable[Held], sizes: Iterable[tuple[Held, Contract]]) -> list[Held]:
    """The positions, counted in contracts of the size that is listed now: their coins stay the same."""
    listed = {(each.venue, each.symbol): contract for each, contract in sizes}
    found = []
    for each in held:
        contract = listed.get((each.venue, each.symbol))
        if contract is None:
            found.append(each)
        else:
            terms = replace(each.terms, multiplier=contract.multiplier)
            found.append(replace(each, count=recounted(each, contract), terms=terms))
    return found


def with_position_questions(
    reply: Reply, legs: Sequence[LegStanding], *, ordered: Iterable[tuple[str, str]] = ()
) -> Reply:
    """The reply below both questions about these open positions: what became of them, and their size."""
    sizes = [(leg.held, leg.contract) for leg in legs if leg.resized and leg.contract]
    return with_size_questions(with_fate_questions(reply, [leg.held for leg in legs], ordered=ordered), sizes)


def with_size_questions(reply: Reply, sizes: Sequence[tuple[Held, Contract]]) -> Reply:
    """The reply, and above it the question whether so many contracts of a new size are open."""
    if not sizes:
        return reply
    others = [held for held, _ in sizes]
    buttons = [
        row({f"{wording.recounted_size(held, listed)}, right": f"/position resized {name}"})
        for held, listed in sizes
        for name in [shortest_name(held, others)]
    ]
    said = [wording.resized_message(held, listed) for held, listed in sizes]
    return replace(reply, above=lines(*said, reply.above), buttons=(*buttons, *reply.buttons))


def contracts_shorted(plan: Hedge) -> list[tuple[str, str]]:
    """Venue and symbol of each contract that a plan shorts."""
    return [(leg.contract.venue, leg.contract.symbol) for leg in plan.legs]


async def question_before_recording(desk: Desk, fills: Sequence[Fill]) -> Reply | None:
    """The question that has to be answered before these fills can be recorded; None where there is none."""
    held = await desk.open_positions()
    if question := question_about_lost(fills, held):
        return question
    if await _told_by_the_venue(desk, fills):
        return Reply(recorded_itself(fills), (row({"Positions": "/positions"}),))
    filled = {(fill.venue, fill.symbol) for fill in fills}
    sizes = await resized_contracts(desk, [each for each in held if (each.venue, each.symbol) in filled])
    return with_size_questions(Reply(wording.count_first(), fresh=True), sizes) if sizes else None


async def _told_by_the_venue(desk: Desk, fills: Sequence[Fill]) -> bool:
    """Whether connected accounts have told of all these fills already: then they stand in the journal."""
    connected = await desk.accounts.connected()
    if not fills or not all(fill.venue in connected for fill in fills):
        return False
    episode = await desk.ledger.latest()
    trades: dict[tuple[str, str], list[Traded]] = {}
    for entry in live_entries(episode.entries) if episode else ():
        fill = entry.what
        if entry.source == VENUE and isinstance(fill, Fill):
            own = Traded(str(entry.number), "", fill.symbol, fill.count, fill.price, fill.at)
            trades.setdefault((fill.venue, fill.symbol), []).append(own)
    return all(told_already(fill, trades.get((fill.venue, fill.symbol), ()), LATELY) for fill in fills)


def question_about_lost(fills: Iterable[Fill], held: Sequence[Held]) -> Reply | None:
    """The question what became of a position that counts as liquidated, where a fill would add to it."""
    added = {(fill.venue, fill.symbol): fill.count for fill in fills}
    for each in held:
        if each.lost and added.get((each.venue, each.symbol), Decimal(0)) * each.count > 0:
            return Reply(wording.first_say(each), fate_buttons([each]), fresh=True)
    return None


def all_counts_as_liquidated(held: Sequence[Held]) -> Reply:
    """The answer to a command that needs a hedge where all that is open counts as liquidated."""
    return with_fate_questions(Reply(wording.over(held), (row({"Plan a hedge": "/hedge"}),)), held)


def shortest_name(held: Held, others: Sequence[Held]) -> str:
    """The shortest words that name this position and none of the others, for a command line."""
    short = name(held.symbol, held.terms)
    alike = [each for each in others if names_contract(short, each.symbol, each.terms.asset)]
    words = short if len(alike) <= 1 else as_shown(held.symbol, held.terms.asset)
    same = [each for each in others if each.symbol == held.symbol]
    return words if len(same) <= 1 else f"{words} on {held.venue}"
