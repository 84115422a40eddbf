"""What the user asked for."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.domain.errors import BadInput
from core.measure.subset import MOST_LEGS

LEAST_COVERAGE, MOST_COVERAGE = Decimal("0.01"), Decimal("1.5")
MOST_BETA = Decimal(5)
MOST_LEVERAGE = Decimal(125)
MOST_DAYS = 365
FALL = Decimal("0.20")
"""The fall that an answer works out where the user names none."""

ContractKind = Literal["perpetual", "quarterly"]


@dataclass(frozen=True, slots=True)
class Wish:
    """How the portfolio should be hedged.

    coverage: share of the exposure to hedge, a decimal. legs: assets to short, empty for the best ones;
    orders: at most so many of those. shares: fixed weights of the legs, summing to 1; empty to fit them.
    beta: the user's own instead of a measured one. target_beta: beta that should remain. keep: USD that may
    be lost at most if the benchmark falls by `drop`. drop: the fall in mind, a decimal; alone it asks for
    dollar against dollar. only: the holdings to hedge, empty for all of them but those in without. kind,
    inverse: perpetual or quarterly contracts, margined in dollars or in the coin. leverage: the user's own,
    None to choose it; sure: they know how likely its liquidation is. horizon_days: how long the hedge should
    stand. fee: the user's own taker fee, a decimal of notional.
    """

    coverage: Decimal = Decimal(1)
    legs: tuple[str, ...] = ()
    shares: tuple[Decimal, ...] = ()
    orders: int | None = None
    beta: Decimal | None = None
    target_beta: Decimal | None = None
    keep: Decimal | None = None
    drop: Decimal | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    kind: ContractKind = "perpetual"
    inverse: bool = False
    leverage: Decimal | None = None
    sure: bool = False
    horizon_days: int = 14
    fee: Decimal | None = None

    def __post_init__(self) -> None:
        if message := next((text for broken, text in _LIMITS if broken(self)), None):
            raise BadInput(message)

    @property
    def fall(self) -> Decimal:
        """The fall of the benchmark that the answer works out."""
        return FALL if self.drop is None else self.drop

    def covers(self, asset: str) -> bool:
        """Whether a holding of this asset is to be hedged."""
        return (not self.only or asset in self.only) and asset not in self.without


_LIMITS = (
    (
        lambda wish: wish.only and wish.without,
        "Say which coins to hedge, or which to leave out: /hedge only ETH SOL, or /hedge without DOGE.",
    ),
    (
        lambda wish: not LEAST_COVERAGE <= wish.coverage <= MOST_COVERAGE,
        "Coverage goes from 1% to 150%. Type for example /hedge 50%.",
    ),
    (
        lambda wish: wish.orders is not None and not 1 <= wish.orders <= MOST_LEGS,
        f"A hedge has 1 to {MOST_LEGS} orders. Type for example /hedge 2 orders.",
    ),
    (
        lambda wish: wish.orders is not None and bool(wish.legs or wish.beta is not None),
        "Say how many orders, or which coins, not both. Type for example /hedge 2 orders.",
    ),
    (
        lambda wish: wish.beta is not None and not 0 < wish.beta <= MOST_BETA,
        f"Beta goes from above 0 to {MOST_BETA}. Type for example /hedge beta 1.5 ETH.",
    ),
    (
        lambda wish: wish.beta is not None and not (len(wish.legs) == 1 or wish.shares),
        "A beta of your own needs one coin to short: /hedge beta 1.5 ETH.",
    ),
    (
        lambda wish: wish.target_beta is not None and not 0 <= wish.target_beta <= MOST_BETA,
        f"The beta to keep goes from 0 to {MOST_BETA}. Type for example /hedge target beta 0.5.",
    ),
    (
        lambda wish: wish.drop is not None and not 0 < wish.drop < 1,
        "The fall goes from above 0% to below 100%. Type for example /hedge drop 20%.",
    ),
    (
        lambda wish: wish.keep is not None and wish.drop is None,
        "Say which fall you have in mind: /hedge keep 5000 drop 20%.",
    ),
    (
        lambda wish: wish.keep is not None and wish.keep < 0,
        "The loss you accept cannot be negative. Type for example /hedge keep 5000 drop 20%.",
    ),
    (
        lambda wish: sum((wish.keep is not None, wish.target_beta is not None, wish.beta is not None)) > 1,
        "Choose one of keep, target beta and beta. Type for example /hedge keep 5000 drop 20%.",
    ),
    (
        lambda wish: wish.inverse and wish.kind == "quarterly",
        "Coin-margined contracts are perpetual here. Type /hedge inverse, or /hedge quarterly.",
    ),
    (
        lambda wish: wish.leverage is not None and not 1 <= wish.leverage <= MOST_LEVERAGE,
        f"Leverage goes from 1x to {MOST_LEVERAGE}x. Type for example /hedge 2x.",
    ),
    (
        lambda wish: not 1 <= wish.horizon_days <= MOST_DAYS,
        f"The horizon goes from 1 to {MOST_DAYS} days. Type for example /hedge 14d.",
    ),
)
"""What a wish may not say, and what to type instead."""
