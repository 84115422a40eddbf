"""What a line about a filled order means: which contract, how many of it, and what speaks against it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from bot.desk.desk import Desk
from bot.reading.fills import FORM, Said
from bot.reading.venues import by_specification, name_of, venue_called
from bot.wording.filled import name
from bot.wording.numbers import contracts, number, price
from core.advice.sizing import fee_rate
from core.domain.asset import as_shown, canonical
from core.domain.contract import Contract
from core.domain.errors import BadInput, NoData
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.journal.fill import Fill, Terms
from core.journal.journal import Held, decimal, value
from core.journal.order import Order, Sheet, margin_at, usual_fee

MOST_TIMES = Decimal(10)
"""A fill so many times as large as the order, or as small a part of it, is asked back."""
MOST_OFF = Decimal("0.2")
"""So is a price that is farther from the mark; one that is off MOST_TIMES cannot be and is refused."""
NAMED = 3
"""Futures on one coin that are named where it is not clear which is meant."""
MORE_THAN_ORDERED = Decimal("1.1")
MOST_WORTH = Decimal(10) ** 12
"""USD; no order is worth more."""
USUAL_FEE = Decimal("0.0005")
"""Of notional, where neither the user nor the exchange can be asked for it."""


class SideUnknown(BadInput):
    """It was not said whether the order sold or bought, and no ticket tells."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The fill that a line means. order: of the ticket that it follows. said: as it was typed.

    doubts: what speaks against it, a sentence each; it is recorded only after a yes.
    """

    fill: Fill
    said: Said
    order: Order | None = None
    doubts: tuple[str, ...] = ()

    @property
    def spelled(self) -> str:
        """The words that say exactly this fill again."""
        fill = self.fill
        side = "sold" if fill.count < 0 else "bought"
        margin = "" if fill.margin is None else f" margin {fill.margin:f}"
        return (
            f"{side} {fill.symbol} {abs(fill.count):f} contracts at {fill.price:f} on {fill.venue}"
            f"{margin} fee {fill.fee:f}"
        )


@dataclass(frozen=True, slots=True)
class _Subject:
    """The contract that a line is about. contract, quote: as listed now, None while that is not known."""

    venue: str
    symbol: str
    terms: Terms
    order: Order | None
    held: Held | None
    contract: Contract | None
    quote: Quote | None
    filled: Decimal

    @property
    def name(self) -> str:
        return name(self.symbol, self.terms)


async def meant(desk: Desk, said: Said, sheet: Sheet | None, held: Sequence[Held]) -> Meant:
    """The fill that the line means: of the ticket's order, of an open position, else of a listed contract.

    Raises BadInput where it is not clear which or cannot be, NoData where the venue would have to be asked
    and gives no answer.
    """
    subject = await _subject(desk, said, sheet, held)
    sold = _side(said, subject)
    count = _count(said, subject) * (-1 if sold else 1)
    paid = said.price or _shown(subject)
    _refuse_absurd(subject, count, paid)
    fill = await _fill(desk, said, subject, count, paid)
    return Meant(fill, said, subject.order, tuple(_doubts(subject, fill)))


def matching(coin: str, symbol: str, asset: str) -> bool:
    """Whether a typed name means this contract: its coin, the coin's name there, or the contract's name."""
    base = as_shown(symbol, asset).split("/", maxsplit=1)[0]
    return coin.upper() in {base, *_names(symbol, asset)} or _asset(coin) == asset


def _names(symbol: str, asset: str) -> set[str]:
    """What a contract alone is called: `ETH/USDT:USDT-260626`, `ETHUSDT-260626` and `ETHUSDT_260626`."""
    symbol = as_shown(symbol, asset)
    plain = re.sub(r":[^-]*", "", symbol).replace("/", "")
    return {symbol.upper(), plain, plain.replace("-", "_")}


def _asset(coin: str) -> str | None:
    try:
        return canonical(coin)[0]
    except BadInput:
        return None


async def _subject(desk: Desk, said: Said, sheet: Sheet | None, held: Sequence[Held]) -> _Subject:
    venue = venue_called(said.venue, known_venues(desk, sheet, held)) if said.venue else None
    order = _order(said, sheet, venue)
    mine = [
        each
        for each in held
        if (order and (each.venue, each.symbol) == (order.venue, order.symbol))
        or (not order and matching(said.coin, each.symbol, each.terms.asset) and venue in (None, each.venue))
    ]
    one = only(mine, said.coin) if mine else None
    known: Order | Held | None = order or one
    if known is None and venue is not None:
        venue_called(venue, desk.venues)
    snapshot = await _snapshot(desk, known.venue if known else venue, needed=known is None)
    if known is None:
        assert snapshot is not None  # noqa: S101 - it was needed  # nosec B101
        contract: Contract | None = (found := listed_contract(said.coin, snapshot))
        known_symbol, terms, where = found.symbol, Terms.of(found), snapshot.venue
    else:
        contract = snapshot.contracts.get(known.symbol) if snapshot else None
        known_symbol, terms, where = known.symbol, known.terms, known.venue
    filled = _recorded(sheet, order) if sheet and order else Decimal(0)
    quote = _quote(snapshot, known_symbol, desk)
    return _Subject(where, known_symbol, terms, order, one, contract, quote, filled)


def known_venues(desk: Desk, sheet: Sheet | None, held: Sequence[Held]) -> list[str]:
    """The venues offered here, and those that are not any more on which there is something to record."""
    ordered = [order.venue for order in sheet.orders] if sheet else []
    return list(dict.fromkeys([*desk.venues, *ordered, *(each.venue for each in held)]))


def _order(said: Said, sheet: Sheet | None, venue: str | None) -> Order | None:
    """The ticket's order that the line is about; of several the one on its side, then the first unfilled.

    An order that is filled is not what a line about the other side is about.
    """
    found = [
        order
        for order in (sheet.orders if sheet else ())
        if matching(said.coin, order.symbol, order.terms.asset) and venue in (None, order.venue)
    ]
    unfilled = [order for order in found if sheet and abs(_recorded(sheet, order)) < abs(order.count)]
    same_side = [order for order in found if said.sold in (None, order.count < 0)]
    found = same_side or unfilled
    found = [each for each in found if name(each.symbol, each.terms) == said.coin.upper()] or found
    if len({order.symbol for order in found}) > 1:
        names = " or ".join(name(order.symbol, order.terms) for order in found)
        raise BadInput(f"Which {said.coin.upper()[:20]}? Type {names} instead of the coin.")
    return next((order for order in found if order in unfilled), found[0] if found else None)


def _recorded(sheet: Sheet, order: Order) -> Decimal:
    return sheet.recorded.get(order.symbol, Decimal(0))


def only(held: Sequence[Held], coin: str) -> Held:
    """The one of these positions; raises BadInput naming them where there are several."""
    if len(held) > 1:
        names = " or ".join(f"{name(each.symbol, each.terms)} on {each.venue}" for each in held)
        raise BadInput(f"You have several positions in {coin.upper()[:20]}. Type {names}.")
    return held[0]


async def _snapshot(desk: Desk, venue: str | None, *, needed: bool) -> Snapshot | None:
    """The venue's figures; None while it cannot be asked and what it would say is not needed."""
    if venue is not None and venue not in desk.venues and not needed:
        return None  # it is not offered here any more
    try:
        return await desk.snapshot(venue=venue)
    except NoData as error:
        if not needed:
            return None
        where = name_of(venue) if venue else "Your exchange"
        raise NoData(
            f"{where} cannot be asked now, so what its contracts are worth is not known and nothing was "
            f"recorded. Try again in a minute. ({error})"
        ) from None


