"""Past prices and past funding of one contract through ccxt, page by page."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from core.venues.exchange.adapter.client import VenueClient
from core.venues.exchange.adapter.reading import last_start
from core.venues.exchange.venue import Venue

PAGES = 100
"""A history that takes more requests than this is cut off."""
_TIMEFRAMES = {timedelta(minutes=1): "1m", timedelta(hours=1): "1h", timedelta(days=1): "1d"}
"""What ccxt calls candles of each length."""
_AS_USUAL: Mapping[str, object] = MappingProxyType({})


class History:
    """What one client of a venue says of the past; `candles` is how many one request gives."""

    def __init__(self, client: VenueClient, venue: Venue, candles: int | None = None) -> None:
        self._client = client
        self._venue = venue
        self._most = candles or venue.candles

    async def candles(
        self,
        what: str,
        symbol: str,
        first: datetime,
        last: datetime,
        step: timedelta,
        asks: Mapping[str, object] = _AS_USUAL,
    ) -> list[list[Any]]:
        """ccxt's candles, `step` long, that begin from `first` until before `last`.

        Nothing is asked for an empty span. asks: further parameters, which may ask for candles of another
        price than that of trades. Raises NoData naming `what`.
        """
        params = {"params": dict(asks)} if asks else {}
        found: list[list[Any]] = []
        for _ in range(PAGES):
            if first >= last:
                break
            limit = min(-((first - last) // step), self._most)
            page = await self._client.call(
                what, "fetch_ohlcv", symbol, _TIMEFRAMES[step], _ms(first), limit, **params
            )
            found += page
            newest = last_start(page)
            # Before a coin was listed there is nothing, and the venue may not skip to its first day.
            first = newest + step if newest is not None and newest >= first else first + limit * step
        return found

    async def settlements(self, symbol: str, since: datetime, now: datetime) -> list[Mapping[str, Any]]:
        """ccxt's rows of past funding from `since` to `now`, and perhaps some before it; raises NoData."""
        how, name = self._venue.paging
        if how == "hours":
            return await self._hours(symbol, since, now, end=name)
        found: list[Mapping[str, Any]] = []
        limit, newest, oldest = self._venue.settlements, _ms(since) - 1, None
        for number in range(1, PAGES + 1):
            asked = {"since": newest + 1} if how == "since" else {}
            params = {"page": {name: number}, "until": {name: oldest} if oldest else {}}.get(how, {})
            page = await self._client.call(
                f"past funding of {symbol}", "fetch_funding_rate_history", symbol,
                asked.get("since"), limit, params=params,
            )  # fmt: skip
            found += page
            stamps = [row["timestamp"] for row in page if row["timestamp"] is not None]
            if len(page) < limit or not stamps:
                break
            if how == "since":
                if max(stamps) <= newest:
                    break
                newest = max(stamps)
            elif min(stamps) <= _ms(since) or min(stamps) == oldest:
                break
            oldest = min(stamps)
        return found

    async def _hours(
        self, symbol: str, since: datetime, now: datetime, *, end: str
    ) -> list[Mapping[str, Any]]:
        """As `settlements`, a span of hours at a time: one that has fewer rows, or none, is not the last."""
        limit = self._venue.settlements
        found: list[Mapping[str, Any]] = []
        for _ in range(PAGES):
            if since >= now:
                break
            until = since + timedelta(hours=limit)
            found += await self._client.call(
                f"past funding of {symbol}", "fetch_funding_rate_history", symbol, _ms(since), limit,
                params={end: _ms(until) - 1} if end else {},
            )  # fmt: skip
            since = until
        return found


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
