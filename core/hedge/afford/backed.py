"""What backs a plan whose shorts share an account: how likely all of them end together, and by what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.capital.collateral import Loan
from core.domain.capital.mode import MarginMode
from core.margin.pooled.debt import charged
from core.margin.pooled.odds import PoolOdds
from core.margin.pooled.path import JointBreak
from core.margin.pooled.pool import Pool, PoolFigures

RALLY = Decimal("0.3")
"""The rise of the benchmark in which the debt is told."""


@dataclass(frozen=True, slots=True)
class RallyDebt:
    """What a rise does to an account whose shorts lose more dollars than it has."""

    rise: Decimal
    """Of the benchmark, a decimal; every coin follows at its beta."""
    loss: Decimal
    """USD that the shorts lose."""
    owed: Decimal
    """USD of it that the venue lends."""
    a_day: Decimal
    """USD of interest a day on what is not free."""
    free: Decimal | None
    """USD of such a debt that bear no interest while the short is open; None where that is not known."""
    assumed: bool
    """Whether the interest rests on an assumption."""
    sold_from: Decimal | None
    """USD of debt from which the venue sells coins by itself; None where no amount is known."""
    limit: Decimal | None
    """USD that are lent to one user at most; None where that is not known."""


@dataclass(frozen=True, slots=True)
class SharedBacking:
    """How the shorts of a plan are backed together."""

    mode: MarginMode
    """The account's mode."""
    called: str
    """What the venue calls it."""
    cash: Decimal
    """USD of dollar coins that the plan takes or, where the user named an amount, that there are."""
    there: Decimal
    """USD of dollar coins of it that lie there already, as far as is known."""
    odds: PoolOdds
    """How likely the account is to be liquidated within the horizon."""
    ends: JointBreak
    """The moves that liquidate it."""
    figures: PoolFigures
    """What the account comes to now, with the shorts open."""
    counted: Mapping[str, Decimal]
    """USD of margin that each coin counts, the most first."""
    idle: Mapping[str, Decimal]
    """USD of coins that lie there and do not count."""
    aside: tuple[str, ...]
    """Coins that lie there and would count, but are left out, as in `SharedAccount`."""
    at_stake: Decimal
    """USD of coins and cash that lie at the venue: what is lost if it fails."""
    assumed: bool
    """Whether the ratios are assumed. It must be said."""
    source: str
    """Where the ratios are from."""
    unsure: tuple[str, ...]
    """What no source says of the venue's rules, one clause each."""
    rally: RallyDebt | None
    """What a rise makes of it; None where coins lend nothing."""
    pool: Pool = field(compare=False, repr=False)
    """The account itself, for figures that are worked out later."""


def rally_debt(pool: Pool, betas: Mapping[str, float], loan: Loan | None, rise: Decimal = RALLY) -> RallyDebt:
    """The loss of the shorts and the debt that is left, if the benchmark rises and every coin follows."""
    moved = {
        asset: price * max(1 + rise * Decimal(repr(betas[asset])), Decimal(0))
        for asset, price in pool.prices.items()
    }
    linear = [short for short in pool.shorts if not short.rules.inverse]
    loss = sum((short.size * (moved[short.asset] - short.entry) for short in linear), Decimal(0))
    owed = pool.figures(moved).debt
    free, rate = (loan.free, loan.daily_rate) if loan else (None, pool.terms.daily_rate)
    conversion = pool.terms.conversion
    return RallyDebt(
        rise=rise,
        loss=max(loss, Decimal(0)),
        owed=owed,
        a_day=charged(-owed, free or Decimal(0), rate),
        free=free,
        assumed=loan is None or loan.assumed,
        sold_from=conversion.at if conversion else None,
        limit=loan.limit if loan else None,
    )
