"""A pasted table taken apart: its heading, and of each row the cell of the coin and those of the number."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading.columns import EVENT_HEADINGS, Layout, is_heading, layout
from core.domain.errors import BadInput

TITLES = 12
"""A table's heading is looked for in so many lines: some exports say first whose they are."""
MOST_IN_LINE = 500
"""Characters of one line."""

_SOME_NUMBER = re.compile(r"[-+$]?[.,]?\d[\d.,'’_\s]*%?")
_WHEN = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|\d{1,2}:\d\d)(?!\d)"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b|\b\d{1,2}\s(?:jan|feb|mar|apr|may|"
    r"jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
    re.IGNORECASE,
)
_CHAIN = re.compile(r"\b(?:0x[0-9a-f]{8,}|[0-9a-f]{32,}|bc1[0-9a-z]{20,})\b", re.IGNORECASE)
_DEED = re.compile(
    r"(?:buy|sell|bought|sold|purchased?|deposit(?:ed)?|withdraw(?:al|n)?|received?|sen[dt]|trade|swap(?:ped)?|"
    r"convert(?:ed)?|transfer(?:red)?|spen[dt]|kauf|verkauf|einzahlung|auszahlung|compra|venta|achat|vente|买入|卖出)"
    r"(?:\s+\w+)?",
    re.IGNORECASE,
)
_SECOND = frozenset({"value", "worth", "price", "order", "orders", "balance"})
"""The second word of headings that have two, as `In Order`, `USDT value`, `Available balance`."""
_MARKS = "|\t;,"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: as it was pasted, its coin, and its numbers. cells: all of them, as many as the row has."""

    line: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose heading is understood; width: how many columns that has."""

    layout: Layout
    width: int
    rows: tuple[TableRow, ...]

    def name(self, row: TableRow) -> str:
        return row.cells[self.layout.name]

    def numbers(self, row: TableRow) -> list[str]:
        """The cells that add up to how many are held; of the parts those that say something."""
        first, *rest = (row.cells[place] for place in self.layout.numbers)
        return [first, *(cell for cell in rest if cell.strip("-– "))]


def find_table(lines: Sequence[str]) -> Table | None:
    """The table that the lines are, with what stands above its heading left out; None where they are none.

    Raises BadInput where it lists what happened, or where it is not clear which columns say what is held.
    """
    for place, line in enumerate(lines[:TITLES]):
        if len(line) > MOST_IN_LINE:
            return None
        mark = next((mark for mark in _MARKS if mark in line), "")
        below = lines[place + 1] if place + 1 < len(lines) else ""
        cells = _heading(line, mark, below)
        if cells:
            split = bool(mark) or len(parted(line, mark)) > 1
            return _table(cells, mark, lines[place + 1 :], split=split)
        if any(map(str.isdigit, line)) and not _WHEN.search(line) and len(parted(line, mark)) < 3:
            break  # a line that says how much is no title
    _refuse_events(lines)
    return None


def parted(line: str, mark: str) -> list[str]:
    """Cells parted by the mark, quoted or not; without one, by two spaces and more."""
    if not mark:
        return re.split(r"\s{2,}", line.strip())
    return [cell.strip() for cell in next(csv.reader([line], delimiter=mark, skipinitialspace=True))]


def _heading(line: str, mark: str, below: str) -> list[str] | None:
    """The cells of the line where it is a heading. Words with one space between are one where the row below
    has as many.
    """
    cells = parted(line, mark)
    if len(cells) == 1 and not mark:
        cells = line.split()
        if len(cells) > len(below.split()):
            cells = _joined(cells)
        if len(cells) != len(below.split()):
            return None
    if any(_SOME_NUMBER.fullmatch(cell) for cell in cells) or not is_heading(cells):
        return None
    return cells


def _joined(words: Sequence[str]) -> list[str]:
    """The words of a heading whose columns are parted by one space, with `USDT value` and the like as one."""
    cells: list[str] = []
    for word in words:
        if cells and word.lower() in _SECOND and " " not in cells[-1]:
            cells[-1] += f" {word}"
        else:
            cells.append(word)
    return cells


def _table(cells: list[str], mark: str, below: Sequence[str], *, split: bool) -> Table:
    found = layout(cells)
    rows = tuple(
        TableRow(line, tuple(parted(line[:MOST_IN_LINE], mark) if split else line.split())) for line in below
    )
    used = {found.name, *found.numbers}
    for row in rows:
        _refuse_event([cell for place, cell in enumerate(row.cells) if place not in used])
    return Table(found, len(cells), rows)


def _refuse_events(lines: Sequence[str]) -> None:
    """Raise BadInput for rows without a heading that say when something happened, or what."""
    for line in lines:
        if len(line) > MOST_IN_LINE:
            continue
        cells = parted(line, next((mark for mark in _MARKS if mark in line), ""))
        if len(cells) > 2:
            _refuse_event(cells)
        elif dated := _dated_deed(line.split()):
            raise BadInput(EVENT_HEADINGS.format(f"“{dated[:30]}”"))


def _dated_deed(words: Sequence[str]) -> str | None:
    """What a line says was done that begins with a date, as in `2024-01-01 BUY SOL 5 150`."""
    if len(words) < 4 or not _WHEN.match(words[0]):
        return None
    return next((word for word in words if _DEED.fullmatch(word)), None)


def _refuse_event(cells: Sequence[str]) -> None:
    for cell in cells:
        if _WHEN.search(cell) or _CHAIN.search(cell) or _DEED.fullmatch(cell.strip()):
            raise BadInput(EVENT_HEADINGS.format(f"“{cell.strip()[:30]}”"))
