"""Holdings as people type or paste them: `SOL 60`, `60 sol`, `ETH $15000`, several lines, a table."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from unicodedata import category

from bot.numbers import parse_number
from core.asset import canonical
from core.errors import BadInput

FORM = "SOL 60"
MOST_LINES = 200
SHOWN = 10
"""Lines that an answer names of those that were typed."""
MOST_IN_LINE = 500
"""Characters of one line."""
TITLES = 5
"""A table's heading is looked for in so many lines."""

_ONE_EACH = f"I read one coin and one number a line, like {FORM}."
_PERCENTAGE = f"a percentage needs a total. Type coins ({FORM}) or dollars (SOL $10000)."
_NOT_POSITIVE = "the number must be above zero. To delete a coin type /remove SOL."
_NOT_DOLLARS = "of all currencies I count in dollars only, like SOL $10000."

_EXACT = Context(prec=100)
_BY_CATEGORY = {"Cf": "", "Cs": "", "Cc": " ", "Co": " ", "So": " ", "Pd": "-"}
_BY_CHARACTER = {
    "\t": "\t",
    "\u2212": "-",
    **dict.fromkeys("*`", " "),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys(map(chr, [*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)]), ""),
}
"""Minus, markdown, curly quotes, variants of an emoji; the invisible and the pictures go by category."""

_GROUPING_SPACE = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_BULLET = re.compile(r"^\s*(?:[-+•·‣]|\d{1,3}[.)])\s+")
_DASH = re.compile(r"(?<=\s)-(?=\s)")
_NEGATIVE = re.compile(r"(?<![^\s:=|;,$])-[$.,]?\d")
_DOLLAR_SIGN = re.compile(r"\$(?![A-Za-z])")
_BETWEEN = re.compile(r'[\s:=|;"]+|(?<=[A-Za-z]),|,(?!\d)')
_AMOUNT = re.compile(r"\+?[.,]?\d[\d.,'\u2019_]*[kKmM]?")
_STUCK = re.compile(r"(?P<number>\+?[.,]?\d[\d.,'\u2019_]*)(?P<unit>[A-Za-z]{2,})")
_NUMBER_IN_NAME = frozenset({"1INCH"})
_DOLLAR_WORDS = frozenset({"USD", "USDT", "USDC", "DOLLAR", "DOLLARS"})
_NAMED = re.compile(r"(?P<outside>[^()]*)\((?P<inside>[^()]*)\)(?P<rest>[^()]*)")
_EDGES = ' |,;:\t"'
_TICKER = re.compile(r"[A-Z0-9]{1,20}")
_TOTAL = re.compile(r"\W*(?:grand\s+)?totals?\b", re.IGNORECASE)

_ROLES = {
    "usd": frozenset({"value", "worth", "usd", "usdt", "usdc", "dollar", "dollars", "$"}),
    "quantity": frozenset({"quantity", "amount", "qty", "units", "holdings", "balance", "size"}),
    "ticker": frozenset({"ticker", "symbol"}),
    "asset": frozenset({"asset", "coin", "token", "currency", "crypto", "cryptocurrency", "name"}),
}
"""What a column holds, by the words of its heading; the first that fits."""
_ALSO = frozenset({"spot", "market", "current", "total", "in", "of", "my", "your", "the", "held", "s"})
"""Other words of such headings. A heading with any other word (price, change, EUR) is no such column."""
_KNOWN = _ALSO.union(*_ROLES.values())
_HEADING_WORD = re.compile(r"[a-z]+|[^\sa-z()/:.'_-]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One understood line: coins of an asset, or USD to be turned into coins at the current price."""

    asset: str
    quantity: Decimal | None = None
    usd: Decimal | None = None

    def __str__(self) -> str:
        return f"{self.asset} {self.quantity:f}" if self.usd is None else f"{self.asset} ${self.usd:f}"


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
    """Read every line; a heading, a rule and a total row of a table are passed over.

    Raises BadInput where the message as a whole cannot be read; what is wrong with a line is in the slips.
    """
    lines = [line for line in map(_clean, text.splitlines()) if any(map(str.isalnum, line))]
    if len(lines) > MOST_LINES:
        raise BadInput(f"That is {len(lines)} lines; I take {MOST_LINES} at a time.")
    heading = None
    entries, slips = [], []
    for at, line in enumerate(lines):
        if (heading is None and at < TITLES and (heading := _heading(line))) or _TOTAL.match(line):
            continue
        try:
            entries.append(heading.row(line) if heading else _line(line))
        except BadInput as error:
            slips.append(Slip(line.strip(), str(error)))
    return Typed(tuple(entries), tuple(slips))


def _clean(line: str) -> str:
    """The line as it is seen, without pictures, and without the outer bars of a table."""
    seen = "".join(_BY_CHARACTER.get(sign, _BY_CATEGORY.get(category(sign), sign)) for sign in line)
    return _GROUPING_SPACE.sub("_", seen).strip(" ").removeprefix("|").removesuffix("|")


@dataclass(frozen=True, slots=True)
class _Heading:
    """A table's heading: how its cells are parted, how many there are, and which holds what."""

    delimiter: str
    width: int
    name: int
    number: int
    dollars: bool

    def row(self, line: str) -> Entry:
        cells = _cells(_short(line), self.delimiter)
        if len(cells) != self.width:
            raise BadInput(f"it has {len(cells)} columns and the heading has {self.width}.")
        name = cells[self.name]
        named = _NAMED.fullmatch(name)
        words = [_ticker(named) if named else name, *_words(cells[self.number])]
        return _entry(words, dollars=self.dollars)


def _heading(line: str) -> _Heading | None:
    """The line as a table's heading, if it names a column of coins and one of numbers.

    Raises BadInput where two columns could be meant.
    """
    if len(line) > MOST_IN_LINE:
        return None
    delimiter = next((mark for mark in "|\t;," if mark in line), "")
    cells = _cells(line, delimiter)
    columns: dict[str, list[int]] = {role: [] for role in _ROLES}
    for column, cell in enumerate(cells):
        if role := _role(cell):
            columns[role].append(column)
    name = columns["ticker"] or columns["asset"]
    number = columns["quantity"] or columns["usd"]
    if not name or not number:
        return None
    for found in (name, number):
        if len(found) > 1:
            either = " and ".join(f"“{cells[column]}”" for column in found)
            raise BadInput(f"I cannot tell which column to read: {either}. Leave one of them out.")
    return _Heading(delimiter, len(cells), name[0], number[0], dollars=not columns["quantity"])


def _role(cell: str) -> str | None:
    words = set(_HEADING_WORD.findall(cell.lower()))
    return next((role for role, keys in _ROLES.items() if words & keys), None) if words <= _KNOWN else None


def _cells(line: str, delimiter: str) -> list[str]:
    """Cells parted by the delimiter, quoted or not; without one, by two spaces and more."""
    if not delimiter:
        return re.split(r"\s{2,}", line.strip())
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))]