def listed_contract(coin: str, snapshot: Snapshot) -> Contract:
    """The venue's contract of that name, else the coin's perpetual there, else its only future.

    Raises BadInput where there is none of these, naming the futures where there are several.
    """
    called = coin.upper()
    contracts = snapshot.contracts.values()
    by_name = (each for each in contracts if called in _names(each.symbol, each.asset))
    # a venue's own id may be the name that it shows of another contract
    if one := next(by_name, None) or next((each for each in contracts if called == each.id.upper()), None):
        return one
    asset = _asset(coin)
    found = asset and (snapshot.perpetual(asset) or snapshot.perpetual(asset, inverse=True))
    if found:
        return found
    futures = [each for each in snapshot.contracts.values() if asset and each.asset == asset and each.expiry]
    futures.sort(key=lambda each: (str(each.expiry), each.multiplier))
    if len(futures) == 1:
        return futures[0]
    if futures:
        some = ", ".join(each.id for each in futures[:NAMED])
        raise BadInput(
            f"{name_of(snapshot.venue)} has {len(futures)} futures on {asset}. Type the name of yours "
            f"instead of the coin's: {some}{', ...' if len(futures) > NAMED else ''}."
        )
    raise BadInput(
        f"{name_of(snapshot.venue)} has no contract for “{coin[:30]}”. Check the name, or say which "
        "exchange: on bybit."
    )


