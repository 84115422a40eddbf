"""What each column of a pasted table holds, told by its heading, and which columns to read.

A table is read only where that is clear. What lists trades, transfers or open futures is refused: added up,
it would be taken for coins that are long gone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from core.domain.errors import BadInput

EVENT_HEADINGS = (
    "This is a list of what happened ({}), not of what you hold now, so nothing was saved. Type what you "
    "hold, a coin a line, like SOL 60."
)
FUTURES = (
    "This is a list of futures positions ({}), so nothing was saved as coins. Enter one by hand: "
    "/position add short 2 ETH at 3500."
)
DEBTS = (
    "One column is of what you owe ({}), so nothing was saved. Leave borrowed coins out and type what is "
    "yours, a coin a line, like SOL 60."
)
NO_COIN = (
    "No column says which coin it is{}, so nothing was saved. Call that column Coin and send the table "
    "again, or type a coin a line, like SOL 60."
)
NO_NUMBER = (
    "No column says how many coins you hold ({}), so nothing was saved. Call the right one Amount and send "
    "the table again, or type a coin a line, like SOL 60."
)
EITHER = "I cannot tell which column to read: {}. Leave one of them out."


class Column(Enum):
    """What a column of a pasted table holds."""

    EVENT = auto()
    FUTURE = auto()
    DEBT = auto()
    TICKER = auto()
    COIN = auto()
    CURRENCY = auto()
    PAIR = auto()
    NAME = auto()
    QUANTITY = auto()
    TOTAL = auto()
    FREE = auto()
    """The part of what is held that is free to trade; LOCKED is the rest."""
    LOCKED = auto()
    VALUE = auto()
    """In dollars."""
    PRICE = auto()
    IGNORED = auto()
    """It is never read."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_EVENT = _set(
    "type side action operation direction kind subtype event activity transaction transactions transacted tx "
    "txid txhash txn txns hash trade trades order orders ordertype orderid fee fees commission date dates "
    "datetime time times timestamp created executed execution completed settled address addresses sender "
    "recipient receiver counterparty received receive sent send spent from to bought buy sold sell deposit "
    "deposits deposited withdrawal withdrawals withdrawn incoming outgoing acquired purchased disposed refid "
    "uuid confirmed confirmations status transfer transfers utc "
    "typ art datum zeit uhrzeit vorgang buchung gebühr gebühren kauf verkauf gekauft verkauft richtung "
    "transaktion fecha hora tipo operación operacion comisión comision lado "
    "opération sens frais heure achat vente "
    "data ora operazione commissione taxa operação 时间 类型 方向 手续费 操作"
)
_FUTURE = _set("leverage liq liquidation margin entry mark contracts roe notional maintenance mmr hebel")
_DEBT = _set("borrowed borrow debt liability liabilities owed loan loans")
_PRICE = _set("price prices cost costs basis avg average rate per kurs preis precio prix prezzo paid")
_IGNORED = _set(
    "change changes pnl profit loss gain gains percentage percent share weight allocation apr apy roi return "
    "returns yield interest rank account accounts wallet wallets network chain blockchain exchange exchanges "
    "platform location source note notes comment comments label tag tags group portfolio category sector "
    "logo icon description no nr h d y remark remarks p l ath isin id pnl "
    "unrealized unrealised realized realised"
)
_DOLLARS = _set("usd usdt usdc dollar dollars $")
_WORTH = _set("value worth")
_TOTAL = _set("total totals gesamt")
_QUANTITY = _set(
    "quantity amount qty units holdings holding balance balances size equity net held owned menge anzahl "
    "bestand guthaben cantidad quantité quantità saldo"
)
_FREE = _set("available free avail withdrawable transferable verfügbar")
_LOCKED = _set(
    "locked lock frozen freeze hold staked staking stake reserved blocked used earn lending "
    "unavailable use holds"
)
_NAMES: tuple[tuple[Column, frozenset[str]], ...] = (
    (Column.TICKER, _set("ticker symbol")),
    (Column.PAIR, _set("pair pairs instrument product market base code")),
    (Column.COIN, _set("asset coin token crypto cryptocurrency kryptowährung münze coins assets tokens")),
    (Column.CURRENCY, _set("currency ccy währung moneda devise")),
    (Column.NAME, _set("name")),
)
_ALSO = _set(
    "spot market current total in of my your the held s wallet account now today coins cash est estimated and"
)
"""Other words of such headings. A heading with any other word (EUR, BTC) is not how much is held."""

