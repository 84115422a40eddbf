"""Holdings as people type or paste them: `SOL 60`, `60 sol`, `ETH $15000`, several lines, a table."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from unicodedata import category

from bot.reading.numbers import parse_number
from bot.reading.sentence import DEEDS, KNOWN, told_holdings
from bot.reading.tables import MOST_IN_LINE, Table, TableRow, find_table
from core.domain.coins.names import named
from core.domain.errors import BadInput

FORM = "SOL 60"
"""What a line looks like; every refusal repeats it."""
MOST_LINES = 200
"""Lines of one message. Whoever has more sends them in two."""

_ONE_EACH = f"I read one coin and one number a line, like {FORM}."
_PERCENTAGE = f"a percentage needs a total. Type coins ({FORM}) or dollars (SOL $10000)."
_NOT_POSITIVE = "the number must be above zero. To delete a coin type /remove SOL."
_NOT_DOLLARS = "of all currencies I count in dollars only, like SOL $10000."

_EXACT = Context(prec=100)
"""Arithmetic on what was typed never rounds: Python's default of 28 digits would cut long quantities."""
_BY_CATEGORY = {"Cf": "", "Cs": "", "Cc": " ", "Co": " ", "So": " ", "Pd": "-"}
"""What is read instead of a sign, by its category in Unicode: what is invisible vanishes, pictures and
control
signs part words, and every dash is a hyphen.
"""
_BY_CHARACTER = {
    "\t": "\t",
    "\u2212": "-",
    **dict.fromkeys("*`", " "),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys(map(chr, [*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)]), ""),
}
"""The same for single signs, which come before the categories: the minus, markdown, curly quotes, and what
varies an emoji.
"""

_GROUPING_SPACE = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
"""A narrow or unbreakable space before three digits, which groups thousands. An ordinary space may part two
numbers, so it is not read so here.
"""
_BULLET = re.compile(r"^\s*(?:[-+•·‣]|\d{1,3}[.)])\s+")
"""What begins an item of a list: a mark, or its number with a dot."""
_DASH = re.compile(r"(?<=\s)-(?=\s)")
"""A dash between words, as in `SOL - 60`; a minus stands right before its number."""
_NEGATIVE = re.compile(r"(?<![^\s:=|;,$])-[$.,]?\d")
"""A number below zero: a minus that nothing but a separator stands before, so not that of `STETH-2`."""
_DOLLAR_SIGN = re.compile(r"\$(?![A-Za-z])")
"""A sign of an amount. Before a letter it marks a coin, as in `$SOL`, and means no dollars."""
_BETWEEN = re.compile(r'[\s:=|;"]+|(?<=[A-Za-z]),|,(?!\d)')
"""What parts the words of a line: also a comma, but none that stands between the digits of a number."""
_AMOUNT = re.compile(r"\+?[.,]?\d[\d.,'\u2019_]*(?:[kKmM]|[eE][+-]?\d{1,3})?")
"""A word that is a number: with its grouping, in thousands (`15k`), or as spreadsheets write it (`4.6E-06`).
"""
_STUCK = re.compile(r"(?P<number>\+?[.,]?\d[\d.,'\u2019_]*)(?P<unit>[A-Za-z]{2,})")
"""A number and its coin written as one word, `60SOL`. One letter alone would be the k of `15k`."""
_NUMBER_IN_NAME = frozenset({"1INCH"})
"""Coins that look like a number with a coin behind it."""
_DOLLAR_WORDS = frozenset({"USD", "USDT", "USDC", "DOLLAR", "DOLLARS"})
"""Words that, beside a coin's name, say that the number is of dollars: `SOL 10000 USD`."""
_NAMED = re.compile(r"(?P<outside>[^()]*)\((?P<inside>[^()]*)\)(?P<rest>[^()]*)")
"""A coin with its long name or its ticker in brackets, and what follows: `Ethereum (ETH) 2.5`."""
_BRACKETED = re.compile(r"\(([~≈]?\s?\$?\d[\d.,]*[kKmM]?)\)")
"""A number that was put into brackets behind its coin: `some SOL (~40)`."""
_EDGES = ' |,;:\t"'
"""What may stand around such a name without belonging to it."""
_TICKER = re.compile(r"[A-Z0-9]{1,20}")
"""What can be a ticker; a long name has small letters or a space."""
_TOTAL = re.compile(r"\W*(?:grand\s+)?totals?\b", re.IGNORECASE)
"""The row of a table that adds up the others. Read as a coin, it would double what is held."""
_ZERO = re.compile(r"[0.,]+(?:[eE][+-]?\d+)?")
"""A number that is nothing, however many places it has."""
_TWO_COMMAS = re.compile(r"[A-Za-z)],[$+]?\d[\d.]*,\d|\d,\d[\d.]*,\$?[A-Za-z]")
"""A line such as `SOL,60,5`: one comma parts the coin, and the other parts two numbers or is a decimal mark.
"""
_SPACED = re.compile(r"(?<![\d.,'_])(\d{1,3}(?: \d{3})+)(?![\d'_])")
"""Digits in groups of three with ordinary spaces between. In a cell that is one number, in a line not surely.
"""
_QUOTED_IN = ("USDT", "USDC", "BUSD", "USD", "EUR", "PERP")
"""What the name of a market ends in, as `SOLUSDT`. A longer end comes before one that it ends in itself."""
_NO_PAIR = frozenset({"CRVUSD"})
"""Coins whose own name looks like that of a market."""


