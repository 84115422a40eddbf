"""How far contracts went while nobody looked: after an outage, of the venue or of this program."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from core.alert.scene import Scene
from core.domain.errors import NoData
from core.domain.quote import QUOTE_WARN
from core.domain.series import Candles
from core.domain.snapshot import Snapshot
from core.outcome.course import Key
from core.outcome.reached import Extreme
from core.prices.watch import Watch
from core.store.database import Database, upsert
from core.store.tables import looks

BREAK = timedelta(minutes=10)
"""Between two looks: what a price did in a shorter one is not asked for."""
LONGEST = timedelta(days=30)
"""Of a longer one only the last so many days are asked for."""
BY_MINUTES = timedelta(hours=5)
"""A break that is no longer is asked for minute by minute. Of a longer one only the first part of an hour
is, so that nothing is missed of a short that was opened just before it.
"""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

Since = Mapping[str, datetime]
"""From when on each symbol is to be asked for."""

log = logging.getLogger(__name__)


def extremes_of(candles: Candles, length: timedelta) -> list[Extreme]:
    """The lowest and highest price of each of these candles, which are `length` long."""
    ends = (at.astype("datetime64[s]").astype(datetime).replace(tzinfo=UTC) for at in candles.times)
    rows = zip(ends, candles.lows.tolist(), candles.highs.tolist(), strict=True)
    return [Extreme(end - length, Decimal(repr(low)), Decimal(repr(high))) for end, low, high in rows]


def pieces(since: datetime, now: datetime) -> list[tuple[datetime, datetime, timedelta]]:
    """What is asked for of a break: from when to when, in candles of what length."""
    first = max(since, now - LONGEST).replace(second=0, microsecond=0)
    if now - first <= BY_MINUTES:
        return [(first, now, MINUTE)]
    hour = first.replace(minute=0) + HOUR
    return [(first, hour, MINUTE), (hour, now, HOUR)]


class Unwatched:
    """Remembers, over restarts, when each venue was last looked at for the users of another."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch
        self._last: dict[tuple[str, str], datetime] = {}
        self._seen: dict[tuple[str, str, str], datetime] = {}

    async def catch_up(self, scene: Scene, opened: Collection[Key]) -> None:
        """Have in the scene how far the open contracts went since the last look, where that was long ago.

        What cannot be had, and a contract that has no price of its own now, is asked for with a later look.
        """
        for venue, snapshot in scene.snapshots.items():
            listed = _listed(snapshot, opened)
            if not listed:
                continue
            last = await self._looked(scene.home, venue)
            due = {
                symbol: self._seen.get((scene.home, venue, symbol), last)
                for symbol in listed
                if _priced(snapshot, symbol, scene.now)
            }
            found = await self._missed(venue, _long_ago(due, scene.now), scene.now)
            scene.extremes |= {(venue, symbol): spans for symbol, spans in found.items() if spans}
            for symbol in due.keys() - (_long_ago(due, scene.now).keys() - found.keys()):
                self._seen[scene.home, venue, symbol] = scene.now
            if last is None or all(self._seen.get((scene.home, venue, each)) == scene.now for each in listed):
                await self._note(scene.home, venue, scene.now)

    async def missed(
        self, home: str, snapshots: Iterable[Snapshot], opened: Collection[Key], now: datetime
    ) -> dict[Key, Sequence[Extreme]]:
        """How far these contracts went since the watch last looked, where that was long ago.

        It changes nothing. What cannot be had is left out.
        """
        found: dict[Key, Sequence[Extreme]] = {}
        for snapshot in snapshots:
            listed = _listed(snapshot, opened)
            last = await self._stored(home, snapshot.venue) if listed else None
            due = {symbol: last for symbol in listed if _priced(snapshot, symbol, now)}
            each = await self._missed(snapshot.venue, _long_ago(due, now), now)
            found |= {(snapshot.venue, symbol): spans for symbol, spans in each.items()}
        return found

    async def _missed(self, venue: str, due: Since, now: datetime) -> dict[str, list[Extreme]]:
        """What each symbol did since then; one that cannot be had as a whole is left out."""
        together: dict[datetime, list[str]] = defaultdict(list)
        for symbol, since in due.items():
            together[since].append(symbol)
        found: dict[str, list[Extreme]] = {symbol: [] for symbol in due}
        for since, symbols in together.items():
            for first, last, length in pieces(since, now):
                try:
                    candles = await self._watch.marks(venue, symbols, first, last, length)
                except NoData as failure:
                    log.warning("What %s did since %s is not known: %s", venue, since, failure)
                    candles = {}
                for symbol in symbols:
                    if symbol in candles and symbol in found:
                        found[symbol] += extremes_of(candles[symbol], length)
                    else:
                        found.pop(symbol, None)
        return found

    async def _looked(self, home: str, venue: str) -> datetime | None:
        if (home, venue) not in self._last:
            at = await self._stored(home, venue)
            if at is None:
                return None
            self._last[home, venue] = at
        return self._last[home, venue]

    async def _stored(self, home: str, venue: str) -> datetime | None:
        query = select(looks.c.at).where(looks.c.home == home, looks.c.venue == venue)
        async with self._database.read() as connection:
            at: datetime | None = (await connection.execute(query)).scalar()
        return at

    async def _note(self, home: str, venue: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, looks), {"home": home, "venue": venue, "at": now})
        self._last[home, venue] = now


def _listed(snapshot: Snapshot, opened: Collection[Key]) -> list[str]:
    """Those of the contracts that the venue lists: of another one nothing can be asked."""
    return sorted(
        {symbol for place, symbol in opened if place == snapshot.venue and symbol in snapshot.contracts}
    )


def _priced(snapshot: Snapshot, symbol: str, now: datetime) -> bool:
    """Whether the contract has a price of its own now: then it is looked at."""
    quote = snapshot.quotes.get(symbol)
    return quote is not None and now - quote.at <= QUOTE_WARN


def _long_ago(due: Mapping[str, datetime | None], now: datetime) -> dict[str, datetime]:
    """Those that were last looked at before a break."""
    return {symbol: at for symbol, at in due.items() if at is not None and now - at > BREAK}
