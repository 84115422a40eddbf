"""/dehedge: the choice after a move to keep, halve or close the hedge, and the orders for it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.next_sizing import sizing_after_closing
from bot.hedges.open_hedge import NONE_OPEN, OpenHedge, open_hedge
from bot.hedges.position_questions import all_counts_as_liquidated, with_position_questions
from bot.hedges.replanning import in_full, measured_with, planned_again
from bot.hedges.tickets import closing_orders, keep_ticket, ways_to_record
from bot.wording.dehedge import rung, rungs, unknown
from bot.wording.reply import Reply, row
from core.advice.dehedge import RUNGS, DehedgeRung, Outlook, Since, dehedge_ladder, since_began
from core.domain.errors import BadInput
from core.hedge.hedge import Hedge
from core.journal.held import decimal
from core.outcome.course import prices_now
from core.outlook.scenario import follow

FORMS = {
    "/dehedge": "what keeping, halving and closing it would mean",
    "/dehedge half": "the orders to halve it",
    "/dehedge close": "the orders to close it",
}


@dataclass(frozen=True, slots=True)
class _View:
    """What the three choices are measured by."""

    rungs: tuple[DehedgeRung, ...]
    full: Hedge
    """The plan that hedges all of the portfolio with these legs."""
    since: Since
    """How far the market has moved since the hedge began, where that is known."""


async def _dehedge(asked: Asked) -> Reply:
    words = [word.lower() for word in asked.words]
    if words not in ([], ["half"], ["close"]):
        raise BadInput("Type /dehedge to compare, or /dehedge half or /dehedge close for the orders.")
    found = await open_hedge(asked.desk)
    if found is None:
        return NONE_OPEN
    if not found.legs:
        return all_counts_as_liquidated(found.held)
    if len(found.stuck) == len(found.legs):
        return Reply(unknown(found.stuck), (row({"Exit": "/exit", "Positions": "/positions"}),))
    view = await _view(asked.desk, found)
    if words:
        return await _orders(asked.desk, found, view, words[0])
    ways = row({"Halve it": "/dehedge half", "Close it": "/dehedge close"})
    text = rungs(found.standing, view.rungs, view.since, found.stuck)
    reply = Reply(text, (ways, row({"Positions": "/positions", "Adjust": "/adjust"})))
    return with_position_questions(reply, found.standing.open)


async def _view(desk: Desk, found: OpenHedge) -> _View:
    legs = [leg for leg in found.legs if leg.tradable]
    wish = in_full(found.wish, (leg.asset for leg in found.shorts if not leg.lost))
    full, snapshot = await planned_again(desk, found, wish)
    candidates = [
        *([found.sizing.benchmark] if found.sizing else []),
        *(leg.asset for leg in found.shorts if not leg.lost),
    ]
    prices = prices_now(candidates, {snapshot.venue: snapshot}, desk.now)
    since = since_began(found.episode, candidates, prices)
    study = measured_with(full, [since.asset, *(leg.asset for leg in legs)], snapshot, desk.now)
    up, down = (follow(study, {since.asset: since.size * side}) for side in (1, -1))
    whole = None if found.stuck else sum(full.wanted.values(), Decimal(0))
    return _View(dehedge_ladder(Outlook(legs, full.exposure, whole, up, down), found.fee), full, since)


async def _orders(desk: Desk, found: OpenHedge, view: _View, name: str) -> Reply:
    """The orders of one choice, kept as a ticket until the user says what became of them."""
    chosen = next(each for each in view.rungs if each.name == name)
    part = RUNGS[name]
    # What is traded leaves what was wanted before rounding; the rest stays whole.
    traded = {one.contract for one in chosen.closed if one.count}
    left = [
        (leg, decimal(Fraction(leg.held.count) * (1 - part)) if leg.contract in traded else leg.held.count)
        for leg in found.legs
    ]
    why = await sizing_after_closing(desk, found, left, view.full)
    token = await keep_ticket(desk, found, closing_orders(chosen.closed, part), why, f"/dehedge {name}")
    back = row({"Compare": "/dehedge", "Positions": "/positions"})
    text = rung(chosen, found.stuck, found.standing.only)
    return with_position_questions(
        Reply(text, (*(ways_to_record(token) if token else ()), back)), found.standing.open
    )


command = Command("dehedge", "after a move: keep, halve or close", _dehedge, forms=FORMS)
