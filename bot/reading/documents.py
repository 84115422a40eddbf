"""A file with a table in it, as the lines that somebody would paste: the table reader does the rest.

Nothing in a file is carried out: of a workbook the values are read that its cells were saved with. A file
that is too large, also once it is unpacked, is refused by its size before it is read.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from core.domain.errors import BadInput

MOST_BYTES = 2_000_000
"""The largest file."""
MOST_UNPACKED = 20_000_000
"""Bytes of a workbook once it is unpacked."""
MOST_PARTS = 200
"""Files in a workbook."""
MOST_ROWS = 1_000
MOST_COLUMNS = 60
MARKS = ",;\t|"
KINDS = "a CSV, TSV, XLSX or JSON file of what you hold"
UNREADABLE = (
    "I cannot read {name} as a table, so nothing was saved. Send {kinds}, or type SOL 60, a coin a line."
)
TOO_LARGE = "{name} is too large ({why}), so I did not read it. Send {kinds}, with your coins alone."
EMPTY = "There is no table in {name}, so nothing was saved. Send {kinds}, or type SOL 60, a coin a line."
HELD = ("holdings", "balances", "assets", "coins")
"""Under which name of a JSON object the rows are looked for."""


def table_text(name: str, content: bytes) -> str:
    """The table in a file, a row a line, its cells parted by tabs. Raises BadInput for what is no table.

    name: the file's own, which says what kind it is.
    """
    shown = PurePath(name).name[:60] or "That file"
    if len(content) > MOST_BYTES:
        raise _refused(TOO_LARGE, shown, f"{len(content) / 1e6:.1f} MB")
    read = READERS.get(PurePath(name).suffix.lower())
    if read is None:
        raise _refused(UNREADABLE, shown)
    try:
        rows = [row for row in _limited(read(content), shown) if any(cell.strip() for cell in row)]
    except BadInput:
        raise
    except Exception:  # noqa: BLE001 - whatever is wrong in a stranger's file, it is no table
        raise _refused(UNREADABLE, shown) from None
    if not rows:
        raise _refused(EMPTY, shown)
    return "\n".join("\t".join(map(_flat, row)) for row in rows)


def _refused(sentence: str, name: str, why: str = "") -> BadInput:
    return BadInput(sentence.format(name=name, kinds=KINDS, why=why))


def _limited(rows: Iterable[Sequence[str]], name: str) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise _refused(TOO_LARGE, name, f"more than {MOST_ROWS:,} rows")
        if len(row) > MOST_COLUMNS:
            raise _refused(TOO_LARGE, name, f"more than {MOST_COLUMNS} columns")
        yield row


def _flat(cell: str) -> str:
    """A cell on one line; what marked it as text for a spreadsheet is not part of it."""
    return " ".join(cell.split()).removeprefix("'")


def _from_text(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\0" in text:
        raise ValueError("not a text")
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(MARKS, key=first.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _from_workbook(content: bytes) -> Iterator[list[str]]:
    """The rows of its first sheet that has any."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _refused(TOO_LARGE, "That workbook", "once it is unpacked")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            rows = ([_said(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
            found = False
            for row in rows:
                found = found or any(row)
                yield _trimmed(row)
            if found:
                return
    finally:
        book.close()


def _trimmed(row: list[str]) -> list[str]:
    """Without the empty cells at its end, of which a sheet may have very many."""
    while row and not row[-1]:
        row.pop()
    return row


def _from_json(content: bytes) -> Iterator[list[str]]:
    """Rows of a list of objects, of the holdings in an object, or of an object of numbers by coin."""
    whole = json.loads(_decoded(content), parse_float=str, parse_int=str)
    if isinstance(whole, dict):
        named = next((whole[name] for name in HELD if isinstance(whole.get(name), list | dict)), whole)
        whole = named
    if isinstance(whole, dict) and all(isinstance(each, str) for each in whole.values()):
        yield ["coin", "amount"]
        yield from ([coin, amount] for coin, amount in whole.items())
        return
    if not isinstance(whole, list) or not all(isinstance(row, dict) for row in whole):
        raise ValueError("no rows")
    names = list(dict.fromkeys(name for row in whole for name in row))
    plain = [name for name in names if not any(isinstance(row.get(name), list | dict) for row in whole)]
    yield [name for name in plain if name not in OWN]
    yield from ([_said(row.get(name)) for name in plain if name not in OWN] for row in whole)


OWN = frozenset({"user_id", "updated_at"})
"""Columns of our own export that say nothing of what is held."""


def _said(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}" if abs(cell) < 1e15 and (abs(cell) >= 1e-4 or not cell) else f"{cell:.18f}"
    return str(cell)


READERS = {
    ".csv": _from_text,
    ".tsv": _from_text,
    ".txt": _from_text,
    ".xlsx": _from_workbook,
    ".xlsm": _from_workbook,
    ".json": _from_json,
}
"""How a file is read, by the end of its name."""
