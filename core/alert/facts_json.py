"""The facts of a notice as a JSON object, and back.

Its keys are the names of the fields: exact numbers as decimal strings, times in ISO form, spans of time as
whole seconds. What is not known is left out. Rows of older releases hold null for that, and rows of
newer ones may hold more than is known here; both are read.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, get_type_hints

from core.alert.facts import Facts

MOST_FIGURES = 20
"""A stored number with more figures before its point, or zeros behind it, is a mistake and is not read."""
_SECOND = timedelta(seconds=1)


def write_facts(facts: Facts) -> dict[str, Any]:
    """The facts as a JSON object, without what is not known."""
    written = {}
    for each in fields(Facts):
        value = getattr(facts, each.name)
        if value != each.default:
            written[each.name] = _plain(value)
    return written


def read_facts(kept: object) -> Facts:
    """The facts in a JSON object. One that is missing, or not of its type, counts as not known."""
    if not isinstance(kept, Mapping):
        return Facts()
    read = {name: _READERS[type_](kept[name]) for name, type_ in _TYPES.items() if name in kept}
    return Facts(**{name: value for name, value in read.items() if value is not None})


def _plain(value: Any) -> Any:
    match value:
        case Facts():
            return write_facts(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat()
        case timedelta():
            return value // _SECOND
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def _number(found: object) -> Decimal | None:
    """A finite number of a size that there is."""
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    try:
        number = Decimal(found)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= MOST_FIGURES else None


def _whole(found: object) -> int | None:
    number = _number(found)
    return None if number is None or number != number.to_integral_value() else int(number)


def _time(found: object) -> datetime | None:
    """An aware moment."""
    try:
        at = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo else None


def _span(found: object) -> timedelta | None:
    seconds = _whole(found)
    return None if seconds is None or abs(seconds) >= timedelta.max // _SECOND else timedelta(seconds=seconds)


def _text(found: object) -> str | None:
    return found if isinstance(found, str) else None


def _yes(found: object) -> bool | None:
    return found if isinstance(found, bool) else None


def _names(found: object) -> tuple[str, ...] | None:
    return tuple(map(str, found)) if isinstance(found, list) else None


def _numbers(found: object) -> Mapping[str, Decimal] | None:
    if not isinstance(found, Mapping):
        return None
    return {name: number for name, each in found.items() if (number := _number(each)) is not None}


def _inner(found: object) -> Facts | None:
    return read_facts(found) if isinstance(found, Mapping) else None


def _several(found: object) -> tuple[Facts, ...] | None:
    if not isinstance(found, list):
        return None
    return tuple(read_facts(each) for each in found if isinstance(each, Mapping))


_READERS: Mapping[Any, Callable[[object], Any]] = {
    Decimal | None: _number,
    int | None: _whole,
    datetime | None: _time,
    timedelta | None: _span,
    str | None: _text,
    bool: _yes,
    bool | None: _yes,
    tuple[str, ...]: _names,
    Mapping[str, Decimal] | None: _numbers,
    Facts | None: _inner,
    tuple[Facts, ...]: _several,
    tuple[Facts, ...] | None: _several,
}
"""How a value of each type is read: what is not of that type is None."""
_TYPES = get_type_hints(Facts)
