"""Worked examples of margin and liquidation from exchanges and other projects, read beside the checkout."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.contract import Bracket
from core.margin import (
    bankruptcy_in_coins,
    bankruptcy_inverse,
    bankruptcy_linear,
    bracket_at,
    cross_wallet,
    initial,
    liquidation_frozen_inverse,
    liquidation_frozen_linear,
    liquidation_inverse,
    liquidation_linear,
    maintenance,
    margin_balance,
    next_cum,
    notional_inverse,
    order_cost,
    pnl_inverse,
    pnl_linear,
    tiered,
)

CASES = Path(__file__).parents[4] / "shared" / "reference_cases.json"

Inputs = Mapping[str, Any]
Answer = Decimal | Sequence[Decimal] | None


def number(inputs: Inputs, name: str, default: str = "0") -> Decimal:
    return Decimal(str(inputs.get(name, default)))


def side(inputs: Inputs) -> int:
    return 1 if inputs.get("side", "long") == "long" else -1


def bracket(inputs: Inputs) -> tuple[Bracket, ...]:
    return (Bracket(Decimal(0), number(inputs, "mmr"), number(inputs, "cum"), Decimal(125)),)


def wallet(inputs: Inputs, notional: Decimal) -> Decimal:
    given = next((name for name in ("wallet", "collateral") if name in inputs), None)
    return number(inputs, given) if given else initial(notional, number(inputs, "leverage"))


def liquidation(inputs: Inputs, formula: str) -> Answer:
    quantity, entry = number(inputs, "qty", "1"), number(inputs, "entry")
    margin = wallet(inputs, quantity * entry)
    if "IM" in formula or "1/L" in formula:
        kept = maintenance(bracket(inputs), quantity * entry)
        return liquidation_frozen_linear(side(inputs), quantity, entry, margin, kept)
    fee = number(inputs, "taker")
    return liquidation_linear(side(inputs), quantity, entry, margin, bracket(inputs), fee)


def liquidation_cross(inputs: Inputs, _: str) -> Answer:
    other = inputs["other"]
    quantity, mark = number(other, "qty"), number(other, "mark")
    profit = pnl_linear(side(other), quantity, number(other, "entry"), mark)
    behind = cross_wallet(number(inputs, "wallet"), [(profit, maintenance(bracket(other), quantity * mark))])
    return liquidation_linear(
        side(inputs), number(inputs, "qty"), number(inputs, "entry"), behind, bracket(inputs)
    )


def liquidation_coins(inputs: Inputs, formula: str) -> Answer:
    entry = number(inputs, "entry")
    if "EP*L" in formula:
        coins = notional_inverse(Decimal(100), entry)
        margin, kept = initial(coins, number(inputs, "leverage")), coins * number(inputs, "mmr")
        return liquidation_frozen_inverse(side(inputs), Decimal(100), entry, margin, kept)
    return liquidation_inverse(
        side(inputs), number(inputs, "usd"), entry, number(inputs, "wallet"), bracket(inputs),
        tiers_in_coins=True,
    )  # fmt: skip


def liquidation_coins_cross(inputs: Inputs, _: str) -> Answer:
    usd, entry, balance = number(inputs, "usd"), number(inputs, "entry"), number(inputs, "balance")
    bust = bankruptcy_in_coins(side(inputs), usd, entry, balance, number(inputs, "fee"))
    assert bust is not None
    kept = number(inputs, "mmr") * usd / entry + number(inputs, "fee") * usd / bust
    return liquidation_frozen_inverse(side(inputs), usd, entry, balance, kept)


def bankruptcy_coins(inputs: Inputs, _: str) -> Answer:
    entry = number(inputs, "entry")
    if "leverage" in inputs:
        return bankruptcy_inverse(side(inputs), entry, number(inputs, "leverage"))
    behind = number(inputs, "wallet" if "wallet" in inputs else "balance")
    return bankruptcy_in_coins(side(inputs), number(inputs, "usd"), entry, behind, number(inputs, "fee"))


def initial_coins(inputs: Inputs, _: str) -> Answer:
    coins = notional_inverse(number(inputs, "usd"), number(inputs, "price"))
    return initial(coins, number(inputs, "leverage") if "leverage" in inputs else 1 / number(inputs, "rate"))


def initial_dollars(inputs: Inputs, _: str) -> Answer:
    notional = number(inputs, "qty", "1") * number(inputs, "notional" if "notional" in inputs else "price")
    return initial(notional, number(inputs, "leverage"))


def maintenance_coins(inputs: Inputs, _: str) -> Answer:
    flat = tiered([(0, number(inputs, "rate"), 125)])
    return maintenance(flat, notional_inverse(number(inputs, "usd"), number(inputs, "price")))


def tier(inputs: Inputs, _: str) -> Answer:
    rows = [(str(floor), str(rate), "1") for floor, rate in inputs["tiers"]]
    found = bracket_at(tiered(rows), number(inputs, "notional"))
    return [found.rate, found.cum]


def amount(inputs: Inputs, _: str) -> Answer:
    last = Bracket(Decimal(0), number(inputs, "mmr_prev"), number(inputs, "cum_prev"), Decimal(1))
    return next_cum(number(inputs, "floor"), number(inputs, "mmr"), last)


def balance_dollars(inputs: Inputs, _: str) -> Answer:
    profit = pnl_linear(side(inputs), number(inputs, "qty"), number(inputs, "entry"), number(inputs, "price"))
    found = margin_balance(number(inputs, "wallet"), profit)
    assert (found <= number(inputs, "mm")) == inputs["liquidated"]
    return found


def cost(inputs: Inputs, formula: str) -> Answer:
    return order_cost(
        side(inputs), number(inputs, "qty"), number(inputs, "price"), number(inputs, "leverage"),
        number(inputs, "taker"), closing="bankruptcy" in formula,
    )  # fmt: skip


TOPICS: dict[str, Callable[[Inputs, str], Answer]] = {
    "liquidation_price.linear": liquidation,
    "liquidation_price.linear.cross": liquidation_cross,
    "liquidation_price.inverse": liquidation_coins,
    "liquidation_price.inverse.cross": liquidation_coins_cross,
    "bankruptcy_price.linear": lambda inputs, _: bankruptcy_linear(
        side(inputs), number(inputs, "entry"), number(inputs, "leverage")
    ),
    "bankruptcy_price.inverse": bankruptcy_coins,
    "bankruptcy_price.inverse.cross": bankruptcy_coins,
    "initial_margin.linear": initial_dollars,
    "initial_margin.inverse": initial_coins,
    "maintenance_margin.linear": lambda inputs, _: maintenance(
        tiered([(0, number(inputs, "mmr"), 125)]), number(inputs, "notional")
    ),
    "maintenance_margin.inverse": maintenance_coins,
    "maintenance_margin.tier": tier,
    "maintenance_amount": amount,
    "margin_balance.linear": balance_dollars,
    "margin_balance.inverse": lambda inputs, _: margin_balance(
        number(inputs, "wallet"), number(inputs, "upnl")
    ),
    "notional.inverse": lambda inputs, _: notional_inverse(number(inputs, "usd"), number(inputs, "price")),
    "order_cost.linear": cost,
    "pnl.inverse": lambda inputs, _: pnl_inverse(
        side(inputs), number(inputs, "usd"), number(inputs, "entry"), number(inputs, "price")
    ),
}
"""Topic of a case, and the engine's answer to its inputs; the formula says which venue's rule it follows."""


def cases() -> list[Any]:
    if not CASES.exists():
        return [pytest.param(None, marks=pytest.mark.skip(f"no reference cases at {CASES}"))]
    read = json.loads(CASES.read_text())["cases"]
    return [pytest.param(case, id=case["id"]) for case in read if case["topic"] in TOPICS]


@pytest.mark.parametrize("case", cases())
def test_a_worked_example_comes_out_as_its_source_says(case: dict[str, Any]) -> None:
    answer = TOPICS[case["topic"]](case["inputs"], case["formula"])
    found = answer if isinstance(answer, Sequence) else (answer,)
    # Of a tier some sources give the rate alone.
    expected = case["expected"] if isinstance(case["expected"], list) else [case["expected"]]
    for value, said in zip(found, expected, strict=False):
        assert value is not None
        assert float(value) == pytest.approx(said, rel=case["tol_rel"], abs=case.get("tol_abs") or 0)


def test_every_topic_has_a_case() -> None:
    if not CASES.exists():
        pytest.skip(f"no reference cases at {CASES}")
    assert TOPICS.keys() <= {case["topic"] for case in json.loads(CASES.read_text())["cases"]}
