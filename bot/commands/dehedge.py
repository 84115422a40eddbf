"""/dehedge: the choice after a move to keep, halve or close the hedge, and the orders for it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.next_sizing import sizing_after_closing
from bot.hedges.open_hedge import NONE_OPEN, OpenHedge, open_hedge
from bot.hedges.position_questions import all_counts_as_liquidated, with_position_questions
from bot.hedges.replanning import in_full, measured_with, planned_again
from bot.hedges.tickets import closing_orders, keep_ticket, ways_to_record
from bot.reading.numbers import parse_number
from bot.wording.dehedge import fall_after, rung, rungs, too_much_lost, unknown
from bot.wording.errors import said
from bot.wording.exit_hedge import leave
from bot.wording.layout import lines
from bot.wording.reply import Reply, row
from core.advice.dehedge import (
    QUARTERS,
    RUNGS,
    DehedgeRung,
    Outlook,
    Since,
    dehedge_ladder,
    dehedge_rung,
    part_to_close,
    since_began,
)
from core.advice.unwind import unwound
from core.domain.errors import BadInput, CannotHedge
from core.hedge.hedge import Hedge
from core.journal.held import decimal
from core.outcome.course import prices_now
from core.outlook.scenario import follow

FORMS = {
    "/dehedge": "what keeping, halving and closing it would mean",
    "/dehedge half": "the orders to halve it",
    "/dehedge 25%": "the orders to take off any part of it",
    "/dehedge keep 5000": "as much of it as a further fall may cost you at most $5,000",
    "/dehedge close": "the orders to close it",
}


@dataclass(frozen=True, slots=True)
class _View:
    """What the three choices are measured by."""

    outlook: Outlook
    """What any part is measured on."""
    rungs: tuple[DehedgeRung, ...]
    """The usual three."""
    full: Hedge
    """The plan that hedges all of the portfolio with these legs."""
    since: Since
    """How far the market has moved since the hedge began, where that is known."""


async def _dehedge(asked: Asked) -> Reply:
    words = [word.lower() for word in asked.words]
    _check(words)
    found = await open_hedge(asked.desk)
    if found is None:
        return NONE_OPEN
    if not found.legs:
        return all_counts_as_liquidated(found.held)
    if len(found.stuck) == len(found.legs):
        ways = row({"Exit": "/exit", "Positions": "/positions"})
        return with_position_questions(Reply(unknown(found.stuck), (ways,)), found.standing.open)
    try:
        view = await _view(asked.desk, found)
    except CannotHedge as refusal:
        return await _without_view(asked.desk, found, words, refusal)
    if words:
        name, part = _part(words, found, view)
        return await _orders(asked.desk, found, view, name, part)
    ways = row({"Halve it": "/dehedge half", "Close it": "/dehedge close"})
    quarters = dehedge_ladder(view.outlook, found.fee, QUARTERS)
    text = rungs(found.standing, view.rungs, view.since, found.stuck, quarters)
    reply = Reply(text, (ways, row({"Positions": "/positions", "Adjust": "/adjust"})))
    return with_position_questions(reply, found.standing.open)


def _check(words: list[str]) -> None:
    """Raise BadInput for words that say no part of the hedge."""
    match words:
        case [] | ["half"] | ["close"]:
            return
        case [share] if share.endswith("%"):
            if not 0 < parse_number(share.removesuffix("%")) <= 100:
                raise BadInput("Take off more than 0% and at most 100%. Type for example /dehedge 25%.")
            return
        case ["keep", amount]:
            parse_number(amount.removeprefix("$"), money=True)
            return
    raise BadInput(
        "Type /dehedge to compare, or /dehedge half or /dehedge close for the orders. Any part of it: "
        "/dehedge 25%. By what you accept to lose: /dehedge keep 5000."
    )


def _part(words: list[str], found: OpenHedge, view: _View) -> tuple[str, Fraction]:
    """The part that is to be taken off, and its name in a line. Raises BadInput where nothing may be."""
    if words[0] in RUNGS and words[0] != "keep":
        return words[0], RUNGS[words[0]]
    if words[0] != "keep":
        return words[0], Fraction(parse_number(words[0].removesuffix("%"))) / 100
    most = parse_number(words[1].removeprefix("$"), money=True)
    part = part_to_close(view.outlook, most, found.fee)
    whole = dehedge_ladder(view.outlook, found.fee)[0]
    if not part:
        raise BadInput(too_much_lost(whole, most, view.since))
    return f"keep {most.normalize():f}", part


async def _view(desk: Desk, found: OpenHedge) -> _View:
    legs = [leg for leg in found.legs if leg.tradable]
    wish = in_full(found.wish, (leg.asset for leg in found.shorts if not leg.lost))
    full, snapshot = await planned_again(desk, found, wish)
    candidates = [
        *([found.sizing.benchmark] if found.sizing else []),
        *(leg.asset for leg in found.shorts if not leg.lost),
    ]
    prices = prices_now(candidates, {snapshot.venue: snapshot}, desk.now)
    since = await in_thread(since_began, found.episode, candidates, prices)
    measured = [since.asset, *(leg.asset for leg in legs)]
    study = await in_thread(measured_with, full, measured, snapshot, desk.now)
    up, down = (follow(study, {since.asset: since.size * side}) for side in (1, -1))
    whole = None if found.stuck else sum(full.wanted.values(), Decimal(0))
    outlook = Outlook(legs, full.exposure, whole, up, down)
    return _View(outlook, dehedge_ladder(outlook, found.fee), full, since)


async def _without_view(desk: Desk, found: OpenHedge, words: list[str], refusal: CannotHedge) -> Reply:
    """The answer where nothing new can be planned, as in a contract that its exchange takes off: what is open
    can still be bought back. Raises `refusal` for a part that follows from the plan.
    """
    if not words:
        on = row({"Halve it": "/dehedge half", "Exit": "/exit", "Positions": "/positions"})
        text = unknown(found.stuck, said(refusal))
        return with_position_questions(Reply(text, (on,)), found.standing.open)
    if words[0] == "keep":
        raise refusal
    part = RUNGS.get(words[0]) or Fraction(parse_number(words[0].removesuffix("%"))) / 100
    legs = [leg for leg in found.legs if leg.tradable]
    closed = unwound(legs, part, found.fee)
    left = [(leg, decimal(Fraction(leg.held.count) * (1 - part))) for leg in legs]
    why = await sizing_after_closing(desk, found, [*left, *((leg, leg.held.count) for leg in found.stuck)])
    token = await keep_ticket(desk, found, closing_orders(closed, part), why, f"/dehedge {words[0]}")
    text = leave(closed, found.stuck, whole=part == 1, now=desk.now)
    ways = (*(ways_to_record(token) if token else ()), row({"Positions": "/positions", "Exit": "/exit"}))
    return with_position_questions(Reply(text, ways), found.standing.open)


async def _orders(desk: Desk, found: OpenHedge, view: _View, name: str, part: Fraction) -> Reply:
    """The orders of one choice, kept as a ticket until the user says what became of them."""
    chosen = dehedge_rung(name, part, view.outlook, found.fee)
    # What is traded leaves what was wanted before rounding; the rest stays whole.
    traded = {one.contract for one in chosen.closed if one.count}
    left = [
        (leg, decimal(Fraction(leg.held.count) * (1 - part)) if leg.contract in traded else leg.held.count)
        for leg in found.legs
    ]
    why = await sizing_after_closing(desk, found, left, view.full)
    token = await keep_ticket(desk, found, closing_orders(chosen.closed, part), why, f"/dehedge {name}")
    back = row({"Compare": "/dehedge", "Positions": "/positions"})
    after = fall_after(chosen, view.since) if name.startswith("keep") else None
    text = lines(rung(chosen, found.stuck, found.standing.only), after)
    return with_position_questions(
        Reply(text, (*(ways_to_record(token) if token else ()), back)), found.standing.open
    )


command = Command("dehedge", "after a move: keep, halve or close", _dehedge, forms=FORMS)
