"""Files with tables in them, as the lines that somebody would paste."""

import io
import json
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.reading.documents import MOST_BYTES, MOST_ROWS, table_text
from core.domain.errors import BadInput

HELD = "coin\tamount\nSOL\t60\nETH\t4.25"


def workbook(*rows: tuple[object, ...], sheets: int = 1) -> bytes:
    book = Workbook()
    for number in range(1, sheets):
        book.create_sheet(f"more {number}")
    for row in rows:
        book.worksheets[-1].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROWS = (("coin", "amount"), ("SOL", 60), ("ETH", 4.25))


@pytest.mark.parametrize(
    ("name", "content"),
    {
        "a.csv": b"coin,amount\nSOL,60\nETH,4.25\n",
        "A.CSV": b"coin;amount\r\nSOL;60\r\nETH;4.25\r\n",
        "bom.csv": "\ufeffcoin,amount\nSOL,60\nETH,4.25".encode(),
        "excel.csv": "coin\tamount\nSOL\t60\nETH\t4.25".encode("utf-16"),
        "quoted.csv": b'"coin","amount"\n"SOL","60"\n\n"ETH","4.25"\n,\n',
        "marked.csv": b"coin,amount\n'SOL,60\nETH,4.25",
        "a.tsv": b"coin\tamount\nSOL\t60\nETH\t4.25",
        "a.txt": b"coin|amount\nSOL|60\nETH|4.25",
        "a.xlsx": workbook(*ROWS),
        "second.xlsx": workbook(*ROWS, sheets=3),
        "a.json": json.dumps([{"coin": "SOL", "amount": 60}, {"coin": "ETH", "amount": 4.25}]).encode(),
        "plain.json": b'{"SOL": 60, "ETH": 4.25}',
        "inside.json": b'{"version": 2, "balances": [{"coin": "SOL", "amount": "60"},'
        b' {"coin": "ETH", "amount": 4.25}]}',
        "../../etc/a.csv": b"coin,amount\nSOL,60\nETH,4.25\n",
    }.items(),
)  # fmt: skip
def test_a_table_is_the_same_whatever_file_it_is_in(name: str, content: bytes) -> None:
    assert table_text(name, content) == HELD


def test_a_number_of_json_keeps_its_digits_and_a_float_of_a_sheet_is_no_power_of_ten() -> None:
    assert table_text("a.json", b'{"BTC": 0.123456789012345678}').endswith("0.123456789012345678")
    text = table_text("a.xlsx", workbook(("coin", "amount"), ("BTC", 0.00000001), ("PEPE", 12345678901.0)))
    assert "0.000000010" in text
    assert "12345678901" in text
    assert "e" not in text.split("\n", 1)[1].lower().replace("pepe", "")


def test_a_formula_is_not_worked_out() -> None:
    text = table_text("a.xlsx", workbook(("coin", "amount"), ("SOL", "=1+1"), ("ETH", 4)))
    assert "=" not in text
    assert "2" not in text


def test_a_date_in_a_sheet_is_read_as_one() -> None:
    text = table_text("a.xlsx", workbook(("coin", "date"), ("SOL", date(2025, 3, 1))))
    assert "2025-03-01" in text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.png", b"\x89PNG", "cannot read photo.png"),
        ("voice.ogg", b"OggS", "cannot read"),
        ("", b"SOL 60", "cannot read"),
        ("a.xlsx", b"not a workbook", "cannot read"),
        ("a.json", b"{", "cannot read"),
        ("a.json", b"[1, 2]", "cannot read"),
        ("a.json", b"[" * 200_000, "cannot read"),
        ("a.csv", b"\0\1\2", "cannot read"),
        ("a.csv", b"", "no table"),
        ("a.xlsx", workbook(), "no table"),
        ("a.csv", b"x" * (MOST_BYTES + 1), "too large"),
        ("a.csv", b"a,b\n" * (MOST_ROWS + 1), "more than 1,000 rows"),
        ("a.csv", b",".join([b"a"] * 61), "more than 60 columns"),
        ("a.xlsx", workbook(*[("a", 1)] * (MOST_ROWS + 1)), "more than 1,000 rows"),
    ],
)
def test_what_is_no_table_is_refused_by_name(name: str, content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        table_text(name, content)


def test_a_workbook_that_unpacks_to_very_much_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 25_000_000)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(BadInput, match="unpacked"):
        table_text("bomb.xlsx", out.getvalue())


@given(st.sampled_from(["a.csv", "a.xlsx", "a.json", "a.txt"]), st.binary(max_size=300))
def test_whatever_is_in_a_file_it_is_read_or_refused(name: str, content: bytes) -> None:
    with suppress(BadInput):
        table_text(name, content)
