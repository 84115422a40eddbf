"""The entries of a journal that take one open position to what its venue's account says of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.position import Position
from core.domain.quote import Quote
from core.journal.ended import CLOSED, closing_fill, noted_end
from core.journal.fate import BY_ACCOUNT, OPEN, Fate
from core.journal.fill import Fill, Margin, Terms
from core.journal.held import Held, decimal
from core.journal.journal import folded_in
from core.journal.relisted import MOMENT, change_of, resized

Matching = tuple[Fill | Margin | Fate, ...]
"""Entries of one position, in the order in which they are to be recorded."""
OTHER_ENTRY = Decimal("0.01")
"""Where the average entry at the venue differs by more than this share from the book's, the position there
was opened anew, as no partial close moves it.
"""
_PLACES = Decimal("1e-12")
"""Places of a price or a margin that had to be divided."""


@dataclass(eq=False)
class NoPriceToFill(NoData):
    """A position has changed at the venue, and nothing says at what price."""

    says = "There is no price of {symbol} on {venue} now. Try again in a minute."
    venue: str
    symbol: str


def matching(
    held: Held | None,
    position: Position | None,
    listed: Contract | None,
    mark: Decimal | None,
    now: datetime,
    quote: Quote | None = None,
) -> Matching:
    """What has to be recorded so that the book has what the venue has; empty where they agree.

    held: the book's position, None where nothing is open in it. position: the venue's. listed: the contract
    as the venue lists it now, None where it does not. mark: its price as the account tells it, quote: its
    prices as everybody sees them, as far as they are known. One of held and position is there.

    A position that the watch took for liquidated, or asked about, is settled by what the venue has: gone, it
    was liquidated; there, it is open. One whose contract has another size now is counted anew first. Raises
    NoPriceToFill where a fill has no price.
    """
    entries: list[Fill | Margin | Fate] = []
    if held is not None and listed is not None and change_of(held.terms, listed) == "size":
        entries += resized(held, listed, now, quote.index if quote else None)
        [held] = folded_in((held,), [each for each in entries if isinstance(each, Fill)])
        now += 2 * MOMENT
    terms = held.terms if held is not None else None if listed is None else Terms.of(listed)
    if terms is None:
        return ()
    if held is not None and held.note is not None:
        return (*entries, *_settling(held, position, mark, now, quote))
    fill = closing_or_opening(held, position, terms, mark, now)
    return (*entries, *([_indexed(fill, quote)] if fill else []))


def _settling(
    held: Held, position: Position | None, mark: Decimal | None, now: datetime, quote: Quote | None
) -> Matching:
    """What the venue's account says became of a position that may have been liquidated."""
    if position is None or _another(held, position):
        ended = noted_end(held) or _closed(held, mark, now, quote)
        opened = closing_or_opening(None, position, held.terms, mark, now) if position is not None else None
        return (ended,) if opened is None else (ended, _indexed(opened, quote))
    changed = closing_or_opening(held, position, held.terms, mark, now)
    margin = _dollars(position, held.terms)
    known = [each for each in (held.note.price if held.note else None, mark) if each is not None]
    seen = None if not known else max(known) if held.count < 0 else min(known)
    return (
        *([_indexed(changed, quote)] if changed else []),
        *([Margin(held.venue, held.symbol, margin, now)] if margin is not None else []),
        Fate(held.venue, held.symbol, OPEN, seen, now, BY_ACCOUNT),
    )


def _another(held: Held, position: Position) -> bool:
    """Whether what is open at the venue was opened after the book's position had ended.

    Contracts that were added move the average entry, too, so what grew is taken for the old one.
    """
    if position.count * held.count <= 0:
        return True
    off = abs(Fraction(position.entry) / held.entry - 1)
    return abs(position.count) <= abs(held.count) and off > OTHER_ENTRY


def _closed(held: Held, mark: Decimal | None, now: datetime, quote: Quote | None) -> Fill:
    """The fill of a position that ended with an unknown margin: at the mark, for lack of a better price."""
    if mark is None or mark <= 0:
        raise NoPriceToFill(held.venue, held.symbol)
    return _indexed(closing_fill(held, mark, now, CLOSED), quote)


def _indexed(fill: Fill, quote: Quote | None) -> Fill:
    """The fill with what the coin cost then."""
    return replace(fill, index=quote.index_at(fill.price) if quote else None)


def closing_or_opening(
    held: Held | None, position: Position | None, terms: Terms, mark: Decimal | None, now: datetime
) -> Fill | None:
    """The fill that takes the book's position to the venue's; None where they agree.

    What grew is filled at the price that makes the book's average entry that of the venue. What shrank or
    closed is filled at the venue's mark, because the position does not tell what it was closed at. What
    turned from long to short or back is filled at the venue's entry. Raises NoData where such a price is not
    known.
    """
    before = held.count if held is not None else Decimal(0)
    after = position.count if position is not None else Decimal(0)
    if before == after:
        return None
    venue, symbol = (held.venue, held.symbol) if held is not None else _names(position)
    grows = position is not None and abs(after) > abs(before) and after * before >= 0
    price: Decimal | None
    margin: Decimal | None
    if position is not None and grows:
        price, margin = _grown(held, position, terms), _added(held, position, terms)
    elif position is not None and after * before < 0:
        price, margin = position.entry, _dollars(position, terms)
    else:
        price, margin = mark, None
    if price is None or price <= 0:
        raise NoPriceToFill(venue, symbol)
    return Fill(venue, symbol, terms, after - before, price, now, margin=margin)


def _names(position: Position | None) -> tuple[str, str]:
    assert position is not None  # noqa: S101 - one of the two is there, else nothing differs  # nosec B101
    return position.venue, position.symbol


def _grown(held: Held | None, position: Position, terms: Terms) -> Decimal:
    """The price at which the added contracts make the book's average entry
    that of the venue, in quoted units.
    """
    if held is None or not held.count:
        return position.entry
    old, new, entry = Fraction(held.count), Fraction(position.count), Fraction(position.entry)
    if terms.inverse:
        worth = new / entry - old / held.entry
        price = (new - old) / worth if worth else Fraction(0)
    else:
        price = (new * entry - old * held.entry) / (new - old)
    # Where the averages contradict each other, as after a partial close in between, there is no such price.
    rounded = decimal(price).quantize(_PLACES) if price > 0 else Decimal(0)
    return rounded if rounded > 0 else position.entry


def _added(held: Held | None, position: Position, terms: Terms) -> Decimal | None:
    """USD of margin that came with the added contracts; None where it is not known."""
    now = _dollars(position, terms)
    if held is None or not held.count or now is None:
        return now
    if held.margin is None:
        return None
    return max(now - decimal(held.margin), Decimal(0)).quantize(_PLACES)


def _dollars(position: Position, terms: Terms) -> Decimal | None:
    """The position's margin in USD, whatever it is kept in; None where it is not known."""
    if position.margin is None or not terms.inverse:
        return position.margin
    return (position.margin * position.entry / terms.scale).quantize(_PLACES)
