"""Whose turn it is: one user's updates in order, different users' at once."""

import asyncio
import gc
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.telegram.order import PerUserProcessor
from tests.bot.telegram.conversation import Talk
from tests.bot_api import BotApi


def update(number: int, user: int | None) -> Update:
    """A callback query of a user, or a channel post, which has none."""
    who = {"id": user, "is_bot": False, "first_name": "U"}
    channel = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}}
    content = {"callback_query": {"id": "1", "from": who, "chat_instance": "1"}}
    return Update.de_json({"update_id": number} | (content if user else {"channel_post": channel}), None)


class Work:
    """Updates at work: who began in which order, and how many of whom were at it at once."""

    def __init__(self) -> None:
        self.begun: list[tuple[int | None, int]] = []
        self.most: Counter[int | None] = Counter()
        self.now: Counter[int | None] = Counter()

    async def do(self, user: int | None, number: int, steps: int) -> None:
        self.begun.append((user, number))
        self.now[user] += 1
        for each, count in ((user, self.now[user]), (0, self.now.total())):
            self.most[each] = max(self.most[each], count)
        try:
            for _ in range(steps):
                await asyncio.sleep(0)
            if steps == 2:
                raise ZeroDivisionError
        finally:
            self.now[user] -= 1


ARRIVALS = st.lists(st.tuples(st.sampled_from([1, 2, 3, None]), st.integers(0, 4)), max_size=40)


@given(ARRIVALS, st.integers(1, 4))
def test_each_users_updates_run_one_by_one_in_order_within_the_slots(
    arrivals: list[tuple[int | None, int]], slots: int
) -> None:
    work, processor = Work(), PerUserProcessor(slots)

    async def handle_all() -> None:
        await asyncio.gather(
            *(
                processor.process_update(update(number, user), work.do(user, number, steps))
                for number, (user, steps) in enumerate(arrivals)
            ),
            return_exceptions=True,
        )

    asyncio.run(handle_all())
    assert len(work.begun) == len(arrivals)
    for user in (1, 2, 3):
        mine = [number for who, number in work.begun if who == user]
        assert mine == sorted(mine)
        assert work.most[user] <= 1
    assert work.most[0] <= slots


async def test_one_users_burst_leaves_slots_for_others() -> None:
    processor, gate, done = PerUserProcessor(2), asyncio.Event(), asyncio.Event()

    async def other() -> None:
        done.set()

    async with asyncio.TaskGroup() as tasks:
        for number in range(300):
            tasks.create_task(processor.process_update(update(number, 1), gate.wait()))
        tasks.create_task(processor.process_update(update(300, 2), other()))
        await asyncio.wait_for(done.wait(), 5)
        gate.set()


async def test_updates_without_a_user_do_not_wait_for_each_other() -> None:
    processor, barrier = PerUserProcessor(), asyncio.Barrier(3)
    async with asyncio.timeout(5):
        await asyncio.gather(
            *(processor.process_update(update(number, None), barrier.wait()) for number in range(3))
        )


async def test_idle_users_are_forgotten() -> None:
    processor = PerUserProcessor()
    for user in range(1, 100):
        await processor.process_update(update(user, user), asyncio.sleep(0))
    gc.collect()
    assert len(processor._turns) == 0


async def test_a_slow_user_waits_for_his_own_answer_and_nobody_elses(api: BotApi, talk: Talk) -> None:
    talk.gates["slow"] = asyncio.Event()
    api.say(1, "slow")
    api.say(1, "after")
    for user in range(2, 12):
        api.say(user, "quick")
    for user in range(2, 12):
        await api.reply(user)
    assert api.unread(1) == 0
    talk.gates["slow"].set()
    assert [(await api.reply(1)).text for _ in range(2)] == ["You said slow", "You said after"]
