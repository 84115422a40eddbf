"""Binance USD-margined futures: what it does differently. Its brackets need a key, so they are assumed."""

from decimal import Decimal

from core.exchange.venue import BOOK, FUNDING, INTERVAL, Call, Row, Spot, Venue, figure


def no_coin(row: Row) -> bool:
    """A share, a raw material or an index, whose ticker may also be a coin's."""
    return figure(row, "info.underlyingType") not in ("COIN", None)


BINANCEUSDM = Venue(
    id="binanceusdm",
    name="Binance",
    # developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Get-Funding-Rate-Info
    # lists the symbols whose interval was adjusted; all others settle every 8 hours
    funding_hours=8,
    skips=no_coin,
    taker_fee=Decimal("0.0005"),
    maker_fee=Decimal("0.0002"),
    figures=(
        Call("fetch_funding_rates", FUNDING),
        Call("fetch_bids_asks", BOOK, what="bids and asks", needed=False),
        Call("fetch_funding_intervals", INTERVAL, what="funding intervals", needed=False),
    ),
    spot=Spot(id="binance", options={"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}),
    # ccxt asks for no more, though the venue gives 1500
    candles=1000,
    settlements=1000,
)
