"""How the published cases of profit and loss are asked of the engine."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.outlook.scenario import moved_leg
from tests.domain import NOW, contract, holdings, snapshot


def inverse(inputs: Mapping[str, Any]) -> float:
    """Coins that a coin-margined short made, on enough margin that nothing liquidates it."""
    assert inputs["side"] == "short"
    usd, entry, price = (Decimal(str(inputs[name])) for name in ("usd", "entry", "price"))
    venue = snapshot(contract("ETH", multiplier="1", inverse=True), contract("ETH"), ETH=float(entry))
    wish = Wish(legs=("ETH",), inverse=True, leverage=Decimal(1), sure=True)
    (leg,) = plan(holdings("ETH 100"), venue, wish, NOW).legs
    leg = replace(leg, count=usd, price=entry, margin=usd, liquidation=None)
    found = moved_leg(leg, price / entry - 1, Decimal(0), days=1)
    return float(found.pnl / found.price)


ADAPTERS: Mapping[str, Callable[[Mapping[str, Any]], float]] = {"pnl.inverse": inverse}
"""By topic: from a case's inputs to our figure."""
