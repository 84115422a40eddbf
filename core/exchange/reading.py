"""What ccxt's rows say, checked: each function gives one noun of ours or raises NoData naming the figure.

ccxt is told to leave numbers as the venue wrote them, so a price arrives here as text and stays exact.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import numpy as np

from core.asset import canonical
from core.contract import Contract
from core.errors import BadInput, NoData
from core.exchange.venue import Venue
from core.market import Closes, FundingHistory, FundingRate, Quote

Row = Mapping[str, Any]
Read = TypeVar("Read")
Item = TypeVar("Item")

SETTLES = ("USDT", "USDC")
"""What a linear contract of ours is settled in: a dollar, near enough."""
MAX_RATE = Decimal("0.2")
"""Venues cap one settlement at a few percent; a rate beyond this is a mistake."""
MAX_FEE = Decimal("0.05")
"""A fee beyond this is a mistake."""
MAX_HOURS = 24
"""The longest time between two settlements that a venue has."""
_EXPONENT = 30


def sift(items: Iterable[Item], read: Callable[[Item], Read | None]) -> tuple[list[Read], list[str]]:
    """What `read` made of the items, without those it gave None for, and why it refused the others."""
    made: list[Read] = []
    refused: list[str] = []
    for item in items:
        try:
            result = read(item)
        except NoData as refusal:
            refused.append(str(refusal))
        else:
            if result is not None:
                made.append(result)
    return made, refused


def number(value: object) -> Decimal | None:
    """The finite number that a venue wrote, or None when it is not one or its size is absurd."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return None
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        return None
    return read if read.is_finite() and abs(read.adjusted()) <= _EXPONENT else None


def positive(value: object, missing: str) -> Decimal:
    """The number above zero that a venue wrote; raises NoData with the sentence `missing`."""
    read = number(value)
    if read is None or read <= 0:
        raise NoData(missing)
    return read


def optional(value: object, impossible: str) -> Decimal | None:
    """As `positive`, but None for nothing and for 0, which venues write for nothing."""
    if value is None or number(value) == 0:
        return None
    return positive(value, impossible)


