"""What one venue does differently, as data. The adapter beside it is one for all of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from core.domain.contract import Bracket, Condition
from core.venues.exchange.assumed import LARGE, LARGES, MAJOR, MAJOR_COINS, OTHER

Row = Mapping[str, Any]
Gives = Mapping[str, str | Callable[[Row], object]]
"""Where a row of an answer has a figure: by our name, the key in ccxt's row, or `info.` and the venue's own.

A function of the row where a key is not enough; what it cannot work out is missing.

Our names: mark, index, bid, ask (quoted units), at (milliseconds), rate (a decimal a settlement), interval
(`8h`), next (milliseconds of the next settlement), condition (as `core.domain.contract.Condition` has it).
"""

TICKER: Gives = {"mark": "markPrice", "index": "indexPrice", "bid": "bid", "ask": "ask", "at": "timestamp"}
"""What ccxt's tickers may say."""
FUNDING: Gives = {
    "rate": "fundingRate",
    "next": "fundingTimestamp",
    "mark": "markPrice",
    "index": "indexPrice",
    "at": "timestamp",
}
"""What ccxt's funding rates may say; add INTERVAL where they say that, too."""
BOOK: Gives = {"bid": "bid", "ask": "ask"}
SPOT: Gives = {"mark": "last", "bid": "bid", "ask": "ask", "at": "timestamp"}
"""What ccxt's tickers of a spot market say."""
INTERVAL: Gives = {"interval": "interval"}
"""A row that should say this and does not is refused, so only where it does."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that answers for many contracts at once.

    method: of ccxt's client, in Python's spelling. what: its figures, in words for the user. needed: without
    its answer there are no figures at all; where another call fails, only its own are missing. Of several
    calls that give a figure of a contract the first one counts. rows, name: for a method that gives the
    venue's answer as it is, the path to the list in it and the key of the venue's own contract id. stem: what
    that key has of a contract's id, where one row is for several contracts.
    args: what the method takes before its parameters.
    """

    method: str
    gives: Gives
    params: Mapping[str, object] = field(default_factory=dict)
    what: str = "prices"
    needed: bool = True
    rows: str = ""
    name: str = ""
    stem: Callable[[str], str] = str
    args: tuple[object, ...] = ()


SPOT_TICKERS = Call("fetch_tickers", SPOT, {"type": "spot"})
"""Of the spot market, where one client reads both."""


@dataclass(frozen=True, slots=True)
class Each:
    """One request for one contract that no bulk call gave these figures of: a few of them in each round.

    most: how many requests a round makes. hours: after which an answer is asked for again.
    """

    method: str
    gives: Gives
    what: str
    most: int = 20
    hours: int = 1


Unit = Literal["usd", "contracts", "coins"]


@dataclass(frozen=True, slots=True)
class Tier:
    """A margin tier as a venue writes it: from `floor`, in the unit of its `Tiers`."""

    floor: object
    rate: object
    max_leverage: object


def parsed_tiers(rows: Any) -> Iterable[Tier]:
    """The tiers in ccxt's rows of one contract."""
    for row in rows:
        yield Tier(row["minNotional"] or 0, row["maintenanceMarginRate"], row["maxLeverage"])


@dataclass(frozen=True, slots=True)
class Tiers:
    """Where a venue publishes its brackets.

    method: of ccxt; empty where they are in the contract's row of the listing. each: it is asked contract by
    contract, `most` in a round, again after a day. also: parameters of further calls, each for contracts that
    the first one does not tell of. unit: what floors are counted in; inverse_unit: the same for inverse
    contracts, where that differs. read: the tiers of one contract from what the method gives for it, or from
    its row of the listing. by: for a method that gives the venue's answer as it is, what that has for each
    contract, by the venue's own id. args: what the method takes before its parameters.
    """

    method: str = ""
    each: bool = False
    params: Mapping[str, object] = field(default_factory=dict)
    also: tuple[Mapping[str, object], ...] = ()
    unit: Unit = "usd"
    inverse_unit: Unit | None = None
    read: Callable[[Any], Iterable[Tier]] = parsed_tiers
    by: Callable[[Any], Mapping[str, Any]] | None = None
    args: tuple[object, ...] = ()
    most: int = 10


@dataclass(frozen=True, slots=True)
class SpotCalls:
    """A venue's spot market, for coins that have no contract there.

    id: the ccxt class, the venue's own where empty. call: of all tickers; `mark` is the price that counts.
    """

    call: Call = Call("fetch_tickers", SPOT)
    id: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    candles: int = 500


Paging = tuple[Literal["since", "page", "until", "hours"], str]
"""How a list of past fundings is read on: `since` its newest; by the number of the `page`, newest first;
`until` its oldest, newest first; or so many `hours` further, where a request gives those of as many hours as
it may give rows. With it the name of the parameter: none for `since`, for `hours` that of a request's end if
any."""


