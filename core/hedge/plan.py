"""The plan that answers a wish: which contracts to short, how many, and what that means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import sqrt

import numpy as np

from core.beta import Floats
from core.errors import BadInput, CannotHedge, NoData
from core.exposure import Exposure, expose
from core.hedge.leg import Leg, Offer, offers, open_leg
from core.hedge.method import Choice, Ratio, method_for
from core.hedge.rounding import round_jointly
from core.hedge.study import Study, study
from core.hedge.wish import Wish
from core.holding import Holding
from core.market import Snapshot

MAJORS = ("BTC", "ETH", "SOL")
"""Always candidates: the deepest contracts, and the drivers of the rest."""
MOST_OWN_LEGS = 8
"""Own coins considered as legs, the largest first; the search grows with the power of their number."""
FALL = 0.20
"""The fall of the benchmark that every answer works out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """USD gained (negative: lost) if `benchmark` falls by FALL and everything follows its measured beta."""

    benchmark: str
    without: Decimal
    hedged: Decimal


@dataclass(frozen=True, slots=True)
class Hedge:
    """The plan for one wish at one moment.

    r_squared: share of the measured holdings' variance that the legs explain; days: of history used.
    beta: of the portfolio to `outcome.benchmark`; left_beta: what the hedge leaves of it. swing, left_swing:
    one standard deviation of the portfolio over the horizon in USD, without and with the hedge.
    shrunk, assumed: USD by asset whose beta is pulled to, or is, the average of the others.
    dropped: legs asked for or fitted that are too small to trade or add nothing.
    """

    venue: str
    simulated: bool
    wish: Wish
    exposure: Exposure
    legs: tuple[Leg, ...]
    r_squared: float
    days: int
    beta: float
    left_beta: float
    outcome: Outcome
    swing: Decimal
    left_swing: Decimal
    frontier: tuple[Choice, ...]
    shrunk: Mapping[str, Decimal]
    assumed: Mapping[str, Decimal]
    dropped: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def notional(self) -> Decimal:
        return sum((leg.notional for leg in self.legs), Decimal(0))

    @property
    def margin(self) -> Decimal:
        return sum((leg.margin for leg in self.legs), Decimal(0))

    @property
    def rounding(self) -> Decimal:
        """USD shorted over (negative: under) what was wanted, because contracts come whole."""
        return sum((leg.notional - leg.target for leg in self.legs), Decimal(0))

    @property
    def income(self) -> Decimal | None:
        """USD a day from funding over all legs; None if any leg's funding is unknown."""
        flows = [leg.income for leg in self.legs]
        known = [flow for flow in flows if flow is not None]
        return sum(known, Decimal(0)) if len(known) == len(flows) else None


def plan(holdings: Iterable[Holding], snapshot: Snapshot, wish: Wish, now: datetime) -> Hedge:
    """The hedge of these holdings on this venue that answers the wish.

    Raises BadInput when there is nothing to hedge, CannotHedge when the wish cannot be met here, NoData when
    a figure that it needs is missing or too old.
    """
    exposure = expose(holdings, snapshot, now)
    if not exposure.moving:
        raise BadInput(_nothing_to_hedge(exposure, snapshot))
    own = list(offers(snapshot, (held.asset for held in exposure.moving), now))[:MOST_OWN_LEGS]
    offered = offers(snapshot, [*MAJORS, *own, *wish.legs], now)
    _check_offered(wish, offered, snapshot)
    measured = study(exposure, offered, snapshot, now.date())
    _check_measured(wish, measured)
    candidates = tuple(asset for asset in offered if asset in measured.sample.measured)
    if not candidates:
        raise NoData(f"{snapshot.venue} has too little price history of BTC, ETH and SOL to fit a hedge.")
    frontier, legs, dropped = _size(measured, wish, candidates, offered)
    return _describe(measured, wish, snapshot, frontier, legs, dropped)


def _nothing_to_hedge(exposure: Exposure, snapshot: Snapshot) -> str:
    if exposure.unpriced:
        return f"{snapshot.venue} has no price for {', '.join(exposure.unpriced)}. Try another venue: /venue."
    if exposure.holdings:
        return "You hold only stablecoins, which need no hedge."
    return "You have no holdings yet. Add some first, for example: /add SOL 60"


def _check_offered(wish: Wish, offered: Mapping[str, Offer], snapshot: Snapshot) -> None:
    for asset in wish.legs:
        if asset not in offered:
            instead = " or ".join(f"/hedge {major}" for major in MAJORS if major in offered) or "/venue"
            raise CannotHedge(
                f"{snapshot.venue} has no perpetual for {asset} with a current price. Try {instead}."
            )


def _check_measured(wish: Wish, measured: Study) -> None:
    for asset in wish.legs:
        if wish.beta is None and asset not in measured.sample.measured:
            raise CannotHedge(
                f"{asset} has too little price history. Give a beta of your own: /hedge beta 1 {asset}"
            )


