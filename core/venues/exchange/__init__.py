"""Real exchanges, read through their public endpoints without a key. One line per venue."""

from collections.abc import Callable, Mapping
from datetime import datetime

from core.domain.errors import NoData
from core.venues.exchange.adapter.market import ExchangeMarket
from core.venues.exchange.binanceusdm import BINANCEUSDM
from core.venues.exchange.bingx import BINGX
from core.venues.exchange.bitget import BITGET
from core.venues.exchange.bybit import BYBIT
from core.venues.exchange.coinbaseinternational import COINBASEINTERNATIONAL
from core.venues.exchange.gate import GATE
from core.venues.exchange.hyperliquid import HYPERLIQUID
from core.venues.exchange.krakenfutures import KRAKENFUTURES
from core.venues.exchange.mexc import MEXC
from core.venues.exchange.okx import OKX
from core.venues.exchange.venue import Venue
from core.venues.exchange.weex import WEEX

EXCHANGES: Mapping[str, Venue] = {
    BINANCEUSDM.id: BINANCEUSDM,
    BINGX.id: BINGX,
    BITGET.id: BITGET,
    BYBIT.id: BYBIT,
    COINBASEINTERNATIONAL.id: COINBASEINTERNATIONAL,
    GATE.id: GATE,
    HYPERLIQUID.id: HYPERLIQUID,
    KRAKENFUTURES.id: KRAKENFUTURES,
    MEXC.id: MEXC,
    OKX.id: OKX,
    WEEX.id: WEEX,
}
"""Every exchange that can be opened, by its ccxt id."""


def open_exchange(venue: str, *, url: str | None = None, clock: Callable[[], datetime]) -> ExchangeMarket:
    """The market of a venue; nothing is asked and ccxt is not imported before its first figure is wanted.

    url: scheme and host that stand in for those of the venue, such as a mirror. clock: the time now, with a
    zone. Raises NoData when the venue is not one of EXCHANGES.
    """
    if venue not in EXCHANGES:
        raise NoData(f"There is no exchange “{venue}”. Known are {', '.join(sorted(EXCHANGES))}.")
    return ExchangeMarket(EXCHANGES[venue], url=url, clock=clock)


__all__ = ["EXCHANGES", "ExchangeMarket", "Venue", "open_exchange"]