def _quote(snapshot: Snapshot | None, symbol: str, desk: Desk) -> Quote | None:
    try:
        return snapshot.quote(symbol, desk.now) if snapshot else None
    except NoData:
        return None


def _side(said: Said, subject: _Subject) -> bool:
    """Whether it was sold."""
    if said.sold is not None:
        return said.sold
    if subject.order is None:
        raise SideUnknown(f"Did you sell {subject.name}, or buy it? Type sold or bought with it.")
    return subject.order.count < 0


def _count(said: Said, subject: _Subject) -> Decimal:
    """Contracts, above zero; without a number, what is left of the ticket's order."""
    if said.count is not None:
        counted = replace(said, in_coins=_in_coins(said, said.count, subject))
        return _contracts(counted, said.count, subject.name, subject.terms, subject.contract)
    left = abs(subject.order.count) - abs(subject.filled) if subject.order else Decimal(0)
    if left <= 0:
        raise BadInput(f"How many {subject.name}? Type for example {FORM}.")
    return left


async def contracts_said(desk: Desk, said: Said, held: Held) -> Decimal:
    """The number that was typed about an open position, in contracts, and its price checked.

    Raises BadInput for a number that is no whole step, and for a price that cannot be.
    """
    subject = await _subject(desk, said, None, [held])
    count = _count(said, subject)
    if said.price is not None:
        _refuse_absurd(subject, count, said.price)
    return count


def _contracts(said: Said, typed: Decimal, called: str, terms: Terms, contract: Contract | None) -> Decimal:
    """The typed number in contracts; raises BadInput where it is unclear, or no whole step of the venue."""
    coins = Fraction(typed) / Fraction(terms.multiplier)
    if said.in_coins and terms.inverse:
        raise BadInput(
            f"{called} is counted in contracts of ${number(terms.multiplier)}. Type how many of those."
        )
    if said.in_coins:
        units = canonical(said.coin)[1] if _asset(said.coin) else Decimal(1)
        count = coins * Fraction(units)
    else:
        count = Fraction(typed)
    if not _whole(count, contract):
        hint = (
            ""
            if said.in_coins or terms.inverse or not _whole(coins, contract)
            else (f" For coins put the coin last: {number(typed)} {terms.asset}.")
        )
        what = terms.asset if said.in_coins else called
        raise BadInput(f"{number(typed)} {what} is no whole number of {_step(terms, contract)}.{hint}")
    return decimal(count)


def _in_coins(said: Said, typed: Decimal, subject: _Subject) -> bool:
    """Whether the number counts coins, as it does where nothing else is said.

    Contracts are what a broker counts, and what is meant where so many coins would be more than was
    ordered, or than is open to be closed.
    """
    if said.in_coins is not None:
        return said.in_coins
    terms = subject.terms
    if terms.inverse or by_specification(subject.venue):
        return False
    order, held = subject.order, subject.held
    if order is None and (held is None or said.sold is None or said.sold != (held.count > 0)):
        return True
    if not _whole(Fraction(typed), subject.contract):
        return True
    units = canonical(said.coin)[1] if _asset(said.coin) else Decimal(1)
    as_coins = Fraction(typed) * Fraction(units) / Fraction(terms.multiplier)
    if order is not None:
        return as_coins <= Fraction(abs(order.count) * MORE_THAN_ORDERED)
    most = abs(held.count) if held is not None else Decimal(0)
    return as_coins <= Fraction(most * MORE_THAN_ORDERED) or typed * MOST_TIMES < most


