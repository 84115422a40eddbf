"""How long the pure plan takes: holdings, a warm snapshot and a wish in, contracts out."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median

import numpy as np

from core.domain.coins.asset import MAJORS
from core.domain.holding import Holding
from core.domain.snapshot import Snapshot
from core.hedge.afford.within import hedge_within, takes
from core.hedge.leg import offers
from core.hedge.method import limits
from core.hedge.plan import MOST_OWN_LEGS, histories, plan
from core.hedge.study import study
from core.hedge.unseen import frontier
from core.hedge.wish import Wish
from core.measure.beta import WINDOW
from core.measure.exposure import expose
from core.prices.settlements import KEEP
from core.venues.simulated.market import SimulatedMarket
from tests.benchmarks.report import Section, Table, microseconds, ratio, verdict

MOMENT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
HELD = tuple("ETH SOL LINK AVAX DOT NEAR UNI AAVE ADA XRP DOGE BNB LTC ATOM".split())  # noqa: SIM905
LISTED = (*MAJORS, "LINK", "AVAX")
"""The five candidate legs: what can be shorted on the smaller venue."""
AIM = 2000
CASH_AIM = 2.0
"""The most that a plan for limited cash may take, in plans without a limit."""
TIMES = 100


async def snapshot_now() -> Snapshot:
    """The simulated market with a year of closes of everything held, and what its perpetuals paid lately."""
    market = SimulatedMarket(7, "calm", lambda: MOMENT)
    since = (MOMENT - timedelta(days=WINDOW + 1)).date()
    closes = await market.closes(dict.fromkeys({*MAJORS, *HELD}, since))
    contracts, began = await market.contracts(), MOMENT - KEEP
    perpetuals = [symbol for symbol, contract in contracts.items() if contract.perpetual]
    settled = await market.funding_history(perpetuals, began)
    return Snapshot(
        market.venue, contracts, await market.quotes(), await market.funding(), closes, settled=settled
    )


def smaller_venue(snapshot: Snapshot) -> Snapshot:
    """The same prices, but only LISTED can be shorted: the rest is margined in its own coin."""
    contracts = {
        symbol: contract if contract.asset in LISTED else replace(contract, inverse=True)
        for symbol, contract in snapshot.contracts.items()
    }
    return replace(snapshot, contracts=contracts)


def drifting(holdings: list[Holding]) -> Iterator[list[Holding]]:
    """The same coins again and again, each a little more or less worth than before: nothing kept fits."""
    random = np.random.default_rng(7)
    while True:
        moved = random.uniform(0.99, 1.01, len(holdings)).tolist()
        yield [
            replace(one, quantity=one.quantity * Decimal(repr(by)))
            for one, by in zip(holdings, moved, strict=True)
        ]


def read_anew(snapshot: Snapshot) -> Snapshot:
    """The snapshot with its closes as if they had just been read."""
    return replace(snapshot, closes={asset: replace(one) for asset, one in snapshot.closes.items()})


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    whole = asyncio.run(snapshot_now())
    holdings = [Holding(asset, Decimal(4000) / whole.price(asset, MOMENT)) for asset in HELD]
    small, lately = smaller_venue(whole), drifting(holdings)
    returns = np.random.default_rng(7).standard_normal((WINDOW, len(LISTED) + 1))
    exposure = expose(holdings, small, MOMENT)
    offered = offers(small, histories(HELD, Wish()), Wish(), MOMENT)
    measured = study(exposure, offered, small, MOMENT.date())
    bounds = limits(measured, Wish(), LISTED)
    largest = sorted(HELD)[:MOST_OWN_LEGS]  # of equal worth
    more = len({*MAJORS, *largest})
    half = Wish(cash=round(takes(plan(holdings, small, Wish(), MOMENT)) / 2, 2))
    without, within = f"plan, {len(LISTED)} candidate legs", "the same, half of the cash that it takes"
    baseline = f"numpy.linalg.lstsq, {WINDOW} × {len(LISTED)}"
    calls: dict[str, Callable[[], object]] = {
        baseline: lambda: np.linalg.lstsq(returns[:, 1:], returns[:, 0]),
        without: lambda: plan(holdings, small, Wish(), MOMENT),
        within: lambda: hedge_within(holdings, small, half, MOMENT),
        "— of it: worth of the holdings": lambda: expose(holdings, small, MOMENT),
        "— of it: offers": lambda: offers(small, histories(HELD, Wish()), Wish(), MOMENT),
        "— of it: returns and covariance": lambda: study(exposure, offered, small, MOMENT.date()),
        "— of it: frontier, walked forward": lambda: frontier(measured, LISTED, bounds),
        "the same, other prices each time": lambda: plan(next(lately), small, Wish(), MOMENT),
        "the same, other closes each time": lambda: plan(holdings, read_anew(small), Wish(), MOMENT),
        f"plan, {more} candidate legs": lambda: plan(holdings, whole, Wish(), MOMENT),
        "— the same, other prices each time": lambda: plan(next(lately), whole, Wish(), MOMENT),
    }
    found = {row: microseconds(call, TIMES) for row, call in calls.items()}
    took, times_more = median(found[without]), median(found[within]) / median(found[without])
    return Section(
        "plan_speed",
        "The plan itself",
        f"`core.hedge.plan.plan` alone: {len(HELD)} coins held, {WINDOW} days of closes in memory, no I/O. "
        "Five candidate legs where only those are listed; otherwise the three majors and the eight "
        "largest coins held. Samples, folds and frontiers of the last plans are kept, by what they follow "
        "from; with other prices or closes none of them fits. What perpetuals paid lately is weighed, too.",
        [
            Table(
                ("call", "µs", "× least squares"),
                [
                    (row, f"{median(times):.0f}", ratio(times, found[baseline]))
                    for row, times in found.items()
                ],
            )
        ],
        [
            verdict(f"Aim: a plan on five candidates under {AIM} µs, takes {took:.0f} µs", met=took < AIM),
            verdict(
                f"Aim: with limited cash at most {CASH_AIM:.0f} times one without, is {times_more:.2f}",
                met=times_more <= CASH_AIM,
            ),
        ],
    )
