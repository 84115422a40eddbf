"""Numbers as people type them."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.numbers import parse_number
from core.domain.errors import BadInput

READ = {
    "60": "60",
    "60.5": "60.5",
    "60,5": "60.5",
    ".5": "0.5",
    "007": "7",
    "0.125": "0.125",
    "0,125": "0.125",
    "4.125": "4.125",
    "1250.75": "1250.75",
    "1,250.75": "1250.75",
    "1.250,75": "1250.75",
    "1,250,000": "1250000",
    "1.250.000": "1250000",
    "1'250.5": "1250.5",
    "1’250": "1250",
    "1_250": "1250",
    "1\u202f250,5": "1250.5",
    "1\u00a0250": "1250",
    "15k": "15000",
    "1.5K": "1500",
    "2m": "2000000",
    " 60 ": "60",
    "4.615E-06": "0.000004615",
    "1,98e-6": "0.00000198",
    "1E+5": "100000",
    "1e30": "1" + "0" * 30,
    "0E-8": "0",
    "1234567890123456789.123456789012345678": "1234567890123456789.123456789012345678",
}
REFUSED = (
    "", " ", ".", ",", "k", "sixty", "1e31", "1E-31", "1e1000", "1e", "e5", "1e5k", "1,2,3e5",
    "NaN", "Infinity", "inf", "-1", "−1", "+1", "0x10", "1/2",
    "½",
    "10^30", "10²", "٣", "６０", "1..5", "1,2,3", "1,25,000", "1.5.5", "1,250.750.5", "0,250,000", "1 250",
    "5.", "5,",
    ",5", "1,250,5", "1__250", "1.5kk", "$5", "5%", "6\u200b0", "6\n0",
)  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), READ.items())
def test_a_number_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert parse_number(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_number_is_refused_by_name(typed: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_number(typed)
    assert f"“{typed.strip()}”" in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "readings"),
    {
        "1,250": "1250 or 1.25.",
        "1,255": "1255 or 1.2550.",
        "1,000": "1000 or 1.0.",
        "12,345k": "12345k or 12.3450k.",
    }.items(),
)
def test_a_lone_comma_before_three_digits_is_asked_back_with_both_readings(typed: str, readings: str) -> None:
    with pytest.raises(BadInput) as question:
        parse_number(typed)
    assert readings in str(question.value)


def test_in_money_a_lone_comma_groups_and_a_lone_point_is_asked_back() -> None:
    assert parse_number("15,000", money=True) == 15000
    assert parse_number("1,250.75", money=True) == Decimal("1250.75")
    assert parse_number("1.25", money=True) == Decimal("1.25")
    with pytest.raises(BadInput, match=r"1250 or 1\.25\."):
        parse_number("1.250", money=True)


@pytest.mark.parametrize("money", [False, True])
@given(whole=st.integers(1, 999), rest=st.integers(0, 999))
def test_the_readings_that_are_offered_can_be_typed(money: bool, whole: int, rest: int) -> None:
    mark = "." if money else ","
    with pytest.raises(BadInput) as question:
        parse_number(f"{whole}{mark}{rest:03}", money=money)
    grouped, decimal = str(question.value).split("could be ")[1].split(". Type")[0].split(" or ")
    assert parse_number(grouped, money=money) == whole * 1000 + rest
    assert parse_number(decimal, money=money) == Decimal(f"{whole}.{rest:03}")


def continental(english: str) -> str:
    return english.translate(str.maketrans(",.", ".,"))


kept = st.decimals(
    min_value=0, max_value=Decimal(10) ** 18, allow_nan=False, allow_infinity=False, places=18
) | st.decimals(min_value=0, max_value=Decimal(10) ** 12, allow_nan=False, allow_infinity=False, places=2)


@given(kept)
def test_every_quantity_survives_english_and_continental_grouping(number: Decimal) -> None:
    english = f"{number:,f}"
    assert parse_number(english) == number
    assert parse_number(continental(english)) == number
    assert parse_number(f"{number:f}") == number


@given(st.integers(10**6, 10**18))
def test_every_whole_number_from_a_million_survives_every_grouping(number: int) -> None:
    for mark in ",.'’_\u202f":
        assert parse_number(f"{number:,}".replace(",", mark)) == number


@given(st.text() | st.text(alphabet="0123456789.,'_kKmM+-e $"), st.booleans())
def test_any_text_is_a_finite_number_from_zero_up_or_bad_input(text: str, money: bool) -> None:
    with contextlib.suppress(BadInput):
        number = parse_number(text, money=money)
        assert number.is_finite()
        assert number >= 0