@dataclass(frozen=True, slots=True)
class TypedHolding:
    """One understood line: coins of an asset, or USD to be turned into coins at the current price."""

    asset: str
    """The canonical ticker."""
    quantity: Decimal | None = None
    """How many coins, above zero; None where dollars were typed."""
    usd: Decimal | None = None
    """How many dollars' worth of it, above zero; None where coins were typed."""
    name: str = field(default="", compare=False)
    """The coin's name as it was typed; whether it is another coin's now `bot.desk.coin_names` says."""

    def __str__(self) -> str:
        """The line that means the same when it is typed."""
        return f"{self.asset} {self.quantity:f}" if self.usd is None else f"{self.asset} ${self.usd:f}"


@dataclass(frozen=True, slots=True)
class Slip:
    """One line that was not understood, and why."""

    line: str
    """As it was typed, without the space around it."""
    reason: BadInput
    """What is wrong with it, in words that may follow the line and a colon."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a message says: entries in order, and the lines that say nothing."""

    entries: tuple[TypedHolding, ...]
    """What was understood, in the order of the lines; a coin may be there several times."""
    slips: tuple[Slip, ...]
    """The lines that were not understood, in their order."""
    shown: bool = False
    """Some of it was more than one coin and one number a line, so it is to be shown before it is saved."""
    about: frozenset[str] = frozenset()
    """Assets of which a number was said to be only about right."""
    read: tuple[str, ...] = ()
    """The headings of a table that were read: of the coin, then of the numbers that add up."""


def parse_holdings(text: str) -> Typed:
    """Read every line; a heading, a rule and a total row of a table are passed over.

    Raises BadInput where the message as a whole cannot be read; what is wrong with a line is in the slips.
    """
    lines = [line for line in map(_clean, text.splitlines()) if any(map(str.isalnum, line))]
    if len(lines) > MOST_LINES:
        raise BadInput(f"That is {len(lines)} lines; I take {MOST_LINES} at a time.")
    # A table first, and as a whole: read line by line, a price in a second column would pass for a quantity.
    if table := find_table(lines):
        return _rows(table)
    entries: list[TypedHolding] = []
    slips: list[Slip] = []
    about: set[str] = set()
    shown = False
    for line in lines:
        if _TOTAL.match(line):
            continue
        try:
            found = _line(line)
        except BadInput as error:
            slips.append(Slip(line.strip(), error))
            continue
        entries += found.entries
        about |= found.about
        shown = shown or found.shown
    return Typed(tuple(entries), tuple(slips), shown, frozenset(about))