def _whole(count: Fraction, contract: Contract | None) -> bool:
    """Whether the venue trades so many contracts; taken to be so while its rules are not known."""
    return contract is None or (count / Fraction(contract.lot)).denominator == 1


def _step(terms: Terms, contract: Contract | None) -> str:
    """`contracts of 0.01 ETH`, `steps of 0.001 ETH`."""
    lot = contract.lot if contract else Decimal(1)
    if lot == 1 and terms.multiplier != 1:
        return f"contracts of {contracts(lot, terms).removeprefix('1 × ')}"
    return f"steps of {contracts(lot, terms)}"


def _shown(subject: _Subject) -> Decimal:
    """The price on the ticket, else the mark. Raises NoData where neither is what the contract trades at."""
    if by_specification(subject.venue):
        raise NoData(
            f"What {subject.name} trades at is not known here, so nothing was recorded. Add the price that "
            f"you got: {FORM}."
        )
    if subject.order is not None:
        return subject.order.price
    if subject.quote is None:
        raise NoData(f"{subject.venue} gives no price for {subject.name} now. Add yours: {FORM}.")
    return subject.quote.mark


def _refuse_absurd(subject: _Subject, count: Decimal, paid: Decimal) -> None:
    """Raise BadInput for a price or a size that cannot be."""
    usual = _usual(subject)
    if usual is not None and not usual / MOST_TIMES <= paid <= usual * MOST_TIMES:
        raise BadInput(
            f"{price(paid)} cannot be a price of {subject.name}, which is at {price(usual)}. "
            "Nothing was recorded."
        )
    if abs(value(subject.terms, count, paid)) > MOST_WORTH:
        raise BadInput(f"So many {subject.name} cannot be. Nothing was recorded.")


def _usual(subject: _Subject) -> Decimal | None:
    """The price that a fill is compared with: the mark, else the ticket's."""
    if subject.quote is not None:
        return subject.quote.mark
    return subject.order.price if subject.order else None


async def _fill(desk: Desk, said: Said, subject: _Subject, count: Decimal, paid: Decimal) -> Fill:
    order, terms = subject.order, subject.terms
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


def _opening(subject: _Subject, count: Decimal) -> Decimal:
    """What of the contracts opens, signed: of an order that turns a position around, what it leaves open."""
    held = subject.held.count if subject.held else Decimal(0)
    return held + count if held * (held + count) < 0 else count


def _doubts(subject: _Subject, fill: Fill) -> list[str]:
    """What speaks against the fill."""
    order, held, usual = subject.order, subject.held, _usual(subject)
    size, did = abs(fill.count), "sold" if fill.count < 0 else "bought"
    said = contracts(size, fill.terms)
    found = []
    if order is not None:
        asked = abs(order.count)
        if (order.count < 0) != (fill.count < 0):
            found.append(f"The ticket says {'sell' if order.count < 0 else 'buy'}, and you say {did}.")
        elif subject.filled and abs(subject.filled) + size > asked * MORE_THAN_ORDERED:
            before = contracts(abs(subject.filled), fill.terms)
            found.append(f"{before} are recorded already of {contracts(asked, fill.terms)}.")
        if size >= asked * MOST_TIMES or (not subject.filled and size <= asked / MOST_TIMES):
            found.append(f"The ticket says {contracts(asked, fill.terms)}, and you say {said}.")
    if usual is not None and abs(fill.price - usual) > usual * MOST_OFF:
        found.append(f"The price is {price(usual)} now, and you say {price(fill.price)}.")
    if held is not None and held.count * (held.count + fill.count) < 0:
        side = "short" if held.count < 0 else "long"
        found.append(
            f"You are {side} only {contracts(abs(held.count), fill.terms)}: this would turn it around."
        )
    return found