def moment(milliseconds: object, impossible: str) -> datetime | None:
    """The time that a venue gave, None for nothing and for 0; raises NoData saying `impossible`."""
    stamp = optional(milliseconds, impossible)
    try:
        return None if stamp is None else datetime.fromtimestamp(float(stamp) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise NoData(impossible) from None


def contract(venue: Venue, row: Row, now: datetime) -> Contract | None:
    """The contract in one of ccxt's market rows, None when it is inactive or of a kind that we do not use.

    Raises NoData when it is ours and one of its rules is missing, impossible or contradicts another.
    """
    symbol = row["symbol"]
    if not row["active"] or not (row["swap"] or row["future"]) or not _ours(venue, row):
        return None
    try:
        asset, scale = canonical(row["base"])
    except BadInput:
        raise NoData(f"{venue.name} lists {symbol}, whose coin has no usable ticker.") from None
    expiry = moment(row["expiry"], f"{venue.name} lists {symbol} with an impossible expiry.")
    if row["future"] and (expiry is None or expiry <= now):
        raise NoData(f"{venue.name} lists {symbol} without an expiry that is still to come.")
    size = positive(row["contractSize"], f"{venue.name} lists {symbol} without a usable contract size.")
    lot = positive(row["precision"]["amount"], f"{venue.name} lists {symbol} without a usable lot.")
    least, most, worth = _limits(venue, row, lot)
    return Contract(
        venue=venue.id,
        symbol=symbol,
        id=row["id"],
        asset=asset,
        settle=row["settle"],
        multiplier=size if row["inverse"] else size * scale,
        lot=lot,
        min_count=least,
        min_notional=worth,
        tick=positive(row["precision"]["price"], f"{venue.name} lists {symbol} without a usable price step."),
        brackets=venue.brackets(asset, perpetual=expiry is None),
        max_count=most,
        scale=scale,
        inverse=bool(row["inverse"]),
        expiry=expiry,
        taker_fee=_fee(row["taker"], venue.taker_fee),
        maker_fee=_fee(row["maker"], venue.maker_fee),
        brackets_assumed=True,
    )


def _ours(venue: Venue, row: Row) -> bool:
    """Whether the contract is settled in dollars or in its own coin; raises NoData when in a third one."""
    if not row["linear"] and not row["inverse"]:
        raise NoData(f"{venue.name} settles {row['symbol']} in a third coin, which no hedge here can use.")
    return row["quote"] == "USD" if row["inverse"] else row["settle"] in SETTLES


def _limits(venue: Venue, row: Row, lot: Decimal) -> tuple[Decimal, Decimal | None, Decimal]:
    """Least and greatest count of one market order, and its least worth in USD."""
    impossible = f"{venue.name} lists {row['symbol']} with impossible order limits."
    limits = row["limits"]
    amounts = (limits.get("amount") or {}, limits.get("market") or {})
    leasts = (optional(amount.get("min"), impossible) for amount in amounts)
    mosts = (optional(amount.get("max"), impossible) for amount in amounts)
    least = max(limit for limit in (lot, *leasts) if limit is not None)
    most = min((limit for limit in mosts if limit is not None), default=None)
    if most is not None and most < least:
        raise NoData(impossible)
    return least, most, optional((limits.get("cost") or {}).get("min"), impossible) or Decimal(0)


def _fee(value: object, usual: Decimal) -> Decimal:
    fee = number(value)
    return usual if fee is None or abs(fee) > MAX_FEE else fee


def book(venue: Venue, row: Row) -> tuple[Decimal | None, Decimal | None]:
    """Best bid and ask of one contract, None where that side is empty; raises NoData when impossible."""
    impossible = f"{venue.name} gives an impossible bid or ask for {row['symbol']}."
    bid, ask = optional(row["bid"], impossible), optional(row["ask"], impossible)
    if bid is not None and ask is not None and bid > ask:
        raise NoData(impossible)
    return bid, ask


def quote(
    venue: Venue, symbol: str, row: Row | None, sides: tuple[Decimal | None, Decimal | None], now: datetime
) -> Quote:
    """The quote of one contract from its mark-price row and its `sides`, bid and ask.

    Its time is the venue's, or `now` where the venue gives none or one that has not come yet.
    """
    missing = f"{venue.name} gives no usable mark price for {symbol}."
    if row is None:
        raise NoData(missing)
    at = moment(row["timestamp"], f"{venue.name} gives an impossible time for the price of {symbol}.")
    index = optional(row["indexPrice"], f"{venue.name} gives an impossible index price for {symbol}.")
    return Quote(positive(row["markPrice"], missing), min(at or now, now), index, *sides)


def funding(venue: Venue, symbol: str, row: Row | None, listed: Row | None, now: datetime) -> FundingRate:
    """The funding of one perpetual from its mark-price row and its row, if any, in the list of intervals.

    Raises NoData when the rate or the interval is missing or absurd.
    """
    rate = None if row is None else number(row["fundingRate"])
    if row is None or rate is None or abs(rate) > MAX_RATE:
        raise NoData(f"{venue.name} gives no usable funding rate for {symbol}.")
    impossible = f"{venue.name} gives an impossible funding time for {symbol}."
    at = moment(row["timestamp"], impossible)
    hours = Decimal(venue.funding_hours)
    if listed is not None:
        hours = positive(str(listed["interval"]).removesuffix("h"), impossible)
    if hours > MAX_HOURS or hours % 1:
        raise NoData(impossible)
    return FundingRate(rate, int(hours), min(at or now, now), moment(row["fundingTimestamp"], impossible))


def closes(
    venue: Venue, listed: Contract, candles: Iterable[list[Any]], since: date, today: date
) -> tuple[Closes, list[str]]:
    """USD per coin at the end of each day from `since` to yesterday, and what was refused.

    A day that comes twice counts once when both say the same, and not at all when they differ.
    """
    found: dict[date, Decimal] = {}
    refused: dict[date, str] = {}
    for stamp, *_, close, _volume in candles:
        wrong = f"{venue.name} gives an impossible close of {listed.asset}"
        at = moment(stamp, f"{wrong}.")
        if at is None or not since <= (day := at.date()) < today:
            continue
        price = number(close)
        if price is None or price <= 0 or found.setdefault(day, price) != price:
            refused[day] = f"{wrong} on {day}."
    kept = sorted((day, price) for day, price in found.items() if day not in refused)
    return (
        Closes(
            np.array([day for day, _ in kept], dtype="datetime64[D]"),
            np.array([price / listed.scale for _, price in kept], dtype=np.float64),
        ),
        list(refused.values()),
    )


def settlements(
    venue: Venue, symbol: str, rows: Iterable[Row], since: datetime, now: datetime
) -> tuple[FundingHistory, list[str]]:
    """What a perpetual settled from `since` to `now`, to the second, and what was refused.

    A settlement that comes twice counts once when both say the same, and not at all when they differ.
    """
    wrong = f"{venue.name} gives an impossible past funding of {symbol}"
    found: dict[datetime, Decimal] = {}
    refused: dict[datetime, str] = {}
    for row in rows:
        at = moment(row["timestamp"], f"{wrong}.")
        if at is None or not since <= (second := at.replace(microsecond=0)) <= now:
            continue
        rate = number(row["fundingRate"])
        if rate is None or abs(rate) > MAX_RATE or found.setdefault(second, rate) != rate:
            refused[second] = f"{wrong} at {second:%Y-%m-%d %H:%M} UTC."
    kept = sorted((at.replace(tzinfo=None), rate) for at, rate in found.items() if at not in refused)
    return (
        FundingHistory(
            np.array([at for at, _ in kept], dtype="datetime64[s]"),
            np.array([rate for _, rate in kept], dtype=np.float64),
        ),
        list(refused.values()),
    )


def last_day(candles: Iterable[list[Any]]) -> date | None:
    """The newest day among candles, None without one."""
    stamps = [stamp for stamp in (number(candle[0]) for candle in candles) if stamp is not None]
    newest = moment(max(stamps, default=None), "The venue gives an impossible day for a close.")
    return newest.date() if newest else None
