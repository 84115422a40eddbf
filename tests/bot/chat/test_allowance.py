"""So many messages of a user a minute are answered, the others with a sentence; nobody else is concerned."""

from bot.chat.allowance import Allowance
from core.store.database import Database
from tests.conversation import talk_over


class Seconds:
    """Tells the seconds that it was set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_messages_are_counted_by_the_minute_and_by_the_user() -> None:
    seconds = Seconds()
    allowance = Allowance(3, seconds)
    for _ in range(3):
        assert allowance.refusal(1) is None
        seconds.now += 10
    said = allowance.refusal(1)
    assert said is not None
    assert "more than 3 messages in a minute" in said
    assert "again in 30 s" in said
    assert allowance.refusal(2) is None
    seconds.now += 30
    assert allowance.refusal(1) is None
    assert allowance.refusal(1) is not None


def test_who_is_quiet_is_forgotten() -> None:
    seconds = Seconds()
    allowance = Allowance(3, seconds)
    for user in range(500):
        assert allowance.refusal(user) is None
    seconds.now += 61
    assert allowance.refusal(7) is None
    assert list(allowance._answered) == [7]


async def test_a_refused_message_changes_nothing_and_says_so(embedded: Database) -> None:
    talk = talk_over(embedded)
    talk.conversation._allowance = Allowance(2)
    await talk.say("SOL 60")
    await talk.say("ETH 2")
    assert "I did nothing with this one" in await talk.say("LINK 3")
    assert await talk.portfolio() == {"ETH": "2", "SOL": "60"}
