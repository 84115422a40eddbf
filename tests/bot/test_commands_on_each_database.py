"""Every command works on each kind of database; what each says is tested in tests/bot/commands."""

from bot.commands import COMMANDS
from core.store.database import Database
from tests.conversation import OWNER, talk_over

NEEDS_A_FOLDER = {"backup"}
LINES = (
    "/add sample", "/hedge", "/position add short 2.14 ETH at 3500", "/alert price SOL below 100",
    *(each.example or f"/{each.name}" for each in COMMANDS if each.name not in NEEDS_A_FOLDER | {"forget"}),
    "/history", "/export", "/forget",
)  # fmt: skip
"""Every example of the help, on a book with a hedge, a position and an alert; in the end it is forgotten."""


async def test_every_command_works(database: Database) -> None:
    talk = talk_over(database)
    talk.user = OWNER  # who may do everything
    for line in LINES:
        answer = await talk.say(line)
        assert answer.text.strip(), line
        assert "Something went wrong" not in answer, line
    assert await talk.portfolio() != {}
    (forget,) = (label for label, line in answer.buttons.items() if line.startswith("/forget yes"))
    await talk.press(forget)
    assert await talk.portfolio() == {}
