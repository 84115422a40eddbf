"""What to trade so that an open hedge becomes what is wanted: only the difference, never a close and
reopening.

Of each coin only the largest open contract changes, and another one only as far as it must. All contracts
that change are rounded together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal

import numpy as np

from core.advice.drift import BAND, Drift, at_sizing, drift
from core.advice.unwind import leverage_set
from core.domain.contract import Contract
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.rounding import round_jointly
from core.hedge.study import Study
from core.journal.episode import Sizing
from core.journal.held import decimal, value
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding
from core.outcome.standing import Standing

_ZERO, _ONE = Decimal(0), Decimal(1)
_STEP = Decimal("1e-12")
_ROOM = Context(prec=60)


@dataclass(frozen=True, slots=True)
class LegChange:
    """What should change about one contract. Contracts are counted as short; below zero they are long."""

    contract: Contract
    """The contract."""
    quote: Quote
    """Its prices."""
    held: Decimal
    """Contracts that are short now."""
    wanted: Decimal
    """Contracts that should be short, before rounding."""
    count: Decimal
    """Contracts that should be short, in whole lots."""
    leverage: Decimal
    """The leverage for what is sold short in addition."""

    @property
    def change(self) -> Decimal:
        """Contracts to buy back (above zero) or to sell (below zero)."""
        return self.held - self.count

    @property
    def opens(self) -> bool:
        """Whether it sells more short. Otherwise it only closes."""
        return self.count > self.held >= 0


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The changes that lead from the open hedge to the plan."""

    changes: tuple[LegChange, ...]
    """The contracts that are not what they should be."""
    wanted: Mapping[Key, Decimal]
    """Contracts that should be short before rounding, by venue and symbol."""
    stuck: tuple[LegStanding, ...]
    """Open positions that cannot be traded now. They are counted, and stay as they are."""


@dataclass(frozen=True, slots=True)
class Review:
    """What is open, beside what the plan wants when it is made again."""

    hedge: Hedge
    """The plan, made again."""
    legs: Sequence[LegStanding]
    """The open positions."""
    gap: Drift
    """How far what is open is off the plan."""
    by_prices: Drift | None
    """How far it would be off at the betas by which it was sized: what prices alone did. None where today's
    betas want much the same, or where that is not known.
    """
    adjustment: Adjustment
    """The changes that lead to the plan."""


@dataclass(frozen=True, slots=True)
class _Aim:
    """A contract and what should be short of it."""

    contract: Contract
    """The contract."""
    quote: Quote
    """Its prices."""
    held: Decimal
    """Contracts that are short now."""
    target: Decimal | None
    """USD that should be short; None where it is to stay as it is."""
    leverage: Decimal
    """The leverage for what is sold short in addition."""

    def to(self, count: Decimal) -> LegChange:
        """The change to so many contracts short."""
        if self.target is None:
            return LegChange(self.contract, self.quote, self.held, self.held, self.held, self.leverage)
        wanted = (self.target / self.contract.value(self.quote.mark)).quantize(_STEP, context=_ROOM)
        return LegChange(self.contract, self.quote, self.held, wanted, count, self.leverage)


def short_now(leg: LegStanding, snapshot: Snapshot, now: datetime) -> Decimal:
    """USD short of a position (below zero: long), at its mark, otherwise at the coin's price in the snapshot.

    Raises NoData where neither is known.
    """
    if leg.shorted is not None:
        return leg.shorted
    terms = leg.held.terms
    price = _ONE if terms.inverse else snapshot.price(leg.asset, now) * terms.scale
    return -decimal(value(terms, leg.held.count, price))


def review(
    hedge: Hedge,
    standing: Standing,
    sized: Sizing | None,
    measured: Study,
    snapshot: Snapshot,
    now: datetime,
    band: float = BAND,
) -> Review:
    """Compare the open hedge with the plan.

    sized: why it was sized as it is; None where that is not known. measured, snapshot: as in `adjustment`.
    band: as in `core.advice.drift`. Raises NoData as `short_now` does.
    """
    legs = standing.kept
    short: dict[str, Decimal] = {}
    for leg in legs:
        short[leg.asset] = short.get(leg.asset, _ZERO) + short_now(leg, snapshot, now)
    by_prices = None
    if sized is not None and standing.wanted is not None:
        before = at_sizing(sized, standing.wanted)
        if all(asset in measured.sample.assets for asset in before):
            changed = drift(measured, before, hedge.wanted, band).outside
            by_prices = drift(measured, before, short, band) if changed else None
    change = adjustment(hedge, legs, measured, snapshot, now)
    return Review(hedge, legs, drift(measured, hedge.wanted, short, band), by_prices, change)


