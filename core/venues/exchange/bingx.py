"""BingX futures: what it does differently. Orders are counted in coins. Its brackets need a key: assumed."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from core.venues.exchange.account.private import PositionList, Private, Wallet
from core.venues.exchange.account.rights import Rights, any_flag
from core.venues.exchange.backs import Ask, Backs, Margined
from core.venues.exchange.calls import BOOK, SPOT_TICKERS, Call, Row, SpotCalls
from core.venues.exchange.venue import Venue, words

_TRADITIONAL = re.compile(r"NC(SK|SI|CO|FX).+2[A-Z]{3}")


# bingx-api.github.io/docs: status of a contract; ccxt asks whether a program may trade, which is another
# matter
_STATUS = words("info.status", {"1": "trading", "25": "reduce only", "5": None, "0": None})


def _odd(row: Row) -> bool:
    """A contract that is settled in its coin, which does not say how often it settles; or none on a coin.

    Stocks, indexes, raw materials and currencies are so by the scheme of the venue's own names.
    """
    return bool(row["inverse"]) or _TRADITIONAL.fullmatch(str(row["baseId"])) is not None


_TRADING = (
    "enableSpotAndMarginTrading", "enableMargin", "enableFutures", "enableVanillaOptions",
    "enablePortfolioMarginTrading", "enableFixApiTrade", "enableInternalTransfer", "permitsUniversalTransfer",
)  # fmt: skip
"""Rights of a key beyond reading, other than withdrawals. The names are modelled on Binance's."""


def _rights(answer: Any) -> Rights:
    row = answer.get("data") or answer
    return Rights(any_flag(row, _TRADING), any_flag(row, ("enableWithdrawals", "enableWithdraw")))


_ACCOUNT = Private(
    rights=("accountV1PrivateGetAccountApiRestrictions", _rights),
    settles=frozenset({"USDT", "USDC"}),
    dated=False,
    steps=(
        "On bingx.com open API Management in your account and create a key.",
        "Leave only “Read” ticked.",
    ),
    wallets=(
        Wallet("spotV1PrivateGetAccountBalance", ("data", "balances"), "asset", ("free", "locked")),
        Wallet("fundV1PrivateGetAccountBalance", ("data", "assets"), "asset", ("free", "locked")),
        Wallet("swapV3PrivateGetUserBalance", ("data",), "asset", ("balance",)),
    ),
    books=(
        PositionList(
            "swapV2PrivateGetUserPositions", ("data",), "symbol", "positionAmt", "avgPrice",
            margin=("margin", "initialMargin"), mark="markPrice", side="positionSide",
        ),
    ),
)  # fmt: skip


def _taken(answer: Any) -> Iterator[Margined]:
    """The ratio of risk, and the lower one for opening; in percent."""
    for row in answer["data"]:
        kept, opens = (_parts(row[name]) for name in ("collateralValueRatio", "ltv"))
        yield Margined(row["marginAssets"], (("0", kept),), cap=row["maxTransfer"], opens=opens)


def _parts(percent: Any) -> object:
    return Decimal(str(percent).removesuffix("%")) / 100


BINGX = Venue(
    # ccxt asks it without a key; the documents say that one is needed
    backs=Backs("multi-assets rules", (Ask("swapV1PublicGetTradeMultiAssetsRules"),), _taken),
    id="bingx",
    name="BingX",
    pages={"*": "https://bingx.com/en/perpetual/{id}"},
    account=_ACCOUNT,
    options={"defaultType": "swap"},
    # bingx-api.github.io/docs: the name that is displayed, unlike the symbol, which is for orders
    shown=("info.displayName",),
    condition=_STATUS,
    # 0 while nothing is announced
    ends="info.offTime",
    skips=_odd,
    taker_fee=Decimal("0.0005"),
    maker_fee=Decimal("0.0002"),
    figures=(
        Call(
            "fetch_funding_rates",
            {
                "mark": "markPrice",
                "index": "indexPrice",
                # despite the venue's name for it, `lastFundingRate` is the rate of the settlement to come
                "rate": "fundingRate",
                "next": "nextFundingTimestamp",
                "interval": "interval",
                # no `at`: the row's time is that of the last settlement
            },
        ),
        Call("fetch_tickers", {**BOOK, "turnover": "info.quoteVolume"}, what="bids and asks", needed=False),
    ),
    spot=SpotCalls(SPOT_TICKERS, candles=1000),
    candles=1000,
    # of a span it gives the newest 1000, and a contract may settle every hour
    settlements=1000,
    paging=("hours", "until"),
)
