"""How far contracts went while nobody looked: after an outage, of the venue or of this program."""

import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from core.alert.scene import Scene
from core.domain.errors import NoData
from core.domain.quote import QUOTE_WARN
from core.domain.series import Candles
from core.outcome.course import Key
from core.outcome.reached import Extreme
from core.prices.watch import Watch
from core.store.database import Database, upsert
from core.store.tables import looks

BREAK = timedelta(minutes=10)
"""Between two looks: what a price did in a shorter one is not asked for."""
LONGEST = timedelta(days=30)
"""Further back nothing is asked for."""
HOUR = timedelta(hours=1)

log = logging.getLogger(__name__)


def extreme_since(candles: Candles, since: datetime) -> Extreme | None:
    """The highest and lowest price of the candles that reach beyond `since`; None without any.

    It counts from the beginning of the first of them, as nobody knows when in it the price was there.
    """
    naive = since.astimezone(UTC).replace(tzinfo=None)
    late = candles.times > candles.times.dtype.type(naive)
    if not late.any():
        return None
    began = candles.times[late][0].astype(datetime).replace(tzinfo=UTC) - HOUR
    low, high = float(candles.lows[late].min()), float(candles.highs[late].max())
    return Extreme(began, Decimal(repr(low)), Decimal(repr(high)))


class Unwatched:
    """Remembers, over restarts, when each venue was last looked at for the users of another."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch
        self._last: dict[tuple[str, str], datetime] = {}

    async def catch_up(self, scene: Scene, opened: Collection[Key]) -> None:
        """Have in the scene how far the open contracts went since the last look, where that was long ago.

        A venue that cannot be asked is asked again with the next look.
        """
        for venue, snapshot in scene.snapshots.items():
            symbols = sorted({symbol for place, symbol in opened if place == venue})
            newest = max((quote.at for quote in snapshot.quotes.values()), default=None)
            if not symbols or newest is None or scene.now - newest > QUOTE_WARN:
                continue
            last = await self._looked(scene.home, venue)
            if last is not None and BREAK < scene.now - last <= LONGEST:
                try:
                    found = await self._watch.marks(venue, symbols, last)
                except NoData as failure:
                    log.warning("What %s did since %s is not known: %s", venue, last, failure)
                    continue
                scene.extremes |= _extremes(venue, found, last)
            await self._note(scene.home, venue, scene.now)

    async def _looked(self, home: str, venue: str) -> datetime | None:
        if (home, venue) not in self._last:
            query = select(looks.c.at).where(looks.c.home == home, looks.c.venue == venue)
            async with self._database.read() as connection:
                at = (await connection.execute(query)).scalar()
            if at is None:
                return None
            self._last[home, venue] = at
        return self._last[home, venue]

    async def _note(self, home: str, venue: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, looks), {"home": home, "venue": venue, "at": now})
        self._last[home, venue] = now


def _extremes(venue: str, found: Mapping[str, Candles], since: datetime) -> dict[Key, Extreme]:
    each = {(venue, symbol): extreme_since(candles, since) for symbol, candles in found.items()}
    return {key: extreme for key, extreme in each.items() if extreme is not None}
