"""/anew: closes a short that is in profit and opens it again, there or on another exchange."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.next_sizing import Move, sizing_after_moving
from bot.hedges.open_hedge import NONE_OPEN, OpenHedge, legs_named, open_hedge
from bot.hedges.position_questions import all_counts_as_liquidated, with_position_questions
from bot.hedges.tickets import Placed, keep_ticket, ways_to_record
from bot.reading.venues import name_of, venue_called
from bot.wording.anew import nothing_in_profit, struck, too_little
from bot.wording.deleveraging import TAKEN_AWAY
from bot.wording.errors import said
from bot.wording.open_already import trouble
from bot.wording.reply import Reply, row
from core.advice.anew import Anew, struck_anew
from core.advice.unwind import leverage_set
from core.cost.compare import compared_venues
from core.domain.contract import Contract
from core.domain.errors import BadInput, NoData
from core.domain.quote import Quote
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding
from core.outcome.own_score import own_scores
from core.prices.same_coin import agree

FORM = "/anew"
NEXT = row({"Positions": "/positions", "Margin": "/margin", "Exit": "/exit"})
WHOLE, HALF = Fraction(1), Fraction(1, 2)
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class _Said:
    """What the words after /anew mean."""

    which: Sequence[str]
    """The words that name positions; none for all."""
    part: Fraction
    """How much of each."""
    to: str | None
    """The exchange to open it on; ELSEWHERE for the next best, None for the same."""


async def _anew(asked: Asked) -> Reply:
    desk = asked.desk
    found = await open_hedge(desk)
    if found is None:
        return NONE_OPEN
    meant = _read(desk, asked.words)
    legs = [leg for leg in legs_named(desk, found, meant.which, FORM) if leg.side < 0]
    if not found.legs:
        return all_counts_as_liquidated(found.held)
    if meant.to is None:
        legs = [leg for leg in legs if leg.unrealised is None or leg.unrealised > 0]
        if not legs:
            reply = Reply(nothing_in_profit(found.legs), (NEXT,))
            return with_position_questions(reply, found.standing.open)
    made: list[Anew] = []
    refused: list[str] = []
    for leg in legs:
        try:
            made.append(await _struck(desk, found, leg, meant))
        except NoData as refusal:
            refused.append(said(refusal))
    token = await _kept(desk, found, made, " ".join([FORM, *asked.words])) if made else None
    text = struck(made, own_scores(found.standing.open), refused)
    reply = Reply(text, (*(ways_to_record(token) if token else ()), NEXT))
    return with_position_questions(reply, found.standing.open)


def _read(desk: Desk, words: Sequence[str]) -> _Said:
    """The words as they are meant: `ETH`, `ETH on binance half to bybit`, `half elsewhere`."""
    left, to, part = list(words), None, WHOLE
    if left and left[-1].lower() == ELSEWHERE:
        to = ELSEWHERE
        left.pop()
    elif len(left) > 1 and left[-2].lower() == "to":
        to = venue_called(left[-1], desk.venues)
        del left[-2:]
    if left and left[-1].lower() == "half":
        part = HALF
        left.pop()
    return _Said(left, part, to)


async def _struck(desk: Desk, found: OpenHedge, leg: LegStanding, meant: _Said) -> Anew:
    """One short struck anew. Raises NoData where a price or a contract for it is missing."""
    if not leg.tradable or leg.contract is None or leg.quote is None:
        raise NoData(f"{trouble(leg)} /exit says what to do by hand.")
    contract, quote = leg.contract, leg.quote
    if meant.to is not None:
        contract, quote = await _elsewhere(desk, leg, contract, quote, meant.to)
    leverage = leverage_set(leg.held) or found.page.preferences.leverage or Decimal(1)
    made = struck_anew(leg, meant.part, contract, quote, found.fee, leverage)
    if made is None:
        raise NoData(f"{trouble(leg)} /exit says what to do by hand.")
    if not made.open.placeable:
        raise NoData(f"That is too little of {leg.asset} for an order on {name_of(contract.venue)}.")
    if not (made.moved or made.worthwhile):
        raise NoData(too_little(made))
    return made


async def _elsewhere(
    desk: Desk, leg: LegStanding, old: Contract, quote: Quote, to: str
) -> tuple[Contract, Quote]:
    """The perpetual to open in its place: of the exchange that is meant, or of the next best one.

    It has to be on the same coin, as prices tell. Raises BadInput where there is none.
    """
    if to == old.venue:
        raise BadInput(f"Your {leg.asset} short is on {name_of(to)} already. Name another exchange.")
    price = (quote.index or quote.mark) / old.scale
    days = (await desk.page()).preferences.horizon_days
    if to == ELSEWHERE:
        snapshots, _ = await desk.all_snapshots()
    else:
        snapshots = [await desk.snapshot(venue=to)]
    offers = compared_venues(leg.asset, snapshots, abs(leg.shorted or Decimal(1)), days, desk.now)
    for offer in offers:
        fits = offer.contract.perpetual and offer.contract.inverse == old.inverse
        if fits and offer.venue != old.venue and agree(offer.price, price):
            return offer.contract, offer.quote
    where = "No other exchange here" if to == ELSEWHERE else name_of(to)
    raise NoData(f"{where} has a perpetual on {leg.asset} with a price now.")


async def _kept(desk: Desk, found: OpenHedge, made: Sequence[Anew], line: str) -> str | None:
    """The orders kept as a ticket, what closes before what opens."""
    placed = [
        order
        for each in made
        for order in (
            Placed(each.close.ticket, each.close.quote, each.close.ticket.change),
            Placed(each.open, each.quote, -each.wanted),
        )
    ]
    moves = [
        Move(_key(each.close.contract), _key(each.open.contract), each.close.share, each.wanted)
        for each in made
    ]
    return await keep_ticket(desk, found, placed, await sizing_after_moving(desk, found, moves), line)


def _key(contract: Contract) -> Key:
    return contract.venue, contract.symbol


command = Command(
    "anew",
    "take a short's profit and open it again",
    _anew,
    "/anew ETH",
    {
        "/anew": "every short in profit, closed and opened again at once",
        "/anew ETH": "one of them",
        "/anew ETH half": "half of it",
        "/anew ETH half elsewhere": "half of it, opened on the next best exchange",
        "/anew ETH to bybit": "all of it, opened there",
    },
    note=TAKEN_AWAY,
)
