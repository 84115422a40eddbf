"""The fill that a line means: which contract, how many of it, at what price and fee."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.desk.desk import Desk
from bot.hedges.fill_count import count_said
from bot.hedges.fill_refusals import refuse_impossible
from bot.hedges.fill_subject import ToldSubject, subject_of
from bot.reading.fills import FORM, Said
from bot.reading.venues import by_specification, name_of
from core.advice.sizing import fee_rate
from core.domain.coins.asset import as_shown
from core.domain.errors import BadInput, NoData
from core.journal.doubt import Doubt, fill_doubts
from core.journal.fill import Fill
from core.journal.held import Held
from core.journal.order import Order, Sheet, margin_at, usual_fee

USUAL_FEE = Decimal("0.0005")
"""Fee as a share of notional, assumed where neither the user nor the exchange has named one."""


class SideUnknown(BadInput):
    """The line does not say whether the order sold or bought, and no ticket tells it either."""


@dataclass(frozen=True, slots=True)
class ToldFill:
    """The fill that a line means."""

    fill: Fill
    said: Said
    """What the line said, as it was typed."""
    order: Order | None = None
    """The order of a ticket that was filled."""
    doubts: tuple[Doubt, ...] = ()
    """What speaks against the fill. With any of these it is recorded only after a yes."""

    @property
    def spelled(self) -> str:
        """The line that means exactly this fill, whatever prices and tickets are later."""
        fill = self.fill
        which = as_shown(fill.symbol, fill.terms.asset)
        side = "sold" if fill.count < 0 else "bought"
        margin = "" if fill.margin is None else f" margin {fill.margin:f}"
        return (
            f"{side} {which} {abs(fill.count):f} contracts at {fill.price:f} on {fill.venue}"
            f"{margin} fee {fill.fee:f}"
        )


async def resolve_fill(desk: Desk, said: Said, sheet: Sheet | None, held: Sequence[Held]) -> ToldFill:
    """The fill that the line means: of a ticket's order, of an open position, else of a listed contract.

    held: what is open now. Raises BadInput where it is not clear what is meant, or where that cannot be;
    NoData where the venue has to be asked and gives no answer.
    """
    subject = await subject_of(desk, said, sheet, held)
    sold = _side(said, subject)
    count = count_said(said, subject) * (-1 if sold else 1)
    paid = said.price or _price_assumed(subject)
    refuse_impossible(subject, count, paid)
    fill = await _made_fill(desk, said, subject, count, paid)
    doubts = fill_doubts(
        fill, order=subject.order, filled=subject.filled, held=subject.held, usual=subject.usual_price
    )
    return ToldFill(fill, said, subject.order, tuple(doubts))


async def contracts_said(desk: Desk, said: Said, held: Held) -> Decimal:
    """How many contracts the line says of a position that is open. A price in the line is checked as well.

    Raises BadInput for a number that the venue does not trade, and for a price that cannot be.
    """
    subject = await subject_of(desk, said, None, [held])
    count = count_said(said, subject)
    if said.price is not None:
        refuse_impossible(subject, count, said.price)
    return count


def _side(said: Said, subject: ToldSubject) -> bool:
    """Whether the order sold. Raises SideUnknown where neither the line nor a ticket tells."""
    if said.sold is not None:
        return said.sold
    if subject.order is None:
        raise SideUnknown(f"Did you sell {subject.name}, or buy it? Type sold or bought with it.")
    return subject.order.count < 0


def _price_assumed(subject: ToldSubject) -> Decimal:
    """The price of a fill whose line has none: that of the order, else the mark.

    Raises NoData where neither is what the contract trades at.
    """
    if by_specification(subject.venue):
        raise NoData(
            f"What {subject.name} trades at is not known here, so nothing was recorded. Add the price that "
            f"you got: {FORM}."
        )
    if subject.order is not None:
        return subject.order.price
    if subject.quote is None:
        raise NoData(f"{name_of(subject.venue)} gives no price for {subject.name} now. Add yours: {FORM}.")
    return subject.quote.mark


async def _made_fill(desk: Desk, said: Said, subject: ToldSubject, count: Decimal, paid: Decimal) -> Fill:
    """The fill with its margin and fee, as said or as usual."""
    order, terms = subject.order, subject.terms
    # The index belongs to the moment of the price: one that was shown on a ticket came with its own.
    known = subject.quote if said.price or order is None else None
    index = known.index_at(paid) if known else None
    margin = said.margin or margin_at(terms, _opening(subject, count), paid, said.leverage)
    if order is not None:
        return order.fill(desk.now, count=count, price=paid, margin=margin, fee=said.fee, index=index)
    fee = said.fee
    if fee is None:
        own = (await desk.page()).preferences.fee
        usual = USUAL_FEE if own is None else own
        rate = fee_rate(subject.contract, own, patient=False) if subject.contract else usual
        fee = usual_fee(terms, count, paid, rate)
    return Fill(
        subject.venue, subject.symbol, terms, count, paid, desk.now, fee=fee, margin=margin, index=index
    )


def _opening(subject: ToldSubject, count: Decimal) -> Decimal:
    """The contracts that need margin, signed: of an order that turns a position around only a part does."""
    held = subject.held.count if subject.held else Decimal(0)
    return held + count if held * (held + count) < 0 else count
