"""Data as files: exact, readable by others, and no cell of it a formula."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.export import csv_table, everything_json, holdings_table, reports_table
from core.domain.holding import Holding
from core.store.user.episodes import Ended

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_quantities_are_written_digit_for_digit() -> None:
    content = holdings_table(
        [Holding("PEPE", Decimal("0.000000000000000001")), Holding("ETH", Decimal("1E+2"))]
    )
    assert read(content) == [["asset", "quantity"], ["PEPE", "0.000000000000000001"], ["ETH", "100"]]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
)
def test_a_text_that_would_be_a_formula_is_quoted(text: str) -> None:
    [_, [cell]] = read(csv_table(("name",), [{"name": text}]))
    assert cell == f"'{text}"


@given(st.text())
def test_no_text_begins_as_a_formula_and_none_is_lost(text: str) -> None:
    [_, [cell, _end]] = read(csv_table(("name", "end"), [{"name": text, "end": "."}]))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text.removeprefix("'") or cell == text


def test_a_number_below_zero_stays_a_number_and_what_is_not_known_is_empty() -> None:
    content = csv_table(("count", "margin", "at"), [{"count": Decimal("-2.14"), "margin": None, "at": NOW}])
    assert read(content)[1] == ["-2.14", "", "2026-06-10T09:30:00+00:00"]


def test_a_report_is_a_row_with_its_figures() -> None:
    past = [Ended(1, NOW, NOW, reported=True), Ended(2, NOW, NOW, reported=False)]
    content = reports_table(past, {1: '{"net": "12.5", "parts": {"fees": "1"}}'})
    at = NOW.isoformat()
    assert read(content) == [["hedge", "began", "ended", "net"], ["1", at, at, "12.5"], ["2", at, at, ""]]


def test_everything_keeps_numbers_exact() -> None:
    rows = {"holdings": [{"asset": "ETH", "quantity": Decimal("0.1"), "updated_at": NOW, "user_id": 5}]}
    [row] = json.loads(everything_json(rows.items()))["holdings"]
    assert row == {"asset": "ETH", "quantity": "0.1", "updated_at": NOW.isoformat(), "user_id": 5}
