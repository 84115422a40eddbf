"""What whole sentences are taken for, on phrasings that were written down before there was a grammar."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS
from bot.reading.holdings import parse_holdings
from bot.reading.intents.meaning import Meaning, meant
from bot.reading.intents.table import INTENTS, NAMES
from bot.reading.intents.vocabulary import CONCEPTS, FILLERS, by_word, one_slip
from bot.reading.intents.words import LONGEST, rows_of
from core.domain.errors import BadInput

HELD = ("AAVE", "AVAX", "DOT", "ETH", "LINK", "NEAR", "SOL", "UNI")
HERE = Path(__file__).parent
ENOUGH = 0.85
"""The share of phrasings that has to be read rightly; of the others none may be read wrongly."""
NAMED = {f"/{command.name}" for command in COMMANDS}


def phrasings(name: str) -> list[tuple[str, str]]:
    rows = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(said, right) for said, right in (row.rsplit(" => ", 1) for row in rows if row[:1] != "#")]


FIRST = phrasings("phrasings.txt")
ALL = [*FIRST, *phrasings("phrasings_later.txt")]


def spelled(meaning: Meaning) -> str:
    """A meaning as the phrasings have it."""
    if meaning.thanks:
        return "thanks"
    if not meaning.deeds:
        return " ; ".join(meaning.lines)
    shares = {Decimal("0.5"): "half", Decimal(1): "all"}
    return ", ".join(
        f"{'bought' if deed.bought else 'sold'} {deed.asset} "
        + (
            f"{deed.number.normalize():f}"
            if deed.number is not None
            else shares.get(deed.share or Decimal(0), f"{(deed.share or 0) * 100:.0f}%")
        )
        for deed in meaning.deeds
    )


def reading(text: str) -> str:
    """What is made of a line: a meaning, coins that are held, or nothing."""
    if meaning := meant(text, HELD):
        return spelled(meaning)
    try:
        found = parse_holdings(text)
    except BadInput:
        return "-"
    if not found.entries or found.slips:
        return "-"
    return "hold " + ", ".join(
        f"{each.asset} {'about ' if each.asset in found.about else ''}"
        + (f"{each.quantity:f}" if each.quantity is not None else f"${each.usd:f}")
        for each in found.entries
    )


def test_there_are_a_hundred_of_the_first() -> None:
    assert len(FIRST) == 100


def test_most_phrasings_are_read_rightly_and_none_wrongly() -> None:
    read = {said: (right, reading(said)) for said, right in ALL}
    hits = [said for said, (right, got) in read.items() if got == right]
    assert {said: got for said, got in read.items() if got[1] not in (got[0], "-")} == {}
    assert len(hits) >= ENOUGH * len(read), [said for said in read if said not in hits]


@pytest.mark.parametrize(
    "text",
    [
        "will btc drop 20%", "should i buy more eth", "dont close my hedge", "never hedge my sol",
        "who are they",
        "why did you close my hedge", "send 2 eth to bob",
        "my friend sold 2 eth", "close the door",
        "SOL 60", "2 ETH and about 40 SOL", "i hate btc", "sold", "bought eth", "sold eth",
        "bought half my sol",
        "swapped 2 eth", "what if", "hedge against pigeons", "", "!!!", "x" * (LONGEST + 1),
        "close\nmy hedge",
        "sold 2 eth and 3 eth", "what if btc -10% eth", "hedge my coins until someday",
    ],
)  # fmt: skip
def test_what_is_not_wholly_understood_is_not_guessed(text: str) -> None:
    assert meant(text, HELD) is None


@pytest.mark.parametrize("text", ["bought 1,250 sol", "sold 1,250 sol"])
def test_a_number_that_may_be_two_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"could be 1250 or 1\.25"):
        meant(text, HELD)


def test_what_changes_something_waits_for_a_yes() -> None:
    for text in ("i now have 45 sol", "tell me if sol drops below 120", "eth short got liquidated"):
        meaning = meant(text, HELD)
        assert meaning is not None
        assert meaning.asks, text
    changing = ("/set ", "/add", "/remove", "/alert ", "/venue ", "/at ", "/position ")
    for intent in INTENTS:
        if len(intent.lines) == 1 and intent.lines[0].startswith(changing):
            assert intent.asks, intent.lines


def test_every_line_is_of_a_command_that_exists() -> None:
    lines = [line for intent in INTENTS for line in intent.lines]
    lines += [line for each in NAMES.values() for line in each]
    assert {line.split()[0] for line in lines} <= NAMED
    assert not {f"/{name}" for name in NAMES} & NAMED, "a command is not taken for another one"


def test_a_word_says_one_thing() -> None:
    words = [word for words in CONCEPTS.values() for word in words.split()]
    assert sorted(words) == sorted(set(words))
    assert not FILLERS & set(by_word())


@pytest.mark.parametrize("slip", ["hegde", "hedg", "hedgge", "hefge", "edge"])
def test_one_slip_is_one_letter(slip: str) -> None:
    assert one_slip(slip, "hedge")
    assert not one_slip(slip, slip)


@pytest.mark.parametrize("other", ["hedge", "hegded", "he", "gehed", "ledgers"])
def test_two_slips_are_another_word(other: str) -> None:
    assert not one_slip(other, "hedge")


@given(st.text(max_size=LONGEST + 10))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        meaning = meant(text, HELD)
    except BadInput:
        return
    assert meaning is None or meaning.thanks or meaning.deeds or meaning.lines
    rows_of(text, HELD)
