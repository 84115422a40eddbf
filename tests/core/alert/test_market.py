"""Price and basis: of any coin, with or without a position."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.alert.trail import KEEP, Trail, Trails
from core.domain.quote import Quote, SpotPrice
from core.domain.series import Candles
from tests.core.alert.given import FUTURE, fact, measured, quoted, read_each, said, user, value, with_open
from tests.core.journal.open_hedges import sold
from tests.domain import NOW, contract, snapshot

MARKET = snapshot(contract("PEPE", scale="1000", multiplier="1000"), ETH=3500, SOL=160, PEPE="0.00001")
ONE_HOUR, ONE_DAY = timedelta(hours=1), timedelta(hours=24)


def test_a_price_is_that_of_one_coin() -> None:
    assert value(user(MARKET), "price SOL below 120") == 160
    assert value(user(MARKET), "price PEPE below 0.00002") == Decimal("0.00001")


def test_a_coin_without_a_contract_has_its_spot_price() -> None:
    elsewhere = replace(MARKET, spot={"OM": SpotPrice(Decimal("0.4"), NOW, "othervenue")})
    assert value(user(elsewhere), "price OM below 1") == Decimal("0.4")
    assert value(user(MARKET), "price OM below 1") is None


def test_it_says_what_the_users_coins_are_worth() -> None:
    assert fact(user(MARKET, "SOL 10"), "price SOL below 120", "worth") == 1600
    assert fact(user(MARKET, "ETH 10"), "price SOL below 120", "worth") is None


def test_a_price_says_whether_its_reader_has_a_hedge() -> None:
    for situation, expected in (
        (user(MARKET, "SOL 10"), False),
        (with_open(MARKET, sold("3", MARKET)), True),
    ):
        found = measured(situation, "price SOL below 120")
        assert found is not None
        assert found.facts.hedged is expected


def trailing(**past: str) -> dict[str, Trail]:
    """One price of SOL so long ago: `trailing(minutes60="150")`."""
    (span, price) = next(iter(past.items()))
    return {"SOL": Trail((NOW - timedelta(minutes=int(span.removeprefix("minutes"))),), (Decimal(price),))}


@pytest.mark.parametrize(
    ("words", "found"),
    [("price SOL 5% 1h", "0.2"), ("price SOL fall 5% 1h", "0.2"), ("price SOL rise 5% 1h", "-0.2")],
)
def test_a_fall_within_an_hour(words: str, found: str) -> None:
    situation = user(MARKET, "SOL 10", trails=trailing(minutes60="200"))
    assert value(situation, words) == Decimal(found)
    assert fact(situation, words, "value") == Decimal("-0.2")
    assert fact(situation, words, "change") == -400
    assert fact(situation, words, "worth") == 1600
    assert fact(situation, words, "hours") == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [("price SOL 5% 24h", "0.6"), ("price SOL fall 5% 24h", "-0.6"), ("price SOL rise 5% 24h", "0.6")],
)
def test_a_rise_within_a_day(words: str, found: str) -> None:
    assert value(user(MARKET, trails=trailing(minutes1440="100")), words) == Decimal(found)


@pytest.mark.parametrize("minutes", ["54", "66", "0", "1440"])
def test_a_price_of_another_time_says_nothing_of_an_hour_ago(minutes: str) -> None:
    trails = trailing(**{f"minutes{minutes}": "100"})
    assert value(user(MARKET, trails=trails), "price SOL 5% 1h") is None


def test_without_a_known_past_no_move_is_guessed() -> None:
    assert value(user(MARKET), "price SOL 5% 1h") is None
    assert value(user(MARKET, trails={"SOL": Trail()}), "price SOL 5% 24h") is None
    assert value(user(MARKET, trails=trailing(minutes60="0")), "price SOL 5% 1h") is None


def test_a_trail_keeps_a_day_and_forgets_what_is_older() -> None:
    trails = Trails()
    for minute in range(3 * 24 * 60):
        at = NOW + timedelta(minutes=minute)
        trails.add({"SOL": (at, Decimal(minute))}, at)
    trail = trails.of("SOL")
    assert trail.times[-1] - trail.times[0] == KEEP
    assert trail.near(at - ONE_DAY, timedelta(0)) == (at - ONE_DAY, Decimal(minute - 1440))


def test_a_trail_takes_no_price_twice() -> None:
    trails = Trails()
    for second in range(0, 90, 10):
        trails.add({"SOL": (NOW + timedelta(seconds=second), Decimal(second))}, NOW)
    trails.add({"SOL": (NOW, Decimal(9))}, NOW)
    assert trails.of("SOL").prices == (Decimal(0), Decimal(30), Decimal(60))


def test_coins_that_nobody_watches_are_forgotten() -> None:
    trails = Trails()
    trails.add({"SOL": (NOW, Decimal(160)), "ETH": (NOW, Decimal(3500))}, NOW)
    trails.add({"ETH": (NOW + ONE_HOUR, Decimal(3500))}, NOW + ONE_HOUR)
    assert trails.of("SOL") == Trail()
    assert len(trails.of("ETH").times) == 2


def test_after_a_start_hourly_candles_tell_the_past() -> None:
    trails = Trails()
    trails.add({"SOL": (NOW, Decimal(160))}, NOW)
    assert trails.lacking(["SOL"], NOW) == ("SOL",)
    last = np.datetime64(NOW.replace(tzinfo=None, minute=0), "s")
    ends = last - np.arange(24, -1, -1) * np.timedelta64(3600, "s")
    prices = np.linspace(100, 124, 25)
    trails.fill({"SOL": Candles(ends, prices, prices, prices)})
    assert trails.lacking(["SOL"], NOW) == ()
    situation = user(MARKET, trails={"SOL": trails.of("SOL")})
    # At 9:30 the close of 9:00 the day before is within half an hour; that of 8:00 is not an hour ago.
    assert value(situation, "price SOL rise 5% 24h") == Decimal(160) / 100 - 1
    assert value(situation, "price SOL rise 5% 1h") is None


FRONT = contract("BTC", symbol="BTC/USDT:USDT-260619", expiry=NOW + timedelta(days=9))
NEXT = contract("BTC", symbol="BTC/USDT:USDT-260710", expiry=FUTURE)
DATED = snapshot(FRONT, NEXT, contract("BTC"), BTC=60000)


def priced(symbol: str, mark: str, index: str | None = "60000") -> Quote:
    return Quote(Decimal(mark), NOW, index=None if index is None else Decimal(index))


CONTANGO = replace(
    DATED,
    quotes={
        **DATED.quotes,
        NEXT.symbol: priced(NEXT.symbol, "60600"),
        FRONT.symbol: priced(FRONT.symbol, "59000"),
    },
)


def test_a_basis_is_a_year_of_the_future_over_its_coin() -> None:
    days = Decimal((FUTURE - NOW) // timedelta(seconds=1)) / 86400
    assert value(user(CONTANGO), "basis BTC above 10%") == pytest.approx(
        Decimal("0.01") * 365 / days, rel=Decimal("1e-20")
    )


def test_a_future_about_to_end_is_passed_over() -> None:
    found = measured(user(CONTANGO), "basis BTC above 10%")
    assert found is not None
    assert found.facts.symbol == NEXT.symbol


def test_the_basis_of_an_open_future_is_its_own() -> None:
    situation = with_open(CONTANGO, sold("1000", CONTANGO, FRONT.symbol), held=["BTC 1"])
    assert (value(situation, "basis BTC below 0") or 0) < 0
    assert fact(situation, "basis BTC below 0", "short") == 59000
    days = Decimal((NOW + timedelta(days=9) - NOW) // timedelta(seconds=1)) / 86400
    assert fact(situation, "basis BTC below 0", "day") == pytest.approx(-1000 / days)
    assert fact(user(CONTANGO), "basis BTC below 0", "day") is None
    assert list(read_each(situation, said("basis below 0"))) == ["BTC"]


def test_on_its_last_day_a_future_has_no_basis() -> None:
    ending = replace(FRONT, expiry=NOW + timedelta(hours=23))
    market = replace(CONTANGO, contracts={ending.symbol: ending, "BTC/USDT:USDT": contract("BTC")})
    situation = with_open(market, sold("1000", market, ending.symbol), held=["BTC 1"])
    assert measured(situation, "basis BTC below 0") is None


def test_without_an_index_of_its_own_it_is_over_the_perpetuals() -> None:
    quotes = {**CONTANGO.quotes, NEXT.symbol: priced(NEXT.symbol, "60600", None)}
    assert value(user(replace(CONTANGO, quotes=quotes)), "basis BTC above 10%") == value(
        user(CONTANGO), "basis BTC above 10%"
    )


def test_a_future_that_is_priced_by_its_coin_has_no_known_basis() -> None:
    quotes = {**CONTANGO.quotes, NEXT.symbol: replace(priced(NEXT.symbol, "60000"), own=False)}
    assert measured(user(replace(CONTANGO, quotes=quotes)), "basis BTC above 10%") is None


def test_prices_of_a_basis_are_of_one_coin() -> None:
    thousand = contract(
        "PEPE", scale="1000", multiplier="1000", symbol="1000PEPE/USDT:USDT-260710", expiry=FUTURE
    )
    market = snapshot(thousand, PEPE="0.00001")
    found = measured(user(market), "basis PEPE below 0")
    assert found is not None
    assert (found.facts.future, found.facts.spot) == (Decimal("0.00001"), Decimal("0.00001"))


def test_the_future_of_a_venue_that_is_down_has_no_basis() -> None:
    situation = with_open(CONTANGO, sold("1000", CONTANGO, FRONT.symbol), held=["BTC 1"])
    assert measured(replace(situation, snapshots={}), "basis BTC below 0") is None
    gone = replace(CONTANGO, contracts={"BTC/USDT:USDT": contract("BTC"), NEXT.symbol: NEXT})
    elsewhere = replace(situation, snapshots={MARKET.venue: gone})
    assert measured(elsewhere, "basis BTC below 0") is None


def test_a_coin_without_a_future_has_no_basis() -> None:
    assert measured(user(quoted(MARKET, {"SOL": "160"})), "basis SOL below 0") is None
