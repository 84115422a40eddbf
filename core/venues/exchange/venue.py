"""What one venue does differently, as data. The adapter beside it is one for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.contract import Bracket, Condition
from core.venues.exchange.account.private import Private
from core.venues.exchange.assumed import LARGE, LARGES, MAJOR, MAJOR_COINS, OTHER
from core.venues.exchange.backs import Backs
from core.venues.exchange.calls import (
    BY_PRICE,
    Call,
    Each,
    MarkCandles,
    Paging,
    Row,
    SpotCalls,
    Tiers,
    figure,
)

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
    """One exchange: all that is its own, from its name to how a request is paged.

    A field that names a place in a row of the listing takes a key of ccxt's row, a path such as
    `info.deliveryDate` into what the venue itself wrote, or a function of the row.
    """

    id: str
    """Its id at ccxt, which is also how users may type it."""
    name: str
    """What people call it."""
    taker_fee: Decimal
    """A decimal of notional, for a contract that is published without a fee of its own."""
    maker_fee: Decimal
    """The same for an order that waits in the book."""
    figures: tuple[Call, ...]
    """The calls that make up one refresh."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The addresses of the web pages on which people see a contract and what they have open in it.

    By what it is settled in, or `inverse` or `dated`; `*` for all others. A kind whose address is not known
    is not in it. `{id}` stands for the venue's own name of the contract, `{lower}` for the same in small
    letters, `{base}` and `{settle}` for its coin and what it is settled in.
    """
    account: Private | None = None
    """What a read-only key can be asked; None where accounts cannot be read."""
    unread: str = ""
    """Why accounts cannot be read there, in a sentence for users; empty where they can."""
    options: Mapping[str, object] = field(default_factory=dict)
    """ccxt's options, over its own."""
    singles: tuple[Each, ...] = ()
    """The figures that are asked for contract by contract."""
    tiers: Tiers | None = None
    """Where its margin tiers are; None where brackets are assumed."""
    spot: SpotCalls | None = None
    """Its spot market, if ccxt reads one."""
    backs: Backs | None = None
    """Where its tables of collateral are; None where it publishes none, or takes cash alone."""

    base: str = "baseId"
    """Where a row of the listing has the name of the coin."""
    called: str = "id"
    """Where it has what the venue calls the contract."""
    shown: tuple[str, ...] = ()
    """Where it has the names that the venue shows to its users. They go before `called`."""
    thousands: bool = False
    """Whether a small k before a coin's name stands for a thousand coins."""
    counts_coins: bool = False
    """Whether orders count coins, whatever the contract size says; of inverse contracts, dollars."""
    size: str | Callable[[Row], object] = "contractSize"
    """Where it has the coins in one contract."""
    lot: str = "precision.amount"
    """Where it has the step of an order."""
    most: str = ""
    """Where it has the greatest count of a market order, if that is not among ccxt's limits."""
    fees: tuple[str, str] = ("taker", "maker")
    """Where it has the fee of a taker and that of a maker."""
    condition: Said = listed_active
    """Reads what can be done in the contract now."""
    ends: str | Callable[[Row], object] = ""
    """Where it has the announced end of a perpetual, in milliseconds. Ends decades away count for none."""
    skips: Callable[[Row], bool] = nothing
    """Whether the row is of a kind that is no contract of ours, such as one on a share."""

    frozen_margin: bool = False
    """Whether maintenance margin of an isolated position stays what it was at its entry."""
    closing_fee: bool = False
    """Whether the fee of the closing order counts to what liquidates a position."""
    funding_hours: int | None = None
    """Hours between two settlements of a perpetual that the venue gives no interval for.

    None where it has to give one, and a contract without is refused.
    """
    paid: str | Callable[[Row], object] = "fundingRate"
    """Where a row of past fundings has the rate."""
    settlements: int = 100
    """The most past fundings that one request gives."""
    paging: Paging = ("since", "")
    """How the next ones are asked for."""
    candles: int = 500
    """The most candles that one request gives."""
    marks: MarkCandles | None = BY_PRICE
    """How candles of the mark price are asked for; None where only those of trades can be had."""
    server_time: bool = True
    """Whether the venue tells its time."""

    assumed: Mapping[str, tuple[Bracket, ...]] = field(
        default_factory=lambda: {**dict.fromkeys(MAJOR_COINS, MAJOR), **dict.fromkeys(LARGES, LARGE)}
    )
    """Brackets of an asset's perpetuals while the venue's own are not known."""
    assumed_dated: Mapping[str, tuple[Bracket, ...]] = field(
        default_factory=lambda: dict.fromkeys(MAJOR_COINS, LARGE)
    )
    """The same for its dated futures."""
    assumed_other: tuple[Bracket, ...] = OTHER
    """The same for a contract on an asset that is in neither."""

    def brackets(self, asset: str, *, perpetual: bool) -> tuple[Bracket, ...]:
        """The brackets assumed for a contract on `asset`."""
        table = self.assumed if perpetual else self.assumed_dated
        return table.get(asset, self.assumed_other)
