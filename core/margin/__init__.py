"""What backs a short: margin, the price of liquidation, and the leverage that keeps a liquidation unlikely.

`account` holds the amounts that a venue takes and counts, `brackets` the tiers of maintenance margin,
`liquidation` the formulas, `rules` what a single contract follows of them, `rallies` how far coins rise and
`probability` what follows of it. `pooled` has accounts whose shorts are backed together, `adl` the order in
which a venue closes shorts in profit.

Everything is pure and, but for probabilities and ways of the market, Decimal. The room may use `core.domain`
and nothing else of the program.
"""

from core.margin.account import (
    bankruptcy_inverse,
    bankruptcy_linear,
    cross_wallet,
    initial,
    margin_balance,
    notional_inverse,
    order_cost,
    pnl_inverse,
    pnl_linear,
)
from core.margin.brackets import bracket_at, maintenance, next_cum, tiered
from core.margin.liquidation import (
    bankruptcy_in_coins,
    liquidation_frozen_inverse,
    liquidation_frozen_linear,
    liquidation_inverse,
    liquidation_linear,
    margin_to_survive,
)
from core.margin.probability import MAX_CHOSEN, TARGET, chance_of_any, whole_leverage
from core.margin.rallies import likely_rally, rallies_of, rally_probability
from core.margin.rules import MarginRules

__all__ = [
    "MAX_CHOSEN",
    "TARGET",
    "MarginRules",
    "bankruptcy_in_coins",
    "bankruptcy_inverse",
    "bankruptcy_linear",
    "bracket_at",
    "chance_of_any",
    "cross_wallet",
    "initial",
    "likely_rally",
    "liquidation_frozen_inverse",
    "liquidation_frozen_linear",
    "liquidation_inverse",
    "liquidation_linear",
    "maintenance",
    "margin_balance",
    "margin_to_survive",
    "next_cum",
    "notional_inverse",
    "order_cost",
    "pnl_inverse",
    "pnl_linear",
    "rallies_of",
    "rally_probability",
    "tiered",
    "whole_leverage",
]
