"""Bybit: what it does differently. Contracts on USDT, USDC and coins, perpetual and dated.

It fixes the maintenance margin of an isolated position when that is opened; the brackets say what it would be
at the price of the day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from core.domain.capital.mode import AccountMode, MarginMode
from core.domain.quote import Stage
from core.margin.adl import pool_stage
from core.venues.exchange.account.private import PositionList, Private, StateCalls, TradeList, Wallet
from core.venues.exchange.account.rights import Rights, any_granted, granted
from core.venues.exchange.adapter.reading import read_number
from core.venues.exchange.backs import Ask, Backs, Lent, Margined, by_factor
from core.venues.exchange.calls import FUNDING, Call, Gives, Row, SpotCalls, Tier, Tiers, figure, stages
from core.venues.exchange.venue import Venue, words


def _interval(row: Row) -> object:
    """Hours between settlements as of now, or else as listed, which is up to an hour old."""
    return row["info"].get("fundingIntervalHour") or row["interval"]


def _no_coin(row: Row) -> bool:
    """On a share, a metal or a currency, which may be called like a coin."""
    return figure(row, "info.symbolType") in ("commodity", "etf", "forex", "mstocks", "stock", "xstocks")


_GIVES = {
    **FUNDING,
    "bid": "info.bid1Price",
    "ask": "info.ask1Price",
    "interval": _interval,
    "turnover": "info.turnover24h",
    "interest": "info.openInterestValue",
}


# bybit-exchange.github.io/docs/v5/market/adl-alert: as of each minute
_POOL = ("balance", "adlTriggerThreshold", "pnlRatio", "insurancePnlRatio", "adlStopRatio")


def _stage(row: Row) -> Stage | None:
    """By the venue's own rule; None where its limits are not the shares of a loss that they should be."""
    balance, threshold, share, limit, stop = (Decimal(str(row[name])) for name in _POOL)
    if not (threshold >= 0 and -1 <= limit <= stop < 0 and share.is_finite() and balance.is_finite()):
        return None
    return pool_stage(balance, threshold, share, limit, stop)


def _alerts(answer: Any) -> dict[str, Row]:
    """Rows with the time that is given once for all of them."""
    told = answer["result"]
    return {row["symbol"]: {**row, "updatedTime": told["updatedTime"]} for row in told["list"]}


_STAGE: Gives = {"stage": _stage, "stage_at": "updatedTime"}


def _risk_limits(rows: Iterable[Mapping[str, Any]]) -> Iterable[Tier]:
    """Tiers from their upper ends: each begins where the next smaller one ends, whatever their ids say."""
    limits = sorted((Decimal(str(row["info"]["riskLimitValue"])), row) for row in rows)
    for (floor, _), (_, row) in pairwise([(Decimal(0), {}), *limits]):
        yield Tier(floor, row["maintenanceMarginRate"], row["maxLeverage"])


# bybit-exchange.github.io/docs/v5/enum#status
_STATUS = words(
    "info.status",
    {
        "Trading": "trading",
        "PreLaunch": None,
        "Settling": "suspended",
        "Delivering": None,
        "Closed": None,
    },
)


def _rights(answer: Any) -> Rights:
    row = answer["result"]
    if row.get("readOnly") is None:
        return Rights()
    if str(row["readOnly"]) == "1":
        return Rights(trade=False, withdraw=False)
    wallet = granted(row.get("permissions") or {}, "Wallet")
    return Rights(trade=True, withdraw=any_granted(wallet, ("Withdraw",)))


def _positions(**asks: str) -> PositionList:
    return PositionList(
        "privateGetV5PositionList", ("result", "list"), "symbol", "size", "avgPrice",
        margin=("positionBalance", "positionIM"), mark="markPrice", side="side", most=200,
        asks={"limit": "200", **asks},
    )  # fmt: skip


# bybit-exchange.github.io/docs/v5/enum#exectype
_REASONS = {"BustTrade": "liquidated", "AdlTrade": "deleveraged", "Delivery": "settled", "Settle": "settled"}


def _trades(category: str) -> TradeList:
    # bybit-exchange.github.io/docs/v5/order/execution: newest first, at most 7 days in one request
    return TradeList(
        "privateGetV5ExecutionList", ("result", "list"), "symbol", "execId", "orderId", "execQty",
        "execPrice", "execTime", since="startTime", most=100,
        paging=("cursor", "cursor", "result.nextPageCursor"), side="side",
        fee="execFee", fee_coin="feeCurrency", asks={"category": category, "limit": "100"},
        span=timedelta(days=7), reason=lambda row: _REASONS.get(str(row.get("execType"))),
        skips=lambda row: row.get("execType") == "Funding",
    )  # fmt: skip


_MODES: Mapping[str, MarginMode] = {
    "ISOLATED_MARGIN": "isolated",
    "REGULAR_MARGIN": "coins",
    "PORTFOLIO_MARGIN": "portfolio",
}


