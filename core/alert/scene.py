"""What the users of one venue have before them at one moment: its figures, and those of where they trade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.alert.person import Person
from core.alert.situation import Situation
from core.alert.trail import Trail
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.outcome.course import Key, contracts_traded
from core.outcome.reached import Extreme


@dataclass(eq=False)
class Scene:
    """One moment at one venue. It is filled bit by bit, as more turns out to be needed."""

    now: datetime
    home: str
    """The venue of the users whose scene it is."""
    snapshots: dict[str, Snapshot]
    """By venue, the home and where its users trade; a venue that gave nothing is not in it."""
    coins: Mapping[str, set[str]]
    """By venue, the coins whose prices and past are in its snapshot."""
    trails: Mapping[str, Trail]
    """Past prices by coin, of those coins whose moves somebody watches."""
    asked_since: datetime
    """Since when the home has been asked for prices without a break."""
    histories: dict[Key, FundingHistory] = field(default_factory=dict)
    """What perpetuals have settled, by venue and symbol, of those for which somebody needs it."""
    extremes: dict[Key, Sequence[Extreme]] = field(default_factory=dict)
    """How far contracts went while nobody looked, span by span, by venue and symbol."""

    @property
    def bare(self) -> Situation:
        """The situation of a user who has nothing of their own."""
        return Situation(
            self.now,
            self.home,
            self.snapshots,
            histories=self.histories,
            trails=self.trails,
            asked_since=self.asked_since,
            extremes=self.extremes,
        )

    def situation(self, person: Person) -> Situation:
        """The situation of this person: of other venues than the home, only those where they trade."""
        traded = {key[0] for key in contracts_traded(person.episode)} if person.episode else set()
        venues = (self.home, *sorted(traded - {self.home}))
        return Situation(
            self.now,
            self.home,
            {venue: self.snapshots[venue] for venue in venues if venue in self.snapshots},
            person.holdings,
            person.episode,
            self.histories,
            self.trails,
            self.asked_since,
            person.digest_due(self.now),
            self.extremes,
            deposits=person.deposits(self.home),
        )
