"""A visit to one served venue whose answers a test changes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from core.exchange import ExchangeMarket, open_exchange
from tests.venue_server import VenueServer
from tests.venues.case import Case
from tests.venues.world import NOW


@asynccontextmanager
async def visit(
    case: Case, changed: Mapping[str, object] | None = None
) -> AsyncIterator[tuple[ExchangeMarket, VenueServer]]:
    """The market of a venue and what serves it: the case's answers, some of them changed, by path."""
    async with VenueServer({**case.answers(), **(changed or {})}) as server:
        market = open_exchange(case.venue, url=server.url, clock=lambda: NOW)
        try:
            yield market, server
        finally:
            await market.close()