def _line(line: str) -> Entry:
    line = _DASH.sub(" ", _BULLET.sub("", _short(line), count=1))
    named = _NAMED.fullmatch(line)
    if named and not any(map(_AMOUNT.fullmatch, _words(named["outside"]))):
        return _entry([_ticker(named), *_words(named["rest"])])
    return _entry(_words(line))


def _short(line: str) -> str:
    if len(line) > MOST_IN_LINE:
        raise BadInput(f"the line is too long. {_ONE_EACH}")
    return line


def _ticker(named: re.Match[str]) -> str:
    """`Ethereum (ETH)` and `UNI (Uniswap)` by their ticker; refused where it could be either name."""
    names = [named[part].strip(_EDGES) for part in ("outside", "inside")]
    tickers = {name for name in names if _TICKER.fullmatch(name)}
    if len(tickers) != 1 or _AMOUNT.fullmatch(names[1]):
        raise BadInput(f"I cannot tell the coin's ticker from “{' ('.join(names)})”. Type it alone: {FORM}.")
    return tickers.pop()


def _words(text: str) -> list[str]:
    if "%" in text:
        raise BadInput(_PERCENTAGE)
    if _NEGATIVE.search(text):
        raise BadInput(_NOT_POSITIVE)
    if any(sign != "$" and category(sign) == "Sc" for sign in text):
        raise BadInput(_NOT_DOLLARS)
    words = [word.rstrip(".,!") for word in _BETWEEN.split(_DOLLAR_SIGN.sub(" $ ", text))]
    words = [word for word in words if word]
    return words if any(map(_AMOUNT.fullmatch, words)) else _parted(words)


def _parted(words: Iterable[str]) -> list[str]:
    """The words with a number that is stuck to its unit taken off it: `60SOL`."""
    parted: list[str] = []
    for word in words:
        stuck = None if word.upper() in _NUMBER_IN_NAME else _STUCK.fullmatch(word)
        parted += stuck.groups() if stuck else (word,)
    return parted


def _entry(words: Sequence[str], *, dollars: bool = False) -> Entry:
    """One coin and one number, in any order, and perhaps a word for dollars."""
    numbers = [word for word in words if _AMOUNT.fullmatch(word)]
    names = list(dict.fromkeys(word for word in words if word not in (*numbers, "$")))
    coins = [name for name in names if name.upper() not in _DOLLAR_WORDS] if len(names) > 1 else names
    if len(numbers) != 1 or len(coins) != 1:
        raise BadInput(_ONE_EACH)
    dollars = dollars or "$" in words or len(coins) < len(names)
    asset, units = canonical(coins[0])
    amount = parse_number(numbers[0].removeprefix("+"), money=dollars)
    if amount <= 0:
        raise BadInput(_NOT_POSITIVE)
    return Entry(asset, usd=amount) if dollars else Entry(asset, quantity=_EXACT.multiply(amount, units))


def describe_slips(slips: Iterable[Slip], understood: Iterable[Entry]) -> str:
    """Names each line that was not understood, and lists those that were; nothing of them is applied."""
    rows = [f"“{slip.line[:60]}”: {slip.reason}" for slip in slips]
    fine = [str(each) for each in understood]
    rest = [f"Understood, but not saved either: {', '.join(_first(fine))}"] if fine else []
    return "\n".join([*_first(rows), *rest])


def _first(items: list[str]) -> list[str]:
    """At most SHOWN of them, and how many more there are."""
    return items if len(items) <= SHOWN else [*items[:SHOWN], f"and {len(items) - SHOWN} more"]
