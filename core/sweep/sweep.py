"""The sweep: finds out which alerts of a venue's users have come to another state, and writes it down.

Users are kept as arrays, and those who have changed something are read anew (`crowds`, `load`). A check in
float64 finds the users of whom an alert may have come to another state (`check`). These are read again and
measured exactly (`exact`, `notices`), and the outbox writes what has changed together with the notices that
this makes. Nothing but the arrays is kept between sweeps, and they can be lost at any time.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

import numpy as np

from core.alert.kinds import drift
from core.alert.scene import Scene
from core.domain.trace import trace
from core.journal.fate import Fate
from core.margin import MarginRules
from core.outcome.reached import reached
from core.prices.scenes import Scenes
from core.prices.unwatched import Unwatched
from core.prices.watch import Watch
from core.store.database import Database
from core.store.queue.outbox import AlertChange, Outbox
from core.store.user.ledger import Ledger
from core.store.user.own import Shard
from core.sweep.board import Covariance, SweepBoard
from core.sweep.check import Bounds, Checked, keep_measured
from core.sweep.crowd import Numbers
from core.sweep.crowds import Crowds
from core.sweep.exact import WatchedUser, read_people
from core.sweep.notices import crossings

EXACTLY = 100
"""So many users are read and measured exactly at once."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    users: int
    """Users who were checked."""
    alerts: int
    """Alerts of theirs that are not off."""
    candidates: int
    """Users who were measured exactly."""
    fired: int
    """Notices that were made."""
    missed: int
    """Changes that could not be written as somebody else was faster; the next sweep looks again."""
    reading: float
    """Seconds that it took to bring the arrays up to date."""
    seconds: float
    """Seconds that all of it took."""


@dataclass
class _Tally:
    """What a sweep that is under way has done so far."""

    candidates: int = 0
    fired: int = 0
    missed: int = 0

    def add(self, changes: Sequence[AlertChange], written: Sequence[AlertChange]) -> None:
        """Count the changes that were found, of which `written` could be written."""
        self.missed += len(changes) - len(written)
        self.fired += sum(len(change.notices) for change in written)


