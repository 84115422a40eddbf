"""What people and venues call a coin, and which coin that is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.coins.asset import ALIASES, STABLECOINS, canonical
from core.domain.errors import BadInput

TICKERS = st.from_regex(r"[A-Za-z0-9]{1,20}", fullmatch=True).filter(lambda name: not name.isdigit())


@pytest.mark.parametrize(
    ("name", "asset", "coins"),
    [
        ("SOL", "SOL", 1),
        ("sol", "SOL", 1),
        ("  $sol ", "SOL", 1),
        ("weth", "ETH", 1),
        ("WETH", "ETH", 1),
        ("stETH", "ETH", 1),
        ("wstETH", "WSTETH", 1),
        ("xbt", "BTC", 1),
        ("1000PEPE", "PEPE", 1000),
        ("1000pepe", "PEPE", 1000),
        ("kPEPE", "PEPE", 1000),
        ("10000SATS", "SATS", 10_000),
        ("1MBABYDOGE", "BABYDOGE", 1_000_000),
        ("1000000MOG", "MOG", 1_000_000),
        ("10000000AIDOGE", "AIDOGE", 10_000_000),
        ("SHIB1000", "SHIB", 1000),
        ("1INCH", "1INCH", 1),
        ("KAVA", "KAVA", 1),
        ("kava", "KAVA", 1),
        ("C98", "C98", 1),
        ("1000WETH", "ETH", 1000),
    ],
)
def test_a_name_is_so_many_coins_of_an_asset(name: str, asset: str, coins: int) -> None:
    assert canonical(name) == (asset, Decimal(coins))


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "$",
        "1000",
        "12.5",
        "SOL/USDT",
        "SO L",
        "a-b",
        "SOL\n1",
        "сол",
        "ſol",
        "ß",
        "X" * 21,
        f"k{20 * 'X'}",
    ],
)
def test_what_cannot_be_a_ticker_is_refused_by_name(name: str) -> None:
    with pytest.raises(BadInput, match="is not a coin's ticker"):
        canonical(name)


@given(TICKERS)
def test_the_canonical_name_of_a_canonical_name_is_itself(name: str) -> None:
    asset, _ = canonical(name)
    assert canonical(asset) == (asset, Decimal(1))


@given(TICKERS)
def test_a_dollar_sign_and_spaces_around_change_nothing(name: str) -> None:
    assert canonical(f" ${name} ") == canonical(name)


def test_a_name_in_thousands_may_be_no_longer_than_others() -> None:
    with pytest.raises(BadInput, match="is not a coin's ticker"):
        canonical("k" + "X" * 20)


@given(st.text(max_size=30))
def test_any_text_is_a_plain_ticker_or_is_refused(text: str) -> None:
    try:
        asset, coins = canonical(text)
    except BadInput:
        return
    assert all(sign.isascii() or "\u4e00" <= sign <= "\u9fff" for sign in asset)
    assert asset.isalnum()
    assert asset == asset.upper()
    assert len(asset) <= 20
    assert coins >= 1


@pytest.mark.parametrize("alias", sorted(ALIASES))
def test_an_alias_names_a_coin_that_is_no_alias_itself(alias: str) -> None:
    assert ALIASES[alias] not in ALIASES


@pytest.mark.parametrize("name", sorted(STABLECOINS))
def test_a_stablecoin_is_its_own_name(name: str) -> None:
    assert canonical(name) == (name, Decimal(1))
