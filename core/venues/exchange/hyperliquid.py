"""Hyperliquid: what it does differently. Its own markets only: those of others (HIP-3) are not listed.

Its spot tokens are named by whoever bought the name, so that a price under a coin's ticker may be another
coin's: none is used.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from core.margin.pooled.portfolio import kept_ratio
from core.venues.exchange.account.private import ADDRESS, PositionList, Private, TradeList, Wallet
from core.venues.exchange.backs import Ask, Backs, Lent, Margined
from core.venues.exchange.calls import Call, Gives, Row, Tier, Tiers, figure, usd_of
from core.venues.exchange.venue import Venue


def _impact(side: int) -> Any:
    """The price at which a few thousand dollars trade at once, the nearest to a best bid or ask in bulk."""

    def price(row: Row) -> object:
        return figure(row, "info.impactPxs")[side]

    return price


def _tables(answer: Any) -> Mapping[str, Any]:
    """The margin table of each contract by its name.

    A contract names its table by number. One with a single tier need not be among the tables: its number is
    the leverage.
    """
    tables = {str(number): table["marginTiers"] for number, table in answer["marginTables"]}
    found = {row["name"]: _table(row, tables) for row in answer["universe"]}
    return {name: table for name, table in found.items() if table is not None}


def _table(row: Row, tables: Mapping[str, Any]) -> Any:
    number, leverage = str(row.get("marginTableId")), row["maxLeverage"]
    flat = [{"lowerBound": "0", "maxLeverage": leverage}] if number == str(leverage) else None
    return tables.get(number, flat)


def _tiers(table: Iterable[Row]) -> Iterable[Tier]:
    """Maintenance is half of the initial margin at the highest leverage of a tier."""
    for tier in table:
        yield Tier(tier["lowerBound"], 1 / (2 * Decimal(str(tier["maxLeverage"]))), tier["maxLeverage"])


# no time of the next settlement: ccxt makes it up from this machine's clock
_GIVES: Gives = {
    "mark": "markPrice",
    "index": "indexPrice",
    "bid": _impact(0),
    "ask": _impact(1),
    "rate": "fundingRate",
    "interval": "interval",
    "turnover": "info.dayNtlVlm",
    "interest": usd_of("info.openInterest", "markPrice"),
}


_TOKENS = {
    "USDC": "USDC",
    "HYPE": "HYPE",
    "UBTC": "BTC",
    "UETH": "ETH",
    "USOL": "SOL",
    "USDT0": "USDT",
}
"""Anybody may name a token there as they like, so only these names are relied on."""


def _taken(row: Row) -> str | None:
    """Why it was no order of the user's: the venue liquidated the position, or another one against it."""
    if "Auto-Deleveraging" in str(row.get("dir")):
        return "deleveraged"
    liquidation = row.get("liquidation")
    return "liquidated" if isinstance(liquidation, Mapping) else None


_ACCOUNT = Private(
    pieces=ADDRESS,
    steps=(
        "No key is needed: your account's address is public.",
        "Copy the address of your main wallet, which begins with 0x, not that of an API wallet.",
    ),
    wallets=(
        Wallet(
            "publicPostInfo", ("balances",), "coin", ("total",), {"type": "spotClearinghouseState"}, _TOKENS
        ),
        Wallet(
            "publicPostInfo", ("marginSummary",), "=USDC", ("accountValue",),
            {"type": "clearinghouseState"},
        ),
    ),
    books=(
        PositionList(
            "publicPostInfo", ("assetPositions",), "position.coin", "position.szi", "position.entryPx",
            margin=("position.marginUsed",), asks={"type": "clearinghouseState"},
        ),
    ),
    # hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint: at most 2000, oldest first
    trades=(
        TradeList(
            "publicPostInfo", (), "coin", "tid", "oid", "sz", "px", "time", since="startTime", most=2000,
            paging=("forward", "startTime", "time"), side="side", fee="fee", fee_coin="feeToken",
            asks={"type": "userFillsByTime"}, reason=_taken,
        ),
    ),
)  # fmt: skip

DAYS = 365
"""Of a year of interest."""
_STATES = (
    Ask("publicPostInfo", {"type": "allBorrowLendReserveStates"}),
    Ask("publicPostInfo", {"type": "spotMeta"}),
)
_UNIT = {"UBTC": "BTC", "UETH": "ETH", "USOL": "SOL"}
"""Coins of other chains by their names here."""


def _collateral(states: Any, tokens: Any) -> Iterator[Margined]:
    """A coin opens positions at its loan to value, and is kept at a weight above that."""
    names = {row["index"]: row["name"] for row in tokens["tokens"]}
    for token, state in states:
        opens = Decimal(str(state["ltv"]))
        if opens and token in names:
            name = _UNIT.get(names[token], names[token])
            yield Margined(name, (("0", kept_ratio(opens)),), opens=opens)


def _lent(states: Any, tokens: Any) -> Iterator[Lent]:
    """By the year, as much is in use now."""
    names = {row["index"]: row["name"] for row in tokens["tokens"]}
    for token, state in states:
        if token in names:
            yield Lent(_UNIT.get(names[token], names[token]), Decimal(str(state["borrowYearlyRate"])) / DAYS)


HYPERLIQUID = Venue(
    backs=Backs("borrow and lend states", _STATES, _collateral, _STATES, _lent),
    id="hyperliquid",
    name="Hyperliquid",
    pages={"*": "https://app.hyperliquid.xyz/trade/{id}"},
    account=_ACCOUNT,
    options={"fetchMarkets": {"types": ["swap"]}},
    # ccxt writes KPEPE for kPEPE, which is 1,000 PEPE, and a number for what the venue calls a contract
    base="info.name",
    thousands=True,
    called="info.name",
    taker_fee=Decimal("0.00045"),
    maker_fee=Decimal("0.00015"),
    figures=(Call("fetch_funding_rates", _GIVES),),
    # hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers
    tiers=Tiers("public_post_info", params={"type": "meta"}, by=_tables, read=_tiers),
    # hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint: only the last 5000 candles
    marks=None,
    candles=5000,
    settlements=500,
)
