"""What happens to the coins and their hedge if prices move.

Moves are simple returns: -0.2 is a fall of 20 %. Betas and covariances are measured on daily log returns and
are applied to simple moves as they stand, the way the hedge is sized (`N = beta * V - A / x`), so that a plan
that keeps a loss keeps it here too. Compounding a beta through a large move instead would give an altcoin of
beta 1.4 a fall of 27 % where this says 28 %: for a fall this is the more cautious reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.domain.errors import BadInput
from core.hedge.hedge import Hedge
from core.hedge.leg import SHORT, Leg
from core.hedge.study import Study
from core.margin import MarginRules

LEAST_MOVE, MOST_MOVE = Decimal(-1), Decimal(10)
"""Everything lost, and eleven times the price."""
_SAME = 1e-9
"""Share of the named coins' variance below which a direction counts as none: they move as one."""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LegOutcome:
    """One short after the move.

    price: of the contract then, in quoted units. pnl: USD made by the contract, fees not included.
    collateral: USD that coins bought as margin gained (negative: lost); coins of it that are held count as
    coins already. funding: USD over the horizon, None where the rate is unknown. margin_left: USD of margin
    and pnl; 0 if liquidated. health: margin_left over maintenance margin, None where none is asked for.
    """

    leg: Leg
    move: Decimal
    price: Decimal
    pnl: Decimal
    collateral: Decimal
    funding: Decimal | None
    liquidated: bool
    margin_left: Decimal
    health: Decimal | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """The portfolio after a move, with its hedge and without.

    named: the moves that were asked for. moves: of every asset studied. coins: USD that each holding made.
    funding_days: horizon of the funding.
    """

    named: Mapping[str, Decimal]
    moves: Mapping[str, Decimal]
    coins: Mapping[str, Decimal]
    legs: tuple[LegOutcome, ...]
    funding_days: int

    @property
    def spot(self) -> Decimal:
        """USD made by the coins alone: what happens without the hedge."""
        return sum(self.coins.values(), _ZERO)

    @property
    def hedge(self) -> Decimal:
        """USD made by the shorts, with the margin coins bought for them."""
        return sum((leg.pnl + leg.collateral for leg in self.legs), _ZERO)

    @property
    def hedged(self) -> Decimal:
        """USD made with the hedge by the move itself."""
        return self.spot + self.hedge

    @property
    def funding(self) -> Decimal | None:
        """USD of funding over the horizon at the current rates; None if any leg's is unknown."""
        flows = [leg.funding for leg in self.legs]
        known = [flow for flow in flows if flow is not None]
        return sum(known, _ZERO) if len(known) == len(flows) else None

    @property
    def net(self) -> Decimal | None:
        """USD of coins, hedge and funding together; None if the funding is unknown."""
        return None if self.funding is None else self.spot + self.hedge + self.funding

    @property
    def margin_left(self) -> Decimal:
        return sum((leg.margin_left for leg in self.legs), _ZERO)

    @property
    def liquidated(self) -> tuple[LegOutcome, ...]:
        return tuple(leg for leg in self.legs if leg.liquidated)


def scenario(
    hedge: Hedge, named: Mapping[str, Decimal], owned: Mapping[str, Decimal] | None = None
) -> Scenario:
    """The hedged portfolio if each coin in `named` moves as said and the others follow.

    Prices go straight from now to there. A short is isolated: where its liquidation price lies on the way,
    its whole margin is lost, it hedges nothing from there on and its funding counts as nothing. A dated
    future and a perpetual move as their coin does. Stablecoins stay. owned: coins that can serve as margin,
    where they are more than those that the plan is about.

    Raises BadInput for a move out of bounds and for a coin that is neither held nor a candidate to short.
    """
    moves = follow(hedge.study, named)
    held = owned or {coin.asset: coin.quantity for coin in hedge.exposure.holdings}
    return Scenario(
        named=dict(named),
        moves=moves,
        coins={coin.asset: coin.value * moves[coin.asset] for coin in hedge.exposure.moving},
        legs=tuple(
            moved_leg(leg, moves[leg.asset], held.get(leg.asset, _ZERO), hedge.wish.horizon_days)
            for leg in hedge.legs
        ),
        funding_days=hedge.wish.horizon_days,
    )


def follow(study: Study, named: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The move of every asset of the study: as named, else what is to be expected given the named ones.

    E[r_j | r_n] = C_jn C_nn^-1 r_n under the measured covariance C; for one named coin that is beta times its
    move. No coin loses more than it is worth. Raises BadInput as `scenario` does.
    """
    assets = study.sample.assets
    for asset, move in named.items():
        if asset not in assets:
            raise BadInput(
                f"{asset} is neither among your coins nor a coin to short here. "
                f"You can move {', '.join(sorted(assets))}."
            )
        if not LEAST_MOVE <= move <= MOST_MOVE:
            raise BadInput("A move goes from -100% (all lost) to +1000%. Type for example /whatif -20%.")
    columns = study.columns(named)
    among = study.covariance[np.ix_(columns, columns)]
    # Least squares, because coins that move as one leave C_nn without an inverse.
    pull, *_ = np.linalg.lstsq(among, np.array([float(move) for move in named.values()]), rcond=_SAME)
    expected = study.covariance[:, columns] @ pull
    # Here floats become money.
    moves = {asset: Decimal(repr(float(move))) for asset, move in zip(assets, expected, strict=True)}
    return {asset: max(move, LEAST_MOVE) for asset, move in (moves | dict(named)).items()}


def moved_leg(leg: Leg, move: Decimal, held: Decimal, days: int) -> LegOutcome:
    """One leg after its coin's move; `held` coins of it are owned, `days` is the horizon of the funding."""
    contract, price = leg.contract, leg.price * (1 + move)
    margin, pnl, collateral = leg.margin, leg.notional * SHORT * move, _ZERO
    if contract.inverse:
        # Margin and pnl are coins, worth `price` each now: usd * (1/price - 1/entry) * price = -usd * move.
        coins = leg.margin / leg.price * contract.scale
        margin = leg.margin * (1 + move)
        collateral = max(coins - held, _ZERO) * leg.price / contract.scale * move
    liquidated = _reached(leg, price) or margin + pnl < 0
    if liquidated:
        pnl = -margin
    left = margin + pnl
    needed = MarginRules.of(contract).needed(leg.units, leg.price, price)
    funding = _ZERO if liquidated else leg.income * days if leg.income is not None else None
    return LegOutcome(
        leg, move, price, pnl, collateral, funding, liquidated,
        margin_left=left,
        health=left / needed if needed > 0 else None,
    )  # fmt: skip


def _reached(leg: Leg, price: Decimal) -> bool:
    """Whether the way to `price` passes the liquidation price, which is above a short."""
    return leg.liquidation is not None and max(leg.price, price) >= leg.liquidation
