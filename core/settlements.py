"""What the perpetuals of one venue settled lately, kept in memory: only what is missing is fetched."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from core.errors import NoData
from core.market import FundingHistory, FundingRate, Market

KEEP = timedelta(days=35)
"""How far back settlements are kept: the 30 days that a mean is taken over, and a few more."""
RETRY = timedelta(minutes=10)
"""How long before a missing settlement is asked for again."""
USUAL_HOURS = 8
"""Between two settlements of a perpetual whose interval is not known."""

log = logging.getLogger(__name__)


class Settlements:
    """Past funding of one venue, by symbol. It is not stored: after a start it is fetched anew."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._known: dict[str, FundingHistory] = {}
        self._asked_at: dict[str, datetime] = {}
        self._fetching = asyncio.Lock()

    async def of(
        self, symbols: Collection[str], rates: Mapping[str, FundingRate], now: datetime
    ) -> dict[str, FundingHistory]:
        """The last KEEP of each symbol; one without any is left out. `rates` tell the intervals.

        Each settlement is asked for once, when it is past. A failure is logged, and what is known is given.
        """
        async with self._fetching:
            wanted = self._missing(symbols, rates, now)
            for since in sorted(set(wanted.values())):
                await self._fetch([symbol for symbol in wanted if wanted[symbol] == since], since, now)
        return {symbol: self._known[symbol] for symbol in symbols if symbol in self._known}

    def _missing(
        self, symbols: Collection[str], rates: Mapping[str, FundingRate], now: datetime
    ) -> dict[str, datetime]:
        """From when each symbol is wanted whose last settlement is not known, unless just asked for."""
        wanted: dict[str, datetime] = {}
        for symbol in dict.fromkeys(symbols):
            hours = rates[symbol].interval_hours if symbol in rates else USUAL_HOURS
            last, asked = self._last(symbol), self._asked_at.get(symbol)
            if (last is None or last < _settled(now, hours)) and (asked is None or now - asked > RETRY):
                wanted[symbol] = max(last + timedelta(seconds=1), now - KEEP) if last else now - KEEP
        return wanted

    async def _fetch(self, symbols: Collection[str], since: datetime, now: datetime) -> None:
        self._asked_at.update(dict.fromkeys(symbols, now))
        try:
            fetched = await self._market.funding_history(symbols, since)
        except NoData as error:
            log.warning("%s: %s", self._market.venue, error)
            return
        for symbol, new in fetched.items():
            joined = _joined(self._known.get(symbol), new, now - KEEP)
            if len(joined.times):
                self._known[symbol] = joined

    def _last(self, symbol: str) -> datetime | None:
        """The newest settlement known."""
        if symbol not in self._known:
            return None
        newest: datetime = self._known[symbol].times[-1].astype(object)
        return newest.replace(tzinfo=UTC)


def _settled(now: datetime, hours: int) -> datetime:
    """The last settlement until `now`: venues settle on UTC multiples of the interval."""
    span = hours * 3600
    return datetime.fromtimestamp(int(now.timestamp()) // span * span, UTC)


def _joined(old: FundingHistory | None, new: FundingHistory, since: datetime) -> FundingHistory:
    """`old` followed by what of `new` comes after it, from `since` on."""
    if old is not None:
        later = new.times > old.times[-1]
        times = np.concatenate([old.times, new.times[later]])
        new = FundingHistory(times, np.concatenate([old.rates, new.rates[later]]))
    kept = new.times >= np.datetime64(since.astimezone(UTC).replace(tzinfo=None), "s")
    return FundingHistory(new.times[kept], new.rates[kept])
