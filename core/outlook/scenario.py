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
from core.margin.pooled.path import first_crossing
from core.margin.pooled.pool import Pool

LEAST_MOVE, MOST_MOVE = Decimal(-1), Decimal(10)
"""The moves that can be asked for: from everything lost to eleven times the price."""
_SAME = 1e-9
"""Below this share of the named coins' variance a direction counts as none, because they move as one."""
_ZERO = Decimal(0)


class MoveOutOfRange(BadInput):
    """A coin cannot lose more than all of its price, and is not asked to rise that far."""

    says = "A move goes from -100% (all lost) to +1000%."


@dataclass(frozen=True, slots=True)
class LegOutcome:
    """One short after the move. Amounts are in USD."""

    leg: Leg
    """The short."""
    move: Decimal
    """The move of its coin, a decimal."""
    price: Decimal
    """The contract's price then, in quoted units."""
    pnl: Decimal
    """What the contract made, before fees."""
    collateral: Decimal
    """What coins gained (below zero: lost) that were bought as margin. Coins
    of it that are held are counted among the holdings.
    """
    funding: Decimal | None
    """Funding over the horizon; None where the rate is not known."""
    liquidated: bool
    """Whether it was liquidated on the way."""
    margin_left: Decimal
    """Margin and pnl together; 0 where it was liquidated."""
    health: Decimal | None
    """`margin_left` over maintenance margin; None where none is asked for."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The portfolio after a move, with its hedge and without. Amounts are in USD."""

    named: Mapping[str, Decimal]
    """The moves that were asked for, by asset."""
    moves: Mapping[str, Decimal]
    """The move of every asset that was studied, a decimal."""
    coins: Mapping[str, Decimal]
    """What each holding made, by asset."""
    legs: tuple[LegOutcome, ...]
    """What each short made."""
    funding_days: int
    """For how many days funding is counted."""

    @property
    def spot(self) -> Decimal:
        """What the coins alone made: what happens without the hedge."""
        return sum(self.coins.values(), _ZERO)

    @property
    def hedge(self) -> Decimal:
        """What the shorts made, with the coins that were bought as margin for them."""
        return sum((leg.pnl + leg.collateral for leg in self.legs), _ZERO)

    @property
    def hedged(self) -> Decimal:
        """What coins and hedge made by the move itself."""
        return self.spot + self.hedge

    @property
    def funding(self) -> Decimal | None:
        """Funding to be expected over the horizon; None where one leg's is not known."""
        flows = [leg.funding for leg in self.legs]
        known = [flow for flow in flows if flow is not None]
        return sum(known, _ZERO) if len(known) == len(flows) else None

    @property
    def net(self) -> Decimal | None:
        """Coins, hedge and funding together; None where the funding is not known."""
        return None if self.funding is None else self.spot + self.hedge + self.funding

    @property
    def margin_left(self) -> Decimal:
        """Margin that is left over all legs."""
        return sum((leg.margin_left for leg in self.legs), _ZERO)

    @property
    def liquidated(self) -> tuple[LegOutcome, ...]:
        """The legs that were liquidated on the way."""
        return tuple(leg for leg in self.legs if leg.liquidated)


def scenario(
    hedge: Hedge, named: Mapping[str, Decimal], owned: Mapping[str, Decimal] | None = None
) -> Scenario:
    """The hedged portfolio if each coin in `named` moves as said and the others follow.

    Prices go straight from now to there. Where the shorts share an account see `pooled_legs`; otherwise each
    is isolated: where its liquidation price lies on the way,
    its whole margin is lost, and from there on it hedges nothing and earns no funding. A dated future and a
    perpetual move as their coin does. Stablecoins stay. owned: coins that can serve as margin, where there
    are more of them than the plan is about.

    Raises BadInput for a move out of bounds, and for a coin that is neither held nor a candidate to short.
    """
    moves = follow(hedge.study, named)
    if hedge.backed is not None:
        return Scenario(
            named=dict(named),
            moves=moves,
            coins={coin.asset: coin.value * moves[coin.asset] for coin in hedge.exposure.moving},
            legs=pooled_legs(hedge, hedge.backed.pool, moves),
            funding_days=hedge.wish.horizon_days,
        )
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
    """The move of every asset of the study: as named, otherwise what is to be expected given the named ones.

    E[r_j | r_n] = C_jn C_nn^-1 r_n, with the measured covariance C. For one named coin that is beta times its
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
            raise MoveOutOfRange
    columns = study.columns(named)
    among = study.covariance[np.ix_(columns, columns)]
    # Least squares, because coins that move as one leave C_nn without an inverse.
    pull, *_ = np.linalg.lstsq(among, np.array([float(move) for move in named.values()]), rcond=_SAME)
    expected = study.covariance[:, columns] @ pull
    # Here floats become money.
    moves = {asset: Decimal(repr(float(move))) for asset, move in zip(assets, expected, strict=True)}
    return {asset: max(move, LEAST_MOVE) for asset, move in (moves | dict(named)).items()}


def pooled_legs(hedge: Hedge, pool: Pool, moves: Mapping[str, Decimal]) -> tuple[LegOutcome, ...]:
    """All legs of an account that they share, after the moves of their coins.

    Where the account is liquidated on the way, all shorts end there, with what they had made by then. What is
    left in it is given to the legs by their size.
    """
    way = np.array([float(moves[asset]) for asset in pool.assets])
    end = first_crossing(pool, way, 1.0)
    then = Decimal(1) if end is None else Decimal(repr(end))
    prices = {asset: price * (1 + moves[asset]) for asset, price in pool.prices.items()}
    seen = pool.figures(prices)
    found = []
    for leg in hedge.legs:
        move, share = moves[leg.asset], leg.notional / hedge.notional
        income = None if leg.income is None else leg.income * hedge.wish.horizon_days
        found.append(
            LegOutcome(
                leg, move, leg.price * (1 + move),
                pnl=leg.notional * SHORT * move * then,
                collateral=_ZERO,
                funding=income if end is None else _ZERO,
                liquidated=end is not None,
                margin_left=seen.equity * share if end is None else _ZERO,
                health=seen.equity / seen.maintenance if end is None and seen.maintenance > 0 else None,
            )
        )  # fmt: skip
    return tuple(found)


def moved_leg(leg: Leg, move: Decimal, held: Decimal, days: int) -> LegOutcome:
    """One leg after its coin's move. held: coins of it that are owned. days: for which funding is counted."""
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
    """Whether the way to `price` passes the liquidation price, which lies above a short."""
    return leg.liquidation is not None and max(leg.price, price) >= leg.liquidation
