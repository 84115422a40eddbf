"""Numbers as people type them: 1,250.75 and 1.250,75 and 15k, and the ones that could mean two things."""

import re
from decimal import Decimal

from core.errors import BadInput

_GROUPED = {
    ",": re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?"),
    ".": re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?"),
}
_PLAIN = re.compile(r"\d+([.,]\d+)?|[.,]\d+")
_SUFFIX = {"k": 1_000, "m": 1_000_000}
_SPACERS = str.maketrans("", "", "_'\u2019\u00a0\u2009\u202f")
MOST_DIGITS = 40


def parse_number(text: str, *, money: bool = False) -> Decimal:
    """The exact number; `money` lets a lone comma group thousands, as in $15,000.

    Raises BadInput where the text is no number, or where it could be two: `1,250` coins may be 1250 or 1.25.
    """
    cleaned = text.strip().translate(_SPACERS).lower()
    factor = _SUFFIX.get(cleaned[-1:], 1)
    digits = cleaned[:-1] if factor > 1 else cleaned
    if not digits.isascii() or len(digits) > MOST_DIGITS:
        raise BadInput(f"“{text[:MOST_DIGITS]}” is not a number I can read.")
    _refuse_two_meanings(text, digits, money=money)
    for mark, pattern in _GROUPED.items():
        if pattern.fullmatch(digits) and not _decimal_mark_only(digits, mark, money=money):
            other = "." if mark == "," else ","
            return Decimal(digits.replace(mark, "").replace(other, ".")) * factor
    if _PLAIN.fullmatch(digits):
        return Decimal(digits.replace(",", ".")) * factor
    raise BadInput(f"“{text}” is not a number. Type for example 60 or 60.5.")


def _decimal_mark_only(digits: str, mark: str, *, money: bool) -> bool:
    """Whether the single mark of `digits` is a decimal point and groups nothing."""
    alone = digits.count(mark) == 1 and not ({",", "."} - {mark}) & set(digits)
    return alone and (digits.startswith("0") or (mark == "." and not money))


def _refuse_two_meanings(text: str, digits: str, *, money: bool) -> None:
    mark = "." if money else ","
    if re.fullmatch(rf"[1-9]\d{{0,2}}\{mark}\d{{3}}", digits):
        whole, rest = digits.split(mark)
        raise BadInput(f"“{text}” could be {whole}{rest} or {whole}.{rest}. Type one of these.")
