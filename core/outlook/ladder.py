"""The rally ladder: how much more margin the shorts need, step by step, if the benchmark rises."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.hedge.afford.account import covariance_of
from core.hedge.afford.backed import SharedBacking
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.margin import TARGET, MarginRules
from core.margin.pooled.odds import pulled, swings_of
from core.margin.pooled.worst import cash_needed
from core.margin.probability import distance_of

STEPS = (Decimal("0.10"), Decimal("0.20"), Decimal("0.40"))
"""Rises of the benchmark, decimals."""
LEAST_LEFT = Decimal("0.01")
"""What is left of a coin that falls where the benchmark rises, at least."""


@dataclass(frozen=True, slots=True)
class RallyRung:
    """One rise of the benchmark, with every coin moving by its measured beta."""

    rise: Decimal
    """The rise, a decimal."""
    gain: Decimal
    """USD that the holdings gain."""
    add: Decimal
    """USD of cash that keeps every short as far from its liquidation as it is now; of a shared account, its
    odds at the target.
    """
    liquidated: tuple[str, ...]
    """Assets whose short would be liquidated on the way if no cash was added."""


def ladder(plan: Hedge, steps: Sequence[Decimal] = STEPS) -> tuple[RallyRung, ...]:
    """A rung for each rise of the plan's benchmark."""
    return tuple(_rung(plan, step) for step in steps)


def _rung(plan: Hedge, step: Decimal) -> RallyRung:
    study = plan.study
    if plan.backed is not None:
        return _pooled_rung(plan, plan.backed, step)
    betas = study.betas_to(plan.outcome.benchmark)[study.columns(leg.asset for leg in plan.legs)]
    moved = [(leg, Decimal(repr(float(beta))) * step) for leg, beta in zip(plan.legs, betas, strict=True)]
    return RallyRung(
        rise=step,
        gain=plan.exposure.value * Decimal(repr(study.beta_to(plan.outcome.benchmark))) * step,
        add=sum((to_add(leg, rise) for leg, rise in moved), Decimal(0)),
        liquidated=tuple(
            leg.asset for leg, rise in moved if leg.distance is not None and rise >= leg.distance
        ),
    )


def _pooled_rung(plan: Hedge, backed: SharedBacking, step: Decimal) -> RallyRung:
    """The rise where all shorts share an account: the cash that keeps its odds at the target after it."""
    study, pool = plan.study, backed.pool
    betas = study.betas_to(plan.outcome.benchmark)[study.columns(pool.assets)].tolist()
    moves = dict(zip(pool.assets, betas, strict=True))
    prices = {
        asset: price * max(1 + Decimal(repr(moves[asset])) * step, LEAST_LEFT)
        for asset, price in pool.prices.items()
    }
    risen = replace(pool, prices=prices)
    root = swings_of(pulled(covariance_of(study, pool.assets), pool.assets), plan.wish.horizon_days)
    added = Decimal(repr(cash_needed(risen.arrays, root, distance_of(TARGET))))
    ended = backed.ends.rise is not None and Decimal(repr(backed.ends.rise)) <= step
    return RallyRung(
        rise=step,
        gain=plan.exposure.value * Decimal(repr(study.beta_to(plan.outcome.benchmark))) * step,
        add=added,
        liquidated=tuple(leg.asset for leg in plan.legs) if ended else (),
    )


def to_add(leg: Leg, rise: Decimal) -> Decimal:
    """USD of cash that puts the liquidation as far above the risen price, in percent, as it is above today's.

    The same distance is the same probability. It is the margin that a short opened up there would need for
    this distance, less what the loss has left of its margin; never below 0.
    """
    if leg.distance is None:
        return Decimal(0)
    contract = leg.contract
    up = leg.notional if contract.inverse else leg.notional * (1 + rise)
    coin = leg.price / contract.scale * (1 + rise)
    needed = MarginRules.of(contract).to_survive(up, leg.distance, coin)
    # The margin of an inverse short is coins, which rise too.
    left = (leg.margin * (1 + rise) if contract.inverse else leg.margin) - leg.notional * rise
    return max(needed - left, Decimal(0))
