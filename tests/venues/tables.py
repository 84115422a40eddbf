"""What the served venues say of collateral and of interest, and what our adapter has to make of it."""

from collections.abc import Mapping
from decimal import Decimal

Expected = Mapping[str, tuple[tuple[str, str], ...]]
"""For each coin, slices by where they begin, and their ratios."""

BYBIT = {
    "/v5/spot-margin-trade/collateral": {
        "retCode": 0,
        "retMsg": "OK",
        "result": {
            "list": [
                {
                    "currency": "BTC",
                    "collateralRatioList": [
                        {"minQty": "0", "maxQty": "1000000", "collateralRatio": "0.85"},
                        {"minQty": "1000000", "maxQty": "", "collateralRatio": "0"},
                    ],
                },
                {
                    "currency": "ETH",
                    "collateralRatioList": [{"minQty": "0", "maxQty": "", "collateralRatio": "0.95"}],
                },
                {
                    "currency": "NONE",
                    "collateralRatioList": [{"minQty": "0", "maxQty": "", "collateralRatio": "0"}],
                },
            ]
        },
        "time": 1,
    },
    "/v5/spot-margin-trade/data": {
        "retCode": 0,
        "retMsg": "success",
        "result": {
            "vipCoinList": [
                {
                    "vipLevel": "No VIP",
                    "list": [
                        {
                            "borrowable": True,
                            "currency": "USDT",
                            "hourlyBorrowRate": "0.000005",
                            "maxBorrowingAmount": "500000",
                        },
                        {
                            "borrowable": False,
                            "currency": "KAS",
                            "hourlyBorrowRate": "",
                            "maxBorrowingAmount": "",
                        },
                    ],
                }
            ]
        },
    },
}
OKX = {
    "/api/v5/public/discount-rate-interest-free-quota": {
        "code": "0",
        "data": [
            {
                "amt": "0",
                "ccy": "BTC",
                "details": [
                    {"discountRate": "0.98", "maxAmt": "20", "minAmt": "0", "tier": "1"},
                    {"discountRate": "0.9775", "maxAmt": "25", "minAmt": "20", "tier": "2"},
                ],
                "minDiscountRate": "0.5",
            },
            {
                "amt": "0",
                "ccy": "SOL",
                "details": [{"discountRate": "0.9", "maxAmt": "", "minAmt": "0", "tier": "1"}],
                "minDiscountRate": "0",
                "colRes": "2",
            },
            {
                "amt": "10000",
                "ccy": "USDT",
                "details": [{"discountRate": "1", "maxAmt": "", "minAmt": "0", "tier": "1"}],
                "minDiscountRate": "0",
            },
            {"amt": "1", "ccy": "LTC", "discountInfo": [{"discountRate": "0.95", "minAmt": "0"}]},
        ],
        "msg": "",
    },
    "/api/v5/public/interest-rate-loan-quota": {
        "code": "0",
        "data": [
            {"basic": [{"ccy": "USDT", "quota": "500000", "rate": "0.00043728"}], "vip": [], "regular": []}
        ],
        "msg": "",
    },
}
SERVED: Mapping[str, Mapping[str, object]] = {
    "binanceusdm": {
        "/fapi/v1/assetIndex": [
            {"symbol": "ADAUSD", "bidBuffer": "0.10000000", "autoExchangeBidBuffer": "0.05000000"},
            {"symbol": "BTCUSD", "bidBuffer": "0.05000000", "autoExchangeBidBuffer": "0.02500000"},
        ]
    },
    "bybit": BYBIT,
    "okx": OKX,
    "bitget": {
        "/api/v3/market/discount-rate": {
            "code": "00000",
            "msg": "success",
            "requestTime": 1,
            "data": [
                {
                    "coin": "ETH",
                    "list": [
                        {"tierStartValue": "0", "discountRate": "0.99"},
                        {"tierStartValue": "40000", "discountRate": "0.98"},
                    ],
                },
                {
                    "coin": "PEPE",
                    "list": [
                        {"tierStartValue": "0", "discountRate": "0.8"},
                        {"tierStartValue": "50000", "discountRate": "0.7"},
                    ],
                },
            ],
        },
        "/api/v3/market/margin-loans": {
            "code": "00000",
            "msg": "success",
            "requestTime": 1,
            "data": {"dailyInterest": "0.0002", "annualInterest": "0.073", "limit": "3000"},
        },
    },
    "gate": {
        "/api/v4/unified/currency_discount_tiers": [
            {
                "currency": "BTC",
                "discount_tiers": [
                    {"tier": "1", "discount": "1", "lower_limit": "0", "upper_limit": "5000000"},
                    {"tier": "2", "discount": "0.97", "lower_limit": "5000000", "upper_limit": "+"},
                ],
            }
        ]
    },
    "krakenfutures": {
        "/0/public/Assets": {
            "error": [],
            "result": {
                "ATOM": {"altname": "ATOM", "collateral_value": "0.7"},
                "ATOM.S": {"altname": "ATOM.S", "collateral_value": "0.7"},
                "XXBT": {"altname": "XBT", "collateral_value": "0.98"},
                "XETH": {"altname": "ETH"},
            },
        }
    },
    "bingx": {
        "/openApi/swap/v1/trade/multiAssetsRules": {
            "code": 0,
            "msg": "",
            "data": [
                {
                    "marginAssets": "BNB",
                    "ltv": "90.00%",
                    "collateralValueRatio": "95.00%",
                    "maxTransfer": "160",
                },
                {
                    "marginAssets": "USDT",
                    "ltv": "99.99%",
                    "collateralValueRatio": "99.99%",
                    "maxTransfer": "",
                },
            ],
        }
    },
}
"""By venue and path: the documented shapes, with figures of our own. Hyperliquid's are in its own module, as
it has one path for all.
"""

