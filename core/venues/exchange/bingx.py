"""BingX futures: what it does differently. Orders are counted in coins. Its brackets need a key: assumed."""

import re
from decimal import Decimal

from core.venues.exchange.venue import BOOK, SPOT_TICKERS, Call, Row, SpotCalls, Venue, words

_TRADITIONAL = re.compile(r"NC(SK|SI|CO|FX).+2[A-Z]{3}")


# bingx-api.github.io/docs: status of a contract; ccxt asks whether a program may trade, which is another
# matter
_STATUS = words("info.status", {"1": "trading", "25": "reduce only", "5": None, "0": None})


def _odd(row: Row) -> bool:
    """A contract that is settled in its coin, which does not say how often it settles; or none on a coin.

    Stocks, indexes, raw materials and currencies are so by the scheme of the venue's own names.
    """
    return bool(row["inverse"]) or _TRADITIONAL.fullmatch(str(row["baseId"])) is not None


BINGX = Venue(
    id="bingx",
    name="BingX",
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
        Call("fetch_tickers", BOOK, what="bids and asks", needed=False),
    ),
    spot=SpotCalls(SPOT_TICKERS, candles=1000),
    candles=1000,
    # of a span it gives the newest 1000, and a contract may settle every hour
    settlements=1000,
    paging=("hours", "until"),
)
