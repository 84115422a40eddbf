"""/roll: moves dated shorts to the next date, with what basis earns or costs and both fees."""

from dataclasses import replace
from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.next_sizing import sizing_after_closing
from bot.hedges.open_hedge import NONE_OPEN, OpenHedge, legs_named, open_hedge
from bot.hedges.position_questions import all_counts_as_liquidated, with_position_questions
from bot.hedges.tickets import Placed, keep_ticket, ways_to_record
from bot.wording.errors import said
from bot.wording.open_already import trouble
from bot.wording.reply import Reply, row
from bot.wording.roll import nothing_dated, rolled
from core.advice.roll import Roll, roll
from core.advice.unwind import leverage_set
from core.domain.errors import NoData
from core.journal.episode import Sizing
from core.outcome.course import fills_by_contract
from core.outcome.leg_standing import LegStanding

FORM = "/roll"
NEXT = row({"Positions": "/positions", "Adjust": "/adjust", "Exit": "/exit"})


async def _roll(asked: Asked) -> Reply:
    desk = asked.desk
    found = await open_hedge(desk)
    if found is None:
        return NONE_OPEN
    dated = [
        leg for leg in legs_named(desk, found, asked.words, FORM) if leg.held.terms.expiry and leg.side < 0
    ]
    if not found.legs:
        return all_counts_as_liquidated(found.held)
    if not dated:
        return with_position_questions(Reply(nothing_dated(found.legs), (NEXT,)), found.standing.open)
    rolls: list[Roll] = []
    refused: list[str] = []
    for leg in dated:
        try:
            rolls.append(await _rolled(desk, found, leg))
        except NoData as refusal:
            refused.append(said(refusal))
    placed = [order for each in rolls for order in _orders(each)]
    token = None
    if placed:
        why = await _why(desk, found, rolls)
        token = await keep_ticket(desk, found, placed, why, " ".join([FORM, *asked.words]))
    reply = Reply(rolled(rolls, refused), (*(ways_to_record(token) if token else ()), NEXT))
    return with_position_questions(reply, found.standing.open)


async def _rolled(desk: Desk, found: OpenHedge, leg: LegStanding) -> Roll:
    if not leg.tradable:
        raise NoData(f"{trouble(leg)} /exit says what to do by hand.")
    snapshot = await desk.snapshot(venue=leg.held.venue)
    fills = (await in_thread(fills_by_contract, found.episode))[leg.held.venue, leg.held.symbol]
    leverage = leverage_set(leg.held) or found.page.preferences.leverage or Decimal(1)
    return roll(leg, fills, snapshot, desk.now, found.fee, leverage)


def _orders(each: Roll) -> tuple[Placed, Placed]:
    return (
        Placed(each.close.ticket, each.close.quote, -each.close.leg.held.count),
        Placed(each.open, each.quote, -each.wanted),
    )


async def _why(desk: Desk, found: OpenHedge, rolls: list[Roll]) -> Sizing:
    """The sizing that the hedge keeps, as a roll changes no size. For positions entered by hand it is what
    they amount to.
    """
    if found.sizing is not None:
        return found.sizing
    why = await sizing_after_closing(desk, found, [(leg, leg.held.count) for leg in found.legs])
    wanted = dict(why.wanted)
    for each in rolls:
        old, new = ((one.venue, one.symbol) for one in (each.close.contract, each.next))
        wanted.pop(old, None)
        wanted[new] = wanted.get(new, Decimal(0)) + each.wanted
    return replace(why, wanted=wanted)


command = Command(
    "roll",
    "move dated futures to the next date",
    _roll,
    "/roll ETH",
    {"/roll": "all dated futures that you are short", "/roll ETH": "those on one coin"},
)
