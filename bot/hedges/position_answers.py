"""What the user says became of a position, recorded: liquidated, still open, closed by the exchange, resized.

The questions are asked in `bot.hedges.position_questions`.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from bot.desk.desk import Desk
from bot.hedges.contract_names import called, only_one, remark_old_name
from bot.hedges.fill_subject import known_venues
from bot.hedges.position_questions import resized_contracts, shortest_name
from bot.hedges.recording import after_recording, hedge_again, prices_of_holdings, record_entries
from bot.hedges.reporting import ending, followed_by_report
from bot.reading.fills import Said, read_fill, reason_said
from bot.reading.venues import venue_called
from bot.wording import liquidated as wording
from bot.wording.filled import name, none_of, positions_named
from bot.wording.gone import gone
from bot.wording.numbers import price as shown
from bot.wording.reply import Reply, row
from core.domain.errors import BadInput, NoData
from core.domain.quote import Quote
from core.journal.doubt import MOST_TIMES
from core.journal.ended import LIQUIDATED, closing_fill, likely_reason, used_up
from core.journal.fate import BY_USER, OPEN, Fate
from core.journal.fill import Fill
from core.journal.held import Held
from core.journal.relisted import resized as recounted
from core.store.user.recorded import Current, Recorded
from core.store.user.topic import Question

FORMS = {
    "liquidated": "/position liquidated ETH",
    "open": "/position open ETH",
    "closed": "/position closed ETH at 3500 deleveraged",
    "resized": "/position resized ETH",
}


async def was_liquidated(desk: Desk, words: list[str]) -> Reply:
    """`/position liquidated ETH`: the position is closed at the price at which its margin is lost."""
    current, held = await _named(desk, words, "liquidated")
    price = used_up(held)
    if price is None:
        typed = name(held.symbol, held.terms)
        raise BadInput(
            f"I do not know the margin of your {typed} {wording.side(held)}, so not what it lost. Type at "
            f"what price it was closed: /position closed {typed} at PRICE"
        )
    at = max(held.note.at, held.changed) if held.note else desk.now
    quote = await _quote(desk, held)
    index = held.note.price if held.note else quote.index if quote else None
    fill = closing_fill(held, price, at, LIQUIDATED, None if held.terms.expiry else index)

    sizing = await desk.ledger.sizing()

    def answer(done: Recorded) -> Reply:
        buttons = (*hedge_again(done, sizing), *after_recording(done))
        return ending(Reply(wording.liquidated(held, fill, done), buttons), done)

    done = await _record(desk, current, fill, answer)
    return await followed_by_report(desk, answer(done))


async def is_open(desk: Desk, words: list[str]) -> Reply:
    """`/position open ETH`: the position survived; a price beyond the one seen so far asks anew."""
    current, held = await _named(desk, words, "open")
    quote = await _quote(desk, held)
    known = [held.note.price if held.note else None, quote.mark if quote else None]
    prices = [price for price in known if price is not None]
    seen = (max(prices) if held.count < 0 else min(prices)) if prices else None

    def answer(done: Recorded) -> Reply:
        return Reply(wording.still_open(held, seen, done), after_recording(done))

    fate = Fate(held.venue, held.symbol, OPEN, seen, desk.now, BY_USER)
    return answer(await _record(desk, current, fate, answer))


async def was_closed(desk: Desk, words: list[str]) -> Reply:
    """`/position closed ETH at 3500`: the venue closed it or ended its contract. A missing price is asked.

    Why is said by a word of `REASONS`; without one it is what the price makes likely.
    """
    words, why = reason_said(words)
    current, held = await _named(desk, words, "closed")
    said = read_fill(" ".join(words))
    last = await _last(desk, held)
    if said.price is None:
        question = " ".join(filter(None, ["/position closed", shortest_name(held, current.held), why]))
        at = row({f"At {shown(last)}": f"{question} at {last}"}) if last is not None else ()
        await desk.topic.ask(Question(question, f"{question} at"))
        text = wording.ask_price(held, last)
        ways = (at, row({"Positions": "/positions"}))
        return Reply(text, ways, fresh=True, asks=question, pressed=True)
    if last is not None and not last / MOST_TIMES <= said.price <= last * MOST_TIMES:
        raise BadInput(
            f"{shown(said.price)} cannot be a price of {name(held.symbol, held.terms)}, which was at "
            f"{shown(last)} last. Nothing was recorded."
        )
    snapshot = await desk.last_snapshot((), held.venue)
    listed = snapshot is None or held.symbol in snapshot.contracts
    reason = why or likely_reason(held, said.price, desk.now, listed=listed)
    fill = replace(closing_fill(held, said.price, desk.now, reason), fee=said.fee or Decimal(0))

    sizing = await desk.ledger.sizing()

    def answer(done: Recorded) -> Reply:
        buttons = (*hedge_again(done, sizing), *after_recording(done))
        return ending(Reply(gone(held, fill, done, guessed=why is None), buttons), done)

    done = await _record(desk, current, fill, answer)
    return await followed_by_report(desk, answer(done))


async def is_resized(desk: Desk, words: list[str]) -> Reply:
    """`/position resized ETH`: the contract has a new size, and the position as many coins as before."""
    current, held = await _named(desk, words, "resized")
    sizes = await resized_contracts(desk, [held])
    if not sizes:
        typed = name(held.symbol, held.terms)
        raise BadInput(
            f"{typed} is counted as you filled it; nothing was changed. /position shows what is open."
        )
    quote = await _quote(desk, held)
    fills = recounted(held, sizes[0][1], desk.now, quote.index if quote else None)
    done = await desk.ledger.record(fills, prices=await prices_of_holdings(desk), after=current.last)
    return Reply(wording.right_size(held, done), after_recording(done))


DOES = {"liquidated": was_liquidated, "open": is_open, "closed": was_closed, "resized": is_resized}
"""What each of these words after /position does."""


async def position_meant(desk: Desk, said: Said, otherwise: str) -> tuple[Current, Held]:
    """What is open, and the position in it that the line means.

    otherwise: what to type where nothing is open. Raises BadInput where no position is meant, or several are.
    """
    current = await desk.ledger.current()
    held = current.held
    venue = venue_called(said.venue, known_venues(desk, None, held)) if said.venue else None
    there = (each for each in held if venue in (None, each.venue))
    found = called(said.coin, there, lambda each: (each.symbol, each.terms.asset))
    if not found:
        mine = positions_named(held, venue)
        raise BadInput(
            f"{none_of(said.coin, venue)} "
            + (f"You have {mine}." if mine else f"To enter one type {otherwise}.")
        )
    one = only_one(found, said.coin)
    remark_old_name(desk, said.coin, one.terms.asset)
    return current, one


async def _named(desk: Desk, words: list[str], what: str) -> tuple[Current, Held]:
    """What is open, and the position that the words name.

    what: a key of DOES. Raises BadInput where the words name none, and where they say more than a name.
    """
    if not words:
        raise BadInput(f"Which one? Type for example {FORMS[what]}.")
    said = read_fill(" ".join(words))
    more = (said.price, said.fee) if what != "closed" else ()
    if (said.count, said.sold, said.leverage, said.margin, *more) != (None,) * (4 + len(more)):
        raise BadInput(f"That says more than I can do here; nothing was changed. Type {FORMS[what]}.")
    return await position_meant(desk, said, "/position add short 2.14 ETH at 3500")


async def _quote(desk: Desk, held: Held) -> Quote | None:
    """The contract's price now; None where that is not known."""
    snapshot = await desk.last_snapshot((), held.venue)
    try:
        return snapshot.quote(held.symbol, desk.now) if snapshot else None
    except NoData:
        return None


async def _last(desk: Desk, held: Held) -> Decimal | None:
    """The last known price of the contract: its mark, else the coin's price, else what the journal noted."""
    if (quote := await _quote(desk, held)) is not None:
        return quote.mark
    coin = (await desk.prices([held.terms.asset])).get(held.terms.asset)
    if coin is not None:
        return coin * held.terms.scale
    return held.note.price if held.note else held.assured


async def _record(
    desk: Desk, current: Current, what: Fill | Fate, answer: Callable[[Recorded], Reply]
) -> Recorded:
    """Write one entry with its answer, unless the journal has gone on since that was open."""
    return await record_entries(desk, [what], answer, after=current.last)
