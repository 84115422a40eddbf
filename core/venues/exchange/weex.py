"""WEEX futures: what it does differently. Orders are counted in coins, whatever `contractVal` says."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from core.venues.exchange.account.private import WITH_PASSPHRASE, PositionList, Private, Wallet
from core.venues.exchange.calls import (
    BOOK,
    SPOT_TICKERS,
    Call,
    Gives,
    Row,
    SpotCalls,
    Tier,
    Tiers,
    figure,
)
from core.venues.exchange.venue import Venue, words

FIGURES: Gives = {
    "mark": "markPrice",
    "index": "indexPrice",
    "at": "timestamp",
    # ccxt's rate, `lastFundingRate`, has been paid, and its time of the next settlement is that of the row
    "rate": "info.forecastFundingRate",
    "next": "info.nextFundingTime",
    "interval": "interval",
}


def _odd(row: Row) -> bool:
    """No perpetual on a coin settled in dollars. ccxt takes every contract for active and for a perpetual.

    Stocks and raw materials are `TRADIFI_PERPETUAL` and have tickers that coins have, too.
    """
    kinds = {"contractType": "PERPETUAL", "forwardContractFlag": True}
    return any(figure(row, f"info.{key}") not in (None, kind) for key, kind in kinds.items())


def _brackets(answer: Any) -> Mapping[str, Any]:
    """The margin tiers in the venue's own answer, by its name of the contract."""
    return {row["symbol"]: row["brackets"] for row in answer}


def tiers(rows: list[Row]) -> Iterator[Tier]:
    """The margin tiers of one contract, floors in USDT."""
    for row in rows:
        yield Tier(row["notionalFloor"], row["maintMarginRatio"], row["initialLeverage"])


# weex.com/api-doc/contract/Market_API/GetContractInfo documents no state and no end of a contract; one that
# is given is read in the words of the venue that its interface is modelled on
_STATUS = words(
    "info.status",
    {"TRADING": "trading", "PENDING_TRADING": None, "SETTLING": None, "DELIVERED": None, "CLOSE": None},
)


_ACCOUNT = Private(
    pieces=WITH_PASSPHRASE,
    steps=(
        "On weex.com open API Management in your account and create a key.",
        "Leave only the read permission ticked, and choose a passphrase of your own.",
    ),
    wallets=(
        Wallet("privateGetApiV3Account", ("balances",), "asset", ("free", "locked")),
        Wallet("contractPrivateGetCapiV3AccountBalance", (), "asset", ("balance",)),
    ),
    books=(
        PositionList(
            "contractPrivateGetCapiV3AccountPositionAllPosition", (), "symbol", "size", "",
            margin=("isolatedMargin", "marginSize"), side="side", value="openValue",
        ),
    ),
)  # fmt: skip

WEEX = Venue(
    id="weex",
    name="WEEX",
    pages={"*": "https://www.weex.com/futures/{base}-{settle}"},
    account=_ACCOUNT,
    # past candles come from another address of the venue than the newest ones, which cannot begin anywhere
    options={"defaultType": "swap", "fetchOHLCV": {"historical": True}},
    counts_coins=True,
    most="info.marketOpenLimitSize",
    condition=_STATUS,
    skips=_odd,
    taker_fee=Decimal("0.0008"),
    maker_fee=Decimal("0.0002"),
    figures=(
        Call("fetch_funding_rates", FIGURES),
        Call("fetch_bids_asks", BOOK, what="bids and asks", needed=False),
    ),
    # public since September 2026; ccxt has no method for it yet. Where it fails, brackets are assumed
    tiers=Tiers("request", args=("capi/v3/market/riskLimits", ["contract"]), read=tiers, by=_brackets),
    spot=SpotCalls(SPOT_TICKERS, candles=1000),
    # 100 rows a request, and 90 days, both of its ends included
    candles=89,
    # weex.com/api-doc/contract/Market_API/GetFundingRateHistory: 7 days a request at most
    settlements=168,
    paging=("hours", "until"),
)
