"""Numbers as people type them: 1,250.75 and 1.250,75 and 15k, and the ones that could mean two things."""

import re
from decimal import Decimal

from core.domain.errors import BadInput

PRICE = "PRICE"
"""Stands in a line to be typed for a price that is not known."""
MOST_CHARACTERS = 60
"""Room for every quantity that can be kept, with its grouping."""
GROUP_MARKS = ",.'\u2019_\u00a0\u2009\u202f"
"""What stands between groups of three digits, in one country or another."""

_GROUPED = re.compile(
    rf"(?P<whole>[1-9]\d{{0,2}}(?P<mark>[{GROUP_MARKS}])\d{{3}}(?:(?P=mark)\d{{3}})*)"
    r"(?:(?!(?P=mark))[.,](?P<part>\d+))?",
    re.ASCII,
)
_PLAIN = re.compile(r"(?P<whole>\d+)(?:[.,](?P<part>\d+))?|\.(?P<bare>\d+)", re.ASCII)
_SCIENTIFIC = re.compile(r"(?P<mantissa>[\d.,]+)[eE](?P<power>[+-]?\d{1,3})", re.ASCII)
MOST_POWER = 30
"""Of ten, either way, in a number such as 3.66e-04: more than any quantity that can be kept needs."""
_POWERS = {"k": 3, "m": 6}
_GROUPS, _DECIMAL, _EITHER = "groups", "decimal", "either"
_LONE_MARK = {
    (",", False): _EITHER,
    (".", False): _DECIMAL,
    (",", True): _GROUPS,
    (".", True): _EITHER,
}
"""What the only mark of a number such as 1,250 means, by whether it is money."""


def parse_number(text: str, *, money: bool = False) -> Decimal:
    """The exact number, zero or above; `money` lets a lone comma group thousands, as in $15,000.

    Raises BadInput where the text is no number, or where it could be two: `1,250` coins may be 1250 or 1.25.
    """
    typed = text.strip()
    if len(typed) > MOST_CHARACTERS:
        raise BadInput(f"“{typed[:20]}…” is too long for a number.")
    if scientific := _SCIENTIFIC.fullmatch(typed):
        return _of_power(typed, scientific)
    power = _POWERS.get(typed[-1:].lower(), 0)
    digits = typed[:-1] if power else typed
    if (grouped := _GROUPED.fullmatch(digits)) and _reading(typed, grouped, money=money) == _GROUPS:
        whole = grouped["whole"].replace(grouped["mark"], "")
        return _exact(whole, grouped["part"], power)
    if plain := _PLAIN.fullmatch(digits):
        return _exact(plain["whole"] or "0", plain["part"] or plain["bare"], power)
    raise BadInput(f"“{typed}” is not a number I can read. Type for example 60 or 60.5.")


def _of_power(typed: str, found: re.Match[str]) -> Decimal:
    """A number as spreadsheets write it, 4.615E-06: a mark in it never groups thousands."""
    plain, power = _PLAIN.fullmatch(found["mantissa"]), int(found["power"])
    if plain is None or abs(power) > MOST_POWER:
        raise BadInput(
            f"“{typed}” is not a number I can read. Type it without the E, for example 0.000004615."
        )
    return _exact(plain["whole"] or "0", plain["part"] or plain["bare"], power)


def _reading(typed: str, grouped: re.Match[str], *, money: bool) -> str:
    """Whether the mark groups thousands or is a decimal point; refused where both are usual."""
    whole, mark = grouped["whole"], grouped["mark"]
    if grouped["part"] or whole.count(mark) > 1:
        return _GROUPS
    reading = _LONE_MARK.get((mark, money), _GROUPS)
    if reading == _EITHER:
        suffix = typed[len(whole) :]
        raise BadInput(
            f"“{typed}” could be {whole.replace(mark, '')}{suffix} or {_as_decimal(whole, mark)}{suffix}. "
            "Type one of these."
        )
    return reading


def _as_decimal(whole: str, mark: str) -> str:
    """1,250 as 1.25, and 1,255 as 1.2550: after three places a point could be a mark again."""
    units, _, places = whole.partition(mark)
    places = places.rstrip("0") or "0"
    return f"{units}.{places}0" if len(places) == 3 else f"{units}.{places}"


def _exact(whole: str, part: str | None, power: int) -> Decimal:
    # From text, because arithmetic would round to the context's digits.
    return Decimal(f"{whole}.{part or ''}E{power}")
