"""Candles and settlements of days that are over, kept in memory: each is asked for once."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from core.cost.funding import settled
from core.domain.errors import NoData
from core.domain.market import Market
from core.domain.series import Candles, FundingHistory

MOST_KEPT = 256
"""Histories of one coin over one span that are kept of each kind: some megabytes at most."""
FINAL = timedelta(minutes=10)
"""So long after its end a span is taken to be complete at the venue, and is kept."""

Figures = TypeVar("Figures")

log = logging.getLogger(__name__)


class Past:
    """The past of one venue. It is not stored: after a start it is fetched anew."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._candles: _Kept[Candles] = _Kept()
        self._funding: _Kept[FundingHistory] = _Kept()

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int, now: datetime
    ) -> dict[str, Candles]:
        """Candles of `hours` (1 or 24) ending after `first`, until `last`; an asset without any is left out.

        Raises NoData while the venue cannot be asked.
        """

        async def fetch(missing: Collection[str]) -> Mapping[str, Candles]:
            found = await self._market.candles(missing, first, last, hours)
            return {asset: candles for asset, candles in found.items() if len(candles.times)}

        return await self._candles.of(assets, (first, last, hours), fetch, keep=now - last >= FINAL)

    async def funding(
        self, symbols: Collection[str], first: datetime, last: datetime, now: datetime
    ) -> dict[str, FundingHistory]:
        """Settlements of each perpetual from `first` to `last`; one without any is left out.

        A failure is logged, and what is known is given.
        """

        async def fetch(missing: Collection[str]) -> Mapping[str, FundingHistory]:
            try:
                found = await self._market.funding_history(missing, first)
            except NoData as error:
                log.warning("%s: %s", self._market.venue, error)
                return {}
            cut = {symbol: settled(history, first, last) for symbol, history in found.items()}
            return {symbol: history for symbol, history in cut.items() if len(history.times)}

        return await self._funding.of(symbols, (first, last), fetch, keep=now - last >= FINAL)


class _Kept(Generic[Figures]):
    """Figures by name and span, the least lately used going first; fetched by one caller at a time."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, object], Figures] = OrderedDict()
        self._fetching = asyncio.Lock()

    async def of(
        self,
        names: Collection[str],
        span: object,
        fetch: Callable[[Collection[str]], Awaitable[Mapping[str, Figures]]],
        *,
        keep: bool,
    ) -> dict[str, Figures]:
        """The figures of each name over the span; one that `fetch` lacks is left out, not kept."""
        async with self._fetching:
            found = {name: self._known[name, span] for name in names if (name, span) in self._known}
            missing = [name for name in dict.fromkeys(names) if name not in found]
            fetched = await fetch(missing) if missing else {}
        found.update(fetched)
        if keep:
            for name, figures in found.items():
                self._known[name, span] = figures
                self._known.move_to_end((name, span))
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return found
