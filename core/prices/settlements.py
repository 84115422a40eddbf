"""What the perpetuals of one venue settled lately, kept in memory: only what is missing is fetched."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from core.cost.funding import settled
from core.domain.errors import NoData
from core.domain.market import Market
from core.domain.quote import FundingRate
from core.domain.series import NO_SETTLEMENTS, FundingHistory

KEEP = timedelta(days=35)
"""How far back settlements are kept: the 30 days that a mean is taken over, and a few more."""
FORGET = timedelta(days=1)
"""What a question reached further for is forgotten so long after the last one that did."""
RETRY = timedelta(minutes=10)
"""How long before a missing settlement is asked for again."""
USUAL_HOURS = 8
"""Between two settlements of a perpetual whose interval is not known."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Record:
    """What is known of one perpetual, and what was asked for: `reach` is how far back it is known.

    asked_at, asked_from: the last request, and from when on it asked. far_at: the last question that reached
    beyond KEEP.
    """

    known: FundingHistory = NO_SETTLEMENTS
    reach: datetime | None = None
    far_at: datetime | None = None
    asked_at: datetime | None = None
    asked_from: datetime | None = None

    @property
    def last(self) -> datetime | None:
        """The newest settlement known."""
        if not len(self.known.times):
            return None
        newest: datetime = self.known.times[-1].astype(object)
        return newest.replace(tzinfo=UTC)

    def add(self, new: FundingHistory, since: datetime, now: datetime) -> None:
        """Take in the answer to a request from `since` on, and forget what is no longer asked for."""
        self.reach = min(since, self.reach or since)
        if self.far_at is None or now - self.far_at > FORGET:
            self.reach = max(self.reach, now - KEEP)
        self.known = settled(_joined(self.known, new), self.reach, now)


class Settlements:
    """Past funding of one venue, by symbol. It is not stored: after a start it is fetched anew."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._records: dict[str, _Record] = {}
        self._fetching = asyncio.Lock()
        self._late: set[asyncio.Task[dict[str, FundingHistory]]] = set()

    @property
    def known(self) -> dict[str, FundingHistory]:
        """All that is in memory, by symbol."""
        return {symbol: record.known for symbol, record in self._records.items() if len(record.known.times)}

    async def soon(
        self, symbols: Collection[str], rates: Mapping[str, FundingRate], now: datetime, patience: timedelta
    ) -> None:
        """Have the settlements of the last KEEP in memory, or go on fetching them after so much patience."""
        if not self._missing(symbols, rates, now, now - KEEP):
            return
        fetching = asyncio.create_task(self.of(symbols, rates, now))
        self._late.add(fetching)
        fetching.add_done_callback(self._late.discard)
        await asyncio.wait({fetching}, timeout=patience.total_seconds())

    async def of(
        self,
        symbols: Collection[str],
        rates: Mapping[str, FundingRate],
        now: datetime,
        since: datetime | None = None,
    ) -> dict[str, FundingHistory]:
        """The settlements of each symbol from `since`, by default the last KEEP; one without is left out.

        `rates` tell the intervals. Each settlement is asked for once, when it is past; a question that
        reaches further back than any before fetches the whole way. A failure is logged, and what is known is
        given.
        """
        first = now - KEEP if since is None else since
        async with self._fetching:
            wanted = self._missing(symbols, rates, now, first)
            for start in sorted(set(wanted.values())):
                await self._fetch([symbol for symbol in wanted if wanted[symbol] == start], start, now)
        found = {symbol: self._records[symbol].known for symbol in symbols if symbol in self._records}
        cut = {symbol: settled(known, first, now) for symbol, known in found.items()}
        return {symbol: history for symbol, history in cut.items() if len(history.times)}

    def _missing(
        self, symbols: Collection[str], rates: Mapping[str, FundingRate], now: datetime, first: datetime
    ) -> dict[str, datetime]:
        """From when each symbol is wanted of which something is not known, unless that was just asked for."""
        wanted: dict[str, datetime] = {}
        for symbol in dict.fromkeys(symbols):
            record = self._records.setdefault(symbol, _Record())
            hours = rates[symbol].interval_hours if symbol in rates else USUAL_HOURS
            if first < now - KEEP:
                record.far_at = now
            start = first
            if record.reach is not None and record.reach <= first and record.last is not None:
                if record.last >= _settled(now, hours):
                    continue
                start = record.last + timedelta(seconds=1)
            if not _just_asked(record, start, now):
                wanted[symbol] = start
        return wanted

    async def _fetch(self, symbols: Collection[str], since: datetime, now: datetime) -> None:
        for symbol in symbols:
            self._records[symbol].asked_at, self._records[symbol].asked_from = now, since
        try:
            fetched = await self._market.funding_history(symbols, since)
        except NoData as error:
            log.warning("%s: %s", self._market.venue, error)
            return
        for symbol, new in fetched.items():
            self._records[symbol].add(new, since, now)


def _just_asked(record: _Record, start: datetime, now: datetime) -> bool:
    """Whether what comes after `start` was asked for so lately that the answer would be the same."""
    if record.asked_at is None or record.asked_from is None:
        return False
    return now - record.asked_at <= RETRY and record.asked_from <= start


def _settled(now: datetime, hours: int) -> datetime:
    """The last settlement until `now`: venues settle on UTC multiples of the interval."""
    span = hours * 3600
    return datetime.fromtimestamp(int(now.timestamp()) // span * span, UTC)


def _joined(old: FundingHistory, new: FundingHistory) -> FundingHistory:
    """Both together, by time; where both know a settlement, as it is said now."""
    times, places = np.unique(np.concatenate([new.times, old.times]), return_index=True)
    return FundingHistory(times, np.concatenate([new.rates, old.rates])[places])