Said = Callable[[Row], Condition | None]
"""What a row of a listing says can be done in the contract; None where it is not there yet, or ended."""


def listed_active(row: Row) -> Condition | None:
    """For a venue that lists only what trades, as ccxt has it."""
    return "trading" if row["active"] else None


def words(key: str, known: Mapping[str, Condition | None]) -> Said:
    """Reads the venue's own word under this key.

    A word that nobody knows counts as suspended: nothing new is opened in it, and what is open stays watched.
    Without any word it is as ccxt takes it.
    """

    def said(row: Row) -> Condition | None:
        word = figure(row, key)
        if word is None or word == "":
            return "suspended" if row["active"] is False else "trading"
        return known.get(str(word), "suspended")

    return said


def nothing(_: Row) -> bool:
    """Skips no row of a listing."""
    return False


@dataclass(frozen=True, slots=True)
class Venue:
    """One exchange.

    id: its ccxt id. name: what people call it. options: ccxt's, over its own. figures: the calls that make a
    refresh. singles: figures that are asked for contract by contract. tiers: where its brackets are, None
    where they are assumed. spot: its spot market, if ccxt reads one.
    base, called: where a row of the listing has the coin's name, and what the venue calls the contract.
    shown: where it has the names that the venue shows its users, which go before that one. thousands: a small
    k before a coin's name stands for a thousand.
    paid: where a row of past fundings has the rate. counts_coins: orders are counted in coins,
    those of inverse contracts in dollars, whatever the contract size says. size, lot: where a row of the
    listing has the coins of one contract and the step of an order; most: where it has the greatest count of a
    market order, if not among ccxt's limits. condition: what a row of the listing says can be done in it now.
    ends: where it has the announced end of a perpetual, in milliseconds; usual ends far off count for none.
    skips: whether it is of a kind that is no contract of ours.
    funding_hours: between two settlements of a perpetual that the venue gives no interval for, None where it
    must give one. server_time: it tells its time.
    fees: where a row of the listing has those of a taker and a maker; taker_fee, maker_fee: decimals of
    notional, for a contract that is published without them.
    candles: most candles that one request gives. marks: it has candles of the mark price.
    settlements: most past fundings that one gives; paging: how
    the next ones are asked for. assumed, assumed_dated, assumed_other: brackets for an asset's perpetuals,
    its dated futures, and every contract in neither, while the venue's own are not known.
    """

    id: str
    name: str
    taker_fee: Decimal
    maker_fee: Decimal
    figures: tuple[Call, ...]
    options: Mapping[str, object] = field(default_factory=dict)
    singles: tuple[Each, ...] = ()
    tiers: Tiers | None = None
    spot: SpotCalls | None = None
    base: str = "baseId"
    shown: tuple[str, ...] = ()
    thousands: bool = False
    called: str = "id"
    paid: str | Callable[[Row], object] = "fundingRate"
    counts_coins: bool = False
    frozen_margin: bool = False
    """Whether maintenance margin of an isolated position stays what it was at its entry."""
    closing_fee: bool = False
    """Whether the fee of the closing order counts to what liquidates a position."""
    size: str | Callable[[Row], object] = "contractSize"
    lot: str = "precision.amount"
    fees: tuple[str, str] = ("taker", "maker")
    most: str = ""
    condition: Said = listed_active
    ends: str | Callable[[Row], object] = ""
    skips: Callable[[Row], bool] = nothing
    funding_hours: int | None = None
    server_time: bool = True
    candles: int = 500
    marks: bool = True
    settlements: int = 100
    paging: Paging = ("since", "")
    assumed: Mapping[str, tuple[Bracket, ...]] = field(
        default_factory=lambda: {**dict.fromkeys(MAJOR_COINS, MAJOR), **dict.fromkeys(LARGES, LARGE)}
    )
    assumed_dated: Mapping[str, tuple[Bracket, ...]] = field(
        default_factory=lambda: dict.fromkeys(MAJOR_COINS, LARGE)
    )
    assumed_other: tuple[Bracket, ...] = OTHER

    def brackets(self, asset: str, *, perpetual: bool) -> tuple[Bracket, ...]:
        """The brackets assumed for a contract on `asset`."""
        table = self.assumed if perpetual else self.assumed_dated
        return table.get(asset, self.assumed_other)


def figure(row: Row, key: str | Callable[[Row], object]) -> Any:
    """What a row says under a key, or under a path of keys with dots; None where it says nothing."""
    if callable(key):
        try:
            return key(row)
        except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
            return None
    found: Any = row
    for step in key.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found
