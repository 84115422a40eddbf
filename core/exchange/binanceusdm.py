"""Binance USD-margined futures: what it does differently.

Its brackets need a key, so they are assumed. The tables are our own envelope: at every notional the rate is
at least, and the leverage at most, what the venue was seen to apply (2026) to the assets in them, so that a
margin worked out from them is rather too large and a liquidation rather too near.
"""

from decimal import Decimal

from core.exchange.venue import Venue
from core.margin import tiered

_MAJOR = tiered(
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
_LARGE = tiered(
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
_OTHER = tiered(
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

_MAJORS = ("BTC", "ETH")
_LARGES = (
    "AAVE", "APT", "ARB", "ATOM", "AVAX", "BCH", "BNB", "DOGE", "DOT", "ETC", "FIL", "HYPE", "INJ",
    "LDO", "LINK", "LTC", "NEAR", "ONDO", "OP", "POL", "SEI", "SHIB", "SOL", "TAO", "TON", "TRX", "UNI",
    "VET", "XLM", "XRP",
)  # fmt: skip

BINANCEUSDM = Venue(
    id="binanceusdm",
    name="Binance",
    # developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Get-Funding-Rate-Info
    # lists the symbols whose interval was adjusted; all others settle every 8 hours
    funding_hours=8,
    taker_fee=Decimal("0.0005"),
    maker_fee=Decimal("0.0002"),
    # ccxt asks for no more, though the venue gives 1500
    candles=1000,
    settlements=1000,
    assumed={**dict.fromkeys(_MAJORS, _MAJOR), **dict.fromkeys(_LARGES, _LARGE)},
    assumed_dated=dict.fromkeys(_MAJORS, _LARGE),
    assumed_other=_OTHER,
)
