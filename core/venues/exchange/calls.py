"""How the figures of a venue are asked for, and where its answers have them: the parts of a `Venue`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Row = Mapping[str, Any]
"""One row of an answer as ccxt gives it; under `info` it has what the venue itself wrote."""
Gives = Mapping[str, str | Callable[[Row], object]]
"""Where a row of an answer has a figure: by our name, the key in ccxt's row, or `info.` and the venue's own.

A function of the row where a key is not enough; what it cannot work out is missing.

Our names: mark, index, bid, ask (quoted units), at (milliseconds), rate (a decimal a settlement), interval
(`8h`), next (milliseconds of the next settlement), condition (as `core.domain.contract.Condition` has it),
stage (as `core.domain.quote.Stage` has it), stage_at (milliseconds), turnover (USD traded within 24 hours)
and interest (USD of the contracts that are open). The last two are read of linear contracts alone.
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
"""What ccxt's best bids and asks say."""
SPOT: Gives = {"mark": "last", "bid": "bid", "ask": "ask", "at": "timestamp"}
"""What ccxt's tickers of a spot market say."""
INTERVAL: Gives = {"interval": "interval"}
"""A row that should have an interval and has none is refused, so this is asked only where it is given."""


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


def usd_of(coins: str, price: str) -> Callable[[Row], object]:
    """The USD of so many coins at a price, each under a key of the row."""
    return lambda row: Decimal(str(figure(row, coins))) * Decimal(str(figure(row, price)))


@dataclass(frozen=True, slots=True)
class Call:
    """One request that answers for many contracts at once.

    Where several calls give the same figure of a contract, the first one counts.
    """

    method: str
    """A method of ccxt's client, in Python's spelling."""
    gives: Gives
    params: Mapping[str, object] = field(default_factory=dict)
    what: str = "prices"
    """What the call is for, in words for the user."""
    needed: bool = True
    """Whether there are no figures at all without this answer. Else only the call's own are missing."""
    rows: str = ""
    """For a method that gives the venue's answer as it is: the path to the list of rows in it."""
    name: str = ""
    """For such a method: the key under which a row has the venue's own id of the contract."""
    by: Callable[[Any], Mapping[str, Row]] | None = None
    """For such a method whose rows are in no list that has their names: its rows, by the venue's own id."""
    stem: Callable[[str], str] = str
    """What the row has of a contract's id, where one row is for several contracts."""
    args: tuple[object, ...] = ()
    """What the method takes before its parameters."""


def stages(method: str, by: Callable[[Any], Mapping[str, Row]], gives: Gives, **params: object) -> Call:
    """The call for what a venue says of closing positions in profit."""
    return Call(method, gives, params, what="signs of deleveraging", needed=False, by=by)


SPOT_TICKERS = Call("fetch_tickers", SPOT, {"type": "spot"})
"""All tickers of the spot market, where one client reads spot and futures."""


@dataclass(frozen=True, slots=True)
class Each:
    """One request for one contract. It is made where no call for many contracts gave these figures."""

    method: str
    gives: Gives
    what: str
    """What the request is for, in words for the user."""
    most: int = 20
    """How many of these requests one refresh makes; further contracts wait for the next."""
    hours: int = 1
    """After how many hours an answer is asked for again."""


Unit = Literal["usd", "contracts", "coins"]
"""What the floors of margin tiers are counted in."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A margin tier as a venue writes it, its numbers not yet read."""

    floor: object
    """Where the tier begins, in the unit of the venue's `Tiers`."""
    rate: object
    """Maintenance margin as a decimal of the notional."""
    max_leverage: object


def parsed_tiers(rows: Any) -> Iterable[Tier]:
    """The tiers in ccxt's rows of one contract."""
    for row in rows:
        yield Tier(row["minNotional"] or 0, row["maintenanceMarginRate"], row["maxLeverage"])


@dataclass(frozen=True, slots=True)
class Tiers:
    """Where a venue publishes its margin tiers, which become the brackets of its contracts."""

    method: str = ""
    """A method of ccxt's client; empty where the tiers are in the contract's row of the listing."""
    each: bool = False
    """Whether it is asked contract by contract, and again after a day."""
    params: Mapping[str, object] = field(default_factory=dict)
    also: tuple[Mapping[str, object], ...] = ()
    """Parameters of further calls, each for contracts that the calls before it do not tell of."""
    unit: Unit = "usd"
    inverse_unit: Unit | None = None
    """The unit for inverse contracts, where it is another one."""
    read: Callable[[Any], Iterable[Tier]] = parsed_tiers
    """The tiers of one contract, from what the method gives for it or from its row of the listing."""
    by: Callable[[Any], Mapping[str, Any]] | None = None
    """For a method that gives the venue's answer as it is: what that has for each contract, by its own id."""
    args: tuple[object, ...] = ()
    """What the method takes before its parameters."""
    most: int = 10
    """How many contracts one refresh asks for, where each is asked by itself."""


@dataclass(frozen=True, slots=True)
class SpotCalls:
    """A venue's spot market, for coins that have no contract there."""

    call: Call = Call("fetch_tickers", SPOT)
    """The call for all tickers; the `mark` of a row is the price that counts."""
    id: str = ""
    """The ccxt class that reads it; empty where the one of the venue does."""
    options: Mapping[str, object] = field(default_factory=dict)
    """ccxt's options, over its own."""
    candles: int = 500
    """The most candles that one request gives."""


@dataclass(frozen=True, slots=True)
class MarkCandles:
    """How candles of the mark price are asked for, where a venue keeps a record of it."""

    asks: Mapping[str, object] = field(default_factory=lambda: {"price": "mark"})
    """What the request says beside one for candles of trades."""
    most: int | None = None
    """The most that one request gives, where that is not as many as of trades."""


BY_PRICE = MarkCandles()
"""As ccxt asks for them at nearly all venues."""


Paging = tuple[Literal["since", "page", "until", "hours"], str]
"""How a list of past fundings is read on, and the name of the parameter that does it.

`since`: from the newest one had, without a parameter. `page`: by the number of the page, newest first.
`until`: to the oldest one had, newest first. `hours`: by spans of as many hours as a request gives rows; the
parameter is that of the span's end, if there is one.
"""