_WHEN = _set("date time datum")
_FIRST = ((Column.FUTURE, _FUTURE), (Column.PRICE, _PRICE), (Column.EVENT, _EVENT), (Column.DEBT, _DEBT))
"""What a heading says whatever other words it has, the first that fits."""
_IN_ORDERS = frozenset({"order", "orders"})
_ALL_TIME = frozenset({"all", "time"})
_WORD = re.compile(r"[^\W\d_]+|[^\w\s]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def heading_words(cell: str) -> frozenset[str]:
    """The words of a heading, lower case, with what is written together apart: `UTC_Time`, `assetIn`."""
    apart = _CAMEL.sub(" ", cell.strip()).replace("_", " ").lower()
    return frozenset(_WORD.findall(apart)) - frozenset("()/:.,'’-[]&#*≈")


def column_of(cell: str) -> Column | None:
    """What the column under this heading holds; None where no word of it is known."""
    words = heading_words(cell)
    if not words:
        return Column.IGNORED
    if words & _IN_ORDERS and words & {"in", "on", "open"}:
        return Column.LOCKED
    if words >= _ALL_TIME or "%" in words:
        return Column.IGNORED
    for column, some in _FIRST:
        if words & some and not (column is Column.PRICE and words & _WHEN):
            return column
    return (
        _how_many(words)
        or _which(words)
        or (Column.IGNORED if words & (_IGNORED | _WORTH | _DOLLARS) else None)
    )


def _how_many(words: frozenset[str]) -> Column | None:
    """Whether the column says how much is held, and of it all or a part, in coins or dollars."""
    known = (
        _ALSO
        | _DOLLARS
        | _WORTH
        | _TOTAL
        | _QUANTITY
        | _FREE
        | _LOCKED
        | _set("coin token asset crypto currency")
    )
    if not words & (_DOLLARS | _WORTH | _TOTAL | _QUANTITY | _FREE | _LOCKED):
        return None
    if words & _IGNORED - {"wallet", "account"}:
        return Column.IGNORED
    if not words <= known:
        return Column.IGNORED  # in euros, in BTC, or of something else
    if words & (_DOLLARS | _WORTH):
        return Column.VALUE
    if words & _LOCKED:
        return Column.LOCKED
    if words & _FREE:
        return Column.FREE
    return Column.QUANTITY if words & _QUANTITY else Column.TOTAL


def _which(words: frozenset[str]) -> Column | None:
    return next((column for column, some in _NAMES if words & some), None)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of a table to read."""

    name: int
    """The column of the coin."""
    numbers: tuple[int, ...]
    """The columns that add up to how many are held."""
    dollars: bool
    """The number is of dollars."""
    loose: tuple[str, ...]
    """The headings of which no word is known."""
    read: tuple[str, ...]
    """The headings that are read."""


def is_heading(cells: Sequence[str]) -> bool:
    """Whether these cells are the heading of a table: at least two, one of which says what a row is about."""
    found = [column_of(cell) for cell in cells]
    known = [column for column in found if column is not None]
    told = [column for column in known if column is not Column.IGNORED]
    return len(known) >= 2 and bool(told)


def layout(cells: Sequence[str]) -> Layout:
    """The columns to read of a table with this heading.

    Raises BadInput where it is no table of holdings, or where that is unclear.
    """
    columns: dict[Column, list[int]] = {column: [] for column in Column}
    loose = []
    for place, cell in enumerate(cells):
        column = column_of(cell)
        if column is None:
            loose.append(cell)
        else:
            columns[column].append(place)
    for column, refusal in ((Column.EVENT, EVENT_HEADINGS), (Column.FUTURE, FUTURES), (Column.DEBT, DEBTS)):
        if columns[column]:
            raise BadInput(refusal.format(_quoted(cells, columns[column][:3])))
    name = _name(cells, columns)
    numbers, dollars = _numbers(cells, columns, loose)
    return Layout(name, numbers, dollars, tuple(loose), tuple(cells[place] for place in (name, *numbers)))


def _name(cells: Sequence[str], columns: dict[Column, list[int]]) -> int:
    """The column of the coins. A currency beside a price is the price's, and a pair is two coins."""
    priced = columns[Column.PRICE] or columns[Column.PAIR]
    for column in (Column.TICKER, Column.COIN, Column.CURRENCY, Column.NAME):
        found = columns[column]
        if not found or (column is Column.CURRENCY and priced):
            continue
        return _one(cells, [place for place in found if "name" not in heading_words(cells[place])] or found)
    other = [*columns[Column.CURRENCY], *columns[Column.PAIR]]
    why = f" ({_quoted(cells, other)} could be a price's)" if other else ""
    raise BadInput(NO_COIN.format(why))


def _numbers(
    cells: Sequence[str], columns: dict[Column, list[int]], loose: Sequence[str]
) -> tuple[tuple[int, ...], bool]:
    """The columns that add up to what is held, and whether that is in dollars."""
    quantity, total = columns[Column.QUANTITY], columns[Column.TOTAL]
    free, locked = columns[Column.FREE], columns[Column.LOCKED]
    if quantity and total and not columns[Column.PRICE]:
        raise BadInput(EITHER.format(_quoted(cells, [*quantity, *total], " and ")))
    if quantity:
        return (_one(cells, quantity),), False
    if total and columns[Column.PRICE] and not (free or columns[Column.VALUE]):
        raise BadInput(NO_NUMBER.format(f"{_quoted(cells, total)} may be coins or dollars"))
    if total:
        return (_one(cells, total),), False
    if free:
        return (_one(cells, free), *((_one(cells, locked),) if locked else ())), False
    if columns[Column.VALUE]:
        return (_one(cells, columns[Column.VALUE]),), True
    left = [*loose, *(cells[place] for place in locked)]
    named = ", ".join(f"“{cell}”" for cell in (left or cells))
    raise BadInput(NO_NUMBER.format(named))


def _one(cells: Sequence[str], found: Sequence[int]) -> int:
    """The only one of these columns. Raises BadInput where there are several."""
    if len(found) > 1:
        raise BadInput(EITHER.format(_quoted(cells, found, " and ")))
    return found[0]


def _quoted(cells: Sequence[str], places: Sequence[int], between: str = ", ") -> str:
    return between.join(f"“{cells[place][:30]}”" for place in places)
