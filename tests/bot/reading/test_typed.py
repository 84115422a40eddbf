"""Holdings as people type them, line by line."""

import contextlib
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.holdings import MOST_LINES, TypedHolding, parse_holdings
from bot.reading.tables import MOST_IN_LINE
from bot.wording.slips import describe_slips
from core.domain.coins.asset import canonical
from core.domain.errors import BadInput


def coins(text: str) -> list[str]:
    """What was understood, as `SOL 60` and `ETH $15000`; everything must have been."""
    typed = parse_holdings(text)
    assert not typed.slips, typed.slips
    return [spelled(entry) for entry in typed.entries]


def spelled(entry: TypedHolding) -> str:
    return (
        f"{entry.asset} {entry.quantity:f}" if entry.quantity is not None else f"{entry.asset} ${entry.usd:f}"
    )


def refusal(text: str) -> str:
    """Why the only line was not understood."""
    typed = parse_holdings(text)
    assert not typed.entries, typed.entries
    (slip,) = typed.slips
    return str(slip.reason)


@pytest.mark.parametrize(
    "text",
    [
        "SOL 60", "60 sol", "60 SOL", "Sol 60", "SOL  60", "SOL\t60", " SOL 60 ", "sol: 60", "SOL:60",
        "sol=60",
        "SOL = 60", "SOL | 60", "| SOL | 60 |", "SOL;60", "SOL,60", "60,SOL", "SOL, 60", '"SOL","60"',
        "60SOL",
        "60sol", "SOL +60", "SOL 60.0", "SOL 60,", "SOL 60.", "SOL 60;", "SOL 60!", "- SOL 60", "* SOL 60",
        "• SOL 60",
        "+ SOL 60", "– SOL 60", "1. SOL 60", "1) SOL 60", "12. 60 SOL", "SOL - 60", "SOL – 60", "SOL — 60",
        "🚀 SOL 60", "SOL 60 🚀🚀", "🟣SOL 60", "☀️ SOL 60", "👍🏽 SOL 60",
        "SOL\u200b 60", "\u200fSOL 60\u200e",
        "\ufeffSOL 60", "\u202bSOL 60\u202c", "SOL\u00a060", "**SOL** 60", "`SOL 60`", "$SOL 60", "60 $SOL",
        "Solana (SOL) 60", "Solana (SOL): 60", "SOL (staked) 60", "SOL (Solana) 60", "60 SOL SOL",
        "SOL 0.06k",
    ],
)  # fmt: skip
def test_sixty_sol_are_understood_however_they_are_typed(text: str) -> None:
    ((entry),) = parse_holdings(text).entries
    assert entry == TypedHolding("SOL", quantity=Decimal(60))


@pytest.mark.parametrize(
    "text",
    [
        "ETH $15000", "$15000 ETH", "ETH 15000 USD", "15000 USD ETH", "ETH: $15,000", "ETH $15k",
        "ETH 15000$",
        "ETH $ 15000", "15000USD ETH", "ETH 15000USD", "ETH 15,000 usd", "ETH 15000 USDT",
        "15000 dollars ETH",
        "ETH,$15000", "ETH $15,000.00", "$ETH $15000", "Ethereum (ETH) $15,000", "• ETH – $15,000",
    ],
)  # fmt: skip
def test_fifteen_thousand_dollars_of_eth_are_understood_however_they_are_typed(text: str) -> None:
    ((entry),) = parse_holdings(text).entries
    assert entry == TypedHolding("ETH", usd=Decimal(15000))


@pytest.mark.parametrize(
    "text", ["1,250.75 LINK", "1.250,75 LINK", "LINK 1250.75", "LINK 1\u202f250,75", "LINK 1'250.75"]
)
def test_grouping_is_understood_where_it_can_mean_one_thing(text: str) -> None:
    assert coins(text) == ["LINK 1250.75"]


def test_grouping_that_can_mean_two_things_is_refused_naming_both() -> None:
    assert "1250 or 1.25." in refusal("1,250 LINK")
    assert "1250 or 1.25." in refusal("LINK $1.250")
    assert coins("LINK $1,250") == ["LINK $1250"]
    assert coins("LINK 1.250") == ["LINK 1.250"]


