"""What a key may do beyond reading, and the ways in which venues write it.

The file of each venue has the function that reads its answer. What that does not find is None, which is never
taken for no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Allowed = bool | None
"""Whether a key may do something; None where the venue does not say."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a key may do beyond reading."""

    trade: Allowed = None
    withdraw: Allowed = None


def any_flag(row: Mapping[str, Any], names: tuple[str, ...]) -> Allowed:
    """Whether any of the named flags is up; None where the row has none of them."""
    told = [_true(row[name]) for name in names if name in row]
    return any(told) if told else None


def _true(flag: object) -> bool:
    """A flag that cannot be read counts as up: a right must not be overlooked."""
    return flag not in (False, "false", "False", 0, "0")


def granted(row: Mapping[str, Any], name: str) -> set[str] | None:
    """The words of a field that is a list or a text with commas; None where it is neither."""
    listed = row.get(name)
    if isinstance(listed, str):
        listed = listed.split(",")
    return {str(word).strip() for word in listed} if isinstance(listed, list) else None


def any_granted(words: set[str] | None, wanted: tuple[str, ...]) -> Allowed:
    """Whether any of the wanted words is among those granted; None where it is not known what is."""
    return None if words is None else not words.isdisjoint(wanted)
