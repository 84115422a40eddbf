"""Brackets taken where a venue shows its own only to a key, or has not shown them yet.

The tables are our own envelope: at every notional the rate is at least, and the leverage at most, what
Binance was seen to apply (2026) to the assets in them, so that a margin worked out from them is rather too
large and a liquidation rather too near. Every answer that rests on them says that they are assumed.
"""

from core.margin import tiered

MAJOR = tiered(
    (
        ("0", "0.005", "75"),
        ("250000", "0.01", "50"),
        ("1000000", "0.02", "20"),
        ("5000000", "0.05", "10"),
        ("20000000", "0.1", "5"),
        ("50000000", "0.15", "3"),
        ("100000000", "0.25", "2"),
        ("200000000", "0.5", "1"),
    )
)
LARGE = tiered(
    (
        ("0", "0.015", "25"),
        ("10000", "0.025", "20"),
        ("100000", "0.05", "10"),
        ("500000", "0.1", "5"),
        ("2000000", "0.125", "4"),
        ("4000000", "0.25", "2"),
        ("8000000", "0.5", "1"),
    )
)
OTHER = tiered(
    (
        ("0", "0.05", "10"),
        ("5000", "0.1", "5"),
        ("30000", "0.125", "4"),
        ("50000", "0.125", "3"),
        ("70000", "0.1667", "3"),
        ("200000", "0.25", "2"),
        ("300000", "0.5", "1"),
    )
)

MAJOR_COINS = ("BTC", "ETH")
LARGES = (
    "AAVE", "APT", "ARB", "ATOM", "AVAX", "BCH", "BNB", "DOGE", "DOT", "ETC", "FIL", "HYPE", "INJ",
    "LDO", "LINK", "LTC", "NEAR", "ONDO", "OP", "POL", "SEI", "SHIB", "SOL", "TAO", "TON", "TRX", "UNI",
    "VET", "XLM", "XRP",
)  # fmt: skip
