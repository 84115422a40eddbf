"""Names that are not the ticker of their coin: old ones, those of Earn and staking, units."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.coins.asset import as_shown, listed_as
from core.domain.coins.names import MOVES_WITH, Name, named
from core.domain.coins.renamed import RENAMED
from core.domain.errors import BadInput


def read(name: str, priced: Collection[str] = ()) -> tuple[str, Decimal]:
    found = named(name, priced.__contains__)
    return found.asset, found.coins


@pytest.mark.parametrize(
    ("name", "asset", "coins"),
    [
        ("MATIC", "POL", "1"),
        ("ftm", "S", "1"),
        ("RNDR", "RENDER", "1"),
        ("EOS", "A", "1"),
        ("KLAY", "KAIA", "1"),
        ("MKR", "SKY", "24000"),
        ("LEND", "AAVE", "0.01"),
        ("XBT.M", "BTC", "1"),
        ("DOT28.S", "DOT", "1"),
        ("ETH2.S", "ETH", "1"),
        ("eth2", "ETH", "1"),
        ("XXBT", "BTC", "1"),
        ("XXDG", "DOGE", "1"),
        ("USDC.M", "USDC", "1"),
        ("1INCH.F", "1INCH", "1"),
        ("LDBTC", "BTC", "1"),
        ("LDUSDT", "USDT", "1"),
        ("LDO", "LDO", "1"),
        ("BETH", "ETH", "1"),
        ("sats", "BTC", "0.00000001"),
        ("SATS", "SATS", "1"),
        ("WETH", "ETH", "1"),
        ("kBTC", "BTC", "1"),
        ("kPEPE", "PEPE", "1000"),
        ("SOL", "SOL", "1"),
        ("#BITCOIN", "BITCOIN", "1"),
        ("#4", "4", "1"),
        ("币安人生", "币安人生", "1"),
        ("wstETH", "WSTETH", "1"),
    ],
)
def test_a_name_stands_for_a_coin_of_another_ticker(name: str, asset: str, coins: str) -> None:
    assert read(name) == (asset, Decimal(coins))


@pytest.mark.parametrize("old", ["MATIC", "MKR", "EOS", "BETH", "XXBT", "LDBTC"])
def test_a_ticker_that_has_a_price_is_that_coin(old: str) -> None:
    assert named(old, {old}.__contains__) == Name(old)


def test_letters_before_a_ticker_are_earn_only_where_the_rest_is_a_coin() -> None:
    assert read("LDKAS") == ("LDKAS", Decimal(1))
    assert read("LDKAS", {"KAS"}) == ("KAS", Decimal(1))
    assert read("LDMATIC", {"MATIC"}) == ("MATIC", Decimal(1))


@given(st.sampled_from(["SOL", "ETH", "weth", "MATIC", "LDETH", "XBT.F", "1000PEPE", "sats", "MKR", "LDO"]))
def test_what_is_read_as_another_name_is_said_and_else_nothing(name: str) -> None:
    found = named(name)

    assert bool(found.said) == ((found.asset, found.coins) != (name.upper(), Decimal(1)))
    if found.said:
        assert found.asset in found.said


@pytest.mark.parametrize("name", ["", "1000", "XBT.Q", "a.b.S", "SO L", ".S", "сол"])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="is not a coin's ticker"):
        named(name)


def test_the_table_of_renamed_coins_ends_at_coins_of_today() -> None:
    for old, row in RENAMED.items():
        assert row.new not in RENAMED, old
        assert row.coins > 0
        assert row.since < date(2026, 1, 1)
        assert row.source


def test_receipts_are_coins_of_their_own() -> None:
    for receipt in MOVES_WITH:
        assert named(receipt) == Name(receipt)


@pytest.mark.parametrize(
    ("name", "asset", "coins"),
    [
        ("XBT", "BTC", 1),
        ("LUNA2", "LUNA", 1),
        ("1000LUNC", "LUNC", 1000),
        ("1000X", "1000X", 1),
        ("BITCOIN", "BITCOIN", 1),
        ("WBTC", "WBTC", 1),
        ("MATIC", "MATIC", 1),
        ("4", "4", 1),
        ("币安人生", "币安人生", 1),
        ("10000SATS", "SATS", 10_000),
    ],
)
def test_a_venue_means_the_ticker_that_it_shows(name: str, asset: str, coins: int) -> None:
    assert listed_as(name) == (asset, Decimal(coins))


@pytest.mark.parametrize(
    ("symbol", "asset", "shown"),
    [
        ("TRUMPOFFICIAL/USDT:USDT", "TRUMP", "TRUMP/USDT:USDT"),
        ("TRUMP/USDT:USDT", "MAGATRUMP", "MAGATRUMP/USDT:USDT"),
        ("1000PEPE/USDT:USDT", "PEPE", "1000PEPE/USDT:USDT"),
        ("SHIB1000/USDT:USDT", "SHIB", "SHIB1000/USDT:USDT"),
        ("BTC/USD:BTC-260626", "BTC", "BTC/USD:BTC-260626"),
        ("KPEPE/USDC:USDC", "PEPE", "KPEPE/USDC:USDC"),
        ("GAMECOM_HT/USDT:USDT", "GTC", "GTC/USDT:USDT"),
        ("MBTM6", "BTC", "MBTM6"),
    ],
)
def test_a_contract_is_called_by_the_coin_that_is_shown(symbol: str, asset: str, shown: str) -> None:
    assert as_shown(symbol, asset) == shown


def test_a_small_k_is_a_thousand_where_the_venue_writes_so() -> None:
    assert listed_as("kNEWCOIN", thousands=True) == ("NEWCOIN", Decimal(1000))
    assert listed_as("kNEWCOIN") == ("KNEWCOIN", Decimal(1))
