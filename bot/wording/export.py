"""A user's data as files: tables for a spreadsheet, and everything as JSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.domain.coins.place import Lying, places_in_order
from core.domain.holding import Holding
from core.journal.fill import Entry, Fill
from core.journal.held import Held, decimal
from core.store.user.episodes import Ended

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, also behind a quotation mark."""

Rows = Sequence[Mapping[str, Any]]


def holdings_table(holdings: Iterable[Holding]) -> bytes:
    """A CSV of asset and quantity, in coins."""
    rows = [{"asset": each.asset, "quantity": each.quantity} for each in holdings]
    return csv_table(("asset", "quantity"), rows)


def places_table(lying: Mapping[str, Lying]) -> bytes:
    """A CSV of where coins lie: asset, place (a venue's id, a date until which they are locked, or elsewhere)
    and quantity.
    """
    rows = [
        {"asset": asset, "place": place.key, "quantity": coins}
        for asset, places in lying.items()
        for place, coins in places_in_order(places)
    ]
    return csv_table(("asset", "place", "quantity"), rows)


def fills_table(entries: Iterable[Entry], episodes: Mapping[int, int]) -> bytes:
    """A CSV of every fill that was not taken back, oldest first. Prices are in quoted units, sold counts are
    negative, fees and margins are in USD.
    """
    names = ("number", "hedge", "at", "venue", "symbol", "asset", "count", "price", "fee", "margin", "source")
    rows = []
    for entry in entries:
        fill = entry.what
        if isinstance(fill, Fill):
            own = {"number": entry.number, "hedge": episodes[entry.number], "source": entry.source}
            said = {name: getattr(fill, name) for name in names if hasattr(fill, name)}
            rows.append({**own, **said, "asset": fill.terms.asset})
    return csv_table(names, rows)


def positions_table(positions: Iterable[Held]) -> bytes:
    """A CSV of what is open now. Short counts are negative, entries are in quoted units, profits and fees in
    USD.
    """
    names = ("venue", "symbol", "asset", "count", "entry", "margin", "mode", "realised", "fees", "since")
    rows = [
        {
            "venue": held.venue,
            "symbol": held.symbol,
            "asset": held.terms.asset,
            "count": held.count,
            "entry": decimal(held.entry),
            "margin": None if held.margin is None else decimal(held.margin),
            "mode": held.mode,
            "realised": decimal(held.realised),
            "fees": decimal(held.fees),
            "since": held.since,
        }
        for held in positions
    ]
    return csv_table(names, rows)


def reports_table(past: Iterable[Ended], reports: Mapping[int, str]) -> bytes:
    """A CSV with a row for each past hedge, and the figures of its report (JSON) where one was made."""
    rows = []
    for hedge in past:
        report = json.loads(reports.get(hedge.number, "{}"))
        figures = {name: value for name, value in report.items() if not isinstance(value, dict | list)}
        rows.append({"hedge": hedge.number, "began": hedge.began, "ended": hedge.ended, **figures})
    names = dict.fromkeys(["hedge", "began", "ended", *(name for row in rows for name in row)])
    return csv_table(tuple(names), rows)


def csv_table(names: Sequence[str], rows: Rows) -> bytes:
    """CSV in UTF-8 that opens in a spreadsheet. A cell that looks like a formula is marked as text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(map(_cell, names))
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    # With a byte order mark: without it Excel takes UTF-8 for the machine's own encoding.
    return out.getvalue().encode("utf-8-sig")


def everything_json(tables: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]) -> bytes:
    """All rows of all tables, one a line. Numbers are text, so that no digit is lost, and times are in ISO
    form.
    """
    # Written row by row: as values all rows together take ten times the memory that they take as text.
    out = bytearray(b"{")
    for place, (table, rows) in enumerate(tables):
        out += f"{',' if place else ''}\n{json.dumps(table)}: [".encode()
        for number, row in enumerate(rows):
            line = json.dumps(row, default=_plain, ensure_ascii=False)
            out += f"{',' if number else ''}\n {line}".encode()
        out += b"]"
    out += b"\n}\n"
    return bytes(out)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # The apostrophe is how spreadsheets mark text; they do not show it.
        return f"'{value}" if value.startswith(FORMULAS) else value
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