@pytest.mark.parametrize(
    ("text", "meant"),
    {
        "WETH 2": "ETH 2",
        "1000PEPE 5": "PEPE 5000",
        "5 1000PEPE": "PEPE 5000",
        "kPEPE 5": "PEPE 5000",
        "1INCH 50": "1INCH 50",
        "50 1INCH": "1INCH 50",
        "1000PEPE $50": "PEPE $50",
        "USDT 500": "USDT 500",
        "500 USD": "USD 500",
        "USDC $500": "USDC $500",
        "PEPE 1.5m": "PEPE 1500000",
    }.items(),
)
def test_a_coin_is_one_coin_under_all_its_names(text: str, meant: str) -> None:
    assert coins(text) == [meant]


@pytest.mark.parametrize("text", ["60MATIC", "60KAVA", "5MASK", "3mkr", "7K2"])
def test_a_ticker_that_is_stuck_to_its_number_gives_it_no_thousands_or_millions(text: str) -> None:
    number, ticker = text[: 2 if text[1].isdigit() else 1], text.lstrip("0123456789").upper()
    entries = parse_holdings(text).entries
    assert entries in ((), (TypedHolding(ticker, quantity=Decimal(number)),))


@pytest.mark.parametrize(
    "text",
    [
        "SOL -60",
        "SOL −60",
        "SOL –60",
        "-60 SOL",
        "SOL:-60",
        "SOL -$60",
        "SOL $-60",
        "SOL 0",
        "SOL 0.000",
        "0 SOL",
        "SOL $0",
    ],
)
def test_nothing_and_less_than_nothing_are_refused(text: str) -> None:
    assert "above zero" in refusal(text)


@pytest.mark.parametrize("text", ["SOL 30%", "30% SOL", "Ethereum (ETH) | 15,000 | 30%", "SOL 30 %"])
def test_a_percentage_is_refused_with_the_reason(text: str) -> None:
    assert "a percentage needs a total" in refusal(text)


@pytest.mark.parametrize("text", ["€500 ETH", "ETH 500€", "ETH £500"])
def test_another_currency_is_refused_with_the_reason(text: str) -> None:
    assert "dollars only" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "SOL", "60", "$60", "60 60", "SOL ETH 60", "hello 5 world", "I have 60 foo",
        "SOL NaN",
        "SOL Infinity", "1INCH", "SOL 10^30", "SOL 10²", "SOL ½", "SOL ٦٠", "60x SOL",
        "SOL-60",
        "SOL60", "(60) SOL", "SOL (60)", "ETH/USDT 5", "SOL 6 0", "SOL 1️⃣", "USDC USDT 5", "$ 5 $", "SÖL 60",
    ],
)  # fmt: skip
def test_a_line_that_is_not_one_coin_and_one_number_is_refused_and_shown_the_form(text: str) -> None:
    reason = refusal(text)
    assert any(form in reason for form in ("SOL 60", "such as SOL", "for example 60"))


@pytest.mark.parametrize(
    ("text", "meant"),
    {
        "ETH 4.615E-06": "ETH 0.000004615",
        "ETH 3.66e-04": "ETH 0.000366",
        "1.98e-6 BTC": "BTC 0.00000198",
        "1,98E-06 BTC": "BTC 0.00000198",
        "SOL 1e5": "SOL 100000",
        "'SOL' '60'": "SOL 60",
        "SOL '60": "SOL 60",
        'SOL ="60"': "SOL 60",
        '"ETH","2,1"': "ETH 2.1",
        "SOL\u00a0\u00a060\u00a0": "SOL 60",
    }.items(),
)
def test_numbers_as_spreadsheets_write_them_are_read(text: str, meant: str) -> None:
    assert coins(text) == [meant]


