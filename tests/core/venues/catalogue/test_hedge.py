"""A whole hedge on micro-futures that end on a day."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.wording.hedge import hedge
from core.domain.errors import BadInput, CannotHedge
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.ticket import tickets_of
from core.hedge.wish import Wish
from core.measure.exposure import expose
from core.outlook.compare import OWN_COINS, wishes
from tests.bot_html import visible
from tests.core.venues.catalogue.given import catalogue_market, seen
from tests.domain import NOW, contract, holdings, snapshot

PRICES = {"BTC": 60_000, "ETH": 3500, "SOL": 160, "XRP": "0.5", "LINK": 20, "AVAX": 40}


async def on(venue: str = "cme", **prices: Any) -> Snapshot:
    return await seen(catalogue_market(snapshot(**(prices or PRICES)), venue))


def planned(now: Snapshot, *held: str, **wish: Any) -> Hedge:
    return plan(holdings(*held), now, Wish(**wish), NOW)


async def test_the_seed_example_takes_214_micro_ether_futures() -> None:
    # $50,000 of coins at a beta of 1.5: $75,000 of ETH at $3,500, that is 21.43 ETH.
    market = await on()
    sized = planned(market, "SOL 312.5", beta=Decimal("1.5"), legs=("ETH",))
    assert [(leg.contract.id, leg.count) for leg in sized.legs] == [("METM6", Decimal(214))]
    assert sized.legs[0].target == 75_000
    finer = snapshot(contract("ETH", multiplier="0.01"), SOL=160, ETH=3500)
    assert planned(finer, "SOL 312.5", beta=Decimal("1.5"), legs=("ETH",)).legs[0].count == 2143


async def test_a_plain_hedge_is_of_dated_futures_where_there_are_no_perpetuals() -> None:
    sized = planned(await on("coinbasederivatives"), "SOL 100", "LINK 500", "AVAX 300")
    assert sized.legs
    assert all(leg.contract.expiry for leg in sized.legs)
    assert sized.income == 0
    assert all(leg.count == leg.count.to_integral_value() for leg in sized.legs)
    assert sized.effectiveness > 0.5


async def test_the_answer_says_when_the_contracts_end() -> None:
    sized = planned(await on(), "SOL 312.5", beta=Decimal("1.5"), legs=("ETH",))
    text = visible(hedge(sized))
    assert text.startswith("Short 21.4 ETH")
    assert "ends on 26 Jun" in text
    assert "until 26 Jun 2026" in text
    assert "Assumed, cautiously: what your broker asks to be kept." in text
    assert "leverage" not in text
    assert "isolated" not in text


@pytest.mark.parametrize(
    ("days", "ends"),
    [(1, "MBTM6"), (12, "MBTM6"), (17, "MBTN6"), (300, "MBTZ7")],
)
async def test_the_contract_is_the_first_that_covers_the_horizon(days: int, ends: str) -> None:
    sized = planned(await on(), "BTC 2", legs=("BTC",), horizon_days=days)
    assert [leg.contract.id for leg in sized.legs] == [ends]
    expiry = sized.legs[0].contract.expiry
    assert expiry is not None
    assert expiry >= NOW + timedelta(days=days)


async def test_of_two_sizes_that_end_together_it_is_the_smaller() -> None:
    sized = planned(await on(), "SOL 5000", legs=("SOL",))
    assert [leg.contract.id for leg in sized.legs] == ["MSLM6"]


async def test_perpetuals_stay_the_choice_where_there_are_any() -> None:
    future = contract("ETH", symbol="ETH-F", expiry=NOW + timedelta(days=20))
    both = snapshot(contract("ETH"), future, ETH=3500)
    assert not both.dated_only
    assert planned(both, "ETH 10").legs[0].contract.perpetual


async def test_what_cannot_be_had_is_refused_in_the_words_of_the_venue() -> None:
    market = await on()
    with pytest.raises(CannotHedge, match="cme has no dated future for DOGE with a current price"):
        planned(market, "SOL 100", legs=("DOGE",))
    with pytest.raises(CannotHedge, match="cme has no coin-margined perpetual"):
        planned(market, "SOL 100", inverse=True)
    with pytest.raises(BadInput, match="cme has no price for LINK"):
        planned(market, "LINK 100")


async def test_too_small_a_portfolio_names_the_smallest_order() -> None:
    with pytest.raises(CannotHedge, match=r"the smallest SOL order on cme is \$4,000\.00"):
        planned(await on(), "SOL 1", legs=("SOL",))


async def test_a_short_survives_what_its_margin_is_for() -> None:
    leg = planned(await on(), "ETH 20", legs=("ETH",)).legs[0]
    assert leg.leverage <= 2
    assert leg.liquidation is not None
    assert leg.liquidation > leg.price
    # equity at that price is just the 40% that are assumed to be kept
    lost = leg.quantity * (leg.liquidation - leg.price)
    assert leg.margin - lost == pytest.approx(float(leg.quantity * leg.liquidation) * 0.4)


async def test_the_ticket_is_a_market_order_because_no_bid_is_known() -> None:
    market = await on()
    placed = tickets_of(planned(market, "ETH 20", legs=("ETH",)), market, NOW)
    assert [one.limit for one in placed] == [None]
    assert placed[0].contract.id == "METM6"


async def test_own_coins_are_compared_with_their_dated_futures() -> None:
    market = await on("coinbasederivatives")
    worth = expose(holdings("LINK 500", "AVAX 300"), market, NOW)
    assert set(wishes(worth, market, Wish())[OWN_COINS].legs) == {"LINK", "AVAX"}
