"""Open hedges in few words, on the venue of `tests.domain` at its NOW."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.advice.sizing import sizing
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.journal.episode import Sizing, Step
from core.journal.fill import Fill, Terms
from core.outcome.leg_standing import LegStanding
from core.outcome.standing import Standing, standing
from tests.core.outcome.lives import episode
from tests.domain import NOW, VENUE

BEGAN = NOW - timedelta(hours=1)
ETH, SOL = "ETH/USDT:USDT", "SOL/USDT:USDT"


def sold(
    count: str,
    snapshot: Snapshot,
    symbol: str = ETH,
    *,
    at: str | None = None,
    venue: str = VENUE,
    **more: str,
) -> Fill:
    """A short of so many listed contracts, at a price or the mark."""
    price = snapshot.quotes[symbol].mark if at is None else Decimal(at)
    exact: dict[str, Any] = {name: Decimal(number) for name, number in more.items()}
    terms = Terms.of(snapshot.contracts[symbol])
    return Fill(venue, symbol, terms, -Decimal(count), price, BEGAN, **exact)


def open_now(
    snapshot: Snapshot, *fills: Fill, steps: Sequence[Step] = (), sizings: Sequence[Sizing] = ()
) -> Standing:
    """How positions stand in this market."""
    return standing(episode(*fills, steps=steps, sizings=sizings), {VENUE: snapshot}, {}, NOW)


def legs(snapshot: Snapshot, *fills: Fill) -> tuple[LegStanding, ...]:
    return open_now(snapshot, *fills).open


def placed(hedge: Hedge, snapshot: Snapshot) -> Standing:
    """The hedge as it stands once all of it was sold at the marks of the snapshot."""
    fills = [sold(f"{leg.count:f}", snapshot, leg.contract.symbol) for leg in hedge.legs]
    steps = [Step(BEGAN, held.asset, held.quantity, held.price) for held in hedge.exposure.holdings]
    return open_now(snapshot, *fills, steps=steps, sizings=[sizing(hedge, "", BEGAN)])