@pytest.mark.parametrize(
    ("text", "reason"),
    {
        "ETH,2,1": "which commas part the numbers",
        "2,1,ETH": "which commas part the numbers",
        "SOL,1,250.75": "which commas part the numbers",
        "SOL 1 250": "“1 250” may be one number or several",
        "ETH 1e99": "without the E",
        "BTCUSDT 1": "“BTCUSDT” is a market, not a coin. Type the coin alone: BTC",
        "sold 5 SOL": "what you hold now",
        "short 2 ETH": "/position add short 2 ETH",
        "bought 60": "“bought” is no coin",
    }.items(),
)
def test_what_could_mean_something_else_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


@pytest.mark.parametrize(
    "name", ["1INCH", "S", "A", "M", "0G", "B3", "W", "X", "H", "PYUSD", "TUSD", "SUSD", "CRVUSD", "USD1"]
)
def test_short_names_and_names_with_digits_are_coins_before_and_after_the_number(name: str) -> None:
    assert coins(f"{name} 5") == coins(f"5 {name}") == [f"{name} 5"]


@pytest.mark.parametrize(
    ("text", "meant", "about"),
    [
        ("ETH 2, SOL about 40", ["ETH 2", "SOL 40"], {"SOL"}),
        ("SOL 40, ETH 2 and about 500 link", ["SOL 40", "ETH 2", "LINK 500"], {"LINK"}),
        ("40 SOL, ETH 2", ["SOL 40", "ETH 2"], set()),
        ("I have 2 ETH and about 40 SOL", ["ETH 2", "SOL 40"], {"SOL"}),
        ("SOL 60 ETH 4", ["SOL 60", "ETH 4"], set()),
        ("I have 60 SOL", ["SOL 60"], set()),
        ("~60 SOL", ["SOL 60"], {"SOL"}),
        ("2 ETH, $500 SOL", ["ETH 2", "SOL $500"], set()),
        ("2 eth plus 500 usdt", ["ETH 2", "USDT 500"], set()),
    ],
)
def test_several_coins_in_plain_words_are_read_and_are_to_be_shown_first(
    text: str, meant: list[str], about: set[str]
) -> None:
    typed = parse_holdings(text)
    assert not typed.slips
    assert [str(entry) for entry in typed.entries] == meant
    assert typed.about == about
    assert typed.shown


@pytest.mark.parametrize("text", ["SOL 60", "ETH $15000", "SOL 60\nETH 2\nSOL 5", "Ethereum (ETH): 2"])
def test_one_coin_and_one_number_a_line_need_not_be_shown_first(text: str) -> None:
    assert not parse_holdings(text).shown


@pytest.mark.parametrize("text", ["USDT (TRC20) 50", "SOL (LOCKED) 5", "solana (sol) 5"])
def test_two_names_that_could_both_be_the_ticker_are_asked_back(text: str) -> None:
    assert "I cannot tell the coin's ticker" in refusal(text)


def test_a_number_far_too_large_is_passed_on_exactly_for_the_book_to_refuse() -> None:
    assert coins("SOL 1" + "0" * 30) == ["SOL 1" + "0" * 30]
    assert "too long for a number" in refusal("SOL " + "9" * 100)


def test_several_lines_are_read_in_order_and_the_same_coin_may_come_twice() -> None:
    assert coins("SOL 60\n\nETH 4.2\r\nsol 1\n---\n") == ["SOL 60", "ETH 4.2", "SOL 1"]


def test_a_line_that_is_not_understood_is_named_and_the_others_are_listed() -> None:
    typed = parse_holdings("SOL 60\nwhatever this is\nETH 4")
    text = describe_slips(typed.slips, typed.entries)
    assert text.splitlines() == [
        "“whatever this is”: I read one coin and one number a line, like SOL 60.",
        "Understood, but not saved either: SOL 60, ETH 4",
    ]


def test_of_many_lines_that_are_not_understood_ten_are_named() -> None:
    typed = parse_holdings("what\n" * 50)
    text = describe_slips(typed.slips, ())
    assert text.count("“what”") == 10
    assert text.endswith("and 40 more")


