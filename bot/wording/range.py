"""A range in plain words: between which two figures an outcome lies four times in five."""

from bot.wording.numbers import roughly
from core.domain.range import Range


def spanned(found: Range) -> str:
    """`between -$4,100 and +$3,400`."""
    return f"between {roughly(found.low)} and {roughly(found.high)}"
