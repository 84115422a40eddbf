"""Positions that count as liquidated or may be, said beside every answer that rests on them, with buttons."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.desk.desk import Desk
from bot.hedges.meaning import matching
from bot.wording import liquidated as wording
from bot.wording.filled import name
from bot.wording.layout import lines
from bot.wording.reply import Button, Reply, row
from core.domain.contract import Contract
from core.hedge.hedge import Hedge
from core.journal.fill import Fill
from core.journal.journal import Held
from core.journal.relisted import change_of, recounted
from core.outcome.standing import LegStanding


def ways_out(held: Iterable[Held]) -> tuple[tuple[Button, ...], ...]:
    """For each position that is in doubt, what may have become of it."""
    mine = tuple(held)
    several = sum(each.note is not None for each in mine) > 1
    rows = []
    for each in mine:
        if each.note is not None:
            words = called_among(each, mine)
            which = f"{name(each.symbol, each.terms)}: " if several else ""
            gone = Button(f"{which}It was liquidated", f"/position liquidated {words}")
            rows.append((gone, Button(f"{which}It is still open", f"/position open {words}")))
    return tuple(rows)


def beside_fates(reply: Reply, held: Sequence[Held], *, ordered: Iterable[tuple[str, str]] = ()) -> Reply:
    """The reply below what is in doubt of these positions, with the buttons that settle it.

    ordered: venue and symbol of what the reply has orders to short.
    """
    news = {(each.venue, each.symbol) for each in held if each.lost}
    said = wording.doubted(held, ordered=bool(news.intersection(ordered)))
    if said is None:
        return reply
    return replace(reply, text=lines(said, reply.text), buttons=(*ways_out(held), *reply.buttons))


async def resized_contracts(desk: Desk, held: Iterable[Held]) -> list[tuple[Held, Contract]]:
    """Those of the positions whose contract is of another size by now than when it was filled, with it."""
    found = []
    for each in held:
        snapshot = await desk.last_snapshot((), each.venue)
        listed = snapshot.contracts.get(each.symbol) if snapshot else None
        if listed is not None and change_of(each.terms, listed) == "size":
            found.append((each, listed))
    return found


def as_listed(held: Iterable[Held], sizes: Iterable[tuple[Held, Contract]]) -> list[Held]:
    """The positions, those of another size counted in what is listed now: their coins stay."""
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


def beside_legs(
    reply: Reply, legs: Sequence[LegStanding], *, ordered: Iterable[tuple[str, str]] = ()
) -> Reply:
    """The reply below what is in doubt of these open positions: their fate, and their size."""
    sizes = [(leg.held, leg.contract) for leg in legs if leg.resized and leg.contract]
    return beside_sizes(beside_fates(reply, [leg.held for leg in legs], ordered=ordered), sizes)


def beside_sizes(reply: Reply, sizes: Sequence[tuple[Held, Contract]]) -> Reply:
    """The reply below the question how many contracts of a new size are open."""
    if not sizes:
        return reply
    others = [held for held, _ in sizes]
    buttons = [
        row({f"{wording.recounted_size(held, listed)}, right": f"/position resized {name}"})
        for held, listed in sizes
        for name in [called_among(held, others)]
    ]
    said = [wording.resized_message(held, listed) for held, listed in sizes]
    return replace(reply, text=lines(*said, reply.text), buttons=(*buttons, *reply.buttons))


def shorted_coins(plan: Hedge) -> list[tuple[str, str]]:
    """Venue and symbol of what a plan shorts."""
    return [(leg.contract.venue, leg.contract.symbol) for leg in plan.legs]


async def settle_before(desk: Desk, fills: Sequence[Fill]) -> Reply | None:
    """The question to answer before these fills can be recorded: of the position that they are in."""
    held = await desk.open_positions()
    if question := settle_first(fills, held):
        return question
    filled = {(fill.venue, fill.symbol) for fill in fills}
    sizes = await resized_contracts(desk, [each for each in held if (each.venue, each.symbol) in filled])
    return beside_sizes(Reply(wording.count_first(), fresh=True), sizes) if sizes else None


def settle_first(fills: Iterable[Fill], held: Sequence[Held]) -> Reply | None:
    """The question to answer first, where a fill adds to a position that counts as liquidated."""
    added = {(fill.venue, fill.symbol): fill.count for fill in fills}
    for each in held:
        if each.lost and added.get((each.venue, each.symbol), Decimal(0)) * each.count > 0:
            return Reply(wording.first_say(each), ways_out([each]), fresh=True)
    return None


def nothing_kept(held: Sequence[Held]) -> Reply:
    """The answer where all that is open counts as liquidated."""
    return beside_fates(Reply(wording.over(held), (row({"Plan a hedge": "/hedge"}),)), held)


def called_among(held: Held, others: Sequence[Held]) -> str:
    """The shortest words that mean this position and none of the others."""
    short = name(held.symbol, held.terms)
    alike = [each for each in others if matching(short, each.symbol, each.terms.asset)]
    words = short if len(alike) <= 1 else held.symbol
    same = [each for each in others if each.symbol == held.symbol]
    return words if len(same) <= 1 else f"{words} on {held.venue}"