def _clean(line: str) -> str:
    """The line as it is seen, without pictures, and without the outer bars of a table."""
    seen = "".join(_BY_CHARACTER.get(sign, _BY_CATEGORY.get(category(sign), sign)) for sign in line)
    # `_` groups digits for parse_number, and no later step takes it for a space between two words. Tabs stay
    # at the ends: a row of a table may begin or end with an empty cell.
    return _GROUPING_SPACE.sub("_", seen).strip(" ").removeprefix("|").removesuffix("|")


def _rows(table: Table) -> Typed:
    """The rows of a table, and the headings that were read.

    Raises BadInput where the rows show that the heading is not understood.
    """
    entries, slips = [], []
    for row in table.rows:
        if _TOTAL.match(row.line):
            continue
        try:
            entry = _row(table, row)
        except BadInput as error:
            slips.append(Slip(row.line.strip(), error))
            continue
        if entry is not None:
            entries.append(entry)
    loose = table.layout.loose
    # A coin in two rows may lie in two places, which adds up, or the rows may be trades under a heading that
    # is not known, which must not be added. Only a table without unknown headings gets the first reading.
    if loose and len({entry.asset for entry in entries}) < len(entries):
        raise BadInput(
            f"A coin stands in several rows, and I do not know what “{loose[0][:30]}” says of them, so "
            f"nothing was saved. Type what you hold now, a coin a line, like {FORM}."
        )
    return Typed(tuple(entries), tuple(slips), shown=True, read=table.layout.read)


def _row(table: Table, row: TableRow) -> TypedHolding | None:
    """What the row says; None where it is of nothing, as exchanges list coins that one does not hold."""
    _short(row.line)
    # A comma in a number that was not quoted makes one cell more, and all cells behind it would be another
    # column's.
    if len(row.cells) != table.width:
        raise BadInput(f"it has {len(row.cells)} columns and the heading has {table.width}.")
    cells = table.numbers(row)
    said = [cell for cell in cells if not _ZERO.fullmatch(cell.strip("\"' "))]
    if not said:
        return None
    name = table.name(row)
    named = _NAMED.fullmatch(name)
    coin = _ticker(named) if named else name
    found = [
        _entry([coin, *_words(_SPACED.sub(_joined, cell))], dollars=table.layout.dollars) for cell in said
    ]
    if len(found) == 1:
        return found[0]
    # One cell may bring its own dollar sign where the others are coins.
    if any(each.quantity is None for each in found):
        raise BadInput("coins and dollars cannot be added up.")
    total = Decimal(0)
    for each in found:
        total = _EXACT.add(total, each.quantity or Decimal(0))
    return TypedHolding(found[0].asset, quantity=total, name=found[0].name)


def _joined(spaced: re.Match[str]) -> str:
    """Digits in groups, as a spreadsheet's cell has them, as one number."""
    return spaced[0].replace(" ", "_")


def _line(line: str) -> Typed:
    """What one line says: one coin and one number, or several in plain words, to be shown before saving."""
    line = _DASH.sub(" ", _BULLET.sub("", _short(line), count=1))
    if _TWO_COMMAS.search(line):
        raise BadInput(
            "I cannot tell which commas part the numbers. Type one coin and one number, like SOL 60."
        )
    named = _NAMED.fullmatch(line)
    if named and not any(map(_AMOUNT.fullmatch, _words(named["outside"]))):
        return Typed((_entry([_ticker(named), *_words(named["rest"])]),), ())
    words = _words(_BRACKETED.sub(r" \1 ", line))
    numbers, coins = _sorted(words)
    if len(numbers) == 1 and len(coins) == 1:
        return Typed((_entry(words),), ())
    if spaced := _SPACED.search(line):
        joined = spaced[1].replace(" ", "")
        raise BadInput(
            f"“{spaced[1]}” may be one number or several. Type it without the space, like SOL {joined}."
        )
    plain = [word.lstrip("~≈") for word in words]
    found = told_holdings(words, [word for word in plain if _AMOUNT.fullmatch(word)])
    if not found:
        raise BadInput(_ONE_EACH)
    entries = [_entry([each.coin, each.number], dollars=each.dollars) for each in found]
    about = frozenset(entry.asset for entry, each in zip(entries, found, strict=True) if each.about)
    return Typed(tuple(entries), (), shown=True, about=about)


