"""What a read-only key can be asked at a venue, as data: the file of each venue holds its own.

Methods are ccxt's names of the venue's own private endpoints; field names are the venue's. The venue's own
answers are read and not ccxt's unified ones: those count unrealised profit as coins held at some venues, and
want every market listed first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

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


LONG = frozenset({"buy", "long", "1"})
SHORT_WORDS = frozenset({"sell", "short", "2"})


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
    pieces: tuple[str, ...] = KEY_AND_SECRET
    """What a key is made of, by ccxt's names, in the order in which it is typed."""
    steps: tuple[str, ...] = ()
    """How to make a key that can only read, one sentence or two a step."""
    settles: frozenset[str] | None = None
    """The coins in which the contracts listed in `books` settle; None where they may settle in any."""
    dated: bool = True
    """Whether `books` have contracts with an expiry too."""

    def lists(self, symbol: str) -> bool:
        """Whether an open position in this contract (by its unified name) would be among those listed."""
        settle, _, expiry = symbol.partition(":")[2].partition("-")
        return (self.settles is None or settle in self.settles) and (self.dated or not expiry)
