"""Entries of the journal, sizings and tickets as rows, and rows as these values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from core.domain.errors import BadInput
from core.domain.range import Forecast, Promise, Range
from core.journal.episode import Sizing, Step, coins_of
from core.journal.fate import Fate
from core.journal.fill import Entry, Fill, Margin, Terms, Void, Written
from core.journal.order import Order
from core.store.types import PLACES, fits_column

_TERMS = ("asset", "multiplier", "scale", "inverse", "expiry", "settle")
_FILL = ("venue", "symbol", "count", "price", "at", "fee", "margin", "index", "wanted", "reason", "mode")
_MARGIN = ("venue", "symbol", "margin", "at", "mode")
_FATE = {
    "venue": "venue",
    "symbol": "symbol",
    "what": "fate",
    "price": "price",
    "at": "at",
    "reason": "reason",
}
"""The column of each field."""


def entry_values(what: Written) -> dict[str, Any]:
    """The columns of the journal that say this. Raises BadInput where a number could not be stored
    exactly.
    """
    match what:
        case Void():
            return {"kind": "void", "voids": what.number}
        case Margin():
            values = {"kind": "margin", **{name: getattr(what, name) for name in _MARGIN}}
        case Fate():
            values = {"kind": "fate", **{column: getattr(what, name) for name, column in _FATE.items()}}
        case Fill():
            values = {name: getattr(what.terms, name) for name in _TERMS}
            values |= {"kind": "fill", **{name: getattr(what, name) for name in _FILL}}
    for name, number in values.items():
        if isinstance(number, Decimal) and not fits_column(number):
            raise BadInput(
                f"The {name} of {what.symbol} has more figures than I keep: at most {PLACES} after the point "
                "and 20 before it. Nothing was recorded."
            )
    return values


def read_entry(row: Row[Any]) -> Entry:
    """The entry of the journal in this row."""
    return Entry(
        row.number, row.episode, _read_what(row), row.recorded_at, row.source, row.change, row.ticket
    )


def _read_what(row: Row[Any]) -> Written:
    mapping = row._mapping  # noqa: SLF001 - public in spite of its name
    if row.kind == "void":
        return Void(row.voids)
    if row.kind == "margin":
        return Margin(**{name: mapping[name] for name in _MARGIN})
    if row.kind == "fate":
        return Fate(**{name: mapping[column] for name, column in _FATE.items()})
    terms = Terms(**{name: mapping[name] for name in _TERMS})
    return Fill(terms=terms, **{name: mapping[name] for name in _FILL})


def read_step(row: Row[Any]) -> Step:
    """The step in this row."""
    return Step(row.at, row.asset, row.quantity, row.price)


def write_sizing(sizing: Sizing) -> str:
    """The sizing as JSON, with exact numbers as text."""
    return json.dumps(_values(sizing), default=_text, sort_keys=True)


def read_sizing(body: str) -> Sizing:
    """Read what `write_sizing` wrote."""
    return _sizing(json.loads(body))


def write_ticket(orders: tuple[Order, ...], sizing: Sizing) -> str:
    """The orders of a ticket and their sizing as JSON."""
    return json.dumps(
        {"orders": [asdict(order) for order in orders], "sizing": _values(sizing)}, default=_text
    )


def read_ticket(body: str) -> tuple[tuple[Order, ...], Sizing]:
    """Read the orders and the sizing that `write_ticket` wrote."""
    found = json.loads(body)
    return tuple(_order(order) for order in found["orders"]), _sizing(found["sizing"])


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _values(sizing: Sizing) -> dict[str, Any]:
    """The sizing as JSON can hold it. Venue and symbol, which contain no space, become one word."""
    return {**asdict(sizing), "wanted": {" ".join(key): count for key, count in sizing.wanted.items()}}


def _reworded(wish: str, only: str | Sequence[str] | None) -> str:
    """The words of a wish as they are read today: the first release put the legs behind the only coin."""
    words = wish.split()
    if not isinstance(only, str) or "only" not in words:
        return wish
    at = words.index("only")
    return " ".join([*words[:at], *words[at + 2 :], *words[at : at + 2]])


def _sizing(found: Mapping[str, Any]) -> Sizing:
    wanted = {tuple(name.split(" ")): Decimal(count) for name, count in found["wanted"].items()}
    exact = {"at": datetime.fromisoformat(found["at"]), "coverage": Decimal(found["coverage"])}
    said = {"only": coins_of(found["only"]), "wish": _reworded(found["wish"], found["only"])}
    promise = _promise(found["promise"]) if found.get("promise") else None
    return Sizing(**{**found, **exact, **said, "wanted": wanted, "promise": promise})


def _promise(found: Mapping[str, Any]) -> Promise:
    swings = {name: _range(found[name]) for name in ("bare_swing", "swing")}
    forecasts = {name: _forecast(found[name]) for name in ("bare_fall", "in_fall", "funding") if found[name]}
    return Promise(**{**found, "fall": Decimal(found["fall"]), **swings, **forecasts})


def _range(found: Mapping[str, str]) -> Range:
    return Range(Decimal(found["low"]), Decimal(found["high"]))


def _forecast(found: Mapping[str, Any]) -> Forecast:
    return Forecast(Decimal(found["mid"]), _range(found["range"]))


def _order(found: Mapping[str, Any]) -> Order:
    terms = found["terms"]
    expiry = terms["expiry"] and datetime.fromisoformat(terms["expiry"])
    numbers = ("count", "price", "index", "leverage", "wanted", "fee_rate")
    exact = {name: None if found[name] is None else Decimal(found[name]) for name in numbers}
    worth = {name: Decimal(terms[name]) for name in ("multiplier", "scale")}
    return Order(**{**found, **exact, "terms": Terms(**{**terms, **worth, "expiry": expiry})})
