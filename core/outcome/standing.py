"""How an open hedge stands now: each position, and the whole beside what it would be without the hedge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from core.domain.asset import STABLECOINS
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import Quote
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.journal.ended import as_liquidated
from core.journal.episode import Episode
from core.journal.journal import Held, decimal, positions, value
from core.journal.relisted import change_of
from core.margin import MarginRules
from core.outcome.course import Course, Key, exact_fraction, held_now
from core.outcome.life import Life, live_through
from core.outcome.received import received

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LegStanding:
    """One contract of the hedge, open or closed; USD, and None where a figure is not known now.

    contract, quote: as listed now; None where the venue is down, has only old prices, or does not list it.
    unrealised: what the open contracts would make at the mark; 0 where none is open. funding: received so
    far. liquidation: in quoted units, None if no price does it or `margin_known` is not so. health: margin
    and unrealised profit over the least that the venue asks for; at 1 the position is closed.
    trouble: why figures are not known now. What counts as liquidated (`lost`) has lost its margin, covers
    nothing, and has no way to go to its liquidation.
    """

    held: Held
    contract: Contract | None
    quote: Quote | None
    unrealised: Decimal | None
    funding: Decimal | None
    liquidation: Decimal | None
    health: Decimal | None
    trouble: str | None = None

    @property
    def asset(self) -> str:
        return self.held.terms.asset

    @property
    def side(self) -> int:
        """1 long, -1 short, 0 closed."""
        return (self.held.count > 0) - (self.held.count < 0)

    @property
    def lost(self) -> bool:
        """Whether it counts as liquidated, until the user says otherwise."""
        return self.held.lost

    @property
    def tradable(self) -> bool:
        """Whether an order in it can be worked out now: its rules and its price are known, and its size."""
        return self.contract is not None and self.quote is not None and not self.resized

    @property
    def resized(self) -> bool:
        """Whether the venue counts contracts of another size by now: how many are open is not known."""
        contract = self.contract
        return (
            contract is not None and bool(self.held.count) and change_of(self.held.terms, contract) == "size"
        )

    @property
    def realised(self) -> Decimal:
        return decimal(self.held.realised)

    @property
    def margin_known(self) -> bool:
        """Whether a liquidation price can be worked out: of an isolated margin and the venue's brackets."""
        return self.held.margin is not None and self.contract is not None

    @property
    def distance(self) -> Decimal | None:
        """The move from the mark that liquidates, a decimal: above 0 a rise; None where `liquidation` is."""
        if self.liquidation is None or self.quote is None or self.lost:
            return None
        return self.liquidation / self.quote.mark - 1

    @property
    def shorted(self) -> Decimal | None:
        """USD short at the mark (negative: long); None without a mark."""
        if not self.held.count or self.lost:
            return _ZERO
        if self.quote is None:
            return None
        return -decimal(value(self.held.terms, self.held.count, self.quote.mark))

    @property
    def total(self) -> Decimal | None:
        """USD made so far by prices, funding where it is known, and fees; None without a mark."""
        if self.unrealised is None:
            return None
        return self.realised + self.unrealised + (self.funding or _ZERO) - decimal(self.held.fees)


@dataclass(frozen=True, slots=True)
class Standing:
    """An episode at the moment `now`. USD; None where nothing of it is known now.

    spot: what the coins made since it began, changes of the holdings not counted: what would have been
    without the hedge. hedge: what the legs made that can be valued. worth: of the coins now, those with a
    price. wanted: USD that the last sizing would short now at full coverage; None where it is not known.
    target: its coverage, None without a sizing. unpriced: coins left out of `spot`. missing: legs left out
    of `hedge`. unfunded: legs in `hedge` without their funding. rough: coins for which a price
    from some hours before had to do. only: the coins that the hedge is of; empty where it is of all.
    """

    began: datetime
    now: datetime
    legs: tuple[LegStanding, ...]
    spot: Decimal | None
    hedge: Decimal | None
    worth: Decimal | None
    wanted: Decimal | None
    target: Decimal | None
    unpriced: tuple[str, ...]
    missing: tuple[str, ...]
    unfunded: tuple[str, ...]
    rough: tuple[str, ...]
    only: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[LegStanding, ...]:
        return tuple(leg for leg in self.legs if leg.held.count)

    @property
    def net(self) -> Decimal | None:
        """Coins and hedge together; None where one of them is not known at all."""
        return None if self.spot is None or self.hedge is None else self.spot + self.hedge

    @property
    def whole(self) -> bool:
        """Whether nothing was left out of the totals or is rough."""
        return not (self.unpriced or self.missing or self.unfunded or self.rough)

    @property
    def shorted(self) -> Decimal | None:
        """USD short now; None where a leg has no mark."""
        shorts = [leg.shorted for leg in self.open]
        known = [short for short in shorts if short is not None]
        return sum(known, _ZERO) if len(known) == len(shorts) else None

    @property
    def coverage(self) -> Decimal | None:
        """The share of the exposure that is hedged now, at the betas of the last sizing.

        By the legs that have a mark: those without one are in `missing`, and would cover more.
        """
        known = [short for leg in self.open if (short := leg.shorted) is not None]
        if not known or not self.wanted:
            return None
        return sum(known, _ZERO) / self.wanted

    @property
    def age(self) -> timedelta | None:
        """Of the oldest mark in use."""
        return max((self.now - leg.quote.at for leg in self.open if leg.quote), default=None)

    @property
    def kept(self) -> tuple[LegStanding, ...]:
        """The open positions without those that count as liquidated."""
        return tuple(leg for leg in self.open if not leg.lost)


