"""A wish: what the user asked for of a hedge, with every choice that they can make."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal

from core.domain.capital.mode import POOLED, MarginMode
from core.domain.errors import BadInput
from core.hedge.unclear import (
    BetaOfNoCoin,
    BetaOutOfRange,
    BothOnlyAndWithout,
    BothOrdersAndCoins,
    CoverageOutOfRange,
    DatedInverse,
    FallOutOfRange,
    HorizonOutOfRange,
    LeverageOutOfRange,
    LossWithoutFall,
    NegativeLoss,
    NoCash,
    OrdersOutOfRange,
    PooledInverse,
    SeveralAims,
    TargetBetaOutOfRange,
)
from core.measure.subset import MOST_LEGS

LEAST_COVERAGE, MOST_COVERAGE = Decimal("0.01"), Decimal("1.5")
"""The share of the exposure that may be hedged, from the first to the second; above 1 is over-hedging."""
MOST_BETA = Decimal(5)
"""The highest beta that a user may type: a larger one is a slip of the finger."""
MOST_LEVERAGE = Decimal(125)
"""The highest leverage that can be asked for."""
MOST_DAYS = 365
"""The longest horizon that can be asked for, in days."""
FALL = Decimal("0.20")
"""The fall of the benchmark that an answer works out where the user names none; a decimal."""

ContractKind = Literal["perpetual", "quarterly"]
"""Whether a perpetual or a dated future is wanted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a portfolio should be hedged. Raises BadInput, saying what to
    type, for choices that contradict each other.
    """

    coverage: Decimal = Decimal(1)
    """The share of the exposure to hedge; 1 is all of it."""
    legs: tuple[str, ...] = ()
    """The assets to short; empty lets the bot choose the best ones."""
    shares: tuple[Decimal, ...] = ()
    """Fixed weights of the legs, which add up to 1; empty lets the bot fit them."""
    orders: int | None = None
    """The most legs that the bot may choose; None leaves that to it."""
    beta: Decimal | None = None
    """A beta of the user's own, in place of the measured one."""
    target_beta: Decimal | None = None
    """The beta to the benchmark that should remain after hedging."""
    keep: Decimal | None = None
    """The most, in USD, that may be lost if the benchmark falls by `drop`."""
    drop: Decimal | None = None
    """The fall that the user has in mind, a decimal. Without `keep` it asks
    for a dollar short per dollar held.
    """
    only: tuple[str, ...] = ()
    """The holdings to hedge; empty means all except those in `without`."""
    without: tuple[str, ...] = ()
    """The holdings that are not to be hedged."""
    kind: ContractKind = "perpetual"
    """Whether to use perpetuals or dated futures."""
    inverse: bool = False
    """Whether to use contracts whose margin is kept in the coin."""
    leverage: Decimal | None = None
    """The user's own leverage; None lets the bot choose it."""
    sure: bool = False
    """Whether the user has confirmed this leverage, knowing how likely its liquidation is."""
    cash: Decimal | None = None
    """USD that there is for margin and fees; None sets no limit."""
    mode: MarginMode = "isolated"
    """How the account backs the shorts; `inverse` is told by the field of that name."""
    apart: bool = False
    """Whether a margin for each short was asked for by a user whose usual account shares it."""
    unlimited: bool = False
    """Whether no limit of cash was asked for by a user who has said one."""
    horizon_days: int = 14
    """How many days the hedge should stand."""
    fee: Decimal | None = None
    """The user's own taker fee, a decimal of the notional; None takes the contract's."""

    def __post_init__(self) -> None:
        for broken, refusal in _LIMITS:
            if broken(self):
                raise refusal()

    @property
    def fall(self) -> Decimal:
        """The fall of the benchmark that the answer works out; a decimal."""
        return FALL if self.drop is None else self.drop

    def covers(self, asset: str) -> bool:
        """Whether a holding of this asset is to be hedged."""
        return (not self.only or asset in self.only) and asset not in self.without


_LIMITS: tuple[tuple[Callable[[Wish], object], Callable[[], BadInput]], ...] = (
    (
        lambda wish: wish.only and wish.without,
        BothOnlyAndWithout,
    ),
    (
        lambda wish: not LEAST_COVERAGE <= wish.coverage <= MOST_COVERAGE,
        CoverageOutOfRange,
    ),
    (
        lambda wish: wish.orders is not None and not 1 <= wish.orders <= MOST_LEGS,
        partial(OrdersOutOfRange, MOST_LEGS),
    ),
    (
        lambda wish: wish.orders is not None and bool(wish.legs or wish.beta is not None),
        BothOrdersAndCoins,
    ),
    (
        lambda wish: wish.beta is not None and not 0 < wish.beta <= MOST_BETA,
        partial(BetaOutOfRange, MOST_BETA),
    ),
    (
        lambda wish: wish.beta is not None and not (len(wish.legs) == 1 or wish.shares),
        BetaOfNoCoin,
    ),
    (
        lambda wish: wish.target_beta is not None and not 0 <= wish.target_beta <= MOST_BETA,
        partial(TargetBetaOutOfRange, MOST_BETA),
    ),
    (
        lambda wish: wish.drop is not None and not 0 < wish.drop < 1,
        FallOutOfRange,
    ),
    (
        lambda wish: wish.keep is not None and wish.drop is None,
        LossWithoutFall,
    ),
    (
        lambda wish: wish.keep is not None and wish.keep < 0,
        NegativeLoss,
    ),
    (
        lambda wish: sum((wish.keep is not None, wish.target_beta is not None, wish.beta is not None)) > 1,
        SeveralAims,
    ),
    (
        lambda wish: wish.inverse and wish.kind == "quarterly",
        DatedInverse,
    ),
    (
        lambda wish: wish.leverage is not None and not 1 <= wish.leverage <= MOST_LEVERAGE,
        partial(LeverageOutOfRange, MOST_LEVERAGE),
    ),
    (
        lambda wish: wish.cash is not None and wish.cash <= 0,
        NoCash,
    ),
    (
        lambda wish: wish.inverse and wish.mode in POOLED,
        PooledInverse,
    ),
    (
        lambda wish: not 1 <= wish.horizon_days <= MOST_DAYS,
        partial(HorizonOutOfRange, MOST_DAYS),
    ),
)
"""What a wish must not say, each with the sentence that tells what to type
instead. The first that holds is raised.
"""
