"""Gate futures: what it does differently. A contract is `quanto_multiplier` coins, of BTC_USD one dollar."""

from decimal import Decimal
from typing import Any

from core.domain.contract import Condition
from core.venues.exchange.account.private import PositionList, Private, TradeList, Wallet
from core.venues.exchange.calls import FUNDING, TICKER, Call, Gives, Row, SpotCalls, Tiers, figure, stages
from core.venues.exchange.venue import Venue, words


def _interval(row: Row) -> str:
    """ccxt knows the usual intervals only and gives any other in milliseconds; the venue says seconds."""
    return f"{Decimal(str(figure(row, 'info.funding_interval'))) / 3600}h"


# gate.com/docs/developers/apiv4: status of a futures contract
_STATUS = words(
    "info.status",
    {
        "trading": "trading",
        "prelaunch": None,
        "delisting": "reduce only",
        "delisted": None,
        "circuit_breaker": "suspended",
        "suspend": "suspended",
    },
)


def _condition(row: Row) -> Condition | None:
    """A contract on its way out may still say that it trades, and lets people only close what is open.

    Once nobody has a position in it any more it has ended.
    """
    if not figure(row, "info.in_delisting"):
        return _STATUS(row)
    left = figure(row, "info.position_size")
    return None if left is not None and Decimal(str(left)) == 0 else "reduce only"


def _end(row: Row) -> Decimal:
    """When it is taken off; the venue writes seconds."""
    return Decimal(str(figure(row, "info.delisted_time"))) * 1000


_FUNDING: Gives = {**FUNDING, "interval": _interval}
# gate.com/docs/developers/apiv4, listFuturesADLRiskStates
_STATES = {"normal": "calm", "warning": "near", "adl_risk": "now"}
_STAGE: Gives = {"stage": lambda row: _STATES[row["state"]], "stage_at": "calculated_at_ms"}


def _states(answer: Any) -> dict[str, Row]:
    return dict(answer["states"])


_DATED = {"type": "future", "settle": "usdt"}
_INVERSE = {"type": "swap", "settle": "btc"}


_ACCOUNT = Private(
    settles=frozenset({"USDT"}),
    dated=False,
    steps=(
        "On gate.com open API Management in your account and create an APIv4 key.",
        "Tick spot, wallet and perpetual futures, each “Read only”.",
    ),
    wallets=(
        Wallet("privateSpotGetAccounts", (), "currency", ("available", "locked")),
        Wallet("privateFuturesGetSettleAccounts", (), "currency", ("total",), {"settle": "usdt"}),
    ),
    books=(
        PositionList(
            "privateFuturesGetSettlePositions", (), "contract", "size", "entry_price",
            margin=("margin", "initial_margin"), mark="mark_price",
            most=100, asks={"settle": "usdt", "holding": "true", "limit": "100"},
        ),
    ),
    # gate.com/docs/developers/apiv4, my_trades_timerange: counted in contracts, with a sign; times in seconds
    trades=(
        TradeList(
            "privateFuturesGetSettleMyTradesTimerange", (), "contract", "trade_id", "order_id", "size",
            "price", "create_time", since="from", most=1000, paging=("offset", "offset", ""), fee="fee",
            asks={"settle": "usdt", "limit": "1000"}, seconds=True,
        ),
    ),
)  # fmt: skip

GATE = Venue(
    id="gate",
    name="Gate",
    pages={"USDT": "https://www.gate.com/futures/USDT/{id}"},
    account=_ACCOUNT,
    options={"fetchMarkets": {"types": ["swap", "future"]}, "defaultType": "swap"},
    condition=_condition,
    ends=_end,
    most="info.market_order_size_max",
    # (entry - side * margin / size) / (1 - side * (maintenance rate + taker fee))
    closing_fee=True,
    # ccxt's fees are those of a new account; the listing's `taker_fee_rate` is nobody's
    taker_fee=Decimal("0.0005"),
    maker_fee=Decimal("0.0002"),
    figures=(
        Call("fetch_tickers", {**TICKER, "turnover": "info.volume_24h_quote"}, {"type": "swap"}),
        Call("fetch_funding_rates", _FUNDING, what="funding rates", needed=False),
        Call("fetch_tickers", TICKER, _DATED, what="prices of dated futures", needed=False),
        Call("fetch_tickers", TICKER, _INVERSE, what="prices of inverse contracts", needed=False),
        Call("fetch_funding_rates", _FUNDING, {"settle": "btc"}, what="inverse funding", needed=False),
        stages("publicFuturesGetSettleAdlRiskStates", _states, _STAGE, settle="usdt"),
    ),
    # 100 contracts a page, floors in USDT; the inverse contract, whose are in bitcoin, keeps the assumed ones
    tiers=Tiers("fetch_leverage_tiers", params={"type": "swap"}, also=(_DATED,)),
    spot=SpotCalls(options={"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}, candles=1000),
    # ccxt asks for up to 1999 in one request
    candles=1999,
    # gate.com/docs/developers/apiv4: newest first, `limit` at most 1000
    settlements=1000,
    paging=("until", "until"),
)