class Sweep:
    """Sweeps the users of one venue after another.

    `run` is to follow each refresh of a venue, also one that failed: missing prices may have to be told then.
    """

    def __init__(
        self,
        database: Database,
        watch: Watch,
        clock: Callable[[], datetime],
        venues: Sequence[str],
        *,
        only: int | Shard | None = None,
    ) -> None:
        """Of the venues that are offered here, the usual one first. `only`: as
        `core.store.user.own.whose`."""
        self._database = database
        self._clock = clock
        self._venues = tuple(venues)
        self._outbox = Outbox(database)
        self._scenes = Scenes(watch)
        self._unwatched = Unwatched(database, watch)
        self._crowds = Crowds(database, self._venues, only=only)
        self._covariances: dict[str, Covariance] = {}
        self._brackets: list[MarginRules | None] = []
        # Two sweeps at once would read the same crowds while one of them refreshes these.
        self._sweeping = asyncio.Lock()

    async def needed(self) -> tuple[str, ...]:
        """The venues whose prices some watched user needs: to be refreshed, and swept, every minute."""
        async with self._sweeping:
            await self._crowds.refresh()
            return self._crowds.venues()

    async def run(self, venue: str) -> Swept:
        """Find out and write down what has changed for the users of `venue`; one sweep at a time."""
        async with self._sweeping:
            began = perf_counter()
            await self._crowds.refresh()
            reading = perf_counter() - began
            crowds = self._crowds.of(venue)
            try:
                tally = await self._swept(venue, crowds) if crowds else _Tally()
            except BaseException:
                self._crowds.lose()  # they may have taken over what could not be written
                raise
            users, alerts = await asyncio.to_thread(_counted, crowds)
            return Swept(
                users=users,
                alerts=alerts,
                candidates=tally.candidates,
                fired=tally.fired,
                missed=tally.missed,
                reading=reading,
                seconds=perf_counter() - began,
            )

    async def _swept(self, venue: str, crowds: Sequence[Checked]) -> _Tally:
        """Check all users, and measure those who may have something to be told: urgent things first."""
        scene = await self._scene(venue, crowds)
        board = await asyncio.to_thread(self._board, scene, crowds)
        bounds = await asyncio.to_thread(Bounds, self._crowds.directory)
        # In threads, since a check of very many users takes longer than an answer may wait for the event
        # loop.
        hits = [await asyncio.to_thread(checked.candidates, board, bounds) for checked in crowds]
        tally = _Tally()
        # First those of all crowds who may be liquidated: a slow measurement of what can wait must not come
        # before them.
        for turn in range(2):
            for checked, found in zip(crowds, hits, strict=True):
                places = np.flatnonzero(found[turn])
                for start in range(0, len(places), EXACTLY):
                    changes = await self._measure(checked, places[start : start + EXACTLY], scene, board)
                    tally.add(changes, await self._outbox.apply(changes) if changes else ())
                tally.candidates += len(places)
        return tally

    async def _scene(self, venue: str, crowds: Sequence[Checked]) -> Scene:
        directory = self._crowds.directory
        coins: dict[str, set[str]] = {venue: set()}
        for checked in crowds:
            coins[venue] |= {directory.assets.names[number] for number in checked.assets}
            for number in checked.places:
                place = directory.places.names[number]
                # A position stays at its venue where its user has chosen another one since, and is watched
                # by that one's prices.
                coins.setdefault(place.venue, set()).add(place.asset)
        numbers = {number for checked in crowds for number in checked.rules}
        rules = [rule for number in sorted(numbers) if (rule := directory.rule(number)) is not None]
        coins[venue] |= {rule.subject for rule in rules if rule.subject and ":" not in rule.subject}
        offered = {place: own for place, own in coins.items() if place in self._venues}
        scene = await self._scenes.scene(venue, self._clock(), offered, rules)
        opened = {directory.places.names[number] for checked in crowds for number in checked.places}
        await self._unwatched.catch_up(scene, {(place.venue, place.symbol) for place in opened})
        return scene

    def _board(self, scene: Scene, crowds: Sequence[Checked]) -> SweepBoard:
        """The figures of the moment by number, with the covariance where somebody's alert needs one."""
        directory = self._crowds.directory
        board = SweepBoard(scene.bare, directory)
        brackets = [MarginRules.of(contract) if contract else None for contract in board.contracts]
        # The same object as long as nothing differs: crowds keep liquidation prices for as long as they meet
        # this very list.
        if brackets != self._brackets:
            self._brackets = brackets
        board.brackets = self._brackets
        snapshot = scene.snapshots.get(scene.home)
        if snapshot is not None and any(drift.RISK in checked.checks.rows for checked in crowds):
            before, names = self._covariances.get(scene.home), directory.assets.names
            board.covariance = Covariance.of(snapshot.closes, names, scene.now.date(), before)
            self._covariances[scene.home] = board.covariance
        return board

    async def _measure(
        self, checked: Checked, places: Numbers, scene: Scene, board: SweepBoard
    ) -> list[AlertChange]:
        """What has changed for these users of a crowd, exactly."""
        wanted = checked.crowd.ids[places].tolist()
        # Read again, because the arrays may be a moment old: what fires is decided on rows of one
        # transaction.
        people = await self._database.survey(lambda connection: read_people(connection, wanted, scene.now))
        await self._scenes.befit(scene, people)
        # Written before anything is told, and read once more, so that the notice already knows the position
        # as liquidated and no later answer values it as open.
        if await self._note(await asyncio.to_thread(_reached, people, scene)):
            people = await self._database.survey(
                lambda connection: read_people(connection, wanted, scene.now)
            )
        return await asyncio.to_thread(_measured, checked, people, scene, board)

    async def _note(self, seen: Mapping[int, Sequence[Fate]]) -> bool:
        """Write down whose positions have come to the price that liquidates them: it is not forgotten."""
        written = [
            await Ledger(self._database, user, now=self._clock()).note(own) for user, own in seen.items()
        ]
        return any(written)


def _counted(crowds: Iterable[Checked]) -> tuple[int, int]:
    """Users and alerts in these crowds."""
    counts = [(int(checked.crowd.alive.sum()), checked.alerts) for checked in crowds]
    return sum(users for users, _ in counts), sum(alerts for _, alerts in counts)


def _reached(people: Iterable[WatchedUser], scene: Scene) -> dict[int, Sequence[Fate]]:
    """By user, which open positions have come to the price that liquidates them, where any have."""
    found: dict[int, Sequence[Fate]] = {}
    for person in people:
        stands = scene.situation(person).standing
        if stands is not None and (fates := reached(stands, scene.extremes)):
            found[person.user] = fates
    return found


def _measured(
    checked: Checked, people: Iterable[WatchedUser], scene: Scene, board: SweepBoard
) -> list[AlertChange]:
    """What has changed for these users; what the measuring has told of them is kept with the crowd."""
    changes: list[AlertChange] = []
    crowd = checked.crowd
    for person in people:
        place = int(np.searchsorted(crowd.ids, person.user))
        try:
            situation = scene.situation(person)
            changes += crossings(person, situation)
            keep_measured(checked, place, person, situation, board)
        except Exception as error:  # noqa: BLE001 - one user's trouble must not keep the others from being told
            log.error("The alerts of user %s cannot be measured\n%s", person.user, trace(error))  # noqa: TRY400
    return changes
