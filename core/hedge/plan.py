"""The plan: from holdings, prices and a wish to the hedge that answers it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import sqrt

import numpy as np

from core.domain.coins.asset import MAJORS
from core.domain.errors import BadInput
from core.domain.holding import CoinsNotHeld, Holding, NoHoldings
from core.domain.position import Position
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge, Outcome
from core.hedge.leaving import Leaving, ends_later, not_offered
from core.hedge.leg import Leg, Offer, offers
from core.hedge.method import AMPLE, Ratio, best_legs, fitted, limits, method_for
from core.hedge.size import Sized, size
from core.hedge.study import Study, study
from core.hedge.toll import dear, tolls
from core.hedge.unclear import NothingLeft, NothingPriced, OnlyStablecoins
from core.hedge.unmet import NoneMeasured, NoneMoves, NotOffered, OnItsWayOut, TooLittleHistory, TooManyOrders
from core.hedge.unseen import Choice, Fold, expected, folds, frontier, sized_anew
from core.hedge.wish import Wish
from core.measure.beta import Floats, effectiveness
from core.measure.exposure import Exposure, expose

MOST_ORDERS = 200
"""The most orders that a plan may take: nobody can place more by hand before prices have moved."""

MOST_OWN_LEGS = 8
"""How many of the user's own coins, the largest first, are considered as
legs. Each one more doubles the search.
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every answer to a wish at one moment rests on, whatever its size: measured once."""

    snapshot: Snapshot
    """The venue."""
    measured: Study
    """How the coins move."""
    offered: Mapping[str, Offer]
    """The contracts that can be shorted, by asset."""
    leaving: Mapping[str, Leaving]
    """Contracts that are passed over."""
    choices: tuple[Choice, ...]
    """The best legs of each number."""
    judged: tuple[Fold, ...]
    """Days that the fits had not seen."""
    here: tuple[Position, ...]
    """What is open at the venue."""


def plan(
    holdings: Iterable[Holding],
    snapshot: Snapshot,
    wish: Wish,
    now: datetime,
    positions: Iterable[Position] = (),
) -> Hedge:
    """The hedge of these holdings at this venue that answers the wish, as a change of the open positions.

    positions: what is open, at any venue. Raises BadInput when there is nothing to hedge, CannotHedge when
    the wish cannot be met here, and NoData when a figure that it needs is missing or too old.
    """
    return planned_on(ground(holdings, snapshot, wish, now, positions), wish)


def ground(
    holdings: Iterable[Holding],
    snapshot: Snapshot,
    wish: Wish,
    now: datetime,
    positions: Iterable[Position] = (),
) -> Ground:
    """Measure what the wish is about, as far as its size does not matter. Raises as `plan` does."""
    exposure = expose(_wished(holdings, wish), snapshot, now)
    if not exposure.moving:
        raise _nothing_to_hedge(exposure, snapshot)
    offered = offers(snapshot, histories((held.asset for held in exposure.moving), wish), wish, now)
    leaving = not_offered(snapshot, [*wish.legs, *(held.asset for held in exposure.moving)], wish, now)
    _check_offered(wish, offered, snapshot, leaving)
    candidates = _candidates(exposure, offered)
    measured = _with_room(study(exposure, [*candidates, *wish.legs], snapshot, now.date()), offered)
    _check_measured(wish, measured)
    candidates = tuple(asset for asset in candidates if asset in measured.sample.measured)
    if not candidates:
        raise NoneMeasured(snapshot.venue, _kind(wish, snapshot))
    judged = folds(measured)
    most = limits(measured, wish, candidates)
    found = frontier(measured, candidates, most, tolls(offered, candidates, wish.horizon_days))
    if not found:
        raise NoneMoves
    here = tuple(each for each in positions if each.venue == snapshot.venue and each.count)
    return Ground(snapshot, measured, offered, leaving, found, judged, here)


def _with_room(measured: Study, offered: Mapping[str, Offer]) -> Study:
    """The study with what the markets of its assets have room for."""
    rooms = {asset: offer.depth.room for asset, offer in offered.items()}
    worth = measured.exposure.value
    return replace(
        measured,
        room=np.array(
            [
                min(float(room / worth), AMPLE) if (room := rooms.get(asset)) is not None else AMPLE
                for asset in measured.sample.assets
            ]
        ),
    )


def planned_on(known: Ground, wish: Wish) -> Hedge:
    """The hedge that answers the wish on ground that is measured already. Raises CannotHedge where that
    cannot be placed.
    """
    return hedge_of(known, wish, sized_on(known, wish))


def sized_on(known: Ground, wish: Wish, ratio: Ratio | None = None) -> Sized:
    """The wish in whole contracts that can be placed.

    ratio: the legs at full coverage, in place of those that the wish's method gives. Raises CannotHedge where
    that cannot be placed.
    """
    held = {position.symbol: position.short for position in known.here}
    sized = size(known.measured, wish, known.choices, known.offered, held, ratio)
    _check_placeable(sized.legs, known.snapshot)
    return sized


def hedge_of(known: Ground, wish: Wish, sized: Sized, then: tuple[Floats, ...] | None = None) -> Hedge:
    """The hedge of these sized legs, with every figure of it.

    then: what it would have been on the morning of each fold; by default as the wish's method gives it.
    """
    planned = {leg.contract.symbol for leg in sized.legs}
    closing = tuple(position for position in known.here if position.symbol not in planned)
    passing = (*known.leaving.values(), *ends_later(leg.contract for leg in sized.legs))
    if then is None:
        then = hedges_then(known, wish, tuple(leg.asset for leg in sized.legs))
    return _describe(known, wish, sized, then, closing, passing)


def histories(assets: Iterable[str], wish: Wish) -> list[str]:
    """The assets whose closes a plan may need for a holder of `assets`:
    theirs, the majors, and the wished legs.
    """
    return list(dict.fromkeys([*MAJORS, *assets, *wish.legs]))


def weighed(holdings: Iterable[Holding], snapshot: Snapshot, wish: Wish, now: datetime) -> list[str]:
    """The perpetuals, by symbol, whose past funding a plan for these holdings weighs."""
    exposure = expose(_wished(holdings, wish), snapshot, now)
    assets = histories((held.asset for held in exposure.moving), wish)
    offered = offers(snapshot, assets, wish, now)
    legs = dict.fromkeys([*_candidates(exposure, offered), *(leg for leg in wish.legs if leg in offered)])
    contracts = (offered[asset].contract for asset in legs)
    return [contract.symbol for contract in contracts if contract.perpetual]


def _candidates(exposure: Exposure, offered: Mapping[str, Offer]) -> tuple[str, ...]:
    """What may be shorted: the majors, and the largest coins held, as far as a contract is offered."""
    own = [held.asset for held in exposure.moving if held.asset in offered]
    wanted = [*MAJORS, *own[:MOST_OWN_LEGS]]
    return tuple(asset for asset in dict.fromkeys(wanted) if asset in offered)


def _wished(holdings: Iterable[Holding], wish: Wish) -> list[Holding]:
    """The holdings that the wish is about. Raises BadInput where it names a coin that is not held."""
    held = list(holdings)
    mine = {each.asset for each in held}
    missing = [asset for asset in (*wish.only, *wish.without) if asset not in mine]
    if missing:
        raise CoinsNotHeld(" and no ".join(missing))
    found = [each for each in held if wish.covers(each.asset)]
    if not found and held:
        raise NothingLeft
    return found


def _nothing_to_hedge(exposure: Exposure, snapshot: Snapshot) -> BadInput:
    if exposure.unpriced:
        return NothingPriced(snapshot.venue, ", ".join(exposure.unpriced))
    return OnlyStablecoins() if exposure.holdings else NoHoldings()


def _check_offered(
    wish: Wish, offered: Mapping[str, Offer], snapshot: Snapshot, leaving: Mapping[str, Leaving]
) -> None:
    """Raise CannotHedge where an asset that the wish names has no contract that can be shorted."""
    majors = tuple(major for major in MAJORS if major in offered)
    for asset in wish.legs:
        if asset not in offered:
            if asset in leaving:
                raise OnItsWayOut(leaving[asset], majors)
            raise NotOffered(snapshot.venue, asset, _kind(wish, snapshot), majors)


def _kind(wish: Wish, snapshot: Snapshot) -> str:
    """What was looked for, in the words of an answer that it was not found."""
    if wish.inverse:
        return "coin-margined perpetual"
    return "dated future" if snapshot.dated_only else f"{wish.kind} contract"


def _check_measured(wish: Wish, measured: Study) -> None:
    """Raise CannotHedge where a wished leg has too little history for a beta, and the user gave none."""
    for asset in wish.legs:
        if wish.beta is None and asset not in measured.sample.measured:
            raise TooLittleHistory(asset)


def _check_placeable(legs: tuple[Leg, ...], snapshot: Snapshot) -> None:
    """Raise CannotHedge where the venue's largest order would split the plan into too many orders to
    place.
    """
    number = sum(leg.orders for leg in legs)
    if number <= MOST_ORDERS:
        return
    worst = max(legs, key=lambda leg: leg.orders)
    largest = (worst.contract.max_count or worst.count) * worst.contract.value(worst.price)
    raise TooManyOrders(snapshot.venue, worst.asset, number, largest, MOST_ORDERS)


def _describe(
    known: Ground,
    wish: Wish,
    sized: Sized,
    then: tuple[Floats, ...],
    closing: tuple[Position, ...],
    leaving: tuple[Leaving, ...],
) -> Hedge:
    """The hedge with every figure of it, from its sized legs."""
    measured, snapshot, judged = known.measured, known.snapshot, known.judged
    exposure, found, legs = measured.exposure, measured.sample, sized.legs
    effect = _effect(measured, wish, sized)
    worth = {held.asset: held.value for held in exposure.moving}
    unseen = expected(judged, then, float(sized.coverage))
    return Hedge(
        venue=snapshot.venue,
        simulated=snapshot.simulated,
        wish=wish,
        exposure=exposure,
        legs=tuple(sorted(legs, key=lambda leg: -leg.notional)),
        r_squared=measured.r_squared(measured.columns(leg.asset for leg in legs)),
        days=found.days,
        beta=effect.beta,
        left_beta=effect.left_beta,
        outcome=effect.outcome,
        swing=effect.swing,
        left_swing=effect.left_swing,
        frontier=known.choices,
        shrunk={asset: worth[asset] for asset in sorted(found.shrunk & worth.keys())},
        assumed={asset: worth[asset] for asset in sorted(found.assumed & worth.keys())},
        wanted=sized.wanted,
        dropped=sized.dropped,
        dear=dear(known.offered, exposure, legs),
        leaving=leaving,
        notes=(*found.notes, *_unmeasured(measured, legs)),
        coverage=sized.coverage,
        effectiveness=effect.effectiveness,
        rounding_cost=effect.rounding_cost,
        # The folds judge sizes before rounding, so what rounding costs comes off.
        unseen=unseen - effect.rounding_cost,
        unseen_days=sum(len(fold.stretch.returns) for fold in judged),
        closing=closing,
        study=measured,
    )


@dataclass(frozen=True, slots=True)
class _Effect:
    """What the shorts do to how the portfolio moves; each field is as in `Hedge`."""

    beta: float
    left_beta: float
    outcome: Outcome
    swing: Decimal
    left_swing: Decimal
    effectiveness: float
    rounding_cost: float


def _effect(measured: Study, wish: Wish, sized: Sized) -> _Effect:
    """What the sized legs do, by the measured covariance and the betas to the hedge's benchmark."""
    worth, covariance, weights = measured.exposure.value, measured.covariance, measured.weights
    shorted = _spread(measured, {leg.asset: leg.notional for leg in sized.legs})
    betas = measured.betas_to(sized.benchmark)
    # No coin loses more than it is worth, however steep its beta.
    losses = np.minimum(betas * float(wish.fall), 1.0)
    beta, bare = measured.beta_to(sized.benchmark), float(weights @ losses)
    # With a beta of the user's own, the portfolio is hedge_of by that beta as well.
    if wish.beta is not None and not wish.shares:
        beta = float(wish.beta) * measured.moving
        bare = beta * float(wish.fall)
    deviation = sqrt(wish.horizon_days) * float(worth)
    return _Effect(
        beta=beta,
        left_beta=beta - float(shorted @ betas),
        outcome=Outcome(
            sized.benchmark,
            without=-worth * _decimal(bare),
            hedged=-worth * _decimal(bare - float(shorted @ losses)),
        ),
        swing=_decimal(deviation * _sigma(covariance, weights)),
        left_swing=_decimal(deviation * _sigma(covariance, weights - shorted)),
        effectiveness=effectiveness(covariance, weights, shorted),
        rounding_cost=rounding_lost(measured, sized),
    )


