"""What the user asked for."""

from dataclasses import dataclass
from decimal import Decimal

from core.errors import BadInput

LEAST_COVERAGE, MOST_COVERAGE = Decimal("0.01"), Decimal("1.5")
MOST_BETA = Decimal(5)
MOST_LEVERAGE = Decimal(125)


@dataclass(frozen=True, slots=True)
class Wish:
    """coverage: share of the exposure to hedge, a decimal. legs: assets to short, empty for the best ones.

    shares: fixed weights of the legs, summing to 1; empty to fit them. beta: the user's own instead of a
    measured one. leverage: the user's own, None to choose it. horizon_days: how long the hedge should stand.
    fee: the user's own taker fee, a decimal of notional.
    """

    coverage: Decimal = Decimal(1)
    legs: tuple[str, ...] = ()
    shares: tuple[Decimal, ...] = ()
    beta: Decimal | None = None
    leverage: Decimal | None = None
    horizon_days: int = 14
    fee: Decimal | None = None

    def __post_init__(self) -> None:
        if not LEAST_COVERAGE <= self.coverage <= MOST_COVERAGE:
            raise BadInput("Coverage goes from 1% to 150%. Type for example /hedge 50%.")
        if self.beta is not None and not 0 < self.beta <= MOST_BETA:
            raise BadInput(
                f"Beta must be above 0 and at most {MOST_BETA}. Type for example /hedge beta 1.5 ETH."
            )
        if self.beta is not None and not (len(self.legs) == 1 or self.shares):
            raise BadInput("A beta of your own needs one coin to short: /hedge beta 1.5 ETH.")
        if self.leverage is not None and not 1 <= self.leverage <= MOST_LEVERAGE:
            raise BadInput(f"Leverage goes from 1 to {MOST_LEVERAGE}. Type for example /settings leverage 2.")
