"""OKX: what it does differently. Orders are counted in contracts of `ctVal` × `ctMult` coins."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from core.domain.capital.mode import AccountMode, MarginMode
from core.venues.exchange.account.private import (
    WITH_PASSPHRASE,
    PositionList,
    Private,
    StateCalls,
    TradeList,
    Wallet,
)
from core.venues.exchange.account.rights import Rights, any_granted, granted
from core.venues.exchange.adapter.reading import read_number
from core.venues.exchange.backs import Ask, Backs, Lent, Margined
from core.venues.exchange.calls import BOOK, Call, Gives, MarkCandles, Row, SpotCalls, Tiers, figure, usd_of
from core.venues.exchange.venue import Venue, words


def _size(row: Row) -> object:
    """Coins in one contract, dollars in an inverse one; None when it is worth so many of something else.

    ccxt leaves the multiplier out.
    """
    listed, unit = row["info"], row["baseId"] if row["linear"] else row["quoteId"]
    return Decimal(listed["ctVal"]) * Decimal(listed["ctMult"]) if listed["ctValCcy"] == unit else None


def pair(own: str) -> str:
    """The pair that the index of a contract is named for: `BTC-USD` of `BTC-USD_UM-SWAP`."""
    return own.rpartition("-")[0].removesuffix("_UM")


def _interval(row: Row) -> object:
    """Hours between the next two settlements; ccxt leaves some in milliseconds."""
    return Decimal(row["nextFundingTimestamp"] - row["fundingTimestamp"]) / 3_600_000


def _odd(row: Row) -> bool:
    """No ordinary contract on a coin.

    It pays funding and yet expires (`xperp`), its coin is not traded yet, or it is on a share, a metal or a
    currency, which may be called like a coin.
    """
    kind, category = figure(row, "info.ruleType"), figure(row, "info.instCategory")
    return kind not in (None, "", "normal") or category not in (None, "", "1")


# okx.com/docs-v5/en/#public-data-rest-api-get-instruments
_STATE = words(
    "info.state",
    {
        "live": "trading",
        "suspend": "suspended",
        "rebase": "suspended",
        "post_only": "post only",
        "preopen": None,
        "test": None,
        "expired": None,
        "settlement": "suspended",
    },
)
_MARK = {"mark": "markPrice", "at": "timestamp"}
_FUTURES = {"type": "future"}
# okx.com/docs-v5: of derivatives `volCcy24h` is in the coin
_TRADED: Gives = {**BOOK, "turnover": usd_of("info.volCcy24h", "info.last")}


def _rights(answer: Any) -> Rights:
    told = granted(answer["data"][0], "perm")
    return Rights(any_granted(told, ("trade",)), any_granted(told, ("withdraw",)))


# okx.com/docs-v5/en/#order-book-trading-trade-get-transaction-details-last-3-months: subType
_REASONS = {
    **dict.fromkeys(("100", "101", "104", "105", "110", "111"), "liquidated"),
    **dict.fromkeys(("112", "113", "118", "119"), "settled"),
    **dict.fromkeys(("125", "126", "127", "128"), "deleveraged"),
}


def _trades(kind: str) -> TradeList:
    return TradeList(
        "privateGetTradeFillsHistory", ("data",), "instId", "billId", "ordId", "fillSz", "fillPx", "ts",
        since="begin", most=100, paging=("last", "after", "billId"), side="side", fee="fee",
        fee_coin="feeCcy", fee_negative=True, asks={"instType": kind, "limit": "100"},
        reason=lambda row: _REASONS.get(str(row.get("subType"))),
    )  # fmt: skip


_LEVELS: Mapping[str, MarginMode] = {"2": "cross", "3": "coins", "4": "portfolio"}


def _state(config: Any, balance: Any) -> AccountMode:
    """By the level of the account; at the first, spot, nothing is shorted."""
    row = balance["data"][0]
    return AccountMode(
        _LEVELS.get(str(config["data"][0]["acctLv"])),
        read_number(row.get("adjEq") or row.get("totalEq")),
        read_number(row.get("mgnRatio")),
    )


_ACCOUNT = Private(
    state=StateCalls((("privateGetAccountConfig", {}), ("privateGetAccountBalance", {})), _state),
    rights=("privateGetAccountConfig", _rights),
    pieces=WITH_PASSPHRASE,
    steps=(
        "On okx.com open API in your account and create a key for API trading.",
        "Choose the permission “Read” alone, and a passphrase of your own.",
    ),
    wallets=(
        Wallet("privateGetAccountBalance", ("data", 0, "details"), "ccy", ("cashBal",)),
        Wallet("privateGetAssetBalances", ("data",), "ccy", ("bal",)),
    ),
    books=(
        PositionList(
            "privateGetAccountPositions", ("data",), "instId", "pos", "avgPx",
            margin=("margin", "imr"), mark="markPx", side="posSide",
        ),
    ),
    trades=(_trades("SWAP"), _trades("FUTURES")),
)  # fmt: skip

_RATES = Ask("publicGetPublicInterestRateLoanQuota")
_QUOTAS = Ask("publicGetPublicDiscountRateInterestFreeQuota")


def _taken(answer: Any) -> Iterator[Margined]:
    """In coins. What is beyond the last slice counts at the least ratio; colRes 2 is a limit that is full."""
    for row in answer["data"]:
        if "details" not in row:
            yield Margined(row["ccy"], (), odd="they are in dollars, as they were until 2024")
            continue
        slices = [(each["minAmt"] or "0", each["discountRate"]) for each in row["details"]]
        end = row["details"][-1]["maxAmt"] if row["details"] else "0"
        beyond = [(end, row.get("minDiscountRate") or "0")] if end else []
        yield Margined(row["ccy"], [*slices, *beyond], full=str(row.get("colRes", "0")) == "2")


def _lent(rates: Any, quotas: Any) -> Iterator[Lent]:
    """By the day, to users without a level; the free part stands in the other table."""
    free = {row["ccy"]: row.get("amt") for row in quotas["data"]}
    for row in rates["data"][0]["basic"]:
        yield Lent(row["ccy"], row["rate"], row["quota"], free.get(row["ccy"]))


OKX = Venue(
    backs=Backs(
        "discount rates", (_QUOTAS,), _taken, (Ask("publicGetPublicInterestRateLoanQuota"), _QUOTAS), _lent
    ),
    id="okx",
    name="OKX",
    pages={
        "dated": "https://www.okx.com/trade-futures/{lower}",
        "*": "https://www.okx.com/trade-swap/{lower}",
    },
    account=_ACCOUNT,
    # okx.com/fees, for a user without a level
    taker_fee=Decimal("0.0005"),
    maker_fee=Decimal("0.0002"),
    options={"fetchMarkets": {"types": ["swap", "future"]}, "defaultType": "swap"},
    figures=(
        Call("fetch_mark_prices", _MARK),
        Call("fetch_mark_prices", _MARK, _FUTURES, what="prices of dated futures", needed=False),
        Call("fetch_tickers", _TRADED, what="bids and asks", needed=False),
        Call("fetch_tickers", _TRADED, _FUTURES, what="bids and asks of dated futures", needed=False),
        # the rate of the settlement at fundingTime, which is the next one
        Call(
            "fetch_funding_rates",
            {"rate": "fundingRate", "next": "fundingTimestamp", "interval": _interval},
            what="funding rates",
            needed=False,
        ),
        *(
            Call(
                "public_get_market_index_tickers",
                {"index": "idxPx"},
                {"quoteCcy": dollars},
                what=f"index prices in {dollars}",
                needed=False,
                rows="data",
                name="instId",
                stem=pair,
            )
            for dollars in ("USDT", "USDC", "USD")
        ),
    ),
    tiers=Tiers(
        "fetch_market_leverage_tiers", each=True, params={"marginMode": "isolated"}, unit="contracts"
    ),
    spot=SpotCalls(options={"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}, candles=300),
    size=_size,
    # liquidated where the margin ratio, which has maintenance and the liquidation fee below the line, is 1
    closing_fee=True,
    most="info.maxMktSz",
    condition=_STATE,
    # of a swap: when it is taken off by hand; empty while nothing is announced
    ends="info.expTime",
    skips=_odd,
    candles=300,
    # okx.com/docs-v5/en: 100 mark price candlesticks a request
    marks=MarkCandles(most=100),
    settlements=100,
    paging=("until", "after"),
)
