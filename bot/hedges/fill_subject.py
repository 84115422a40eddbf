"""The contract that a line about a filled order is about, with all that is known of it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.desk.desk import Desk
from bot.hedges.contract_names import called, listed_contract, only_one, remark_old_name
from bot.reading.fills import Said
from bot.reading.venues import name_of, venue_called
from bot.wording.errors import said
from bot.wording.filled import name
from core.domain.contract import Contract
from core.domain.errors import BadInput, NoData
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.journal.fill import Terms
from core.journal.held import Held
from core.journal.order import Order, Sheet


@dataclass(frozen=True, slots=True)
class ToldSubject:
    """The contract that a line about a fill is about, and what is known of it now."""

    venue: str
    symbol: str
    terms: Terms
    """What one contract is: of the order or the position, else as the venue lists it now."""
    order: Order | None
    """The order of a ticket that the fill belongs to."""
    held: Held | None
    """The position that is open in the contract already."""
    contract: Contract | None
    """The contract as the venue lists it now; None while that is not known."""
    quote: Quote | None
    """Its price now; None while that is not known."""
    filled: Decimal
    """Contracts of the order that were recorded before this fill, signed."""

    @property
    def name(self) -> str:
        """What the contract is called in an answer."""
        return name(self.symbol, self.terms)

    @property
    def usual_price(self) -> Decimal | None:
        """The price that a fill is compared with: the mark now, else the order's; None without both."""
        if self.quote is not None:
            return self.quote.mark
        return self.order.price if self.order else None


async def subject_of(desk: Desk, said: Said, sheet: Sheet | None, held: Sequence[Held]) -> ToldSubject:
    """The contract that the line means: of an order of the ticket, of an open position, else a listed one.

    Raises BadInput where it is not clear which one that is, NoData where the venue has to be asked for its
    contracts and gives no answer.
    """
    venue = venue_called(said.venue, known_venues(desk, sheet, held)) if said.venue else None
    order = _order(said, sheet, venue)
    if order:
        mine = [each for each in held if (each.venue, each.symbol) == (order.venue, order.symbol)]
    else:
        there = (each for each in held if venue in (None, each.venue))
        mine = called(said.coin, there, lambda each: (each.symbol, each.terms.asset))
    one = only_one(mine, said.coin) if mine else None
    known: Order | Held | None = order or one
    if known is None and venue is not None:
        venue_called(venue, desk.venues)  # refuses a venue that was only known from old positions
    snapshot = await _snapshot(desk, known.venue if known else venue, needed=known is None)
    if known is None:
        assert snapshot is not None  # noqa: S101 - it was needed  # nosec B101
        contract: Contract | None = (found := listed_contract(said.coin, snapshot))
        known_symbol, terms, where = found.symbol, Terms.of(found), snapshot.venue
    else:
        contract = snapshot.contracts.get(known.symbol) if snapshot else None
        known_symbol, terms, where = known.symbol, known.terms, known.venue
    remark_old_name(desk, said.coin, terms.asset)
    filled = sheet.filled(order) if sheet and order else Decimal(0)
    quote = _quote(snapshot, known_symbol, desk)
    return ToldSubject(where, known_symbol, terms, order, one, contract, quote, filled)


def known_venues(desk: Desk, sheet: Sheet | None, held: Sequence[Held]) -> list[str]:
    """The venues offered here, and those no longer offered where an order or a position still exists."""
    ordered = [order.venue for order in sheet.orders] if sheet else []
    return list(dict.fromkeys([*desk.venues, *ordered, *(each.venue for each in held)]))


def _order(said: Said, sheet: Sheet | None, venue: str | None) -> Order | None:
    """The order of the ticket that the line is about; None where the ticket has none of that contract.

    Of several orders in one contract, the one on the side that was said is meant, and of these the first one
    that is not filled. An order that is filled already is not meant by a line about the other side.
    """
    there = (order for order in (sheet.orders if sheet else ()) if venue in (None, order.venue))
    found = called(said.coin, there, lambda order: (order.symbol, order.terms.asset))
    unfilled = [order for order in found if sheet and abs(sheet.filled(order)) < abs(order.count)]
    same_side = [order for order in found if said.sold in (None, order.count < 0)]
    found = same_side or unfilled
    found = [each for each in found if name(each.symbol, each.terms) == said.coin.upper()] or found
    if len({order.symbol for order in found}) > 1:
        names = " or ".join(name(order.symbol, order.terms) for order in found)
        raise BadInput(f"Which {said.coin.upper()[:20]}? Type {names} instead of the coin.")
    left = [order for order in found if order in unfilled] or found
    if len({order.venue for order in left}) > 1:
        where = " or ".join(dict.fromkeys(f"on {order.venue}" for order in left))
        raise BadInput(f"Your ticket has {said.coin.upper()[:20]} on several exchanges. Add {where}.")
    return left[0] if left else None


async def _snapshot(desk: Desk, venue: str | None, *, needed: bool) -> Snapshot | None:
    """The venue's figures; None while they cannot be had.

    needed: nothing can be said without them, so that NoData is raised instead.
    """
    if venue is not None and venue not in desk.venues and not needed:
        return None  # the venue is not offered here any more, so nothing of it can be asked
    try:
        return await desk.snapshot(venue=venue)
    except NoData as error:
        if not needed:
            return None
        where = name_of(venue) if venue else "Your exchange"
        raise NoData(
            f"{where} cannot be asked now, so what its contracts are worth is not known and nothing was "
            f"recorded. Try again in a minute. ({said(error)})"
        ) from None


def _quote(snapshot: Snapshot | None, symbol: str, desk: Desk) -> Quote | None:
    """The contract's price now; None where it is too old or missing."""
    try:
        return snapshot.quote(symbol, desk.now) if snapshot else None
    except NoData:
        return None
