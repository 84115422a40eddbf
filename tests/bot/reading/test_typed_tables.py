"""Holdings pasted from a spreadsheet, an exchange or a chat."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.holdings import parse_holdings
from core.domain.errors import BadInput
from tests.bot.reading.test_typed import coins, quantities, tickers

ASKED = """\
Asset | Spot Value (USD) | Percentage (%)
Ethereum (ETH) | 15,000 | 30%
Solana (SOL) | 10,000 | 20%
Chainlink (LINK) | 5,000 | 10%
Total Portfolio Value | 50,000 | 100%
"""
IN_DOLLARS = ["ETH $15000", "SOL $10000", "LINK $5000"]


def as_markdown(table: str) -> str:
    heading, *rows = [f"| {line} |" for line in table.splitlines()]
    return "\n".join([heading, "|:---|---:|---|", *rows])


def as_csv(table: str) -> str:
    return "\n".join(",".join(f'"{cell.strip()}"' for cell in line.split("|")) for line in table.splitlines())


SHAPES = {
    "bars": ASKED,
    "markdown": as_markdown(ASKED),
    "csv": as_csv(ASKED),
    "tabs": ASKED.replace(" | ", "\t"),
    "tabs with a trailing one": ASKED.replace(" | ", "\t").replace("\n", "\t\n"),
    "semicolons": ASKED.replace(" | ", ";"),
    "aligned with spaces": ASKED.replace(" | ", "    "),
    "bold": ASKED.replace("Ethereum (ETH)", "**Ethereum (ETH)**").replace(
        "Total Portfolio Value", "**Total**"
    ),
    "rules": ASKED.replace("Total", "-----|-----|-----\nTotal"),
    "windows": ASKED.replace("\n", "\r\n"),
    "zero-width": ASKED.replace("ETH", "\u200bETH\u200b"),
}


@pytest.mark.parametrize("table", SHAPES.values(), ids=SHAPES.keys())
def test_a_table_of_values_is_read_whatever_parts_its_columns(table: str) -> None:
    assert coins(table) == IN_DOLLARS


def test_a_table_of_quantities_is_read_and_its_other_columns_are_not() -> None:
    assert coins(
        "Coin,Price (USD),Quantity,Value (USD),24h %\nETH,3500,4.2,14700,-1.2%\nSOL,160,60,9600,2%"
    ) == [
        "ETH 4.2",
        "SOL 60",
    ]


@pytest.mark.parametrize(
    ("heading", "row", "meant"),
    [
        ("Coin | Price (USD) | Value (USD)", "ETH | 3500 | 7000", "ETH $7000"),
        ("Price | Coin | Worth in $", "3500 | ETH | 7000", "ETH $7000"),
        ("Asset | Cost (USD) | Amount", "ETH | 3500 | 4.2", "ETH 4.2"),
        ("Name | Symbol | Amount", "Ethereum | ETH | 4.2", "ETH 4.2"),
        ("Asset | Amount (USD)", "ETH | 15,000", "ETH $15000"),
        ("Asset | Amount", "ETH | $15,000", "ETH $15000"),
        ("Asset | Amount", "ETH | 15000 USD", "ETH $15000"),
        ("Asset | Amount", "ETH | 4.2 ETH", "ETH 4.2"),
        ("Token balance | Token", "4.2 | weth", "ETH 4.2"),
        ("Asset | Amount", "1000PEPE | 5", "PEPE 5000"),
        ("Asset | Value (USD)", "ETH | 15.000,50", "ETH $15000.50"),
        ("# | Coin | Qty", "1 | ETH | 4.2", "ETH 4.2"),
        ("Coin\tQty\tNote", "ETH\t4.2\t", "ETH 4.2"),
        ("My coins:\nCoin | Qty", "ETH | 4.2", "ETH 4.2"),
    ],
)  # fmt: skip
def test_the_column_that_says_how_much_is_found(heading: str, row: str, meant: str) -> None:
    assert coins(f"{heading}\n{row}") == [meant]


@pytest.mark.parametrize(
    "heading",
    [
        "Coin | Value (EUR)",
        "Coin | BTC value",
        "Coin | Price (USD)",
        "Coin | Percentage (%)",
        "Coin | P&L ($)",
    ],
)
def test_a_column_that_is_not_how_much_is_held_is_never_taken_for_it(heading: str) -> None:
    with pytest.raises(BadInput, match="No column says how many coins you hold"):
        parse_holdings(f"{heading} | 7d\nETH | 3500 | 5")


def test_two_columns_that_could_both_be_meant_are_asked_back() -> None:
    with pytest.raises(BadInput, match=r"“Amount” and “Balance”. Leave one of them out"):
        parse_holdings("Coin | Amount | Balance\nETH | 5 | 7")


def test_a_row_with_other_columns_than_the_heading_is_named() -> None:
    (slip,) = parse_holdings("Coin,Amount\nETH,15,000\n").slips
    assert slip.line == "ETH,15,000"
    assert str(slip.reason) == "it has 3 columns and the heading has 2."


@pytest.mark.parametrize("cell", ["", "-", "n/a", "30%", "-5", "1,250", "1e99", "5 7", "€5"])
def test_a_cell_that_is_no_clear_number_is_refused_and_the_other_rows_are_kept_apart(cell: str) -> None:
    typed = parse_holdings(f"Coin\tAmount\nETH\t{cell}\nSOL\t60")
    assert len(typed.slips) == 1
    assert [entry.asset for entry in typed.entries] == ["SOL"]


def test_a_row_of_nothing_is_passed_over() -> None:
    assert coins("Coin\tAmount\nETH\t0.00\nADA\t0E-8\nSOL\t60") == ["SOL 60"]


def test_a_heading_alone_holds_nothing() -> None:
    typed = parse_holdings("Asset | Amount\n|---|---|\nTotal | 5")
    assert not typed.entries
    assert not typed.slips


@given(
    st.lists(st.tuples(tickers, quantities), min_size=1, max_size=8),
    st.sampled_from(["| {} | {} | {} |", "{}\t{}\t{}", "{};{};{}", '"{}","{}","{}"', "{}   {}   {}"]),
)
def test_a_rendered_table_parses_back_to_itself(held: list[tuple[str, Decimal]], row: str) -> None:
    rows = [row.format("Price", "Asset", "Amount")]
    rows += [row.format(1, asset, f"{quantity:f}") for asset, quantity in held]
    typed = parse_holdings("\n".join(rows))
    assert not typed.slips
    assert [(entry.asset, entry.quantity) for entry in typed.entries] == held


@pytest.mark.parametrize(
    "table",
    [
        "Asset Total Available USDT value\nSOL 60 60 5000",
        "Coin Total Available In Order BTC Value\nSOL 60 60 0 0.15",
        "Coin,Total,Available,In Order,BTC Value\nSOL,60,60,0,0.15",
    ],
)
def test_headings_of_two_words_are_one_column_also_where_a_space_parts_columns(table: str) -> None:
    assert coins(table) == ["SOL 60"]


def test_dated_trades_with_single_spaces_are_a_list_of_what_happened() -> None:
    with pytest.raises(BadInput, match="list of what happened"):
        parse_holdings("2024-01-01 BUY SOL 5 150\n2024-01-02 SELL SOL 3 160")
