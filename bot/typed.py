"""Holdings as people type or paste them: `SOL 60`, `60 sol`, `ETH $15000`, several lines, a table."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.numbers import parse_number
from core.asset import canonical
from core.errors import BadInput

FORM = "SOL 60"
MOST_LINES = 200
_DOLLAR_WORDS = frozenset({"USD", "USDT", "USDC", "DOLLARS", "DOLLAR", "$"})
_RULE = re.compile(r"[\s|:+=_-]*")
_CELLS = re.compile(r"\s*[|\t;]\s*")
_STUCK = re.compile(r"(?P<number>\$?[\d.,]+[kKmM]?)(?P<ticker>[A-Za-z]{2,})")
_NAMED = re.compile(r".*\((?P<ticker>[A-Za-z0-9]{2,20})\)\s*")
_HEADERS = {
    "asset": ("asset", "coin", "token", "symbol", "ticker", "currency", "name"),
    "usd": ("value", "usd", "worth", "dollar"),
    "quantity": ("quantity", "amount", "qty", "units", "holding", "balance", "size"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One understood line: coins of an asset, or USD to be turned into coins at the current price."""

    asset: str
    quantity: Decimal | None = None
    usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """One line that was not understood, and why."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a message says: entries in order, and the lines that say nothing."""

    entries: tuple[Entry, ...]
    slips: tuple[Slip, ...]


def parse_holdings(text: str) -> Typed:
    """Read every line; a heading, a rule and a total row of a table are passed over."""
    lines = [line.strip().strip("|").strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not _RULE.fullmatch(line)]
    if len(lines) > MOST_LINES:
        raise BadInput(f"That is {len(lines)} lines; I take {MOST_LINES} at a time.")
    heading = _heading(lines[0]) if lines else None
    entries, slips = [], []
    for line in lines[1:] if heading else lines:
        if line.lower().startswith("total"):
            continue
        try:
            entries.append(heading.row(line) if heading else _line(line))
        except BadInput as error:
            slips.append(Slip(line, str(error)))
    return Typed(tuple(entries), tuple(slips))


def _cells(line: str) -> list[str]:
    cells = _CELLS.split(line)
    if len(cells) == 1:
        cells = [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True))]
    return cells


@dataclass(frozen=True, slots=True)
class _Heading:
    """A table's heading: how many columns there are, and which holds what."""

    width: int
    columns: dict[str, int]

    def row(self, line: str) -> Entry:
        cells = _cells(line)
        if len(cells) != self.width:
            raise BadInput(f"it has {len(cells)} columns and the heading has {self.width}.")
        name = cells[self.columns["asset"]]
        ticker = match["ticker"] if (match := _NAMED.fullmatch(name)) else name
        if "quantity" in self.columns:
            return _entry(ticker, cells[self.columns["quantity"]], dollars=False)
        return _entry(ticker, cells[self.columns["usd"]], dollars=True)


def _heading(line: str) -> _Heading | None:
    """The line as a table's heading: it names an asset column and another one, and holds no digit."""
    if any(character.isdigit() for character in line):
        return None
    cells, found = _cells(line), {}
    for position, cell in enumerate(cells):
        for column, words in _HEADERS.items():
            if column not in found and any(word in cell.lower() for word in words):
                found[column] = position
                break
    return _Heading(len(cells), found) if "asset" in found and len(found) > 1 else None


def _line(line: str) -> Entry:
    if match := _NAMED.fullmatch(_CELLS.split(line)[0]):
        line = line.replace(_CELLS.split(line)[0], match["ticker"] + " ", 1)
    words = [word for word in re.split(r"[\s:=|;]+|(?<=[A-Za-z]),", line) if word]
    if len(words) == 1 and (match := _STUCK.fullmatch(words[0])):
        words = [match["number"], match["ticker"]]
    if any("%" in word for word in words):
        raise BadInput(f"a percentage needs a total. Type coins ({FORM}) or dollars (SOL $10000).")
    numbers = [word for word in words if _is_number(word)]
    names = [word for word in words if word not in numbers]
    dollars = any("$" in word for word in words)
    if len(names) == 2 and names[1].upper() in _DOLLAR_WORDS:
        names, dollars = names[:1], True
    if len(names) == 2 and names[0] == "$":
        names = names[1:]
    if len(numbers) != 1 or len(names) != 1:
        raise BadInput(f"I read a coin and a number a line, like {FORM}.")
    return _entry(names[0], numbers[0], dollars=dollars)


def _is_number(word: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\$?[+-]?[\d.,'\u2019_\u00a0\u202f]+[kKmM]?\$?", word)) and any(
        character.isdigit() for character in word
    )


def _entry(name: str, number: str, *, dollars: bool) -> Entry:
    asset, units = canonical(name)
    if "%" in number:
        raise BadInput(f"a percentage needs a total. Type coins ({FORM}) or dollars (SOL $10000).")
    dollars = dollars or "$" in number
    if "-" in number:
        raise BadInput("the number must be above zero.")
    amount = parse_number(number.replace("$", "").replace("+", ""), money=dollars)
    if amount <= 0:
        raise BadInput("the number must be above zero.")
    return Entry(asset, usd=amount) if dollars else Entry(asset, quantity=amount * units)


def describe_slips(slips: Iterable[Slip], understood: int) -> str:
    """One text that names each line that was not understood; nothing of the message is applied."""
    rows = [f"“{slip.line[:60]}”: {slip.reason}" for slip in slips]
    rest = f"\nThe other {understood} would be fine." if understood else ""
    return "\n".join(rows[:10]) + (f"\nand {len(rows) - 10} more." if len(rows) > 10 else "") + rest
