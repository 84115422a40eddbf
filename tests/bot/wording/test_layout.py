"""Pieces of a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.wording.layout import WIDTH, bold, folded, lines, table
from tests.bot_html import visible

HOSTILE = "<b>&amp;\"'</pre>"


def test_a_table_has_its_first_column_left_and_the_others_right() -> None:
    assert (
        visible(table([("Sell", "5 ETH"), ("liquidated at", "$1")]))
        == "Sell          5 ETH\nliquidated at    $1"
    )


def test_a_value_too_long_for_a_phone_goes_on_below() -> None:
    assert visible(table([("Sell", "199,957 × 1,000,000 PEPE"), ("liquidated at", "$0.02")])).split("\n") == [
        "Sell          199,957 × 1,000,000",
        "                             PEPE",
        "liquidated at               $0.02",
    ]


@given(st.lists(st.tuples(st.text("abc ", max_size=17), st.text("123,.-$ ×", max_size=80)), min_size=1))
def test_two_columns_fit_a_phone_and_lose_nothing(rows: list[tuple[str, str]]) -> None:
    shown = visible(table(rows))
    assert all(len(line) <= WIDTH for line in shown.split("\n"))
    assert sorted("".join(shown.split())) == sorted("".join("".join(row) for row in rows).replace(" ", ""))


def test_more_columns_than_fit_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="wider than 35"):
        table([("a" * 20, "b" * 20, "c")])


def test_text_is_escaped_and_markup_is_not() -> None:
    for piece in (
        bold(HOSTILE),
        folded(HOSTILE),
        table([(HOSTILE, "1")]),
        lines(HOSTILE, Markup("<b>x</b>")),
    ):
        assert HOSTILE in visible(piece)


def test_lines_leave_out_what_is_not_there() -> None:
    assert lines("a", None, "", "b") == Markup("a\nb")
