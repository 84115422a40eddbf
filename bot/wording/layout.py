"""Pieces of a message: rows that fit a phone, and details that fold away."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

WIDTH = 35
"""Columns of a narrow phone's fixed-width text."""


def table(rows: Iterable[Sequence[str]], *, left: int = 1) -> Markup:
    """Fixed-width columns, the first `left` flush left and the rest flush right.

    Raises ValueError where a row is wider than a phone: that is a mistake of ours, seen in tests.
    """
    cells = [tuple(row) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = [
        " ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    if max(map(len, lines)) > WIDTH:
        raise ValueError(f"wider than {WIDTH} columns: {max(lines, key=len)!r}")
    return Markup("<pre>{}</pre>").format("\n".join(lines))


def bold(text: str) -> Markup:
    return Markup("<b>{}</b>").format(text)


def lines(*parts: str | None) -> Markup:
    """Parts under each other; None and empty ones are left out."""
    return Markup("\n").join(part for part in parts if part)


def folded(*parts: str | None) -> Markup:
    """Details that a phone shows after a tap."""
    return Markup("<blockquote expandable>{}</blockquote>").format(lines(*parts))
