"""Bybit: what it does differently. Contracts on USDT, USDC and coins, perpetual and dated.

It fixes the maintenance margin of an isolated position when that is opened; the brackets say what it would be
at the price of the day.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from core.venues.exchange.venue import FUNDING, Call, Row, SpotCalls, Tier, Tiers, Venue, figure, words


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
}


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

BYBIT = Venue(
    id="bybit",
    name="Bybit",
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
