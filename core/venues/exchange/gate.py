"""Gate futures: what it does differently. A contract is `quanto_multiplier` coins, of BTC_USD one dollar."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from core.domain.capital.mode import AccountMode, MarginMode
from core.domain.contract import Condition
from core.venues.exchange.account.private import PositionList, Private, StateCalls, TradeList, Wallet
from core.venues.exchange.adapter.reading import read_number
from core.venues.exchange.backs import Ask, Backs, Margined
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


_MODES: Mapping[str, MarginMode] = {
    "classic": "isolated",
    "single_currency": "cross",
    "multi_currency": "coins",
    "portfolio": "portfolio",
}


def _state(mode: Any, account: Any) -> AccountMode:
    """Of a unified account; its ratio is safer the greater it is."""
    return AccountMode(
        _MODES.get(mode["mode"]),
        read_number(account.get("total_margin_balance")),
        read_number(account.get("total_maintenance_margin_rate")) or None,
    )


_ACCOUNT = Private(
    state=StateCalls((("privateUnifiedGetUnifiedMode", {}), ("privateUnifiedGetAccounts", {})), _state),
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


def _taken(answer: Any) -> Iterator[Margined]:
    """In dollars of worth. It has been seen as a list in a list."""
    rows = answer[0] if answer and isinstance(answer[0], list) else answer
    for row in rows:
        slices = [(each["lower_limit"], each["discount"]) for each in row["discount_tiers"]]
        yield Margined(row["currency"], slices, in_usd=True)


GATE = Venue(
    # ccxt asks for a key here, which the venue does not
    backs=Backs(
        "discount tiers",
        (Ask("fetch", address="https://api.gateio.ws/api/v4/unified/currency_discount_tiers"),),
        _taken,
    ),
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
