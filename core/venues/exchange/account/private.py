"""What a read-only key can be asked at a venue, as data: the file of each venue holds its own.

Methods are ccxt's names of the venue's own private endpoints; field names are the venue's. The venue's own
answers are read and not ccxt's unified ones: those count unrealised profit as coins held at some venues, and
want every market listed first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from core.domain.capital.mode import AccountMode
from core.venues.exchange.account.rights import Rights

KEY_AND_SECRET = ("apiKey", "secret")
WITH_PASSPHRASE = (*KEY_AND_SECRET, "password")
ADDRESS = ("walletAddress",)

Path = tuple[str | int, ...]
"""The keys and positions that lead to a part of an answer, from the outermost to the innermost."""


@dataclass(frozen=True, slots=True)
class Wallet:
    """One pocket of an account: where its rows are in the answer, and how a row says what is in it."""

    method: str
    rows: Path
    coin: str
    """The field with the coin's name; `=USDC` where it is always that coin."""
    amounts: tuple[str, ...]
    """The fields that add up to the coins owned. One with a minus before its name is taken away."""
    asks: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the request."""
    names: Mapping[str, str] | None = None
    """Where anybody may name a token: the only names that can be relied on, and the coins they stand for."""


@dataclass(frozen=True, slots=True)
class PositionList:
    """One list of open positions: where its rows are, and how a row says what is open."""

    method: str
    rows: Path
    symbol: str
    """The field with the venue's own name of the contract."""
    count: str
    """The field with the contracts that are open. It has a sign of its own, unless `side` is given."""
    entry: str
    """The field with the average price of entry."""
    margin: tuple[str, ...] = ()
    """Fields with what is set aside for the position; the first of them that is above zero counts."""
    mark: str | None = None
    side: str | None = None
    """The field that says long or short, in one of the words of LONG and SHORT_WORDS."""
    value: str | None = None
    """The field with what the position cost, at a venue that tells this instead of the entry price."""
    most: int | None = None
    """How many rows one answer can have. Where it has that many there may be more, and none is relied on."""
    asks: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the request."""


@dataclass(frozen=True, slots=True)
class TradeList:
    """One list of trades that were made: where its rows are, and how a row says what was traded.

    A page holds at most `most` rows. Where it is full the next one is asked for, as `paging` says.
    """

    method: str
    rows: Path
    symbol: str
    """The field with the venue's own name of the contract."""
    id: str
    order: str
    count: str
    """The field with the contracts. It has a sign of its own, unless `side` is given."""
    price: str
    at: str
    """The field with the time, in milliseconds, or in seconds where `seconds` is set."""
    since: str
    """The parameter with the time from which trades are told, in the unit of `at`."""
    most: int
    paging: tuple[Literal["cursor", "last", "forward", "offset"], str, str]
    """How the next page is asked for, the parameter of the request that says so, and the field of it.

    `cursor`: a text of the answer, whose path has points between its steps; `last`: the field of the last
    row; `forward`: the time of the newest row so far, as `since`; `offset`: the number of rows so far.
    """
    side: str | None = None
    fee: str = ""
    """The field with the fee; it is above zero where the user pays, unless `fee_negative` is set."""
    fee_coin: str = ""
    """The field with the coin that the fee is in; empty where it is always the one that gains are paid in."""
    fee_negative: bool = False
    reason: Callable[[Any], str | None] = field(default=lambda _: None)
    """Reads from a row why it was no order of the user's, as in `core.journal.merging.Traded`."""
    skips: Callable[[Any], bool] = field(default=lambda _: False)
    """Whether the row is no trade, such as funding in the same list."""
    asks: Mapping[str, str] = field(default_factory=dict)
    span: timedelta | None = None
    """The longest time that one request may be about; None where there is no limit."""
    by_contract: str | None = None
    """The parameter with the contract's own name, at a venue that tells the trades of one contract only."""
    seconds: bool = False


LONG = frozenset({"buy", "long", "1"})
SHORT_WORDS = frozenset({"sell", "short", "2"})


@dataclass(frozen=True, slots=True)
class StateCalls:
    """Where an account says how it backs positions. `read` gets one answer for each request."""

    requests: tuple[tuple[str, Mapping[str, str]], ...]
    """Methods with their parameters."""
    read: Callable[..., AccountMode]


@dataclass(frozen=True, slots=True)
class Private:
    """The private side of a venue: what is asked with a key, and how a person makes one there."""

    wallets: tuple[Wallet, ...]
    books: tuple[PositionList, ...]
    rights: tuple[str, Callable[[Any], Rights]] | None = None
    """The method that tells what the key may do, and how its answer is read.

    None where the venue tells nothing, or tells the rights of the account and not those of the key. A key
    that is a public address can do nothing but be read.
    """
    trades: tuple[TradeList, ...] = ()
    """The lists of trades; empty where I do not know how the venue tells them."""
    pieces: tuple[str, ...] = KEY_AND_SECRET
    """What a key is made of, by ccxt's names, in the order in which it is typed."""
    steps: tuple[str, ...] = ()
    """How to make a key that can only read, one sentence or two a step."""
    state: StateCalls | None = None
    """How it is asked what backs positions; None where that is not known."""
    settles: frozenset[str] | None = None
    """The coins in which the contracts listed in `books` settle; None where they may settle in any."""
    dated: bool = True
    """Whether `books` have contracts with an expiry too."""

    def lists(self, symbol: str) -> bool:
        """Whether an open position in this contract (by its unified name) would be among those listed."""
        settle, _, expiry = symbol.partition(":")[2].partition("-")
        return (self.settles is None or settle in self.settles) and (self.dated or not expiry)
