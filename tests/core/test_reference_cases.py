"""Worked examples of others, read from beside the checkout: exchange pages, textbooks, other projects' tests.

ADAPTERS is how each topic is asked of the engine here; the examples of margin and of estimators are worked in
the tests of their rooms. Every topic in the file stands in one of the tables, or in NOT_WORKED.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.cost.basis import annualised
from core.cost.funding import apr, settled
from core.domain.series import FundingHistory
from core.hedge.calc import calculate
from core.measure.beta import covariance
from tests.core.hedge.problems import best_subsets
from tests.core.margin.test_reference import TOPICS as MARGIN
from tests.core.measure.test_estimator import TOPICS as ESTIMATORS
from tests.domain import funding

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "reference_cases.json"

Inputs = Mapping[str, Any]
DAY = datetime(2026, 6, 10, tzinfo=UTC)
ONE = Decimal(1)


def number(inputs: Inputs, name: str) -> Decimal:
    return Decimal(str(inputs[name]))


def side(inputs: Inputs) -> int:
    return {"long": 1, "short": -1}[inputs["side"]]


def beta_from_covariance(inputs: Inputs) -> Any:
    """[intercept, slope] where the source gives both, else the slope."""
    returns = np.column_stack([inputs["x"], inputs["y"]])
    moves = covariance(returns, np.full(len(returns), 1 / len(returns)))
    slope = moves[0, 1] / moves[0, 0]
    return [returns[:, 1].mean() - slope * returns[:, 0].mean(), slope] if len(returns) > 8 else slope


def beta_of_the_best_subset(_inputs: Inputs) -> Any:
    """A regressor with a negative coefficient is turned round first: the engine fits shorts only."""
    from statsmodels.datasets import longley

    known = longley.load_pandas()
    legs, target = known.exog.to_numpy(np.float64), known.endog.to_numpy(np.float64)
    turned = np.array([1, -1, -1, -1, -1, 1]) / legs.std(axis=0)
    returns = np.column_stack([legs * turned, target])
    moves = covariance(returns, np.full(len(returns), 1 / len(returns)))
    found = list(best_subsets(moves[:6, :6], moves[:6, 6], np.zeros(6), ridge=0.0))[-1]
    assert found.legs == tuple(range(6))
    return found.betas * turned


def funding_received(inputs: Inputs) -> float:
    """Settlements at 00:00 and 08:00 of a day; the window says which of them count."""
    times = np.array([DAY.replace(tzinfo=None), DAY.replace(tzinfo=None, hour=8)], dtype="datetime64[s]")
    history = FundingHistory(times, np.array([-0.000008, -0.000003]))
    opened, closed = (
        datetime.combine(DAY.date(), time.fromisoformat(text), UTC)
        for text in inputs["window"].split()[0].split("-")
    )
    assert inputs["side"] == "short"
    received = float(settled(history, opened, closed).rates.sum())
    return received * float(number(inputs, "qty") * number(inputs, "mark"))


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "basis.annualised": lambda inputs: annualised(
        number(inputs, "future"), number(inputs, "spot"), number(inputs, "days")
    ),
    "beta.multivariate_ols": beta_of_the_best_subset,
    "beta.ols": beta_from_covariance,
    "contracts.from_amount": lambda inputs: (
        calculate(number(inputs, "amount"), ONE, ONE, number(inputs, "contract_size")).exact
    ),
    "contracts.linear": lambda inputs: (
        -calculate(
            number(inputs, "portfolio"), number(inputs, "beta"), number(inputs, "price"),
            number(inputs, "multiplier"),
        ).exact
    ),
    "contracts.rounded": lambda inputs: (
        -calculate(-number(inputs, "raw"), ONE, ONE, ONE).nearest.contracts
    ),
    "contracts.truncate": lambda inputs: (
        calculate(number(inputs, "amount"), ONE, ONE, number(inputs, "step")).down.notional
    ),
    "funding.apr": lambda inputs: apr(funding(str(inputs["rate"]), inputs["hours"])),
    "funding.sum": funding_received,
}  # fmt: skip
"""Topic of a case, and the engine's answer to its inputs. A short of n contracts is -n in the sources."""

UNUSED = "no answer needs it"
NOT_WORKED: dict[str, str] = {
    "contract.spec": "contracts of venues that are not supported",
    "downside_risk.annualised": UNUSED,
    "funding.apy": UNUSED,
    "funding.cashflow": UNUSED,
    "funding.cost": UNUSED,
    "funding.rate_from_apr": UNUSED,
    "value_at_risk": UNUSED,
    "paper.liquidation": "a finding in words; the measured table of probabilities is tested by itself",
}
"""Topics that no test works, and why."""

COVERED = ADAPTERS.keys() | MARGIN.keys() | ESTIMATORS.keys()


def read() -> list[dict[str, Any]]:
    if not FILE.exists():
        pytest.skip(f"no reference cases at {FILE}", allow_module_level=True)
    found: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    return found


CASES = read()


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if case["topic"] in ADAPTERS]
)
def test_a_worked_example_comes_out_as_its_source_says(case: dict[str, Any]) -> None:
    found = ADAPTERS[case["topic"]](case["inputs"])
    several = isinstance(case["expected"], Sequence)
    found = [float(value) for value in found] if several else float(found)
    assert found == pytest.approx(case["expected"], rel=case["tol_rel"], abs=case.get("tol_abs") or 0)


def test_every_topic_is_worked_or_says_why_not() -> None:
    assert COVERED | NOT_WORKED.keys() == {case["topic"] for case in CASES}


def test_no_topic_is_both_worked_and_not() -> None:
    assert not COVERED & NOT_WORKED.keys()