def test_so_many_lines_are_taken_and_no_more() -> None:
    assert len(parse_holdings("SOL 1\n\n" * MOST_LINES).entries) == MOST_LINES
    with pytest.raises(BadInput, match=f"{MOST_LINES + 1} lines; I take {MOST_LINES}"):
        parse_holdings("SOL 1\n" * (MOST_LINES + 1))


def test_a_very_long_line_is_refused_and_shown_only_in_part() -> None:
    typed = parse_holdings("SOL 60 " + "x" * MOST_IN_LINE)
    assert "too long" in str(typed.slips[0].reason)
    assert len(describe_slips(typed.slips, ())) < 200


HOSTILE = (
    "(", ")", "((", "()", "(A", "A(", "(AB) ", "$", " $", ",", ".", "1,", "1.", "1,000", "1'", "_", "-", " -",
    "- ",
    " ", "  ", "\t", "\t ", "|", "| ", ";", '"', '""', "A", "A,", "A1", "1A", "k", "0", "%", "€", "*", "=",
    ":", "\u200b",
    "\u00a0", "1\u00a0", "🚀", "total", "asset,value", "asset|", "\x00", "\ud800", "\u0301", "1. ", "e", "+",
    "\x1c",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("end", ["", "x", "\nSOL 60"])
def test_a_hundred_thousand_characters_of_any_shape_are_read_to_the_end(piece: str, end: str) -> None:
    # Backtracking that grows faster than the text would never end; the suite's timeout would say so.
    text = (piece * (100_000 // len(piece)))[:100_000]
    for shape in (text + end, "SOL" + text + end, "Asset|Value\n" + text + end):
        with contextlib.suppress(BadInput):
            assert len(parse_holdings(shape).entries) <= MOST_LINES


tokens = st.sampled_from(
    ["SOL", "eth", "60", "1,250", "1.250,75", "$", "USD", "|", "\t", ",", ";", "\n", " ", "%", "Asset",
    "Value", "Amount",
     "(ETH)", "(", ")", "-", "---", '"', "Total", "1000PEPE", "kPEPE", "0", "1e5", "\u200b", "\x00", "🚀",
     "\r", "\x85"]
)  # fmt: skip


@given(st.text() | st.lists(tokens, max_size=30).map("".join))
def test_any_text_is_read_or_refused_as_bad_input(text: str) -> None:
    try:
        typed = parse_holdings(text)
    except BadInput:
        return
    for entry in typed.entries:
        assert canonical(entry.asset) == (entry.asset, Decimal(1))
        amount = entry.quantity if entry.usd is None else entry.usd
        assert amount is not None
        assert amount.is_finite()
        assert amount > 0
    assert all(slip.reason for slip in typed.slips)


def typeable(name: str) -> bool:
    """Whether the name is a ticker, one coin a unit, and neither a number (7K, 2E5) nor a row of totals."""
    letters = any(map(str.isalpha, name))
    number = re.fullmatch(r"\d+[KM]|\d+E\d+", name) is not None
    return (
        letters and not number and canonical(name) == (name, Decimal(1)) and name not in ("TOTAL", "TOTALS")
    )


tickers = st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True).filter(typeable)
quantities = st.decimals(
    min_value=Decimal("1e-18"), max_value=Decimal(10) ** 18, places=18, allow_nan=False, allow_infinity=False
)
lists = st.lists(st.tuples(tickers, quantities), min_size=1, max_size=12)
ROWS = (
    "{} {:f}",
    "{:s}: {:f}",
    "- {} {:f}",
    "{}\t{:f}",
    "| {} | {:f} |",
    "{};{:f}",
    '"{}","{:f}"',
    "{}, {:f}",
    "**{}** {:f}",
)


@given(lists, st.sampled_from(ROWS))
def test_a_list_of_holdings_parses_back_to_itself(held: list[tuple[str, Decimal]], row: str) -> None:
    typed = parse_holdings("\n".join(row.format(asset, quantity) for asset, quantity in held))
    assert not typed.slips
    assert [(entry.asset, entry.quantity) for entry in typed.entries] == held