STATES: list[object] = [
    [0, {"borrowYearlyRate": "0.05", "ltv": "0.0"}],
    [150, {"borrowYearlyRate": "0.1", "ltv": "0.65"}],
    [197, {"borrowYearlyRate": "0.02", "ltv": "0.5"}],
    [999, {"borrowYearlyRate": "0.02", "ltv": "0.5"}],
]
TOKENS = {
    "tokens": [
        {"index": 0, "name": "USDC"},
        {"index": 150, "name": "HYPE"},
        {"index": 197, "name": "UBTC"},
    ],
    "universe": [],
}

COUNTED: Mapping[str, Expected] = {
    "binanceusdm": {"ADA": (("0", "0.9"),), "BTC": (("0", "0.95"),)},
    "bybit": {"BTC": (("0", "0.85"), ("1000000", "0")), "ETH": (("0", "0.95"),)},
    "okx": {
        "BTC": (("0", "0.98"), ("20", "0.9775"), ("25", "0.5")),
        "SOL": (("0", "0.9"),),
        "USDT": (("0", "1"),),
    },
    "bitget": {"ETH": (("0", "0.99"), ("40000", "0.98")), "PEPE": (("0", "0.8"), ("50000", "0.7"))},
    "gate": {"BTC": (("0", "1"), ("5000000", "0.97"))},
    "krakenfutures": {"ATOM": (("0", "0.7"),), "BTC": (("0", "0.98"),)},
    "hyperliquid": {"HYPE": (("0", "0.825"),), "BTC": (("0", "0.75"),)},
    "bingx": {"BNB": (("0", "0.95"),), "USDT": (("0", "0.9999"),)},
}
LENT: Mapping[str, Mapping[str, Decimal]] = {
    "bybit": {"USDT": Decimal("0.00012")},
    "okx": {"USDT": Decimal("0.00043728")},
    "bitget": {"USDT": Decimal("0.0002")},
    "hyperliquid": {
        "USDC": Decimal("0.05") / 365,
        "HYPE": Decimal("0.1") / 365,
        "BTC": Decimal("0.02") / 365,
    },
}
"""Interest of a day, by venue and coin."""
