"""Rolling betas of many assets on several legs, against statsmodels one asset at a time."""

from collections.abc import Callable

import numpy as np
import statsmodels.api as sm
from statsmodels.regression.rolling import RollingOLS

from core.measure.beta import WINDOW, Floats
from core.measure.rolling import rolling_betas
from tests.benchmarks.report import Section, Table, microseconds, ratio, verdict

ASSETS, LEGS, DAYS = 30, 3, 90
AIM = 100


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    rng = np.random.default_rng(7)
    legs = 0.03 * rng.standard_normal((WINDOW, LEGS))
    returns = legs @ rng.standard_normal((LEGS, ASSETS)) + 0.02 * rng.standard_normal((WINDOW, ASSETS))
    design = sm.add_constant(legs)

    def one_by_one(*, params_only: bool) -> Floats:
        fits = (RollingOLS(asset, design, DAYS).fit(params_only=params_only) for asset in returns.T)
        return np.stack([fit.params[DAYS - 1 :, 1:] for fit in fits], axis=1)

    ours = rolling_betas(returns, legs, DAYS)
    apart = float(np.abs(ours - one_by_one(params_only=True)).max())
    calls: dict[str, tuple[Callable[[], object], int]] = {
        "core.measure.rolling.rolling_betas": (lambda: rolling_betas(returns, legs, DAYS), 20),
        "RollingOLS, all figures": (lambda: one_by_one(params_only=False), 1),
        "RollingOLS, betas alone": (lambda: one_by_one(params_only=True), 1),
    }
    found = {row: microseconds(call, times) for row, (call, times) in calls.items()}
    quick = found["core.measure.rolling.rolling_betas"]
    times = float(ratio(found["RollingOLS, all figures"], quick))
    return Section(
        "rolling",
        "Rolling betas",
        f"{ASSETS} assets on {LEGS} legs jointly, {WINDOW} days, windows of {DAYS}. Both give the same "
        f"betas: the largest difference is {apart:.0e}.",
        [
            Table(
                ("call", "ms", "× ours"),
                [(row, f"{np.median(took) / 1000:.1f}", ratio(took, quick)) for row, took in found.items()],
            )
        ],
        [verdict(f"Aim: {AIM} times faster than RollingOLS, is {times:.0f} times", met=times >= AIM)],
    )


if __name__ == "__main__":
    print(measure().markdown())
