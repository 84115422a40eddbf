"""What eight venues answer to a read-only key: the same account everywhere, each in its own form.

4.5 ETH in spot, 60 SOL in funding or spot, 1,000 USDT behind the futures, and 2.14 ETH short from 3,498.5 on
isolated margin of 2,500 USDT.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.contract import Contract
from tests.domain import contract

ETH_SHORT = Decimal("-2.14")


@dataclass(frozen=True, slots=True)
class Venue:
    """answers: by path. count: contracts short. rights: path of what the key may do.

    key: as ccxt names its pieces. reading, trading, withdrawing: what `rights` answers to such a key.
    """

    answers: Mapping[str, object]
    multiplier: str
    id: str
    count: Decimal
    key: tuple[str, ...] = ("apiKey", "secret")
    rights: str | None = None
    reading: object = None
    trading: object = None
    withdrawing: object = None
    mark: Decimal | None = Decimal("3520.5")

    def keys(self, name: str = "k") -> dict[str, str]:
        """A key, whose pieces are easy to find where they should not be."""
        return {piece: f"{piece}-{name}-0123456789abcdef" for piece in self.key}

    @property
    def contracts(self) -> list[Contract]:
        return [listed("ETH/USDT:USDT", self.id, self.multiplier)]


def listed(symbol: str, own: str, multiplier: str = "1") -> Contract:
    """A contract that the venue itself calls `own`."""
    return replace(contract(symbol.partition("/")[0], multiplier=multiplier, symbol=symbol), id=own)


def _binance(**up: bool) -> object:
    flags = dict.fromkeys(
        ("enableWithdrawals", "enableInternalTransfer", "enableMargin", "enableFutures",
         "permitsUniversalTransfer", "enableVanillaOptions", "enableSpotAndMarginTrading"), False,
    )  # fmt: skip
    return {"ipRestrict": False, "createTime": 1698645219000, "enableReading": True, **flags, **up}


def _bybit(read_only: int, **permissions: list[str]) -> object:
    lists = {"ContractTrade": ["Position"], "Spot": [], "Wallet": [], "Options": [], **permissions}
    return _ok_bybit({"id": "1", "note": "n", "readOnly": read_only, "permissions": lists, "ips": ["*"]})


def _ok_bybit(result: object) -> object:
    return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1767225600000}


def _okx(perm: str) -> object:
    return {
        "code": "0",
        "msg": "",
        "data": [{"acctLv": "2", "perm": perm, "posMode": "net_mode", "uid": "1"}],
    }


def _bitget(*authorities: str) -> object:
    return {"code": "00000", "msg": "success", "data": {"userId": "1", "authorities": list(authorities)}}


BINANCE = Venue(
    {
        "/api/v3/account": {
            "canTrade": True,
            "balances": [
                {"asset": "ETH", "free": "4.00000000", "locked": "0.50000000"},
                {"asset": "BNB", "free": "0.00000000", "locked": "0.00000000"},
            ],
        },
        "/sapi/v1/asset/get-funding-asset": [
            {"asset": "SOL", "free": "60", "locked": "0", "freeze": "0", "withdrawing": "0"}
        ],
        "/fapi/v3/account": {
            "assets": [{"asset": "USDT", "walletBalance": "1000.0", "marginBalance": "953.2"}]
        },
        "/fapi/v3/positionRisk": [
            {
                "symbol": "ETHUSDT", "positionSide": "BOTH", "positionAmt": "-2.140", "entryPrice": "3498.5",
                "markPrice": "3520.5", "isolatedMargin": "2452.9", "isolatedWallet": "2500",
                "initialMargin": "753.3", "positionInitialMargin": "753.3", "notional": "-7533.87",
            }
        ],
    },
    "1", "ETHUSDT", ETH_SHORT,
    rights="/sapi/v1/account/apiRestrictions",
    reading=_binance(), trading=_binance(enableFutures=True), withdrawing=_binance(enableWithdrawals=True),
)  # fmt: skip

BYBIT = Venue(
    {
        "/v5/account/wallet-balance": _ok_bybit(
            {
                "list": [
                    {
                        "accountType": "UNIFIED",
                        "coin": [
                            {"coin": "ETH", "walletBalance": "4.5", "equity": "4.5"},
                            {"coin": "USDT", "walletBalance": "1000", "equity": "952.92"},
                        ],
                    }
                ]
            }
        ),
        "/v5/asset/transfer/query-account-coins-balance": _ok_bybit(
            {"accountType": "FUND", "balance": [{"coin": "SOL", "walletBalance": "60", "bonus": ""}]}
        ),
        "/v5/position/list": lambda query: _ok_bybit(
            {
                "category": query["category"],
                "list": [
                    {
                        "symbol": "ETHUSDT", "side": "Sell", "size": "2.14", "avgPrice": "3498.5",
                        "markPrice": "3520.5", "positionIM": "753.3", "positionBalance": "2500",
                        "positionIdx": 0, "leverage": "3",
                    },
                    {"symbol": "SOLUSDT", "side": "", "size": "0", "avgPrice": "", "positionIM": ""},
                ]
                if query.get("settleCoin") == "USDT"
                else [],
            }
        ),
    },
    "1", "ETHUSDT", ETH_SHORT,
    rights="/v5/user/query-api",
    reading=_bybit(1), trading=_bybit(0), withdrawing=_bybit(0, Wallet=["Withdraw"]),
)  # fmt: skip

OKX = Venue(
    {
        "/api/v5/account/balance": {
            "code": "0", "msg": "",
            "data": [
                {
                    "details": [
                        {"ccy": "ETH", "cashBal": "4.5", "eq": "4.5"},
                        {"ccy": "USDT", "cashBal": "1000", "eq": "952.92"},
                    ]
                }
            ],
        },
        "/api/v5/asset/balances": {
            "code": "0", "msg": "", "data": [{"ccy": "SOL", "bal": "60", "availBal": "60", "frozenBal": "0"}],
        },
        "/api/v5/account/positions": {
            "code": "0", "msg": "",
            "data": [
                {
                    "instType": "SWAP", "instId": "ETH-USDT-SWAP", "pos": "-21.4", "posSide": "net",
                    "avgPx": "3498.5", "markPx": "3520.5", "mgnMode": "isolated", "margin": "2500", "imr": "",
                }
            ],
        },
    },
    "0.1", "ETH-USDT-SWAP", Decimal("-21.4"),
    key=("apiKey", "secret", "password"),
    rights="/api/v5/account/config",
    reading=_okx("read_only"), trading=_okx("read_only,trade"), withdrawing=_okx("read_only,withdraw"),
)  # fmt: skip

BITGET = Venue(
    {
        "/api/v2/spot/account/assets": {
            "code": "00000", "msg": "success",
            "data": [
                {"coin": "ETH", "available": "4", "frozen": "0.5", "locked": "0", "uTime": "1"},
                {"coin": "SOL", "available": "60", "frozen": "0", "locked": "0", "uTime": "1"},
            ],
        },
        "/api/v2/mix/account/accounts": {
            "code": "00000", "msg": "success",
            "data": [{"marginCoin": "USDT", "accountEquity": "952.92", "unrealizedPL": "-47.08"}],
        },
        "/api/v2/mix/position/all-position": {
            "code": "00000", "msg": "success",
            "data": [
                {
                    "symbol": "ETHUSDT", "marginCoin": "USDT", "holdSide": "short", "total": "2.14",
                    "openPriceAvg": "3498.5", "markPrice": "3520.5", "marginSize": "2500",
                    "marginMode": "isolated", "posMode": "one_way_mode",
                }
            ],
        },
    },
    "1", "ETHUSDT", ETH_SHORT,
    key=("apiKey", "secret", "password"),
    rights="/api/v2/spot/account/info",
    reading=_bitget("coor", "cpor", "stor", "wtor"), trading=_bitget("stor", "coow"),
    withdrawing=_bitget("stor", "wwow"),
)  # fmt: skip

GATE = Venue(
    {
        "/api/v4/spot/accounts": [
            {"currency": "ETH", "available": "4", "locked": "0.5"},
            {"currency": "SOL", "available": "60", "locked": "0"},
        ],
        "/api/v4/futures/usdt/accounts": {"currency": "USDT", "total": "1000", "unrealised_pnl": "-47.08"},
        "/api/v4/futures/usdt/positions": [
            {
                "contract": "ETH_USDT", "size": -214, "entry_price": "3498.5", "mark_price": "3520.5",
                "margin": "2500", "initial_margin": "753.3", "leverage": "3", "mode": "single",
            }
        ],
    },
    "0.01", "ETH_USDT", Decimal(-214),
)  # fmt: skip

MEXC = Venue(
    {
        "/api/v3/account": {
            "canTrade": True, "canWithdraw": True,
            "balances": [
                {"asset": "ETH", "free": "4", "locked": "0.5"},
                {"asset": "SOL", "free": "60", "locked": "0"},
            ],
        },
        "/api/v1/private/account/assets": {
            "success": True, "code": 0,
            "data": [{"currency": "USDT", "equity": 952.92, "unrealized": -47.08, "cashBalance": 1000}],
        },
        "/api/v1/private/position/open_positions": {
            "success": True, "code": 0,
            "data": [
                {
                    "symbol": "ETH_USDT", "positionType": 2, "openType": 1, "state": 1, "holdVol": 214,
                    "holdAvgPrice": 3498.5, "openAvgPrice": 3498.5, "oim": 2500, "im": 2500, "leverage": 3,
                }
            ],
        },
    },
    "0.01", "ETH_USDT", Decimal(-214), mark=None,
)  # fmt: skip

BINGX = Venue(
    {
        "/openApi/spot/v1/account/balance": {
            "code": 0, "data": {"balances": [{"asset": "ETH", "free": "4", "locked": "0.5"}]},
        },
        "/openApi/fund/v1/account/balance": {
            "code": 0, "data": {"assets": [{"asset": "SOL", "free": "60", "locked": "0"}]},
        },
        "/openApi/swap/v3/user/balance": {
            "code": 0,
            "data": [{"asset": "USDT", "balance": "1000", "equity": "952.92", "unrealizedProfit": "-47.08"}],
        },
        "/openApi/swap/v2/user/positions": {
            "code": 0,
            "data": [
                {
                    "symbol": "ETH-USDT", "positionSide": "SHORT", "positionAmt": "2.14",
                    "avgPrice": "3498.5", "margin": "2500", "initialMargin": "2500", "markPrice": "3520.5",
                }
            ],
        },
    },
    "1", "ETH-USDT", ETH_SHORT,
    rights="/openApi/v1/account/apiRestrictions",
    reading={"code": 0, "data": _binance()}, trading={"code": 0, "data": _binance(enableFutures=True)},
    withdrawing={"code": 0, "data": _binance(enableWithdrawals=True)},
)  # fmt: skip

WEEX = Venue(
    {
        "/api/v3/account/": {
            "canTrade": True,
            "balances": [
                {"asset": "ETH", "free": "4", "locked": "0.5"},
                {"asset": "SOL", "free": "60", "locked": "0"},
            ],
        },
        "/capi/v3/account/balance": [
            {"asset": "USDT", "balance": "1000", "availableBalance": "500", "unrealizePnl": "-47.08"}
        ],
        "/capi/v3/account/position/allPosition": [
            {
                "symbol": "ETHUSDT", "side": "SHORT", "marginType": "ISOLATED", "size": "2.14",
                "openValue": "7486.79", "isolatedMargin": "2500", "marginSize": "2500",
            }
        ],
    },
    "1", "ETHUSDT", ETH_SHORT, key=("apiKey", "secret", "password"), mark=None,
)  # fmt: skip

VENUES: Mapping[str, Venue] = {
    "binanceusdm": BINANCE,
    "bybit": BYBIT,
    "okx": OKX,
    "bitget": BITGET,
    "gate": GATE,
    "mexc": MEXC,
    "bingx": BINGX,
    "weex": WEEX,
}
