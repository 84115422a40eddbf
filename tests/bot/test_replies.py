"""What holds for every reply: markup that Telegram takes, text that fits a phone, buttons that work."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands import COMMANDS
from bot.wording.layout import WIDTH
from bot.wording.reply import MAX_BUTTON_BYTES, Button
from core.store.database import open_database
from tests.conftest import sqlite_url
from tests.conversation import OWNER, SIMULATED, Answer, Talk, talk_over
from tests.effort import examples

PRE = re.compile(r"<pre>(.*?)</pre>", re.DOTALL)
RESTS_ON_PRICES = ("/portfolio", "/hedge")


def check(answer: Answer) -> None:
    """What no reply may break."""
    assert answer.text.strip()
    assert "None" not in answer.text.split()
    assert "Something went wrong" not in answer
    for block in PRE.findall(answer.reply.text):
        for line in unescape(block).split("\n"):
            assert len(line) <= WIDTH, line
    for label, line in answer.buttons.items():
        assert label.strip()
        assert 0 < len(line.encode()) <= MAX_BUTTON_BYTES
    assert len(answer.buttons) == sum(len(row) for row in answer.reply.buttons), "labels are unique"


def is_refusal(answer: Answer) -> bool:
    """Errors, and they alone, offer nothing but help."""
    return list(answer.buttons) == ["Help"]


async def test_every_button_within_three_presses_of_a_command_leads_on(talk: Talk) -> None:
    # A command that takes words may ask for them; a button has to bring its own.
    talk.user = OWNER  # who may do everything
    await talk.say("/add sample")
    pressed: set[str] = set()
    typed = {f"/{command.name}" for command in COMMANDS if command.example} | {"/backup"}
    reached = {"/start", *(f"/{command.name}" for command in COMMANDS if command.name != "remove")}
    for _depth in range(3):
        lines: set[str] = set()
        for line in sorted(reached - pressed):
            answer = await talk.say(line)
            check(answer)
            if line == "/add sample":
                assert "You already have holdings" in answer
            elif line not in typed:
                assert not is_refusal(answer), (line, answer.text)
            if line.startswith(RESTS_ON_PRICES):
                assert SIMULATED in answer
            lines |= {each for each in answer.buttons.values() if not each.startswith("/forget yes")}
        pressed |= reached
        reached |= lines
    assert len(pressed) > 15


async def test_a_newcomers_buttons_lead_on_too(talk: Talk) -> None:
    for label in (
        "Try a sample portfolio",
        "Hedge these",
        "Portfolio",
        "Hedge",
        "Half of it",
        "Portfolio",
        "Add",
    ):
        if label == "Try a sample portfolio":
            await talk.say("/start")
        answer = await talk.press(label)
        check(answer)
        assert not is_refusal(answer)


EXTREMES = (
    "BTC 100000000000000000", "PEPE 100000000000000000", "ETH 0.000000000000000001",
    "USDT 100000000000000000",
    "USDT 0.000000000000000001", "SOL 123456.789012345678901234", "LINK 999999.999999999999999999",
    "DOT 9999999",
    "ABCDEFGHIJKLMNOPQRST 1", "TARN 98765432.1", "FENN 0.1", "DOGE 12345678901.123456789",
    "XRP 999999999999999.9",
)  # fmt: skip
WISHES = (
    "/hedge",
    "/hedge 1%",
    "/hedge 150%",
    "/hedge 125x",
    "/hedge ETH:1 PEPE:99",
    "/hedge beta 0.0001 DOGE",
)


@pytest.mark.parametrize("held", [*EXTREMES, "\n".join(EXTREMES), "\n".join(EXTREMES[2:])])
async def test_the_least_and_the_most_that_can_be_held_fit_a_phone(talk: Talk, held: str) -> None:
    check(await talk.say(held))
    for line in ("/portfolio", "/remove all", *WISHES, held):
        check(await talk.say(line))


async def test_two_hundred_coins_are_shown_too(talk: Talk) -> None:
    names = [f"{number:03}QQQQQQQQQQQQQQQQQ" for number in range(190)]
    held = "\n".join(f"{name} 123456.78901234" for name in [*names, "ETH", "SOL", "PEPE"])
    for line in (held, "/portfolio", "/hedge", "/remove all", held):
        check(await talk.say(line))


@pytest.fixture
def said(
    runner: asyncio.Runner, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Talk]:
    """A talk on the runner's event loop, for Hypothesis."""
    path = tmp_path_factory.mktemp("said") / "said.db"
    shutil.copy(migrated_sqlite, path)
    database = open_database(sqlite_url(path))
    talk = talk_over(database)
    runner.run(talk.say("/add sample"))
    yield talk
    runner.run(database.close())


words = st.text(max_size=60) | st.sampled_from(
    [
        "<b>",
        "</pre>",
        "&amp;",
        "&#0;",
        "ETH",
        "sol 5",
        "$",
        "50%",
        "1e5",
        "-5",
        "\u202e",
        "\x00",
        "a" * 70,
        "<" * 70,
        "all",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(150))
@given(
    command=st.sampled_from(["", *(f"/{command.name}" for command in COMMANDS)]),
    typed=st.lists(words, max_size=4).map(" ".join),
)
def test_whatever_is_typed_the_reply_is_well_formed(
    runner: asyncio.Runner, said: Talk, command: str, typed: str
) -> None:
    check(runner.run(said.say(f"{command} {typed}")))


@pytest.mark.parametrize("line", ["", "x" * (MAX_BUTTON_BYTES + 1), "é" * 33])
def test_a_button_that_telegram_would_refuse_cannot_be_made(line: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        Button("label", line)


def test_a_button_may_carry_so_many_bytes() -> None:
    assert Button("label", "é" * 32).line
