"""Real exchanges, read through ccxt: the public endpoints without a key, an account with a read-only key.

Each venue is described by data in a file of its own, and one adapter reads them all. To add a venue, write
its file and add its line to EXCHANGES.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from core.domain.errors import BadInput, NoData
from core.venues.exchange.account.private import Private
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

if TYPE_CHECKING:
    from core.venues.exchange.adapter.market import ExchangeMarket

EXCHANGES: Mapping[str, Venue] = {
    BINANCEUSDM.id: BINANCEUSDM,
    BYBIT.id: BYBIT,
    OKX.id: OKX,
    BITGET.id: BITGET,
    GATE.id: GATE,
    MEXC.id: MEXC,
    BINGX.id: BINGX,
    WEEX.id: WEEX,
    HYPERLIQUID.id: HYPERLIQUID,
    KRAKENFUTURES.id: KRAKENFUTURES,
    COINBASEINTERNATIONAL.id: COINBASEINTERNATIONAL,
}
"""Every exchange that can be opened, by its ccxt id, the deepest market first."""


def open_exchange(venue: str, *, url: str | None = None, clock: Callable[[], datetime]) -> "ExchangeMarket":
    """The market of a venue; nothing is asked and ccxt is not imported before its first figure is wanted.

    url: scheme and host that stand in for those of the venue, such as a mirror. clock: the time now, with a
    zone. Raises NoData when the venue is not one of EXCHANGES.
    """
    # Late: it imports aiohttp, and who only wants to know which venues there are does without.
    from core.venues.exchange.adapter.market import ExchangeMarket

    if venue not in EXCHANGES:
        raise NoData(f"There is no exchange “{venue}”. Known are {', '.join(sorted(EXCHANGES))}.")
    return ExchangeMarket(EXCHANGES[venue], url=url, clock=clock)


def private_side(venue: str) -> Private:
    """What a read-only key can be asked at a venue. Raises BadInput where no key can be used."""
    described = EXCHANGES.get(venue)
    if described is None or described.account is None:
        raise BadInput(f"I cannot read accounts there. I can at {', '.join(sorted(with_accounts()))}.")
    return described.account


def why_unread(venue: str) -> str:
    """Why accounts cannot be read at this venue; empty where they can, or nothing is known of it."""
    described = EXCHANGES.get(venue)
    return "" if described is None or described.account is not None else described.unread


def with_accounts() -> frozenset[str]:
    """The venues whose accounts can be read."""
    return frozenset(venue for venue, each in EXCHANGES.items() if each.account is not None)