def _state(info: Any, wallet: Any, coins: Any) -> AccountMode:
    """Of a unified account, in which coins count in cross margin."""
    row = wallet["result"]["list"][0]
    held = {coin["coin"] for coin in row["coin"] if read_number(coin.get("walletBalance"))}
    switches = coins["result"]["list"]
    return AccountMode(
        _MODES.get(info["result"]["marginMode"]),
        read_number(row.get("totalMarginBalance")),
        read_number(row.get("accountMMRate")) or None,
        tuple(one["currency"] for one in switches if one["currency"] in held and not one["collateralSwitch"]),
    )


_ACCOUNT = Private(
    state=StateCalls(
        (
            ("privateGetV5AccountInfo", {}),
            ("privateGetV5AccountWalletBalance", {"accountType": "UNIFIED"}),
            ("privateGetV5AccountCollateralInfo", {}),
        ),
        _state,
    ),
    rights=("privateGetV5UserQueryApi", _rights),
    steps=(
        "On bybit.com open API in your account, Create New Key, System-generated.",
        "Choose “Read-Only”. Tick the positions of the unified account, and under Assets the wallet.",
    ),
    wallets=(
        Wallet(
            "privateGetV5AccountWalletBalance", ("result", "list", 0, "coin"), "coin", ("walletBalance",),
            {"accountType": "UNIFIED"},
        ),
        Wallet(
            "privateGetV5AssetTransferQueryAccountCoinsBalance", ("result", "balance"), "coin",
            ("walletBalance",), {"accountType": "FUND"},
        ),
    ),
    books=(
        _positions(category="linear", settleCoin="USDT"),
        _positions(category="linear", settleCoin="USDC"),
        _positions(category="inverse"),
    ),
    trades=(_trades("linear"), _trades("inverse")),
)  # fmt: skip


def _taken(answer: Any) -> Iterator[Margined]:
    """In coins."""
    for row in answer["result"]["list"]:
        slices = [(each["minQty"], each["collateralRatio"]) for each in row["collateralRatioList"]]
        yield Margined(row["currency"], slices)


def _lent(answer: Any) -> Iterator[Lent]:
    """By the hour, to users without a level. The ratios beside it are out of date."""
    levels = {level["vipLevel"]: level["list"] for level in answer["result"]["vipCoinList"]}
    for row in levels["No VIP"]:
        if row["borrowable"]:
            yield Lent(row["currency"], by_factor(row["hourlyBorrowRate"], 24), row["maxBorrowingAmount"])


BYBIT = Venue(
    backs=Backs(
        "collateral tiers",
        (Ask("publicGetV5SpotMarginTradeCollateral"),),
        _taken,
        (Ask("publicGetV5SpotMarginTradeData"),),
        _lent,
    ),
    id="bybit",
    name="Bybit",
    pages={
        "USDT": "https://www.bybit.com/trade/usdt/{id}",
        "USDC": "https://www.bybit.com/trade/futures/usdc/{base}-PERP",
        "inverse": "https://www.bybit.com/trade/inverse/{id}",
    },
    account=_ACCOUNT,
    # bybit.com/en/help-center/article/Trading-Fee-Structure, for a user without a level; ccxt's are older
    fees=("info.takerFee", "info.makerFee"),
    taker_fee=Decimal("0.00055"),
    maker_fee=Decimal("0.0002"),
    options={"fetchMarkets": {"types": ["linear", "inverse"]}, "defaultType": "swap"},
    # prices, bids, asks and funding of a category are one answer
    figures=(
        Call("fetch_funding_rates", _GIVES, {"subType": "linear"}),
        Call(
            "fetch_funding_rates",
            _GIVES,
            {"subType": "inverse"},
            what="prices of contracts on coins",
            needed=False,
        ),
        stages("publicGetV5MarketAdlAlert", _alerts, _STAGE),
    ),
    tiers=Tiers(
        "fetch_leverage_tiers",
        params={"subType": "linear"},
        also=({"subType": "inverse"},),
        # inverse limits are in the coin: bybit-exchange.github.io/docs/v5/market/risk-limit
        inverse_unit="coins",
        read=_risk_limits,
    ),
    spot=SpotCalls(options={"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}, candles=1000),
    # ccxt takes the least order for the size of an inverse contract; orders are in coins, or dollars there
    counts_coins=True,
    # bybit.com/en/help-center/article/Liquidation-Price-USDT-Contract: entry - side * (IM - MM) / size
    frozen_margin=True,
    most="info.lotSizeFilter.maxMktOrderQty",
    condition=_STATUS,
    # 0, unless a perpetual is to be delisted; ccxt drops it
    ends="info.deliveryTime",
    skips=_no_coin,
    candles=1000,
    settlements=200,
    # from `since` on, ccxt asks for as many intervals as now last, which loses rows where they were shorter
    paging=("until", "until"),
)
