"""Gathers what the alerts of one venue's users are measured with, from the watch."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from core.alert import KINDS
from core.alert.person import Person
from core.alert.rule import Rule
from core.alert.scene import Scene
from core.alert.trail import KEEP, Trail, Trails
from core.cost.funding import MEAN_DAYS
from core.domain.coins.asset import STABLECOINS
from core.domain.errors import NoData
from core.outcome.course import Key, contracts_traded
from core.outcome.received import LEAD
from core.prices.watch import Watch

BREAK = timedelta(minutes=10)
"""So long without a sweep, and nobody asked for prices in between."""
CANDLES_AGAIN = timedelta(hours=1)
"""How long before past prices that could not be had are asked for again."""


class Scenes:
    """Makes scenes; between them it keeps what coins cost within the last day."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._trails: dict[str, Trails] = {}
        self._asked: dict[str, tuple[datetime, datetime]] = {}
        self._candles_asked: dict[tuple[str, str], datetime] = {}

    async def scene(
        self, home: str, now: datetime, traded: Mapping[str, Collection[str]], rules: Iterable[Rule]
    ) -> Scene:
        """The moment at a venue. traded: coins of its users, by the venue that they matter at.

        rules: those of its users that have a subject.
        """
        since, last = self._asked.get(home, (now, now))
        since = now if now - last > BREAK else since
        self._asked[home] = (since, now)
        venues = (home, *sorted(traded.keys() - {home}))
        scene = Scene(now, home, {}, {venue: set() for venue in venues}, {}, since)
        for venue in venues:
            await self._look(scene, venue, traded.get(venue, ()))
        needed: dict[str | None, set[str]] = defaultdict(set)
        for rule in rules:
            if rule.subject:
                needed[KINDS[rule.kind].figures[rule.figure].past].add(rule.subject)
        scene.trails = await self._past(scene, needed["prices"])
        await self._settled(scene, _perpetuals(scene, needed["funding"]), now - timedelta(days=MEAN_DAYS + 1))
        return scene

    async def befit(self, scene: Scene, people: Iterable[Person]) -> None:
        """Have in the scene the coins of these users, and what their perpetuals have settled."""
        keys, coins, since = await asyncio.to_thread(_needed, tuple(people), scene.now)
        if scene.home in scene.snapshots:
            await self._look(scene, scene.home, coins)
        await self._settled(scene, keys - scene.histories.keys(), since)

    async def _look(self, scene: Scene, venue: str, coins: Collection[str]) -> None:
        """Have the venue in the scene with these coins; without it where it gives nothing."""
        more = set(coins) - STABLECOINS - scene.coins[venue]
        if venue in scene.snapshots and not more:
            return
        named = sorted(scene.coins[venue] | more)
        try:
            scene.snapshots[venue] = await self._watch.snapshot(venue, named, named)
        except NoData:
            return
        scene.coins[venue].update(named)

    async def _settled(self, scene: Scene, keys: Iterable[Key], since: datetime) -> None:
        symbols: dict[str, list[str]] = {}
        for venue, symbol in sorted(keys):
            if venue in scene.snapshots:
                symbols.setdefault(venue, []).append(symbol)
        for venue, own in symbols.items():
            found = await self._watch.funding_history(venue, own, since)
            scene.histories.update({(venue, symbol): history for symbol, history in found.items()})

    async def _past(self, scene: Scene, moves: Collection[str]) -> dict[str, Trail]:
        """What these coins cost within the last day."""
        trails = self._trails.setdefault(scene.home, Trails())
        bare = scene.bare
        quotes = {asset: bare.spot(asset) for asset in sorted(moves)}
        trails.add({asset: (quote.at, quote.mark) for asset, quote in quotes.items() if quote}, scene.now)
        lacking = [
            asset
            for asset in trails.lacking(sorted(moves), scene.now)
            if scene.now - self._candles_asked.get((scene.home, asset), scene.now - KEEP) >= CANDLES_AGAIN
        ]
        if lacking:
            self._candles_asked.update({(scene.home, asset): scene.now for asset in lacking})
            try:
                candles = await self._watch.candles(scene.home, lacking, scene.now - KEEP, scene.now, 1)
            except NoData:
                candles = {}
            trails.fill(candles)
        return {asset: trails.of(asset) for asset in moves}


def _needed(people: Iterable[Person], now: datetime) -> tuple[set[Key], set[str], datetime]:
    """The perpetuals of these users, their coins, and since when what was settled counts."""
    keys: set[Key] = set()
    coins: set[str] = set()
    since = now - timedelta(days=MEAN_DAYS + 1)
    for person in people:
        coins |= person.coins
        if person.episode is not None:
            since = min(since, person.episode.began - LEAD)
            traded = contracts_traded(person.episode).items()
            keys |= {key for key, terms in traded if terms.expiry is None}
    return keys, coins, since


def _perpetuals(scene: Scene, assets: Iterable[str]) -> set[Key]:
    """The perpetuals of the venue that are looked at for these coins."""
    snapshot = scene.snapshots.get(scene.home)
    if snapshot is None:
        return set()
    found = (snapshot.perpetual(asset) or snapshot.perpetual(asset, inverse=True) for asset in assets)
    return {(scene.home, contract.symbol) for contract in found if contract}