def _short(line: str) -> str:
    """The line itself. Raises BadInput where it is longer than a line that says one coin and one number."""
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
    """The words of a line or a cell: names, numbers and `$`, each by itself.

    Raises BadInput for a percentage, for a number below zero, and for a currency that is not the dollar.
    """
    if "%" in text:
        raise BadInput(_PERCENTAGE)
    if _NEGATIVE.search(text):
        raise BadInput(_NOT_POSITIVE)
    if any(sign != "$" and category(sign) == "Sc" for sign in text):
        raise BadInput(_NOT_DOLLARS)
    words = [word.rstrip(".,!").strip("'\u2019") for word in _BETWEEN.split(_DOLLAR_SIGN.sub(" $ ", text))]
    words = [word for word in words if word]
    # Only where no number stands alone: in `1INCH 250` or `SOL2 60` the digits belong to the name.
    return words if any(map(_AMOUNT.fullmatch, words)) else _parted(words)


def _parted(words: Iterable[str]) -> list[str]:
    """The words with a number that is stuck to its unit taken off it: `60SOL`."""
    parted: list[str] = []
    for word in words:
        stuck = None if word.upper() in _NUMBER_IN_NAME else _STUCK.fullmatch(word)
        parted += stuck.groups() if stuck else (word,)
    return parted


def _sorted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The numbers among the words, and the coins: names that are not only a word for dollars."""
    numbers = [word for word in words if _AMOUNT.fullmatch(word)]
    names = list(dict.fromkeys(word for word in words if word not in (*numbers, "$")))
    # Alone, `USDT` is the coin that is held; beside another name it says what the number is of.
    coins = [name for name in names if name.upper() not in _DOLLAR_WORDS] if len(names) > 1 else names
    return numbers, coins


def _entry(words: Sequence[str], *, dollars: bool = False) -> TypedHolding:
    """One coin and one number, in any order, and perhaps a word for dollars."""
    numbers, coins = _sorted(words)
    if len(numbers) != 1 or len(coins) != 1:
        raise BadInput(_ONE_EACH)
    names = {word for word in words if word not in (*numbers, "$")}
    dollars = dollars or "$" in words or len(coins) < len(names)
    _refuse_no_coin(coins[0])
    coin = named(coins[0], lambda _: True)
    amount = parse_number(numbers[0].removeprefix("+"), money=dollars)
    if amount <= 0:
        raise BadInput(_NOT_POSITIVE)
    if dollars:
        return TypedHolding(coin.asset, usd=amount, name=coins[0])
    return TypedHolding(coin.asset, quantity=_EXACT.multiply(amount, coin.coins), name=coins[0])


def _refuse_no_coin(name: str) -> None:
    """Raise BadInput for a word of something done, and for the name of a market instead of a coin's."""
    if name.lower() in DEEDS and not name.isupper():
        raise BadInput(f"“{name}” is no coin. {_ONE_EACH}")
    upper = name.upper()
    quoted = next((end for end in _QUOTED_IN if upper.endswith(end)), "")
    base = upper.removesuffix(quoted)
    # Only where what is left is a known coin: many coins end in such letters by themselves.
    if quoted and len(base) > 2 and base in KNOWN and upper not in KNOWN | _NO_PAIR:
        raise BadInput(f"“{name}” is a market, not a coin. Type the coin alone: {base} and how many.")
