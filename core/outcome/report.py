"""The report card of a hedge: what it made and cost, how well it worked, and where it missed its aim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from core.domain.series import Candles, FundingHistory
from core.domain.snapshot import Snapshot
from core.journal.episode import Episode
from core.journal.fill import Fill
from core.journal.held import decimal
from core.journal.relisted import change_of
from core.outcome.course import (
    NO_CANDLES,
    Course,
    Key,
)
from core.outcome.effect import Effect, effect
from core.outcome.kept import Kept, judged_ranges
from core.outcome.life import Life, live_through
from core.outcome.miss import Ends, prices_made, split
from core.outcome.received import received
from core.outcome.unknown import OpenButDelisted, OpenButOtherKind, OpenButSilent

PARTS = ("beta", "basis", "funding", "rounding", "fees", "size")
"""The causes that a miss is split into."""
PER = Decimal(1000)
"""The premium is told per so many USD of coins."""
LEAST_YEARLY = timedelta(days=7)
"""What a shorter life cost says nothing of a year."""
LEAST_MOVE = Decimal("0.01")
"""Where the coins made or lost less than this share of what was protected,
the share that came back means nothing.
"""
_DAYS_PER_YEAR = 365
_CENT = Decimal("0.01")
_ROOM = Context(prec=60)
_NONE = Fraction(0)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LegReport:
    """What one contract made, in USD to the cent."""

    venue: str
    """The venue's ccxt id."""
    symbol: str
    """The contract's unified name."""
    asset: str
    """The canonical ticker."""
    short: bool
    """Whether it began as a short."""
    prices: Decimal
    """What its price made."""
    funding: Decimal | None
    """Funding received; None where that is not known."""
    fees: Decimal
    """Fees paid."""

    @property
    def total(self) -> Decimal:
        """Prices and funding less fees; funding that is not known counts as nothing."""
        return self.prices + (self.funding or Decimal(0)) - self.fees


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an episode, in USD to the cent."""

    number: int
    """The number of the episode."""
    began: datetime
    """When it began."""
    until: datetime
    """Until when this is told: its end, otherwise now."""
    ended: bool
    """Whether it is over."""
    coverage: Decimal
    """The share that was to be hedged, as it was last."""
    legs: tuple[LegReport, ...]
    """What each contract made."""
    spot: Decimal
    """What the coins made."""
    protected: Decimal | None
    """What the covered share of the coins was worth, on average over the time; None where not known."""
    parts: Mapping[str, Decimal]
    """The miss by its causes, which add up to it; by the names in PARTS. One that is not known is absent."""
    effect: Effect
    """How much of the swings it took away."""
    unpriced: tuple[str, ...] = ()
    """Coins that are left out everywhere, because they have no price."""
    unfunded: tuple[str, ...] = ()
    """Assets of legs whose funding is not known and left out."""
    rough: tuple[str, ...] = ()
    """Coins for which a price from some hours before was used."""
    only: tuple[str, ...] = ()
    """The coins that the hedge is of, as it was last; empty where it is of all of them."""
    kept: tuple[Kept, ...] = ()
    """Each range that was stated beforehand beside what came; empty where none can be judged."""
    stated: bool = False
    """Whether every plan that it followed stated ranges."""

    @property
    def hedge(self) -> Decimal:
        """What the hedge made in all."""
        return sum((leg.total for leg in self.legs), Decimal(0))

    @property
    def net(self) -> Decimal:
        """What coins and hedge made together."""
        return self.spot + self.hedge

    @property
    def miss(self) -> Decimal:
        """How much better (below zero: worse) the hedge did than it aimed at: the sum of the parts."""
        return sum(self.parts.values(), Decimal(0))

    @property
    def whole(self) -> bool:
        """Whether nothing was left out and nothing is rough."""
        return not (self.unpriced or self.unfunded or self.rough)

    @property
    def days(self) -> Decimal:
        """How many days it lasted, with their fraction."""
        return Decimal(int((self.until - self.began) / _SECOND)) / 86_400

    @property
    def offset(self) -> Decimal | None:
        """Dollar offset: what the hedge gave back of each dollar that the coins lost, or took of one gained.

        -hedge / spot. None where the coins hardly moved, by LEAST_MOVE.
        """
        if not self.spot or self.protected is None or abs(self.spot) < LEAST_MOVE * self.protected:
            return None
        return -self.hedge / self.spot

    @property
    def cost(self) -> Decimal:
        """What having the hedge cost (below zero: paid), whatever prices did: fees less funding and basis."""
        return -sum((self.parts.get(name, Decimal(0)) for name in ("fees", "funding", "basis")), Decimal(0))

    @property
    def premium(self) -> Decimal | None:
        """The cost per PER dollars that were protected; None where nothing was."""
        return self.cost * PER / self.protected if self.protected else None

    @property
    def yearly(self) -> Decimal | None:
        """The premium per year at this pace; None after less than LEAST_YEARLY."""
        if self.premium is None or self.until - self.began < LEAST_YEARLY:
            return None
        return self.premium * _DAYS_PER_YEAR / self.days


def report(
    episode: Episode,
    snapshots: Mapping[str, Snapshot],
    histories: Mapping[Key, FundingHistory],
    now: datetime,
    candles: Mapping[str, Candles] = NO_CANDLES,
) -> Report:
    """The report card of an episode: until it ended, or so far.

    snapshots: by venue, the one whose prices come first. histories: past settlements by venue and symbol.
    candles: of the time about the end, by asset, for an episode that ended a while ago.

    Raises NoData, naming it, where an open contract has no price now.
    """
    life = live_through(episode, snapshots, now, candles)
    ends = {key: _end(key, own, snapshots, now) for key, own in life.fills.items()}
    legs = tuple(
        LegReport(
            venue=key[0],
            symbol=key[1],
            asset=life.asset(key),
            short=life.fills[key][0].count < 0,
            prices=_cents(prices or _NONE),
            funding=_funding(life, key, histories.get(key)),
            fees=_cents(sum((Fraction(fill.fee) for fill in life.fills[key]), _NONE)),
        )
        for key, prices in prices_made(life, ends).items()
    )
    gains = [gain for gain in life.coins.values() if gain is not None]
    funded = [leg.funding for leg in legs if leg.funding is not None]
    plans = [plan for _, plan in life.plans]
    protected = life.protected()
    return Report(
        number=episode.number,
        began=episode.began,
        until=life.until,
        ended=episode.ended is not None,
        coverage=life.coverage(life.until),
        legs=legs,
        spot=_cents(sum(gains, _NONE)),
        protected=None if protected is None else _cents(protected),
        parts=_parts(life, ends, legs),
        effect=effect(life.held, life.shorted, life.closes, episode.began, life.until),
        unpriced=tuple(sorted(asset for asset, gain in life.coins.items() if gain is None)),
        unfunded=tuple(leg.asset for leg in legs if leg.funding is None),
        rough=life.rough(),
        only=plan.only if (plan := life.plan(life.until)) else (),
        kept=judged_ranges(
            life,
            sum((leg.prices for leg in legs), Decimal(0)),
            sum(funded, Decimal(0)) if len(funded) == len(legs) else None,
        ),
        stated=bool(plans) and all(plan.promise is not None for plan in plans),
    )


def _parts(life: Life, ends: Ends, legs: Sequence[LegReport]) -> dict[str, Decimal]:
    """The miss by its causes, to the cent. Beta is what the others leave, so
    it takes the rounding to cents too.
    """
    parts = {name: _cents(amount) for name, amount in split(life, ends).items()}
    parts["fees"] = -sum((leg.fees for leg in legs), Decimal(0))
    funding = [leg.funding for leg in legs if leg.funding is not None]
    if funding:
        parts["funding"] = sum(funding, Decimal(0))
    miss = _cents(life.aimed()) + sum((leg.total for leg in legs), Decimal(0))
    parts["beta"] = miss - sum(parts.values(), Decimal(0))
    return {name: parts[name] for name in PARTS if name in parts}


def _funding(life: Life, key: Key, history: FundingHistory | None) -> Decimal | None:
    course = life.known.get(life.asset(key), Course())
    paid = received(life.fills[key], history, course, life.until)
    return None if paid is None else _cents(paid)


def _end(
    key: Key, fills: Sequence[Fill], snapshots: Mapping[str, Snapshot], now: datetime
) -> Fraction | None:
    """USD per coin in the contract now; None where nothing is open in it. Raises NoData as `report` does."""
    if not sum((fill.count for fill in fills), Decimal(0)):
        return None
    venue, symbol = key
    if venue not in snapshots:
        raise OpenButSilent(venue, symbol)
    if symbol not in snapshots[venue].contracts:
        raise OpenButDelisted(venue, symbol, fills[0].terms.asset)
    if change_of(fills[0].terms, snapshots[venue].contracts[symbol]) == "kind":
        raise OpenButOtherKind(venue, symbol, fills[0].terms.asset)
    mark = snapshots[venue].quote(symbol, now).mark
    return Fraction(mark) / Fraction(fills[0].terms.scale)


def _cents(amount: Fraction) -> Decimal:
    return decimal(amount).quantize(_CENT, ROUND_HALF_EVEN, _ROOM)
