"""Liquidation and margin of an account that several shorts share: one figure for all of it."""

from dataclasses import replace
from decimal import Decimal

from core.alert.person import Person
from core.alert.situation import Situation
from core.domain.coins.place import Place
from core.domain.holding import Holding
from core.outcome.shared import Deposit
from tests.core.alert.given import fact, read_each, said, value, with_open
from tests.core.journal.open_hedges import sold
from tests.domain import snapshot

MARKET = snapshot(BTC=60_000, ETH=3000, SOL=150)
COINS = {"ETH": Decimal(10), "SOL": Decimal(100)}


def user(
    coins: dict[str, Decimal] | None = None, cash: Decimal | None = None, venue: str = "bybit"
) -> Situation:
    """Somebody with shorts of 10 ETH and 100 SOL in an account whose coins back them."""
    venue = "bybit"
    contracts = {symbol: replace(each, venue=venue) for symbol, each in MARKET.contracts.items()}
    market = replace(MARKET, venue=venue, contracts=contracts)
    fills = [
        replace(sold("10000", market, "ETH/USDT:USDT", at="3000", venue=venue), mode="coins"),
        replace(sold("100000", market, "SOL/USDT:USDT", at="150", venue=venue), mode="coins"),
    ]
    there = {venue: Deposit(cash, COINS if coins is None else coins)}
    return replace(with_open(market, *fills), venue=venue, snapshots={venue: market}, deposits=there)


def test_a_short_of_it_has_no_liquidation_price_and_the_account_is_asked_once() -> None:
    situation = user()
    assert all(leg.liquidation is None and leg.health is None for leg in situation.legs)
    assert len(read_each(situation, said("liquidation"))) == 1
    assert len(read_each(situation, said("margin 150%"))) == 1


def test_fewer_coins_there_bring_its_end_nearer() -> None:
    full, half = value(user(), "liquidation"), value(user({"ETH": Decimal(2)}), "liquidation")
    assert full is not None
    assert half is not None
    assert half < full


def test_without_anything_there_it_is_past_its_end() -> None:
    bare = user({})
    assert (value(bare, "liquidation") or 0) <= 0
    assert (value(bare, "margin 150%") or 0) <= 1


def test_cash_to_add_brings_it_back_to_the_mildest_limit() -> None:
    near = user({"ETH": Decimal(2)})
    add = fact(near, "liquidation 50%", "add")
    assert add is not None
    assert add > 0
    again = user({"ETH": Decimal(2)}, cash=Decimal(add))
    # a debt asks for margin of its own, so what pays it off is worth a little more
    assert Decimal("0.5") <= (value(again, "liquidation 50%") or 0) < Decimal("0.53")


def test_a_person_brings_what_lies_in_the_account() -> None:
    episode = user().episode
    assert episode is not None
    venue = Place("bybit")
    lying = {"ETH": {venue: Decimal(3), Place(): Decimal(1)}}
    person = Person(holdings=(Holding("ETH", Decimal(4)),), episode=episode, lying=lying, cash=Decimal(500))
    assert person.deposits("bybit") == {"bybit": Deposit(Decimal(500), {"ETH": Decimal(3)})}
    assert person.deposits("okx") == {"bybit": Deposit(None, {"ETH": Decimal(3)})}
    assert "BTC" in person.coins
