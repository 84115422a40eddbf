"""A coin without a contract on the user's venue: priced on its spot market, then at the next venue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import QUOTE_REFUSE, FundingRate, Quote
from core.domain.series import Closes, FundingHistory
from core.domain.snapshot import Snapshot
from core.measure.exposure import expose
from core.prices.feed import FRESH
from core.prices.watch import NEIGHBOURS, NOWHERE, Watch
from tests.conversation import Clock
from tests.core.prices.test_watch import Shelf
from tests.domain import NOW, history, holdings, snapshot
from tests.stand_in import StandIn

PRICES = {"one": {"ETH": 3500}, "two": {"ETH": 3510, "KAS": 0.08}, "three": {"KAS": 0.081, "WIF": 2}}


@dataclass
class Place(StandIn):
    """A venue with perpetuals for its prices, and perhaps a spot market."""

    venue: str
    clock: Clock
    listed: Snapshot
    on_spot: Mapping[str, str] = field(default_factory=dict)
    down: bool = False
    simulated: bool = False
    asked: list[str] = field(default_factory=list)

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.down:
            raise NoData(f"{self.venue} is down")

    async def contracts(self) -> Mapping[str, Contract]:
        self._answer("contracts")
        return self.listed.contracts

    async def quotes(self) -> Mapping[str, Quote]:
        self._answer("quotes")
        return {symbol: Quote(quote.mark, self.clock.now) for symbol, quote in self.listed.quotes.items()}

    async def funding(self) -> Mapping[str, FundingRate]:
        return self.listed.funding

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        self._answer("spot")
        known = {asset: self.on_spot[asset] for asset in assets if asset in self.on_spot}
        return {asset: Quote(Decimal(price), self.clock.now) for asset, price in known.items()}

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        known = {contract.asset for contract in self.listed.contracts.values()} | self.on_spot.keys()
        return {asset: self._leading_up(asset) for asset in since if asset in known}

    def _leading_up(self, asset: str) -> Closes:
        """A history that ends at what the coin costs here."""
        marks = [
            self.listed.quotes[symbol].mark
            for symbol, each in self.listed.contracts.items()
            if each.asset == asset
        ]
        made = history(asset, 100)
        price = float(marks[0] if marks else Decimal(self.on_spot[asset]))
        return Closes(made.days, made.prices * price / made.prices[-1])


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def markets(clock: Clock) -> dict[str, Place]:
    return {name: Place(name, clock, snapshot(**prices)) for name, prices in PRICES.items()}  # type: ignore[arg-type]


@pytest.fixture
def watch(markets: dict[str, Place], clock: Clock) -> Watch:
    return Watch(markets.__getitem__, Shelf(), clock, tuple(markets))


def worth(found: Snapshot, *held: str) -> tuple[Decimal, tuple[str, ...]]:
    exposure = expose(holdings(*held), found, found_at(found))
    return exposure.value, exposure.unpriced


def found_at(found: Snapshot) -> datetime:
    return max(quote.at for quote in found.quotes.values())


async def test_the_venues_own_spot_market_comes_first(watch: Watch, markets: dict[str, Place]) -> None:
    markets["one"].on_spot = {"KAS": "0.07"}

    found = await watch.snapshot("one", held=["ETH", "KAS"])

    assert found.price("KAS", NOW) == Decimal("0.07")
    assert found.spot["KAS"].venue == "one"
    assert worth(found, "ETH 1", "KAS 100") == (Decimal(3507), ())
    assert list(watch.venues) == ["one"]


async def test_then_the_next_venue_that_knows_the_coin(watch: Watch) -> None:
    found = await watch.snapshot("one", held=["ETH", "KAS", "WIF"])

    assert {asset: (spot.price, spot.venue) for asset, spot in found.spot.items()} == {
        "KAS": (Decimal("0.08"), "two"),
        "WIF": (Decimal(2), "three"),
    }
    assert found.price("ETH", NOW) == 3500


async def test_the_next_venue_gives_the_closes_too(watch: Watch) -> None:
    found = await watch.snapshot("one", ["ETH", "KAS"], held=["ETH", "KAS"])

    assert len(found.closes["KAS"].days) == 101


async def test_a_venue_that_is_down_is_passed_over(watch: Watch, markets: dict[str, Place]) -> None:
    markets["two"].down = True

    found = await watch.snapshot("one", held=["KAS"])

    assert found.spot["KAS"].venue == "three"


async def test_a_coin_with_a_contract_here_is_never_priced_elsewhere(
    watch: Watch, markets: dict[str, Place], clock: Clock
) -> None:
    await watch.snapshot("one", held=["ETH"])
    markets["one"].down = True
    clock.now += QUOTE_REFUSE + timedelta(minutes=1)

    found = await watch.snapshot("one", held=["ETH"])

    assert found.spot == {}
    with pytest.raises(NoData, match="too old"):
        found.price("ETH", clock.now)


async def test_a_spot_price_that_is_too_old_is_none(
    watch: Watch, markets: dict[str, Place], clock: Clock
) -> None:
    await watch.snapshot("one", held=["WIF"])
    for market in markets.values():
        market.down = True
    clock.now += QUOTE_REFUSE + timedelta(minutes=1)

    found = await watch.snapshot("one", held=["WIF"])

    with pytest.raises(NoData, match="no price for WIF"):
        found.price("WIF", clock.now)


async def test_a_coin_that_nobody_knows_is_not_looked_for_at_every_question(
    watch: Watch, markets: dict[str, Place], clock: Clock
) -> None:
    for _ in range(5):
        found = await watch.snapshot("one", held=["XYZ"])
        assert found.spot == {}
    assert [market.asked.count("spot") for market in markets.values()] == [1, 1, 1]

    clock.now += NOWHERE + timedelta(seconds=1)
    await watch.snapshot("one", held=["XYZ"])
    assert [market.asked.count("spot") for market in markets.values()] == [2, 2, 2]


async def test_only_some_venues_are_asked_for_a_coin(clock: Clock) -> None:
    names = [f"venue{number}" for number in range(NEIGHBOURS + 4)]
    markets = {name: Place(name, clock, snapshot(ETH=3500)) for name in names}
    watch = Watch(markets.__getitem__, Shelf(), clock, names)

    await watch.snapshot("venue2", held=["XYZ"])

    assert list(watch.venues) == names[2 : 2 + 1 + NEIGHBOURS]


async def test_nothing_lacking_asks_nobody_else(watch: Watch, markets: dict[str, Place]) -> None:
    await watch.snapshot("one", held=["ETH"])

    assert list(watch.venues) == ["one"]
    assert "spot" not in markets["one"].asked


async def test_an_old_spot_price_here_does_not_hide_a_new_one_elsewhere(
    watch: Watch, markets: dict[str, Place], clock: Clock
) -> None:
    markets["one"].on_spot = {"KAS": "0.07"}
    await watch.snapshot("one", held=["KAS"])
    markets["one"].on_spot = {}
    clock.now += QUOTE_REFUSE + timedelta(minutes=1)

    found = await watch.snapshot("one", held=["KAS"])

    assert (found.price("KAS", clock.now), found.spot["KAS"].venue) == (Decimal("0.08"), "two")


async def test_an_old_spot_price_at_the_next_venue_does_not_hide_that_of_another(
    watch: Watch, markets: dict[str, Place], clock: Clock
) -> None:
    markets["two"].on_spot = {"WIF": "1.9"}
    await watch.snapshot("one", held=["WIF"])
    markets["two"].on_spot = {}
    clock.now += QUOTE_REFUSE + timedelta(minutes=1)

    found = await watch.snapshot("one", held=["WIF"])

    assert (found.price("WIF", clock.now), found.spot["WIF"].venue) == (Decimal(2), "three")


async def test_a_coin_is_soon_looked_for_again_where_a_venue_did_not_answer(
    watch: Watch, markets: dict[str, Place], clock: Clock
) -> None:
    markets["three"].down = True
    assert (await watch.snapshot("one", held=["WIF"])).spot == {}
    markets["three"].down = False
    clock.now += FRESH + timedelta(seconds=1)

    found = await watch.snapshot("one", held=["WIF"])

    assert found.spot["WIF"].venue == "three"


async def test_a_coin_whose_contract_has_no_price_here_is_priced_elsewhere(
    watch: Watch, markets: dict[str, Place]
) -> None:
    markets["one"].listed = snapshot(ETH=3500, KAS=1)
    unpriced = markets["one"].listed
    markets["one"].listed = replace(unpriced, quotes={"ETH/USDT:USDT": unpriced.quotes["ETH/USDT:USDT"]})

    found = await watch.snapshot("one", held=["KAS"])

    assert (found.price("KAS", NOW), found.spot["KAS"].venue) == (Decimal("0.08"), "two")


async def test_the_age_of_an_answer_is_that_of_its_spot_prices_too(
    watch: Watch, markets: dict[str, Place], clock: Clock
) -> None:
    await watch.snapshot("one", held=["KAS"])
    markets["two"].down = True
    clock.now += timedelta(minutes=10)

    found = await watch.snapshot("one", held=["KAS"])

    assert found.age(clock.now) == timedelta(minutes=10)


async def test_two_prices_of_the_next_venues_that_are_far_apart_are_two_coins(
    watch: Watch, markets: dict[str, Place]
) -> None:
    markets["three"].on_spot = {"TRUMP": "9.9"}
    markets["two"].on_spot = {"TRUMP": "0.212"}

    found = await watch.snapshot("one", ["TRUMP"], held=["ETH", "TRUMP"])

    assert found.spot == {}
    assert found.apart == {"TRUMP": (("two", Decimal("0.212")), ("three", Decimal("9.9")))}
    assert worth(found, "ETH 1", "TRUMP 1000") == (Decimal(3500), ("TRUMP",))


async def test_closes_far_apart_are_two_coins_though_their_prices_are_near(
    markets: dict[str, Place], clock: Clock
) -> None:
    class Empty(Shelf):
        async def load(self, venue: str, assets: Collection[str], since: date) -> Mapping[str, Closes]:
            return {}

    class Fivefold(Place):
        async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
            own = await super().closes(since)
            return {asset: Closes(each.days, each.prices * 5) for asset, each in own.items()}

    last = markets["three"]
    markets["three"] = Fivefold("three", last.clock, last.listed)
    watch = Watch(markets.__getitem__, Empty(), clock, tuple(markets))
    await watch.snapshot("three", ["KAS"])

    found = await watch.snapshot("one", ["KAS"], held=["KAS"])

    assert (found.spot, list(found.apart)) == ({}, ["KAS"])


async def test_a_receipt_of_staking_has_the_closes_of_the_coin_that_it_moves_with(
    watch: Watch, markets: dict[str, Place]
) -> None:
    markets["one"].on_spot = {"WSTETH": "4200", "METH": "0.001"}

    found = await watch.snapshot("one", ["WSTETH", "METH"], held=["WSTETH", "METH"])

    assert found.price("WSTETH", NOW) == 4200
    assert found.closes["WSTETH"] is found.closes["ETH"]
    assert found.closes["METH"] is not found.closes["ETH"], (
        "a coin of a thousandth of the price is no receipt"
    )
