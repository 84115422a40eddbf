"""Whole contracts for a wish: the ratios, the coverage they need, joint rounding, and what is too small."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.hedge.leg import Leg, Offer, open_leg
from core.hedge.method import Ratio, coverage_for, fitted, free, method_for
from core.hedge.rounding import round_jointly
from core.hedge.study import Study
from core.hedge.unmet import TooSmall
from core.hedge.unseen import Choice
from core.hedge.wish import Wish


@dataclass(frozen=True, slots=True)
class Sized:
    """A wish in whole contracts."""

    legs: tuple[Leg, ...]
    """The contracts to short."""
    coverage: Decimal
    """The share of the exposure that is hedged."""
    benchmark: str
    """The asset whose fall the answer works out."""
    dropped: tuple[str, ...]
    """Assets asked for or fitted that are too small to trade or add nothing."""
    wanted: Mapping[str, Decimal]
    """USD that was to be short of each asset before rounding, also of a fixed mix's legs that are too
    small.
    """


def size(
    measured: Study,
    wish: Wish,
    frontier: tuple[Choice, ...],
    offered: Mapping[str, Offer],
    held: Mapping[str, Decimal],
    given: Ratio | None = None,
) -> Sized:
    """Size the wish in whole contracts. Where a fitted leg rounds to nothing the others are fitted again
    without it.

    frontier: as `core.hedge.unseen.frontier` gives it. offered: the contracts by asset. held: contracts that
    are short already, by symbol. given: the ratios to size, in place of those of the wish's method. Raises
    CannotHedge where nothing is left to trade.
    """
    # What is told of a hedge that is too small for any order is told of the ratios before legs were left
    # out.
    first = ratio = given or method_for(wish)(measured, wish, frontier)
    benchmark = measured.benchmark(tuple(first.betas))
    dropped = [asset for asset in wish.legs if asset not in ratio.betas]
    while True:
        coverage = _coverage(measured, wish, ratio, benchmark)
        assets = tuple(ratio.betas)
        targets = [_target(measured, wish, coverage, offered, *leg) for leg in ratio.betas.items()]
        columns = measured.columns(assets)
        counts = round_jointly(
            targets,
            [offered[asset].contract for asset in assets],
            [offered[asset].price for asset in assets],
            measured.covariance[np.ix_(columns, columns)],
            [_most(measured, wish, asset, offered) for asset in assets],
        )
        kept = tuple(asset for asset, count in zip(assets, counts, strict=True) if count > 0)
        dropped += [asset for asset in assets if asset not in kept]
        if not kept:
            raise _too_small(measured, wish, coverage, first, offered)
        # Given ratios are an instruction: what is too small is left out, and the rest is not made larger for
        # it.
        if ratio.fixed or len(kept) == len(assets):
            break
        ratio = Ratio(fitted(measured, wish, kept))
        dropped += [asset for asset in kept if asset not in ratio.betas]
    sigmas = measured.sigmas(columns)
    legs = tuple(
        open_leg(
            offered[asset], count, target, ratio.betas[asset], float(sigma), wish,
            held=held.get(offered[asset].contract.symbol, Decimal(0)),
        )
        for asset, count, target, sigma in zip(assets, counts, targets, sigmas, strict=True)
        if count > 0
    )  # fmt: skip
    wanted = dict(zip(assets, targets, strict=True))
    return Sized(legs, coverage, benchmark, tuple(dict.fromkeys(dropped)), wanted)


def _coverage(measured: Study, wish: Wish, ratio: Ratio, benchmark: str) -> Decimal:
    """The share of the exposure to hedge, from the betas of the portfolio and of these legs to the
    benchmark.
    """
    betas = measured.betas_to(benchmark)
    if wish.keep is not None:  # in the fall in mind no coin loses more than it is worth
        betas = np.minimum(betas, 1 / float(wish.fall))
    hedge = measured.spread(measured.columns(ratio.betas), np.array(list(ratio.betas.values())))
    beta, worth = float(measured.weights @ betas), measured.exposure.value
    return coverage_for(wish, beta, float(hedge @ betas), worth, benchmark)


def _target(
    measured: Study, wish: Wish, coverage: Decimal, offered: Mapping[str, Offer], asset: str, beta: float
) -> Decimal:
    """USD to short of one asset: coverage * beta * worth, and no more than may be. Here floats become
    money.
    """
    wanted = coverage * Decimal(repr(beta)) * measured.exposure.value
    most = _most(measured, wish, asset, offered)
    return wanted if most is None else min(wanted, most)


def _most(measured: Study, wish: Wish, asset: str, offered: Mapping[str, Offer]) -> Decimal | None:
    """The most USD that a contract may be shorted for: what is held of the coin, except of a major, and what
    its market has room for. None where there is no limit, also of a contract that the user named.
    """
    if asset in wish.legs:
        return None
    room = offered[asset].depth.room
    if free(wish, asset):
        return room
    held = sum((one.value for one in measured.exposure.moving if one.asset == asset), Decimal(0))
    return held if room is None else min(held, room)


def _too_small(
    measured: Study, wish: Wish, coverage: Decimal, ratio: Ratio, offered: Mapping[str, Offer]
) -> TooSmall:
    """A sentence that names the smallest portfolio of this make-up that one
    of the wished contracts could hedge.
    """
    worth = measured.exposure.moving_value
    needs = {
        asset: offered[asset].least / _target(measured, wish, coverage, offered, asset, beta) * worth
        for asset, beta in ratio.betas.items()
    }
    asset = min(needs, key=needs.__getitem__)
    return TooSmall(offered[asset].contract.venue, asset, worth, offered[asset].least, needs[asset])