def adjustment(
    hedge: Hedge, legs: Sequence[LegStanding], measured: Study, snapshot: Snapshot, now: datetime
) -> Adjustment:
    """The changes from the open `legs`, at whatever venues, to what the plan wants.

    measured: a study with every coin of the legs and the plan. snapshot: of the plan's venue. Raises NoData
    as `short_now` does.
    """
    assets = dict.fromkeys([*hedge.wanted, *(leg.asset for leg in legs)])
    aims = [aim for asset in assets for aim in _aims(asset, hedge, legs, snapshot, now)]
    counts = _rounded(aims, measured)
    changes = [aim.to(counts[aim.contract] if aim.target else _ZERO) for aim in aims]
    stuck = tuple(leg for leg in legs if not leg.tradable)
    return Adjustment(tuple(change for change in changes if change.change), _wanted(changes, stuck), stuck)


def _rounded(aims: Sequence[_Aim], measured: Study) -> dict[Contract, Decimal]:
    """Whole contracts for all that are to change, rounded together."""
    moved = {aim.contract: (aim.target, aim.quote.mark) for aim in aims if aim.target}
    if not moved:
        return {}
    columns = measured.columns(contract.asset for contract in moved)
    targets, prices = zip(*moved.values(), strict=True)
    counts = round_jointly(targets, tuple(moved), prices, measured.covariance[np.ix_(columns, columns)])
    return dict(zip(moved, counts, strict=True))


def _aims(
    asset: str, hedge: Hedge, legs: Iterable[LegStanding], snapshot: Snapshot, now: datetime
) -> list[_Aim]:
    """Every contract of the coin that can be traded, with what should be short of it.

    A long is closed. A coin none of whose positions can be traded now is left alone.
    """
    own = [leg for leg in legs if leg.asset == asset]
    fixed = sum((short_now(leg, snapshot, now) for leg in own if not leg.tradable), _ZERO)
    total = max(hedge.wanted.get(asset, _ZERO) - fixed, _ZERO)
    longs = [_aim(leg, _ZERO, hedge) for leg in own if leg.tradable and leg.side > 0]
    shorts = sorted(
        (leg for leg in own if leg.tradable and leg.side < 0), key=lambda leg: -(leg.shorted or _ZERO)
    )
    if not shorts and all(leg.tradable for leg in own):
        return [*longs, *_new(asset, hedge, snapshot, total)]
    targets = _spread([leg.shorted or _ZERO for leg in shorts], total)
    return [*longs, *(_aim(leg, target, hedge) for leg, target in zip(shorts, targets, strict=True))]


def _aim(leg: LegStanding, target: Decimal | None, hedge: Hedge) -> _Aim:
    assert leg.contract is not None  # noqa: S101 - only of what can be traded  # nosec B101
    assert leg.quote is not None  # noqa: S101  # nosec B101
    return _Aim(leg.contract, leg.quote, -leg.held.count, target, _leverage(leg, hedge))


def _new(asset: str, hedge: Hedge, snapshot: Snapshot, total: Decimal) -> list[_Aim]:
    """The plan's contract for a coin of which nothing is short."""
    return [
        _Aim(leg.contract, snapshot.quotes[leg.contract.symbol], _ZERO, total, leg.leverage)
        for leg in hedge.legs
        if leg.asset == asset
    ]


def _spread(shorts: Iterable[Decimal], total: Decimal) -> list[Decimal | None]:
    """USD that each of a coin's shorts should be, the largest first, so that they add up to `total`.

    None means that one stays as it is. The first takes what is missing. What is too much is taken off the
    first, and only then off the next.
    """
    known = list(shorts)
    over = sum(known, _ZERO) - total
    targets: list[Decimal | None] = []
    for worth in known:
        off = min(over, worth)
        targets.append(worth - off if off else None)
        over -= off
    return targets


def _leverage(leg: LegStanding, hedge: Hedge) -> Decimal:
    """The leverage set at the venue already, as far as the margin tells;
    otherwise what the plan chose for the coin.
    """
    planned = (each.leverage for each in hedge.legs if each.asset == leg.asset)
    return leverage_set(leg.held) or next(planned, _ONE)


def _wanted(changes: Iterable[LegChange], stuck: Iterable[LegStanding]) -> dict[Key, Decimal]:
    """Contracts that should be short before rounding, by venue and symbol.
    One that turns round changes twice.
    """
    found: dict[Key, Decimal] = {}
    every = [((each.contract.venue, each.contract.symbol), each.wanted) for each in changes]
    for key, count in [*every, *(((leg.held.venue, leg.held.symbol), -leg.held.count) for leg in stuck)]:
        found[key] = found.get(key, _ZERO) + count
    return found
