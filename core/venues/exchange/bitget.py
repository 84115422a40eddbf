"""Bitget: what it does differently. Orders are counted in coins."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.venues.exchange.account.private import WITH_PASSPHRASE, PositionList, Private, TradeList, Wallet
from core.venues.exchange.account.rights import Rights, any_granted, granted
from core.venues.exchange.backs import Ask, Backs, Lent, Margined
from core.venues.exchange.calls import (
    INTERVAL,
    TICKER,
    Call,
    Gives,
    MarkCandles,
    Row,
    SpotCalls,
    Tiers,
    figure,
    usd_of,
)
from core.venues.exchange.venue import Venue, words

GOLD = ("PAXG", "XAUT")


def _odd(row: Row) -> bool:
    """Settled in its own coin: counted in coins here, not in dollars as everywhere else. Or on no coin.

    Shares and metals are marked; they may be called like a coin. So are the coins of gold, which are coins.
    """
    return bool(row["inverse"]) or (figure(row, "info.isRwa") == "YES" and row["base"] not in GOLD)


# bitget.com/api-doc/contract/market/Get-All-Symbols-Contracts. `restrictedAPI` keeps programs out, not
# people; in `maintain` nothing can be opened or closed
_STATUS = words(
    "info.symbolStatus",
    {
        "normal": "trading",
        "restrictedAPI": "trading",
        "limit_open": "reduce only",
        "maintain": "suspended",
        "listed": None,
        "off": None,
    },
)
_FUNDING = {"rate": "fundingRate", "next": "fundingTimestamp", **INTERVAL}
_USDC = {"productType": "USDC-FUTURES"}
_USDT = {"productType": "USDT-FUTURES"}


_WRITING = ("coow", "cpow", "stow", "smow", "ttow", "wtow", "chow", "p2pw", "p2p", "pllw", "trade")
"""The venue's words for rights of a key beyond reading, other than withdrawals."""


def _rights(answer: Any) -> Rights:
    told = granted(answer["data"], "authorities")
    return Rights(any_granted(told, _WRITING), any_granted(told, ("wwow",)))


_ACCOUNT = Private(
    rights=("privateSpotGetV2SpotAccountInfo", _rights),
    settles=frozenset({"USDT"}),
    dated=False,
    pieces=WITH_PASSPHRASE,
    steps=(
        "On bitget.com open API Keys in your account, Create API key, System-generated.",
        "Choose “Read-only”, tick spot and futures, and choose a passphrase of your own.",
    ),
    wallets=(
        Wallet("privateSpotGetV2SpotAccountAssets", ("data",), "coin", ("available", "frozen", "locked")),
        Wallet(
            "privateMixGetV2MixAccountAccounts", ("data",), "marginCoin",
            ("accountEquity", "-unrealizedPL"), {"productType": "USDT-FUTURES"},
        ),
    ),
    books=(
        PositionList(
            "privateMixGetV2MixPositionAllPosition", ("data",), "symbol", "total", "openPriceAvg",
            margin=("marginSize",), mark="markPrice", side="holdSide",
            asks={"productType": "USDT-FUTURES", "marginCoin": "USDT"},
        ),
    ),
    # bitget.com/api-doc/contract/trade/Get-Order-Fills: newest first
    trades=(
        TradeList(
            "privateMixGetV2MixOrderFillHistory", ("data", "fillList"), "symbol", "tradeId", "orderId",
            "baseVolume", "price", "cTime", since="startTime", most=100,
            paging=("last", "idLessThan", "tradeId"), side="side", fee="feeDetail.0.totalFee",
            fee_coin="feeDetail.0.feeCoin", fee_negative=True,
            asks={"productType": "USDT-FUTURES", "limit": "100"}, span=timedelta(days=7),
            reason=lambda row: "liquidated" if "burst" in str(row.get("tradeSide")) else None,
        ),
    ),
)  # fmt: skip

_TICKER: Gives = {
    **TICKER,
    "turnover": "info.quoteVolume",
    # in coins
    "interest": usd_of("info.holdingAmount", "info.markPrice"),
}


DAYS = 365
"""Of a year of interest."""


def _taken(answer: Any) -> Iterator[Margined]:
    """What its slices are counted in is not published."""
    for row in answer["data"]:
        slices = [(each["tierStartValue"], each["discountRate"]) for each in row["list"]]
        yield Margined(row["coin"], slices, in_usd=None)


def _lent(answer: Any) -> Iterator[Lent]:
    """Of USDT. The two rates have been seen the wrong way round, so the smaller one is of a day, if the other
    is that of a year.
    """
    row = answer["data"]
    daily, yearly = sorted(Decimal(str(row[name])) for name in ("dailyInterest", "annualInterest"))
    if not 0 < daily * DAYS * Decimal("0.8") <= yearly <= daily * DAYS * Decimal("1.25"):
        raise ValueError("the interest of a year is not that of its days")
    yield Lent("USDT", daily, row["limit"])


BITGET = Venue(
    backs=Backs(
        "discount rates",
        (Ask("publicUtaGetV3MarketDiscountRate"),),
        _taken,
        (Ask("publicUtaGetV3MarketMarginLoans", {"coin": "USDT"}),),
        _lent,
    ),
    id="bitget",
    name="Bitget",
    pages={"USDT": "https://www.bitget.com/futures/usdt/{id}"},
    account=_ACCOUNT,
    # bitget.com/rate, for a user without a level; the listing has each contract's own
    taker_fee=Decimal("0.0006"),
    maker_fee=Decimal("0.0002"),
    options={"fetchMarkets": {"types": ["swap"]}, "defaultType": "swap"},
    figures=(
        Call("fetch_tickers", _TICKER, _USDT),
        Call("fetch_tickers", _TICKER, _USDC, what="prices of USDC contracts", needed=False),
        # rate and interval from one answer, so that they are of the same settlement
        Call("fetch_funding_intervals", _FUNDING, _USDT, what="funding rates", needed=False),
        Call(
            "fetch_funding_intervals",
            _FUNDING,
            _USDC,
            what="funding rates of USDC contracts",
            needed=False,
        ),
    ),
    tiers=Tiers("fetch_market_leverage_tiers", each=True),
    spot=SpotCalls(options={"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}, candles=200),
    # ccxt takes the finer of two steps; an order must be a multiple of this one
    lot="info.sizeMultiplier",
    most="info.maxMarketOrderQty",
    condition=_STATUS,
    # -1 while nothing is announced
    ends="info.offTime",
    skips=_odd,
    # a request for days may not span more
    candles=90,
    # bitget.com/api-doc/contract/market/Get-Candle-Data has it in capitals, ccxt in small letters
    marks=MarkCandles({"price": "mark", "kLineType": "MARK"}),
    settlements=100,
    paging=("page", "pageNo"),
)
