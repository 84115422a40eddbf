"""A hedge split over venues: by cost and minimums, and what is left where one of them freezes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.cost.compare import VenueOffer, compared_venues
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.over_venues import over_venues
from core.hedge.plan import plan
from core.hedge.wish import Wish
from tests.domain import NOW, holdings, snapshot

MARKET = snapshot(ETH=3000, SOL=150)


def at(venue: str, **changed: Decimal) -> Snapshot:
    """The same market at another venue, its contracts changed so."""
    contracts = {
        symbol: replace(each, venue=venue, **changed)  # type: ignore[arg-type]
        for symbol, each in MARKET.contracts.items()
    }
    return replace(MARKET, venue=venue, contracts=contracts)


def made(*legs: str) -> Hedge:
    return plan(holdings("ETH 10", "SOL 100"), MARKET, Wish(legs=legs), NOW)


def offers(hedge: Hedge, *markets: Snapshot) -> dict[str, list[VenueOffer]]:
    return {
        leg.asset: compared_venues(leg.asset, markets, leg.notional / len(markets), 14, NOW)
        for leg in hedge.legs
    }


def test_each_short_is_split_evenly_and_half_is_left_where_one_freezes() -> None:
    hedge = made("ETH", "SOL")
    found = over_venues(hedge, offers(hedge, at("bybit"), at("okx")), ("bybit", "okx"))
    assert len(found.parts) == 4
    assert float(found.notional) == pytest.approx(float(hedge.notional), rel=0.01)
    for venue in ("bybit", "okx"):
        assert float(found.left_without(venue)) == pytest.approx(0.5, abs=0.01)


def test_a_part_that_is_too_small_goes_to_the_cheapest() -> None:
    hedge = made("ETH", "SOL")
    dear = at("okx", taker_fee=Decimal("0.01"), min_notional=Decimal(10**9))
    found = over_venues(hedge, offers(hedge, at("bybit"), dear), ("bybit", "okx"))
    assert {part.contract.venue for part in found.parts} == {"bybit"}
    assert found.left_without("bybit") == 0
    assert float(found.left_without("okx")) == pytest.approx(1, abs=0.01)


def test_what_no_venue_offers_is_left_out_and_does_not_count_as_covered() -> None:
    hedge = made("ETH", "SOL")
    only = {"ETH": offers(hedge, at("bybit"), at("okx"))["ETH"]}
    found = over_venues(hedge, only, ("bybit", "okx"))
    assert {part.leg.asset for part in found.parts} == {"ETH"}
    share = float(found.notional / hedge.notional)
    assert float(found.left_without("okx")) == pytest.approx(share / 2, abs=0.01)
