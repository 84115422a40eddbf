"""How an open hedge stands now: each position, and the whole beside what it would be without the hedge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from core.domain.coins.asset import STABLECOINS
from core.domain.contract import Contract
from core.domain.missing import ContractTrouble
from core.domain.quote import Quote
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.journal.ended import as_liquidated
from core.journal.episode import Episode
from core.journal.held import Held, decimal
from core.journal.journal import positions
from core.journal.relisted import change_of
from core.margin import MarginRules
from core.outcome.course import Course, Key, exact_fraction, held_now
from core.outcome.leg_standing import LegStanding
from core.outcome.life import Life, live_through
from core.outcome.received import received
from core.outcome.unknown import Delisted, OtherKind, OtherSize, VenueSilent

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """An episode as it stands at one moment. Amounts are in USD; None means that nothing of it is known
    now.
    """

    began: datetime
    """When it began."""
    now: datetime
    """The moment."""
    legs: tuple[LegStanding, ...]
    """Its contracts, closed ones too."""
    spot: Decimal | None
    """What the coins made since it began, without counting coins added or
    removed: what would have been without the hedge.
    """
    hedge: Decimal | None
    """What the legs made that can be valued."""
    worth: Decimal | None
    """What the coins are worth now, as far as they have a price."""
    wanted: Decimal | None
    """What the last sizing would short now at full coverage."""
    target: Decimal | None
    """The coverage of the last sizing; None without one."""
    unpriced: tuple[str, ...]
    """Coins that are left out of `spot`."""
    missing: tuple[str, ...]
    """Assets of legs that are left out of `hedge`."""
    unfunded: tuple[str, ...]
    """Assets of legs that are in `hedge` without their funding."""
    rough: tuple[str, ...]
    """Coins for which a price from some hours before was used."""
    only: tuple[str, ...] = ()
    """The coins that the hedge is of; empty where it is of all of them."""

    @property
    def open(self) -> tuple[LegStanding, ...]:
        """The legs with open contracts."""
        return tuple(leg for leg in self.legs if leg.held.count)

    @property
    def net(self) -> Decimal | None:
        """Coins and hedge together; None where one of them is not known at all."""
        return None if self.spot is None or self.hedge is None else self.spot + self.hedge

    @property
    def whole(self) -> bool:
        """Whether nothing was left out of the totals and nothing is rough."""
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

        It counts the legs that have a mark; those in `missing` would cover more.
        """
        known = [short for leg in self.open if (short := leg.shorted) is not None]
        if not known or not self.wanted:
            return None
        return sum(known, _ZERO) / self.wanted

    @property
    def age(self) -> timedelta | None:
        """The age of the oldest mark in use; None without any."""
        return max((self.now - leg.quote.at for leg in self.open if leg.quote), default=None)

    @property
    def kept(self) -> tuple[LegStanding, ...]:
        """The open positions, without those that count as liquidated."""
        return tuple(leg for leg in self.open if not leg.lost)


def standing(
    episode: Episode,
    snapshots: Mapping[str, Snapshot],
    histories: Mapping[Key, FundingHistory],
    now: datetime,
) -> Standing:
    """The episode as it stands now.

    snapshots: by venue, the one whose prices come first; a venue that is down is absent, or has only old
    figures. histories: past settlements of the whole life of the episode, by venue and symbol.
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
    """USD of the coins that have a price, stablecoins included; None where none of those held has one."""
    held = held_now(life.episode)
    stable = [quantity for asset, quantity in held.items() if asset in STABLECOINS]
    prices = {asset: life.price(asset) for asset in held}
    values = [decimal(price * Fraction(held[asset])) for asset, price in prices.items() if price is not None]
    return sum([*stable, *values], _ZERO) if stable or values or not held else None


def _wanted(life: Life) -> Decimal | None:
    """USD to be short at full coverage: the betas of the last plan, on what the coins are worth now."""
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
    """One contract as it stands: what the journal says, with what the venue says where that still fits it."""
    fills = life.fills[held.venue, held.symbol]
    paid = received(fills, history, life.known.get(held.terms.asset, Course()), life.until)
    contract = snapshot.contracts.get(held.symbol) if snapshot else None
    if contract is not None and change_of(held.terms, contract) == "kind":
        contract = None
    quote, trouble = _quote(held, snapshot, life.until)
    if quote is not None and contract is not None and change_of(held.terms, contract) == "size":
        sizes = held.terms.multiplier.normalize(), contract.multiplier.normalize()
        trouble = OtherSize(held.venue, held.symbol, *sizes)
    liquidation = _liquidation(held, contract)
    unrealised = _ZERO
    if (end := as_liquidated(held)) is not None:
        # A liquidated position lost its margin, whatever the mark is now.
        lost = decimal(held.unrealised(end.price))
        return LegStanding(held, contract, quote, lost, _optional(paid), liquidation, None)
    if held.count and quote is None:
        return LegStanding(held, contract, None, None, _optional(paid), liquidation, None, trouble)
    if held.count and quote is not None:
        unrealised = decimal(held.unrealised(quote.mark))
    health = _health(held, contract, quote) if held.count else None
    return LegStanding(held, contract, quote, unrealised, _optional(paid), liquidation, health, trouble)


def _quote(
    held: Held, snapshot: Snapshot | None, now: datetime
) -> tuple[Quote | None, ContractTrouble | None]:
    """The prices of the contract, or why there are none."""
    if snapshot is None:
        return None, VenueSilent(held.venue, held.symbol)
    if held.symbol not in snapshot.contracts:
        return None, Delisted(held.venue, held.symbol)
    if change_of(held.terms, snapshot.contracts[held.symbol]) == "kind":
        return None, OtherKind(held.venue, held.symbol)
    try:
        return snapshot.quote(held.symbol, now), None
    except ContractTrouble as trouble:
        return None, trouble


def _liquidation(held: Held, contract: Contract | None) -> Decimal | None:
    """The price at which the venue closes the isolated position; None if at none, or the margin is not
    known.
    """
    if held.margin is None or contract is None or not held.count:
        return None
    side, entry, margin = (1 if held.count > 0 else -1), decimal(held.entry), decimal(held.margin)
    return MarginRules.of(contract).liquidation(side, held.units, entry, margin)


def _health(held: Held, contract: Contract | None, quote: Quote | None) -> Decimal | None:
    """Margin and unrealised profit over maintenance margin; None where one is not known or none is asked
    for.
    """
    if held.margin is None or contract is None or quote is None:
        return None
    margin = held.margin * Fraction(quote.mark) / held.entry if held.terms.inverse else held.margin
    needed = MarginRules.of(contract).needed(held.units, decimal(held.entry), quote.mark)
    return decimal(margin + held.unrealised(quote.mark)) / needed if needed > 0 else None


def _optional(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else decimal(amount)
