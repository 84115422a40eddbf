"""A portfolio on a phone."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.layout import WIDTH
from bot.wording.portfolio import SHOWN, ago, portfolio
from core.measure.exposure import Exposure, Valued
from tests.bot_html import visible

NOW = timedelta(0)


def held(*rows: tuple[str, str, str]) -> Exposure:
    return Exposure(
        tuple(Valued(asset, Decimal(quantity), Decimal(price)) for asset, quantity, price in rows)
    )


def rows(exposure: Exposure) -> list[str]:
    markup = portfolio(exposure, "simulated", NOW)
    return unescape(markup.split("<pre>")[1].split("</pre>")[0]).split("\n")


def test_rows_stand_in_columns() -> None:
    assert rows(held(("ETH", "4.2", "3500"), ("SOL", "60", "160"))) == [
        "ETH 4.2 $14,700 60%",
        "SOL  60  $9,600 40%",
    ]


@pytest.mark.parametrize(
    ("quantity", "price", "shown"),
    [
        ("12500000", "1", "12.5M $12.5M"),
        ("1234567890", "10", "1.235B $12.35B"),
        ("100000000000000000", "119055", "1.0e+17 $1.2e+22"),
        ("0.000000000000000001", "3500", "1.0e-18 <$0.01"),
        ("5", "0.00001", "5 <$0.01"),
        ("9999998.5", "1", "10M $9,999,998"),
        ("123456.789012345678", "1", "123456.79 $123,457"),
    ],
)
def test_very_large_and_very_small_figures_are_shortened(quantity: str, price: str, shown: str) -> None:
    assert rows(held(("ABC", quantity, price))) == [f"ABC {shown} 100%"]


tickers = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=20)
quantities = st.decimals(
    min_value=Decimal("1e-18"), max_value=Decimal(10) ** 18, places=18, allow_nan=False, allow_infinity=False
)
prices = st.decimals(
    min_value=Decimal("1e-12"), max_value=Decimal(10) ** 7, places=12, allow_nan=False, allow_infinity=False
)
valued = st.builds(Valued, tickers, quantities, prices)


@given(st.lists(valued, min_size=1, max_size=30), st.lists(tickers, max_size=3))
def test_whatever_is_held_every_row_fits_a_phone(holdings: list[Valued], unpriced: list[str]) -> None:
    markup = portfolio(Exposure(tuple(holdings), tuple(unpriced)), "simulated", NOW)
    assert visible(markup)
    for block in markup.split("<pre>")[1:]:
        assert all(len(line) <= WIDTH for line in unescape(block.split("</pre>")[0]).split("\n"))


@given(st.integers(1, 40))
def test_every_holding_is_shown_once_and_the_tail_is_summed(count: int) -> None:
    shown = visible(portfolio(held(*[(f"C{i}", "1", "100") for i in range(count)]), "simulated", NOW))
    assert [line.split()[0] for line in shown.split("\n") if line.startswith("C")] == [
        f"C{i}" for i in range(count)
    ]
    more = [line for line in shown.split("\n") if line.startswith("+")]
    assert len(more) == (count > SHOWN)
    if more:
        tail = count - SHOWN + 1
        assert more[0].split()[:2] == [f"+{tail}", "more"]
        assert more[0].split()[2].replace(",", "").replace("$", "").removesuffix(".00") == str(tail * 100)


@pytest.mark.parametrize(
    ("seconds", "said"),
    {
        -5: "0 s old",
        0: "0 s old",
        59: "59 s old",
        60: "1 min old",
        3599: "59 min old",
        7300: "2 h old",
    }.items(),
)
def test_an_age_is_said_in_the_largest_unit_that_fits(seconds: int, said: str) -> None:
    assert ago(timedelta(seconds=seconds)) == said
