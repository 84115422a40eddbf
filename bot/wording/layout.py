"""The pieces that messages are made of: tables that fit a phone, bold lines, and details that fold away."""

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap

from markupsafe import Markup, escape

WIDTH = 35
"""Columns of a narrow phone's fixed-width text."""
_UNIT = re.compile(r"(?<=\d) (?=[A-Z][A-Z0-9]{1,9}\b)|(?<=\d) (?=×)|(?<=×) (?=[\d$])")
"""The spaces between a number and the coin that it counts, where no line may be broken."""
SIMULATED_LINE = "SIMULATED market: prices are made up."
"""Said beside every figure that comes from there."""


def table(rows: Iterable[Sequence[str]], *, left: int = 1) -> Markup:
    """Columns of fixed width, the first `left` of them flush left and the rest flush right.

    In a table of two columns a value that is too long for a phone goes below its label. Raises ValueError
    where any other row is wider than a phone, which is a mistake of ours that tests find.
    """
    cells = [tuple(row) for row in rows]
    if len(cells[0]) == 2:
        # One column is the gap between label and value.
        room = WIDTH - 1 - max(len(label) for label, _ in cells)
        cells = [part for label, value in cells for part in _broken(label, value, room)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = [
        " ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    if max(map(len, lines)) > WIDTH:
        raise ValueError(f"a row is wider than {WIDTH} columns")
    return Markup("<pre>{}</pre>").format("\n".join(lines))


def _broken(label: str, value: str, room: int) -> list[tuple[str, str]]:
    """The row, its value in as many lines as it needs."""
    if len(value) <= room:
        return [(label, value)]
    # Not at hyphens: a break there would change what can be copied, as a price range or a contract's name.
    first, *more = wrap(value, room, break_on_hyphens=False)
    return [(label, first), *(("", piece) for piece in more)]


def bold(text: str) -> Markup:
    return Markup("<b>{}</b>").format(unbroken(text))


def unbroken(text: str) -> str:
    """The sentence with spaces that no line is broken at between a number and its coin: `0.1 SOL`."""
    return _UNIT.sub("\u00a0", text)


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def lines(*parts: str | None) -> Markup:
    """Parts under each other; None and empty ones are left out."""
    return Markup("\n").join(_line(part) for part in parts if part)


def _line(part: str) -> Markup:
    """A sentence with its markup escaped. What is made up already, as a table, stays as it is."""
    return part if isinstance(part, Markup) else escape(unbroken(part))


def folded(*parts: str | None) -> Markup:
    """Details that a phone shows after a tap."""
    return Markup("<blockquote expandable>{}</blockquote>").format(lines(*parts))
