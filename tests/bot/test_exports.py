"""What real exports look like: what is held is read of them, and nothing else ever is."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.holdings import parse_holdings
from core.domain.errors import BadInput
from tests.bot.exports import EXPORTS, HAPPENED, REFUSALS, Export
from tests.conversation import Talk

BY_WHOSE = [pytest.param(export, id=export.whose) for export in EXPORTS]


def table(export: Export, delimiter: str = ",", order: Sequence[int] | None = None) -> str:
    """The export as a program writes it, its columns in this order."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for line in (export.heading, *export.rows):
        cells = line.split("|")
        writer.writerow([cells[place] for place in order or range(len(cells))])
    return out.getvalue()


def outcome(text: str) -> tuple[list[str], str]:
    """What was read, in order, and what the refusal is about."""
    try:
        typed = parse_holdings(text)
    except BadInput as refusal:
        return [], next(key for key, words in REFUSALS.items() if words in str(refusal))
    assert not typed.slips, typed.slips
    assert typed.shown, "a table is shown before it is saved"
    return [str(entry) for entry in typed.entries], ""


def test_there_are_many_headings_and_none_twice() -> None:
    assert len({export.heading for export in EXPORTS}) == len(EXPORTS) >= 80


@pytest.mark.parametrize("delimiter", [",", "\t", ";"], ids=["commas", "tabs", "semicolons"])
@pytest.mark.parametrize("export", BY_WHOSE)
def test_an_export_is_read_as_what_it_is(export: Export, delimiter: str) -> None:
    assert outcome(table(export, delimiter)) == (list(export.held), export.refused)


@given(st.data(), st.sampled_from(EXPORTS))
def test_the_order_of_the_columns_changes_nothing_that_is_read(data: st.DataObject, export: Export) -> None:
    order = data.draw(st.permutations(range(export.heading.count("|") + 1)))
    assert outcome(table(export, order=order)) == (list(export.held), export.refused)


@given(st.data(), st.sampled_from(HAPPENED))
def test_without_some_of_its_columns_a_list_of_what_happened_is_still_never_more_than_asked_about(
    data: st.DataObject, export: Export
) -> None:
    width = export.heading.count("|") + 1
    kept = data.draw(st.lists(st.integers(0, width - 1), unique=True, min_size=2))
    try:
        typed = parse_holdings(table(export, order=kept))
    except BadInput:
        return
    assert typed.shown or typed.slips or not typed.entries


@pytest.mark.parametrize("export", [pytest.param(export, id=export.whose) for export in HAPPENED])
def test_rows_of_what_happened_hold_nothing_without_their_heading_either(export: Export) -> None:
    rows = "\n".join(table(export).splitlines()[1:])
    try:
        typed = parse_holdings(rows)
    except BadInput:
        return
    assert not typed.entries


def test_what_stands_above_the_heading_is_passed_over() -> None:
    assert outcome("My coins\nas of today\n\nCoin,Amount\nSOL,60")[0] == ["SOL 60"]
    above = "Transactions\nUser,Jane Doe,5f3c77aa\n\n"
    assert outcome(above + table(EXPORTS[11])) == ([], "happened")


async def test_a_list_of_trades_saves_nothing_and_says_so_in_one_sentence(talk: Talk) -> None:
    revolut = next(export for export in EXPORTS if export.whose == "Revolut")
    answer = await talk.say(table(revolut))
    assert answer.lines[0].startswith("This is a list of what happened (“Type”, “Fees”, “Date”)")
    assert await talk.portfolio() == {}
    for command in ("/add", "/set"):
        assert "list of what happened" in await talk.say(f"{command}\n{table(revolut)}")
    assert await talk.portfolio() == {}