def rounding_lost(measured: Study, sized: Sized) -> float:
    """How much more of the variance exact sizes would have removed than whole contracts."""
    shorted = _spread(measured, {leg.asset: leg.notional for leg in sized.legs})
    wanted = _spread(measured, sized.wanted)
    covariance, weights = measured.covariance, measured.weights
    return effectiveness(covariance, weights, wanted) - effectiveness(covariance, weights, shorted)


def _spread(measured: Study, usd: Mapping[str, Decimal]) -> Floats:
    """These USD of each asset as shares of the portfolio's worth, in the order of the study's assets."""
    shares = np.array([float(amount / measured.exposure.value) for amount in usd.values()])
    return measured.spread(measured.columns(usd), shares)


def hedges_then(known: Ground, wish: Wish, assets: tuple[str, ...]) -> tuple[Floats, ...]:
    """The whole hedges (assets,) that this method would have given on the morning of each fold.

    assets: those of its legs. Legs that the bot chose are chosen anew for each fold, so that hindsight does
    not flatter the figure.
    """
    method = method_for(wish)
    if method is not best_legs:
        return sized_anew(known.judged, lambda study: method(study, wish, known.choices).betas)
    choice = next((one for one in known.choices if set(one.legs) == set(assets)), None)
    if choice is not None:
        return choice.then
    return sized_anew(known.judged, lambda study: fitted(study, wish, assets))


def _unmeasured(measured: Study, legs: tuple[Leg, ...]) -> Iterator[str]:
    """A sentence for each leg whose chance of liquidation rests on an
    assumption, because it was not measured.
    """
    for leg in legs:
        if leg.asset not in measured.sample.measured:
            yield f"{leg.asset}: its swings were not measured and count as large as the largest that were"


def _sigma(moves: Floats, weights: Floats) -> float:
    """Daily standard deviation of a portfolio of these weights: sqrt(w'Cw)."""
    # Rounding may leave a variance of a fully hedged portfolio a little below zero.
    return sqrt(max(float(weights @ moves @ weights), 0.0))


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))
