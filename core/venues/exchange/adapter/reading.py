"""Numbers as venues write them, checked: each function gives a number or a time, or raises NoData.

ccxt is told to leave numbers as the venue wrote them, so a price arrives here as text and stays exact.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from core.domain.errors import NoData

Read = TypeVar("Read")
Item = TypeVar("Item")

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


def read_number(value: object) -> Decimal | None:
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
    read = read_number(value)
    if read is None or read <= 0:
        raise NoData(missing)
    return read


def optional(value: object, impossible: str) -> Decimal | None:
    """As `positive`, but None for nothing and for 0, which venues write for nothing."""
    if value is None or read_number(value) == 0:
        return None
    return positive(value, impossible)


def read_moment(milliseconds: object, impossible: str) -> datetime | None:
    """The time that a venue gave, None for nothing and for 0; raises NoData saying `impossible`."""
    stamp = optional(milliseconds, impossible)
    try:
        return None if stamp is None else datetime.fromtimestamp(float(stamp) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise NoData(impossible) from None


def last_start(candles: Iterable[list[Any]]) -> datetime | None:
    """When the newest of the candles begins, None without one."""
    stamps = [stamp for stamp in (read_number(candle[0]) for candle in candles) if stamp is not None]
    return read_moment(max(stamps, default=None), "The venue gives an impossible time for a candle.")
