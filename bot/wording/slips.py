"""Lines of a list of holdings that were not understood."""

from collections.abc import Iterable

from bot.reading.holdings import Slip, TypedHolding
from bot.wording.errors import said

_MOST = 10
"""Lines that are named one by one."""


def describe_slips(slips: Iterable[Slip], understood: Iterable[TypedHolding]) -> str:
    """Names each line that was not understood, and lists those that were; nothing of them is applied."""
    rows = [f"“{slip.line[:60]}”: {said(slip.reason)}" for slip in slips]
    fine = [str(each) for each in understood]
    rest = [f"Understood, but not saved either: {', '.join(_first(fine))}"] if fine else []
    return "\n".join([*_first(rows), *rest])


def _first(items: list[str]) -> list[str]:
    """At most _MOST of them, and how many more there are."""
    return items if len(items) <= _MOST else [*items[:_MOST], f"and {len(items) - _MOST} more"]