def _size(
    measured: Study, wish: Wish, candidates: tuple[str, ...], offered: Mapping[str, Offer]
) -> tuple[tuple[Choice, ...], tuple[Leg, ...], tuple[str, ...]]:
    """Whole contracts for the wish. A fitted leg that rounds to nothing is dropped and the rest refitted."""
    first = ratio = method_for(wish)(measured, wish, candidates)
    dropped = [asset for asset in wish.legs if asset not in ratio.betas]
    fixed = wish.beta is not None or bool(wish.shares)
    while True:
        assets = tuple(ratio.betas)
        targets = [_target(measured, wish, beta) for beta in ratio.betas.values()]
        columns = measured.columns(assets)
        counts = round_jointly(
            targets,
            [offered[asset].contract for asset in assets],
            [offered[asset].price for asset in assets],
            measured.covariance[np.ix_(columns, columns)],
        )
        kept = tuple(asset for asset, count in zip(assets, counts, strict=True) if count > 0)
        dropped += [asset for asset in assets if asset not in kept]
        if not kept:
            raise CannotHedge(_too_small(measured, wish, first, offered))
        if fixed or len(kept) == len(assets):
            break
        narrower = replace(wish, legs=kept)
        ratio = method_for(narrower)(measured, narrower, candidates)
    sigmas = np.sqrt(np.diag(measured.covariance)[columns])
    legs = tuple(
        open_leg(offered[asset], count, target, ratio.betas[asset], float(sigma), wish)
        for asset, count, target, sigma in zip(assets, counts, targets, sigmas, strict=True)
        if count > 0
    )
    return first.frontier, legs, tuple(dict.fromkeys(dropped))


def _target(measured: Study, wish: Wish, beta: float) -> Decimal:
    """USD to short: coverage * beta * worth. Here floats become money."""
    return wish.coverage * Decimal(repr(beta)) * measured.exposure.value


def _too_small(measured: Study, wish: Wish, ratio: Ratio, offered: Mapping[str, Offer]) -> str:
    """Names the smallest portfolio of this make-up that one of the wished contracts could hedge."""
    worth = measured.exposure.value
    needs = {
        asset: offered[asset].least / _target(measured, wish, beta) * worth
        for asset, beta in ratio.betas.items()
    }
    asset = min(needs, key=needs.__getitem__)
    return (
        f"Your ${worth:,.2f} is too small to hedge here: the smallest {asset} order on "
        f"{offered[asset].contract.venue} is ${offered[asset].least:,.2f}, which would hedge about "
        f"${needs[asset]:,.0f} of coins like yours."
    )


def _describe(
    measured: Study,
    wish: Wish,
    snapshot: Snapshot,
    frontier: tuple[Choice, ...],
    legs: tuple[Leg, ...],
    dropped: tuple[str, ...],
) -> Hedge:
    exposure, found = measured.exposure, measured.sample
    columns = measured.columns(leg.asset for leg in legs)
    shorted = measured.spread(columns, np.array([float(leg.notional / exposure.value) for leg in legs]))
    benchmark = "BTC" if len(legs) > 1 and "BTC" in found.measured else legs[0].asset
    betas = measured.betas_to(benchmark)
    losses = np.minimum(betas * FALL, 1.0)
    beta, bare = float(measured.weights @ betas), float(measured.weights @ losses)
    if wish.beta is not None and not wish.shares:
        beta, bare = float(wish.beta), float(wish.beta) * FALL
    worth = {held.asset: held.value for held in exposure.moving}
    deviation = sqrt(wish.horizon_days) * float(exposure.value)
    return Hedge(
        venue=snapshot.venue,
        simulated=snapshot.simulated,
        wish=wish,
        exposure=exposure,
        legs=tuple(sorted(legs, key=lambda leg: -leg.notional)),
        r_squared=measured.r_squared(columns),
        days=found.days,
        beta=beta,
        left_beta=beta - float(shorted @ betas),
        outcome=Outcome(
            benchmark,
            without=-exposure.value * _decimal(bare),
            hedged=-exposure.value * _decimal(bare - float(shorted @ losses)),
        ),
        swing=_decimal(deviation * _sigma(measured.covariance, measured.weights)),
        left_swing=_decimal(deviation * _sigma(measured.covariance, measured.weights - shorted)),
        frontier=frontier,
        shrunk={asset: worth[asset] for asset in sorted(found.shrunk & worth.keys())},
        assumed={asset: worth[asset] for asset in sorted(found.assumed & worth.keys())},
        dropped=dropped,
        notes=found.notes,
    )


def _sigma(moves: Floats, weights: Floats) -> float:
    return sqrt(max(float(weights @ moves @ weights), 0.0))


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))
