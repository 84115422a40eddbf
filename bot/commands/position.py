"""/position: enters and corrects positions by hand, and takes changes back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields
from datetime import timedelta

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.position_answers import DOES as FATES
from bot.hedges.position_answers import position_meant
from bot.hedges.recording import after_recording, record_entries, record_said
from bot.hedges.told_fill import contracts_said
from bot.reading.fills import Said, read_fill
from bot.reading.modes import MODE_WORDS, has_mode
from bot.wording.filled import name, position_opened
from bot.wording.numbers import money, price
from bot.wording.position import POSITION_FORMS, change_described, position_changed, positions_listed
from bot.wording.reply import Button, Reply
from bot.wording.shared import MODE_NAMES
from core.domain.errors import BadInput
from core.journal.correction import UNDO, corrected, last_change, removal, taken_back
from core.journal.fill import Entry, Margin, Written
from core.store.user.recorded import Recorded
from core.store.user.refusals import TakenBack

MODE = "/position mode coins"
UNDO_WITHIN = timedelta(minutes=10)
ADD, MARGIN, EDIT, DELETE, _ = POSITION_FORMS


async def _position(asked: Asked) -> Reply:
    word, *rest = asked.words or [""]
    do = _DOES.get(word.lower())
    if do is not None:
        return await do(asked.desk, rest)
    if not asked.words:
        held = await asked.desk.open_positions()
        return Reply(
            positions_listed(held),
            ((Button("Positions", "/positions") if held else Button("Plan a hedge", "/hedge"),),),
        )
    return await _margin(asked.desk, asked.words)


async def _add(desk: Desk, words: list[str]) -> Reply:
    said = read_fill(" ".join(words)) if words else None
    if said is None or said.sold is None or said.count is None:
        raise BadInput(f"Say short or long, the coin, how many, and the price: {ADD}.")
    return await record_said(desk, [" ".join(words)], None)


async def _margin(desk: Desk, words: list[str]) -> Reply:
    said = read_fill(" ".join(words))
    if said.margin is None or said.count is not None or said.price is not None:
        raise BadInput(f"I do not understand that. Type for example {MARGIN}, {EDIT}, or /position alone.")
    _refuse_more(said, {"margin"}, MARGIN)
    current, held = await position_meant(desk, said, ADD)
    entry = Margin(held.venue, held.symbol, said.margin, desk.now)
    heading = f"{name(held.symbol, held.terms)}: margin {money(said.margin)}"
    return await _record(desk, current.last, [entry], heading)


async def _edit(desk: Desk, words: list[str]) -> Reply:
    said = read_fill(" ".join(words)) if words else None
    if said is None or said.count is None or said.price is None:
        raise BadInput(f"Say the coin, the right number and the right price: {EDIT}.")
    _refuse_more(said, {"sold", "in_coins", "count", "price", "margin"}, f"{EDIT} margin 3000")
    current, held = await position_meant(desk, said, ADD)
    if said.sold is not None and said.sold != (held.count < 0):
        side = "short" if held.count < 0 else "long"
        raise BadInput(
            f"Your {said.coin} position is {side}. To turn it, delete it and add the other: {DELETE}."
        )
    count = await contracts_said(desk, said, held)
    known = await _entries(desk)
    entries: list[Written] = [*await in_thread(corrected, known, held, count, said.price)]
    if said.margin is not None:
        entries.append(Margin(held.venue, held.symbol, said.margin, desk.now))
    heading = f"Corrected: {name(held.symbol, held.terms)} at {price(said.price)}"
    return await _record(desk, current.last, entries, heading)


async def _delete(desk: Desk, words: list[str]) -> Reply:
    if not words:
        raise BadInput(f"Which one? Type for example {DELETE}.")
    said = read_fill(" ".join(words))
    _refuse_more(said, set(), f"{DELETE}, or {EDIT}")
    current, held = await position_meant(desk, said, ADD)
    voids = await in_thread(removal, await _entries(desk), held)
    return await _record(desk, current.last, voids, f"Deleted: {position_opened(held)}")


async def _undo(desk: Desk, words: list[str]) -> Reply:
    """Take back a change: the newest one that was made by hand, or the one that a button names."""
    episode = await desk.ledger.latest()
    entries = episode.entries if episode else ()
    if words and not words[0].isdecimal():
        raise BadInput("Type /position undo; it takes back the last change.")
    if words:
        change = tuple(entry for entry in entries if entry.change == int(words[0][:9]))
    else:
        change = await in_thread(last_change, entries)
    if not change:
        raise BadInput("There is nothing to undo. /position shows what is open.")
    if desk.now - change[0].recorded_at > UNDO_WITHIN:
        raise BadInput(
            "The last change is more than 10 minutes old. Correct it instead: "
            f"{EDIT}, or {DELETE}. /position shows what is open."
        )
    voids = await in_thread(taken_back, entries, change[0].change)
    if not voids:
        raise TakenBack

    def answer(done: Recorded) -> Reply:
        back = Button("Put it back", f"/position undo {done.entries[0].change}")
        heading = f"Taken back: {change_described(change)}"
        return Reply(position_changed(heading, done), ((Button("Positions", "/positions"), back),))

    return answer(await record_entries(desk, voids, answer, after=entries[-1].number, source=UNDO))


async def _mode(desk: Desk, words: list[str]) -> Reply:
    """`/position mode coins ETH`: how the account backs what is open, of all of it or of the coin named."""
    if not words or words[0].lower() not in MODE_WORDS:
        raise BadInput(f"Say how the account backs it: {', '.join(MODE_WORDS)}. Type for example {MODE}.")
    mode, current = MODE_WORDS[words[0].lower()], await desk.ledger.current()
    meant = tuple(each for each in current.held if has_mode(each.venue, mode))
    if len(words) > 1:
        said = read_fill(" ".join(words[1:]))
        _refuse_more(said, set(), MODE)
        current, one = await position_meant(desk, said, ADD)
        meant = (one,) if has_mode(one.venue, mode) else ()
    if not meant:
        raise BadInput(f"Nothing that is open can be backed so: {MODE_NAMES[mode]}. Nothing was changed.")
    entries = [Margin(each.venue, each.symbol, None, desk.now, mode) for each in meant]
    named = ", ".join(name(each.symbol, each.terms) for each in meant)
    return await _record(desk, current.last, entries, f"Noted: {named} with {MODE_NAMES[mode]}")


_DOES: dict[str, Callable[[Desk, list[str]], Awaitable[Reply]]] = {
    "add": _add,
    "edit": _edit,
    "delete": _delete,
    "undo": _undo,
    "mode": _mode,
    **FATES,
}


def _refuse_more(said: Said, understood: set[str], form: str) -> None:
    """Raise BadInput where the words say more than this form does, so that nothing is dropped in silence."""
    usual = Said(said.coin, venue=said.venue)
    more = {each.name for each in fields(Said) if getattr(said, each.name) != getattr(usual, each.name)}
    if more - understood:
        raise BadInput(f"That says more than I can do here; nothing was changed. Type for example {form}.")


async def _entries(desk: Desk) -> tuple[Entry, ...]:
    """What was recorded of the open hedge."""
    episode = await desk.ledger.open()
    return episode.entries if episode else ()


async def _record(desk: Desk, after: int, what: Sequence[Written], heading: str) -> Reply:
    """Record a correction of the journal, unless it has gone on since the entry of this number."""

    def answer(done: Recorded) -> Reply:
        return Reply(position_changed(heading, done), after_recording(done))

    return answer(await record_entries(desk, what, answer, after=after))


command = Command(
    "position",
    "enter or correct a position by hand",
    _position,
    ADD,
    {
        "/position": "what is open, and what you can type",
        ADD: "a position that I do not know of",
        "/position add long ETH 214 contracts at 3500 on okx": "a long one, counted as there",
        MARGIN: "the margin that you have set aside for it",
        EDIT: "the right number and average price",
        DELETE: "as if it had never been",
        "/position liquidated ETH": "the exchange liquidated it: its margin is lost",
        "/position open ETH": "it is still open, though I took it for liquidated",
        "/position closed ETH at 3300": "the exchange closed it, or ended it, at this price",
        "/position closed ETH at 3300 adl": "and why: adl, liquidated or settled",
        MODE: "your coins there back all of it, not a margin each",
        "/position undo": "take back the last change, for 10 minutes",
    },
)
