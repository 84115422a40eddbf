"""Coinbase International, by its Deribit-like interface: what it does differently.

Orders are counted in coins. Funding is paid all the time and written as a rate for eight hours; here it is
one for each hour. Margin is told only to an account, so brackets are assumed. ccxt's class cannot read its
spot market in bulk.
"""

from decimal import Decimal

from core.venues.exchange.calls import Call, Gives, Row
from core.venues.exchange.venue import Venue, words

_HOURS = 8
"""What a rate of the venue is for: support.deribit.com/hc/en-us/articles/31424939178397."""


def _rate(row: Row) -> Decimal:
    """What longs pay in an hour at the rate of this moment, a decimal of notional."""
    return Decimal(str(row["current_funding"])) / _HOURS


def _other(row: Row) -> bool:
    """Whether it is inverse, on no coin, or a combination, which ccxt takes for a swap or a future."""
    info = row["info"]
    ours = {"kind": "future", "instrument_type": "linear", "underlying_type": "crypto"}
    return any(info.get(key, value) != value for key, value in ours.items())


# docs.deribit.com: states of an instrument; the perpetual one ends in 3000 unless an end is announced
_STATE = words(
    "info.state",
    {
        "open": "trading",
        "created": None,
        "inactive": "suspended",
        "locked": "suspended",
        "halted": "suspended",
        "settlement": "suspended",
        "delivered": None,
        "settled": None,
        "closed": None,
        "terminated": None,
        "archivized": None,
    },
)
_GIVES: Gives = {
    "mark": "mark_price",
    "index": "estimated_delivery_price",
    "bid": "bid_price",
    "ask": "ask_price",
    "at": "creation_timestamp",
    "rate": _rate,
    "turnover": "volume_usd",
}
_USDC = {"currency": "USDC", "kind": "future"}

COINBASEINTERNATIONAL = Venue(
    id="coinbaseinternational",
    name="Coinbase International",
    unread="Its keys open portfolios one by one, in a form that I could not check against real answers.",
    # no address of a single instrument is published
    pages={"*": "https://international.coinbase.com/"},
    # ccxt knows a second host, Deribit's own, for keys that look like its
    options={"route": "coinbase"},
    condition=_STATE,
    ends="info.expiration_timestamp",
    skips=_other,
    # docs.deribit.com/api-reference/trading/private-buy: an amount of a linear future is in the base currency
    counts_coins=True,
    taker_fee=Decimal("0.0004"),
    maker_fee=Decimal("0.0002"),
    figures=(
        Call("public_get_get_book_summary_by_currency", _GIVES, _USDC, rows="result", name="instrument_name"),
    ),
    funding_hours=1,
    # a row an hour: `interest_1h` is what that hour paid, `interest_8h`, which ccxt reads, what eight did
    paid="info.interest_1h",
    marks=None,
    candles=300,
    settlements=500,
    paging=("hours", ""),
)
