"""What a venue says of a contract now, read into a quote and a funding rate, or refused by name."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args

from core.domain.contract import Condition
from core.domain.errors import NoData
from core.domain.quote import STAGE_REFUSE, Deleveraging, FundingRate, Quote, Stage
from core.venues.exchange.adapter.reading import optional, positive, read_moment, read_number
from core.venues.exchange.venue import Venue

MAX_RATE = Decimal("0.2")
"""Venues cap one settlement at a few percent; a rate beyond this is a mistake."""
FROZEN = Decimal("0.1")
"""A mark so far off its index and off the middle of bid and ask, as a part of these, stands still."""
TOGETHER = Decimal("0.03")
"""Index and middle no further apart than this part say the same."""
JUMP = 10
"""Prices of one contract, this many times one another, cannot both be true."""
MAX_HOURS = 24
"""The longest time between two settlements that a venue has."""


Known = Mapping[str, Any]
"""What the board says of one contract, by the names of `core.venues.exchange.venue.Gives`."""


def mark(known: Known | None) -> Decimal | None:
    """The mark price in quoted units, None where there is no usable one."""
    price = read_number(known.get("mark")) if known else None
    return price if price is not None and price > 0 else None


def alike(price: Decimal, other: Decimal) -> bool:
    """Whether both can be prices of one contract within some minutes."""
    return max(price, other) < JUMP * min(price, other)


def quote(
    venue: Venue,
    symbol: str,
    known: Known | None,
    sides: tuple[Decimal | None, Decimal | None],
    now: datetime,
    depth: tuple[Decimal | None, Decimal | None] = (None, None),
) -> Quote:
    """The quote of one contract from what the board says of it, its `sides`, bid and ask, and its `depth`.

    Its time is the venue's, or `now` where the venue gives none or one that has not come yet. Raises NoData
    when there is no usable mark, or mark and index cannot both be true.
    """
    missing = f"{venue.name} gives no usable mark price for {symbol}."
    if known is None:
        raise NoData(missing)
    at = read_moment(known.get("at"), f"{venue.name} gives an impossible time for the price of {symbol}.")
    index = optional(known.get("index"), f"{venue.name} gives an impossible index price for {symbol}.")
    price = positive(known.get("mark"), missing)
    if index is not None and not alike(price, index):
        raise NoData(f"{venue.name} gives {symbol} at {price:f} over an index of {index:f}, which cannot be.")
    frozen = _frozen(price, index, *sides)
    turnover, interest = depth
    return Quote(
        price,
        min(at or now, now),
        index,
        *sides,
        frozen=frozen,
        condition=_condition(known),
        turnover=turnover,
        interest=interest,
    )


def _frozen(mark: Decimal, index: Decimal | None, bid: Decimal | None, ask: Decimal | None) -> bool:
    """Whether index and order book say the same, and the mark something else.

    One of them alone may be far off for a while: in a crash the book leaves the index, and the mark between
    them is right.
    """
    if index is None or bid is None or ask is None:
        return False
    middle = (bid + ask) / 2
    if abs(middle - index) > TOGETHER * index:
        return False
    return min(abs(mark - index) / index, abs(mark - middle) / middle) > FROZEN


def _condition(known: Known) -> Condition:
    said: Condition = known.get("condition") or "trading"
    return said if said in get_args(Condition) else "trading"


def sides(venue: Venue, symbol: str, known: Known) -> tuple[Decimal | None, Decimal | None]:
    """Best bid and ask, None where that side is empty; raises NoData when impossible."""
    impossible = f"{venue.name} gives an impossible bid or ask for {symbol}."
    bid, ask = optional(known.get("bid"), impossible), optional(known.get("ask"), impossible)
    if bid is not None and ask is not None and bid > ask:
        raise NoData(impossible)
    return bid, ask


def depth(venue: Venue, symbol: str, known: Known) -> tuple[Decimal | None, Decimal | None]:
    """USD traded within 24 hours and USD open, None where the venue does not say; raises NoData when
    impossible.
    """
    impossible = f"{venue.name} gives an impossible volume or open interest for {symbol}."
    return optional(known.get("turnover"), impossible), optional(known.get("interest"), impossible)


def funding(venue: Venue, symbol: str, known: Known | None, now: datetime) -> FundingRate:
    """The funding of one perpetual from what the board says of it.

    Raises NoData when the rate or the interval is missing or absurd.
    """
    rate = None if known is None else read_number(known.get("rate"))
    if known is None or rate is None or abs(rate) > MAX_RATE:
        raise NoData(f"{venue.name} gives no usable funding rate for {symbol}.")
    impossible = f"{venue.name} gives an impossible funding time for {symbol}."
    at = read_moment(known.get("at"), impossible)
    hours = _hours(venue, symbol, known, impossible)
    return FundingRate(rate, hours, min(at or now, now), read_moment(known.get("next"), impossible))


def deleveraging(venue: Venue, symbol: str, known: Known | None, now: datetime) -> Deleveraging | None:
    """What the board says of closing positions in profit; None where the venue says nothing of the contract.

    Raises NoData where it says what nobody knows, or what was true too long ago.
    """
    if known is None or "stage" not in known:
        return None
    stage: Stage = known["stage"]
    if stage not in get_args(Stage):
        raise NoData(f"{venue.name} gives no usable sign of deleveraging for {symbol}.")
    impossible = f"{venue.name} gives an impossible time for its sign of deleveraging for {symbol}."
    at = min(read_moment(known.get("stage_at"), impossible) or now, now)
    if now - at > STAGE_REFUSE:
        raise NoData(f"The sign of deleveraging that {venue.name} gives for {symbol} is too old.")
    return Deleveraging(stage, at)


def _hours(venue: Venue, symbol: str, known: Known, impossible: str) -> int:
    """Hours between two settlements, told as `8h`; the venue's usual ones for a contract it does not list."""
    told = known.get("interval", venue.funding_hours)
    if told is None:
        raise NoData(f"{venue.name} does not say how often {symbol} settles funding.")
    hours = positive(str(told).removesuffix("h"), impossible)
    if hours > MAX_HOURS or hours % 1:
        raise NoData(impossible)
    return int(hours)