def standing(
    episode: Episode,
    snapshots: Mapping[str, Snapshot],
    histories: Mapping[Key, FundingHistory],
    now: datetime,
) -> Standing:
    """The episode as it stands now.

    snapshots: by venue, the one that prices coins first; a venue that is down is not in it, or only with old
    figures. histories: past settlements by venue and symbol, of the whole life of the episode.
    """
    life = live_through(episode, snapshots, now)
    legs = tuple(
        _leg(held, life, snapshots.get(held.venue), histories.get((held.venue, held.symbol)))
        for held in positions(episode.entries)
    )
    gains = [gain for gain in life.coins.values() if gain is not None]
    unpriced = tuple(sorted(asset for asset, gain in life.coins.items() if gain is None))
    worth = _worth(life)
    plan = life.plan(life.until)
    totals = [leg.total for leg in legs if leg.total is not None]
    return Standing(
        began=episode.began,
        now=now,
        legs=legs,
        spot=None if unpriced and not gains else decimal(sum(gains, Fraction(0))),
        hedge=sum(totals, _ZERO) if totals else None,
        worth=worth,
        wanted=_wanted(life),
        target=plan.coverage if plan else None,
        unpriced=unpriced,
        missing=tuple(leg.asset for leg in legs if leg.total is None),
        unfunded=tuple(leg.asset for leg in legs if leg.total is not None and leg.funding is None),
        rough=life.rough(),
        only=plan.only if plan else (),
    )


def _worth(life: Life) -> Decimal | None:
    """USD of the coins that have a price, stablecoins too; None where none of those held has one."""
    held = held_now(life.episode)
    stable = [quantity for asset, quantity in held.items() if asset in STABLECOINS]
    prices = {asset: life.price(asset) for asset in held}
    values = [decimal(price * Fraction(held[asset])) for asset, price in prices.items() if price is not None]
    return sum([*stable, *values], _ZERO) if stable or values or not held else None


def _wanted(life: Life) -> Decimal | None:
    """USD to be short at full coverage: the betas of the last plan on what the coins are worth now."""
    if not life.plans:
        return None
    since, plan = life.plans[-1]
    exposed = life.exposed(plan, since, life.until)
    return (
        None
        if exposed is None
        else decimal(sum(map(exact_fraction, plan.betas.values()), Fraction(0)) * exposed)
    )


def _leg(held: Held, life: Life, snapshot: Snapshot | None, history: FundingHistory | None) -> LegStanding:
    fills = life.fills[held.venue, held.symbol]
    paid = received(fills, history, life.known.get(held.terms.asset, Course()), life.until)
    contract = snapshot.contracts.get(held.symbol) if snapshot else None
    if contract is not None and change_of(held.terms, contract) == "kind":
        contract = None
    quote, trouble = _quote(held, snapshot, life.until)
    if quote is not None and contract is not None and change_of(held.terms, contract) == "size":
        trouble = (
            f"One contract of {held.symbol} was {held.terms.multiplier.normalize():f} when you filled it, "
            f"and {held.venue} says {contract.multiplier.normalize():f} now."
        )
    liquidation = _liquidation(held, contract)
    unrealised = _ZERO
    if (end := as_liquidated(held)) is not None:
        lost = decimal(held.unrealised(end.price))
        return LegStanding(held, contract, quote, lost, _optional(paid), liquidation, None)
    if held.count and quote is None:
        return LegStanding(held, contract, None, None, _optional(paid), liquidation, None, trouble)
    if held.count and quote is not None:
        unrealised = decimal(held.unrealised(quote.mark))
    health = _health(held, contract, quote) if held.count else None
    return LegStanding(held, contract, quote, unrealised, _optional(paid), liquidation, health, trouble)


def _quote(held: Held, snapshot: Snapshot | None, now: datetime) -> tuple[Quote | None, str | None]:
    """The mark, or why there is none."""
    if snapshot is None:
        return None, f"{held.venue} cannot be reached now."
    if held.symbol not in snapshot.contracts:
        return None, f"{held.venue} does not list {held.symbol} any more."
    if change_of(held.terms, snapshot.contracts[held.symbol]) == "kind":
        return None, f"{held.venue} lists {held.symbol} as another kind of contract than the one you filled."
    try:
        return snapshot.quote(held.symbol, now), None
    except NoData as error:
        return None, str(error)


def _liquidation(held: Held, contract: Contract | None) -> Decimal | None:
    """Price at which the venue closes the isolated position; None if at none, or the margin is unknown."""
    if held.margin is None or contract is None or not held.count:
        return None
    side, entry, margin = (1 if held.count > 0 else -1), decimal(held.entry), decimal(held.margin)
    return MarginRules.of(contract).liquidation(side, held.units, entry, margin)


def _health(held: Held, contract: Contract | None, quote: Quote | None) -> Decimal | None:
    """Margin and unrealised profit over maintenance; None where one is not known or none is asked for."""
    if held.margin is None or contract is None or quote is None:
        return None
    margin = held.margin * Fraction(quote.mark) / held.entry if held.terms.inverse else held.margin
    needed = MarginRules.of(contract).needed(held.units, decimal(held.entry), quote.mark)
    return decimal(margin + held.unrealised(quote.mark)) / needed if needed > 0 else None


def _optional(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else decimal(amount)
