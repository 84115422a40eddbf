"""The same hedge at several venues, the cheapest first."""

from dataclasses import replace
from decimal import Decimal

from core.cost.compare import compared_venues
from core.domain.snapshot import Snapshot
from tests.domain import NOW, contract, snapshot

SOL = "SOL/USDT:USDT"


def venue(name: str, fee: str, spread: str | None) -> Snapshot:
    """SOL at 160 USD with a spread in USD, None where the venue does not show its book."""
    listed = snapshot(contract("SOL", taker_fee=fee), SOL=160, rate="0.0001")
    quote = listed.quotes[SOL]
    if spread is not None:
        quote = replace(quote, bid=quote.mark - Decimal(spread) / 2, ask=quote.mark + Decimal(spread) / 2)
    else:
        quote = replace(quote, bid=None, ask=None)
    return replace(listed, venue=name, quotes={SOL: quote})


def test_the_spread_counts() -> None:
    found = compared_venues(
        "SOL", [venue("wide", "0.0004", "1.6"), venue("narrow", "0.0005", "0.016")], Decimal(1000), 14, NOW
    )

    assert [place.venue for place in found] == ["narrow", "wide"]
    assert [place.cost.slippage for place in found if place.cost] == [Decimal("0.10"), Decimal(10)]


def test_a_venue_that_hides_its_spread_is_not_called_the_cheapest() -> None:
    found = compared_venues(
        "SOL", [venue("hidden", "0.0004", None), venue("shown", "0.0005", "0.016")], Decimal(1000), 14, NOW
    )

    assert [place.venue for place in found] == ["shown", "hidden"]


def test_a_cost_that_is_not_known_comes_last() -> None:
    silent = replace(venue("silent", "0.0001", "0.016"), funding={})
    found = compared_venues("SOL", [silent, venue("hidden", "0.0004", None)], Decimal(1000), 14, NOW)

    assert [place.venue for place in found] == ["hidden", "silent"]
