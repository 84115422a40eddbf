"""Sizing ten thousand portfolios on the same legs at once, against planning them one by one."""

import asyncio
from decimal import Decimal

import numpy as np

from core.exposure import expose
from core.hedge.batch import Legs, fit_many, size_many
from core.hedge.plan import plan
from core.hedge.study import study
from core.hedge.wish import Wish
from core.holding import Holding
from tests.benchmarks.plan_speed import HELD, LISTED, MOMENT, smaller_venue, snapshot_now
from tests.benchmarks.report import Section, Table, microseconds, ratio

PORTFOLIOS = 10_000


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    market = smaller_venue(asyncio.run(snapshot_now()))
    prices = {asset: market.price(asset, MOMENT) for asset in HELD}
    sample = [Holding(asset, Decimal(4000) / prices[asset]) for asset in HELD]
    measured = study(expose(sample, market, MOMENT), LISTED, market, MOMENT.date())
    contracts = tuple(one for asset in LISTED if (one := market.perpetual(asset)))
    marks = tuple(market.quotes[contract.symbol].mark for contract in contracts)
    legs = Legs(measured.columns(LISTED), contracts, marks)
    rng = np.random.default_rng(7)
    worth = np.exp(rng.uniform(np.log(1e3), np.log(1e6), PORTFOLIOS))
    weights = rng.dirichlet(np.full(len(measured.weights), 0.5), size=PORTFOLIOS)
    wish = Wish(legs=LISTED)
    single = f"plan on {len(LISTED)} named legs"
    found = {
        single: microseconds(lambda: plan(sample, market, wish, MOMENT), 50),
        "size_many: fit and joint rounding": [
            took / PORTFOLIOS
            for took in microseconds(lambda: size_many(worth, weights, measured.covariance, legs), 1)
        ],
        "fit_many: hedge ratios alone": [
            took / PORTFOLIOS
            for took in microseconds(lambda: fit_many(measured.covariance, weights, legs.columns), 3)
        ],
    }
    return Section(
        "batch",
        "Many portfolios at once",
        f"{PORTFOLIOS:,} portfolios of {len(HELD)} coins, {len(LISTED)} legs, one covariance matrix; "
        "`tests/core/hedge/test_batch.py` holds the counts to those found one by one. A plan also values the "
        "coins, measures them and works out margin and outcome.",
        [
            Table(
                ("call", "µs a portfolio", "× plan"),
                [(row, f"{np.median(took):.1f}", ratio(took, found[single])) for row, took in found.items()],
            )
        ],
    )


if __name__ == "__main__":
    print(measure().markdown())
