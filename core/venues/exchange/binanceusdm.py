"""Binance USD-margined futures: what it does differently. Its brackets need a key, so they are assumed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.domain.capital.mode import AccountMode
from core.venues.exchange.account.private import PositionList, Private, StateCalls, TradeList, Wallet
from core.venues.exchange.account.rights import Rights, any_flag
from core.venues.exchange.adapter.reading import read_number
from core.venues.exchange.backs import Ask, Backs, Margined
from core.venues.exchange.calls import BOOK, FUNDING, INTERVAL, Call, Gives, Row, SpotCalls, figure, stages
from core.venues.exchange.venue import Venue, words


def _no_coin(row: Row) -> bool:
    """A share, a raw material or an index, whose ticker may also be a coin's."""
    return figure(row, "info.underlyingType") not in ("COIN", None)


# developers.binance.com/docs/derivatives/usds-margined-futures/common-definition: contractStatus; the two
# halts are newer than that page. SETTLING is what a perpetual says for good once it was delisted
_STATUS = words(
    "info.status",
    {
        "TRADING": "trading",
        "PENDING_TRADING": None,
        "PRE_DELIVERING": "suspended",
        "DELIVERING": None,
        "DELIVERED": None,
        "PRE_SETTLE": "suspended",
        "SETTLING": None,
        "CLOSE": None,
        "TRADING_HALT": "suspended",
        "TRADING_CANCEL_ONLY": "suspended",
    },
)


# developers.binance.com, ADL Risk: worked out every 30 minutes. ccxt shows the words in capitals
_RISKS = {"low": "calm", "medium": "near", "high": "now"}
_STAGE: Gives = {
    "stage": lambda row: _RISKS[str(row["adlRisk"]).lower()],
    "stage_at": "updateTime",
}


def _by_symbol(answer: Any) -> dict[str, Row]:
    return {str(row["symbol"]): row for row in answer}


_TRADING = (
    "enableSpotAndMarginTrading", "enableMargin", "enableFutures", "enableVanillaOptions",
    "enablePortfolioMarginTrading", "enableFixApiTrade", "enableInternalTransfer", "permitsUniversalTransfer",
)  # fmt: skip
"""Rights of a key beyond reading, other than withdrawals."""


def _rights(answer: Any) -> Rights:
    return Rights(any_flag(answer, _TRADING), any_flag(answer, ("enableWithdrawals",)))


def _state(multi: Any, account: Any) -> AccountMode:
    """In multi-assets mode all backs all; otherwise each position is isolated or cross by itself."""
    equity, kept = (read_number(account.get(name)) for name in ("totalMarginBalance", "totalMaintMargin"))
    return AccountMode(
        "coins" if multi["multiAssetsMargin"] is True else None,
        equity,
        kept / equity if kept and equity else None,
    )


_ACCOUNT = Private(
    state=StateCalls((("fapiPrivateGetMultiAssetsMargin", {}), ("fapiPrivateV3GetAccount", {})), _state),
    rights=("sapiGetAccountApiRestrictions", _rights),
    steps=(
        "On binance.com open Account, API Management, Create API, System generated.",
        "Leave only “Enable Reading” ticked.",
    ),
    wallets=(
        Wallet("privateGetAccount", ("balances",), "asset", ("free", "locked")),
        Wallet("sapiPostAssetGetFundingAsset", (), "asset", ("free", "locked", "freeze", "withdrawing")),
        Wallet("fapiPrivateV3GetAccount", ("assets",), "asset", ("walletBalance",)),
    ),
    books=(
        PositionList(
            "fapiPrivateV3GetPositionRisk", (), "symbol", "positionAmt", "entryPrice",
            margin=("isolatedWallet", "positionInitialMargin", "initialMargin"), mark="markPrice",
        ),
    ),
    # developers.binance.com, Account Trade List: of one symbol, at most 7 days in one request, oldest first
    trades=(
        TradeList(
            "fapiPrivateGetUserTrades", (), "symbol", "id", "orderId", "qty", "price", "time",
            since="startTime", most=1000, paging=("forward", "startTime", "time"), side="side",
            fee="commission", fee_coin="commissionAsset", asks={"limit": "1000"}, span=timedelta(days=7),
            by_contract="symbol",
        ),
    ),
)  # fmt: skip


def _taken(answer: Any) -> Iterator[Margined]:
    """A coin counts at its index less its buffer, and is sold for a debt less a smaller one."""
    for row in answer if isinstance(answer, list) else [answer]:
        keep, sold = (_less(row[name]) for name in ("bidBuffer", "autoExchangeBidBuffer"))
        yield Margined(row["symbol"].removesuffix("USD"), (("0", keep),), forced=sold)


def _less(buffer: Any) -> object:
    return 1 - Decimal(str(buffer))


BINANCEUSDM = Venue(
    id="binanceusdm",
    name="Binance",
    pages={"*": "https://www.binance.com/en/futures/{id}"},
    account=_ACCOUNT,
    # developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Get-Funding-Rate-Info
    # lists the symbols whose interval was adjusted; all others settle every 8 hours
    funding_hours=8,
    condition=_STATUS,
    # usually in 2100: a nearer one is a delisting that was announced, while the status still says TRADING
    ends="info.deliveryDate",
    skips=_no_coin,
    taker_fee=Decimal("0.0005"),
    maker_fee=Decimal("0.0002"),
    figures=(
        Call("fetch_funding_rates", FUNDING),
        Call("fetch_bids_asks", BOOK, what="bids and asks", needed=False),
        Call("fetch_funding_intervals", INTERVAL, what="funding intervals", needed=False),
        Call("fetch_tickers", {"turnover": "info.quoteVolume"}, what="traded volumes", needed=False),
        stages("fapiPublicGetSymbolAdlRisk", _by_symbol, _STAGE),
    ),
    backs=Backs(
        # it has one buffer for each coin, and caps only in what it announces
        "asset index",
        (Ask("fapiPublicGetAssetIndex"),),
        _taken,
    ),
    spot=SpotCalls(id="binance", options={"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}),
    # ccxt asks for no more, though the venue gives 1500
    candles=1000,
    settlements=1000,
)
