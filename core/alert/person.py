"""A person as alerts see one: what they hold, what they have open, and when they want their digest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.capital.mode import POOLED
from core.domain.coins.place import Lying, lying_at
from core.domain.holding import Holding
from core.domain.quiet import Hours, last, zone
from core.journal.episode import Episode
from core.outcome.course import contracts_traded
from core.outcome.shared import BENCHMARK, Deposit


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is measured for a person's alerts depends on this, and on the figures of the moment."""

    holdings: tuple[Holding, ...] = ()
    episode: Episode | None = None
    """The hedge that is open, whole; None without one."""
    lying: Mapping[str, Lying] = field(default_factory=dict)
    """Where the coins lie, by asset."""
    cash: Decimal | None = None
    """USD that there is for margin, as far as it was said."""
    quiet: Hours = field(default_factory=Hours)
    """The hours without notices, and the time zone where the person is."""
    digest_at: int | None = None
    """Minutes after the person's own midnight at which they want their digest; None without one."""

    @property
    def coins(self) -> set[str]:
        """All coins whose figures may be needed."""
        found = {held.asset for held in self.holdings}
        if self.episode is not None:
            found |= {step.asset for step in self.episode.steps}
            found |= {terms.asset for terms in contracts_traded(self.episode).values()}
            for sizing in self.episode.sizings:
                found |= {*sizing.betas, *([sizing.benchmark] if sizing.betas else ())}
            if self.shares:
                found.add(BENCHMARK)
        return found

    @property
    def shares(self) -> bool:
        """Whether a position may share what backs it with others."""
        entries = self.episode.entries if self.episode else ()
        return any(getattr(entry.what, "mode", None) in POOLED for entry in entries)

    def deposits(self, home: str) -> dict[str, Deposit]:
        """What lies in the accounts that positions share, by venue. home: the user's own, with the cash."""
        if not self.shares or self.episode is None:
            return {}
        venues = {key[0] for key in contracts_traded(self.episode)}
        cash = {home: self.cash}
        return {venue: Deposit(cash.get(venue), lying_at(self.lying, venue)) for venue in venues}

    def digest_due(self, now: datetime) -> datetime | None:
        """When the digest was due last, in the person's time zone; None where it is not wanted."""
        place = zone(self.quiet.zone)
        return None if self.digest_at is None else last(now, self.digest_at, place).astimezone(place)
