"""One user at one moment: what alerts are measured on, and what a measurement gives."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from math import sqrt

from core.alert.facts import Facts, as_kept
from core.alert.trail import Trail
from core.domain.errors import HedgeError, NoData
from core.domain.holding import Holding
from core.domain.quote import QUOTE_REFUSE, QUOTE_WARN, FundingRate, Quote
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.hedge.study import Study, study
from core.journal.episode import Episode, Sizing
from core.measure.beta import covariance
from core.measure.exposure import Exposure, expose
from core.measure.sample import sample
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding
from core.outcome.reached import Extreme
from core.outcome.shared import Deposit, SharedStanding, shared_accounts
from core.outcome.standing import Standing, standing

_NO_TIME = timedelta(0)
NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured for a rule, and what a notice needs to say beside it."""

    value: Decimal
    """In the unit of the rule's figure."""
    facts: Facts


@dataclass(frozen=True)
class Situation:
    """One user at the moment `now`: all that their alerts are measured on."""

    now: datetime
    venue: str
    """The user's own."""
    snapshots: Mapping[str, Snapshot]
    """By venue, the user's own first, then those of open positions; a venue that was never reached is not in
    it. What needs the closes of a coin is not known where they are not in its venue's snapshot."""
    holdings: tuple[Holding, ...] = ()
    episode: Episode | None = None
    """The open hedge; None without one."""
    histories: Mapping[Key, FundingHistory] = field(default_factory=dict)
    """What perpetuals have settled, by venue and symbol: in the last 30 days, to tell whether funding is
    extreme, and since the hedge began, to tell what was received."""
    trails: Mapping[str, Trail] = field(default_factory=dict)
    """Past prices by asset, to tell moves."""
    asked_since: datetime | None = None
    """Since when prices have been asked for without a break."""
    digest_due: datetime | None = None
    """When the daily summary was due last, in the user's time zone; None where it is not wanted."""
    extremes: Mapping[Key, Sequence[Extreme]] = field(default_factory=dict)
    """How far contracts went while nobody looked, by venue and symbol."""
    deposits: Mapping[str, Deposit] = field(default_factory=dict)
    """What lies in the accounts that open positions share, by venue."""
    bare: tuple[LegStanding, ...] | None = None
    """The open positions where only they are known, without figures; else they follow from the episode."""

    @property
    def snapshot(self) -> Snapshot | None:
        """Of the user's own venue."""
        return self.snapshots.get(self.venue)

    @cached_property
    def standing(self) -> Standing | None:
        """The open hedge as it stands; None where none is, or it cannot be worked out."""
        if self.episode is None:
            return None
        try:
            return standing(self.episode, self.snapshots, self.histories, self.now)
        except HedgeError:
            return None

    @property
    def unclear(self) -> bool:
        """Whether a hedge is open of which nothing can be told now, not even its positions."""
        return self.episode is not None and self.standing is None

    @property
    def legs(self) -> tuple[LegStanding, ...]:
        """The open positions; none while they are unclear."""
        if self.bare is not None:
            return self.bare
        return self.standing.open if self.standing else ()

    @cached_property
    def accounts(self) -> tuple[SharedStanding, ...]:
        """The accounts in which open positions share what backs them, at prices fresh enough to fire on."""
        legs = (replace(leg, quote=self.fresh(leg.quote)) for leg in self.legs if leg.held.pooled)
        return shared_accounts(legs, self.deposits, self.snapshots, self.now)

    def account(self, leg: LegStanding) -> SharedStanding | None:
        """The account that an open position shares; None for one with a margin of its own."""
        if not leg.held.pooled:
            return None
        return next((each for each in self.accounts if each.venue == leg.held.venue), None)

    def leg(self, subject: str) -> LegStanding | None:
        """The open position of this name, as `leg_name` gives it."""
        return next((leg for leg in self.legs if leg_name(leg) == subject), None)

    def legs_called(self, wanted: str) -> tuple[LegStanding, ...]:
        """The open positions that a rule's subject means: all, those of a coin, or the one of this name."""
        return tuple(leg for leg in self.legs if wanted in ("", leg.asset, leg_name(leg)))

    @property
    def sizing(self) -> Sizing | None:
        """Why the open hedge is sized as it is; None for positions entered by hand."""
        known = [sizing for sizing in self.episode.sizings if sizing.betas] if self.episode else []
        return known[-1] if known else None

    @cached_property
    def exposure(self) -> Exposure | None:
        """What is held, at prices fresh enough to fire on; None while one is not."""
        if self.snapshot is None:
            return None
        found = expose(self.holdings, self.snapshot, self.now)
        if found.unpriced or not found.holdings:
            return None
        quotes = (self.spot(held.asset) for held in found.moving)
        return found if all(quote is not None for quote in quotes) else None

    @property
    def assets(self) -> tuple[str, ...]:
        """Whose closes the measurements may need."""
        legs = (leg.asset for leg in self.legs)
        sized = (self.sizing.benchmark, *self.sizing.betas) if self.sizing else ()
        return tuple(dict.fromkeys([*(held.asset for held in self.holdings), *legs, *sized]))

    def measured(self, legs: Sequence[str], only: Collection[str] = ()) -> Study | None:
        """How the holdings (or `only` some) and these coins move; None where a coin is not measured.

        Nor while closes of a coin that the venue lists were not read: the others would stand for it.
        """
        exposure, snapshot = self.exposure, self.snapshot
        if exposure is None or snapshot is None:
            return None
        if only:
            exposure = Exposure(tuple(held for held in exposure.holdings if held.asset in only))
        listed = {contract.asset for contract in snapshot.contracts.values()}
        needed = {*legs, *(held.asset for held in exposure.moving if held.asset in listed)}
        if not exposure.moving or not needed <= snapshot.closes.keys():
            return None
        try:
            found = study(exposure, legs, snapshot, self.now.date())
        except NoData:
            return None
        return found if found.sample.measured.issuperset(legs) else None

    def fresh(self, quote: Quote | None) -> Quote | None:
        """The quote, unless it is too old for anything to fire on it, or stands still."""
        fresh = quote is not None and self.now - quote.at <= QUOTE_WARN and not quote.frozen
        return quote if fresh else None

    def spot(self, asset: str) -> Quote | None:
        """USD a coin on the user's venue; None where that is not known or too old to fire on."""
        if self.snapshot is None:
            return None
        try:
            return self.fresh(self.snapshot.spot_quote(asset, self.now))
        except NoData:
            return None

    def rate(self, venue: str, symbol: str) -> FundingRate | None:
        """The funding of a perpetual; None where it is not known now. It moves slowly, and may be older."""
        snapshot = self.snapshots.get(venue)
        found = snapshot.funding.get(symbol) if snapshot else None
        return found if found and self.now - found.at <= QUOTE_REFUSE else None

    def sigma(self, asset: str, venue: str) -> float | None:
        """Standard deviation of a usual day of the coin, by closes of the user's venue, else of this one.

        None where it is not measured, or the coin never moved.
        """
        for place in dict.fromkeys((self.venue, venue)):
            snapshot = self.snapshots.get(place)
            if snapshot is not None and asset in snapshot.closes:
                try:
                    found = sample(snapshot.closes, [asset], self.now.date())
                except NoData:
                    continue
                return sqrt(float(covariance(found.returns, found.weights())[0, 0])) or None
        return None

    @property
    def simulated(self) -> bool:
        """Whether any of the figures are made up."""
        return any(snapshot.simulated for snapshot in self.snapshots.values())

    def age(self, *quotes: Quote | None) -> timedelta:
        """Of the oldest of these quotes; zero of one that is ahead of our clock."""
        return max((_NO_TIME, *(self.now - quote.at for quote in quotes if quote)))


def leg_name(leg: LegStanding) -> str:
    """What a rule calls one contract of one venue: `binanceusdm:ETH/USDT:USDT`."""
    return f"{leg.held.venue}:{leg.held.symbol}"


def reading(value: Decimal | float | None, facts: Facts = NO_FACTS) -> Reading | None:
    """A reading with these facts; None where the value is not known or no number."""
    if value is None:
        return None
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return Reading(exact, as_kept(facts)) if exact.is_finite() else None
