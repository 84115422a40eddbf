"""Notices on their way: each arrives once, in the order of urgency, whatever Telegram answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.telegram import send_notices as outbox
from bot.telegram.pace import Pace
from bot.telegram.send_notices import BACKOFF, LEASE, UNTOLD
from core.alert.facts import Facts
from core.store.database import Database
from core.store.user.book import Book
from tests.bot_api import BotApi
from tests.bot_messages import Failure
from tests.notices import Post, known, notice, post_office

ANNA, BERT, CARL = 71, 72, 73
BLOCKED = Failure(403, "Forbidden: bot was blocked by the user")


@pytest.fixture
async def post(api: BotApi, database: Database) -> AsyncIterator[Post]:
    async with post_office(api, database) as office:
        yield office


def texts(api: BotApi, user: int) -> list[str]:
    return [message.text for message in api.chat(user)]


async def test_what_is_due_arrives_once_and_is_kept_with_its_message(api: BotApi, post: Post) -> None:
    await post.take(ANNA, "funding flipped")

    assert await post.deliver() == ["sent"]
    assert await post.deliver(after=3600) == []

    assert texts(api, ANNA) == ["funding flipped"]
    assert await post.states(ANNA) == {"funding flipped": "sent"}


async def test_what_is_due_to_one_user_at_one_time_is_one_message(api: BotApi, post: Post) -> None:
    for text, kind in {"summary": "digest", "drifted": "funding", "near liquidation": "liquidation"}.items():
        await post.take(ANNA, text, kind)

    assert await post.deliver() == ["sent"]

    assert texts(api, ANNA) == ["near liquidation\ndrifted\nsummary"]
    assert set((await post.states(ANNA)).values()) == {"sent"}


async def test_liquidations_go_first_and_digests_last(api: BotApi, post: Post) -> None:
    await post.take(ANNA, "summary", "digest")
    await post.take(BERT, "drifted", "funding")
    await post.take(CARL, "near liquidation", "liquidation")
    await post.deliver()
    assert [call.fields["text"] for call in api.called("sendMessage")] == [
        "near liquidation",
        "drifted",
        "summary",
    ]


@pytest.mark.parametrize(("silent", "sound"), [((True, True), False), ((True, False), True)])
async def test_a_message_makes_a_sound_unless_all_in_it_is_silent(
    api: BotApi, post: Post, silent: tuple[bool, bool], sound: bool
) -> None:
    for number, each in enumerate(silent):
        await post.take(ANNA, f"notice {number}", silent=each)
    await post.deliver()
    [call] = api.called("sendMessage")
    assert (call.fields.get("disable_notification") == "true") is not sound


async def test_a_chat_that_telegram_asks_to_spare_waits_as_long_and_the_others_do_not(
    api: BotApi, post: Post
) -> None:
    await post.take(ANNA, "first", "liquidation")
    api.fail("sendMessage", Failure(429, "Too Many Requests: retry after 30", retry_after=30))

    assert await post.deliver() == ["wait"]
    await post.take(BERT, "second")
    assert await post.deliver() == ["sent"]
    assert await post.deliver(after=29) == []
    assert await post.states(ANNA) == {"first": "waiting"}
    assert texts(api, BERT) == ["second"]


async def test_when_a_second_chat_is_to_be_spared_nobody_is_written_to(
    api: BotApi, database: Database
) -> None:
    pace = Pace(rate=10_000, chat_gap=0)
    async with post_office(api, database, pace=pace) as post:
        await post.take(ANNA, "first", "liquidation")
        await post.take(BERT, "second", "liquidation")
        api.fail("sendMessage", Failure(429, "Too Many Requests: retry after 60", retry_after=60), times=2)
        assert await post.deliver() == ["wait", "wait"]

        await post.take(CARL, "third")
        waiting = asyncio.create_task(post.deliver())
        now = post.bot.answers.clock()
        assert pace.book(now) - now > 30
        await post.delivery.stop()
        assert await waiting == []
        assert await post.states(CARL) == {"third": "waiting"}


@pytest.mark.parametrize(
    "failure", [Failure(500), Failure(502, body=b"<html>Bad Gateway</html>"), Failure(503)], ids=str
)
async def test_what_telegram_could_not_take_is_tried_again_ever_more_patiently(
    api: BotApi, post: Post, failure: Failure
) -> None:
    await post.take(ANNA, "drifted")
    api.fail("sendMessage", failure, times=2)

    assert await post.deliver() == ["later"]
    assert await post.deliver(after=BACKOFF[0] / 2) == []
    assert await post.deliver(after=BACKOFF[0] / 2) == ["later"]
    assert await post.deliver(after=BACKOFF[0]) == []
    assert await post.deliver(after=BACKOFF[1] - BACKOFF[0]) == ["sent"]
    assert texts(api, ANNA) == ["drifted"]


async def test_while_telegram_cannot_be_reached_everything_waits(api: BotApi, database: Database) -> None:
    async with AsyncExitStack() as stack:
        away = await stack.enter_async_context(BotApi())
        post = await stack.enter_async_context(post_office(away, database))
        await away.__aexit__(None, None, None)
        await post.take(ANNA, "drifted")
        assert await post.deliver() == ["later"]
        assert await post.states(ANNA) == {"drifted": "waiting"}

    async with post_office(api, database) as post:
        assert await post.deliver(after=BACKOFF[0]) == ["sent"]


@pytest.mark.parametrize(
    "failure",
    [
        Failure(drop=True),
        Failure(body=b"not json"),
        Failure(delay=30),
        Failure(504, body=b"<html>Gateway Time-out</html>"),
    ],
    ids=str,
)
async def test_without_an_answer_only_what_is_urgent_is_sent_again(
    api: BotApi, database: Database, failure: Failure
) -> None:
    async with post_office(api, database, read_timeout=0.2) as post:
        await post.take(ANNA, "near liquidation", "liquidation")
        await post.take(BERT, "drifted")
        api.fail("sendMessage", failure, times=2)

        assert sorted(await post.deliver()) == ["doubtful", "doubtful", "sent"]

        assert await post.states(ANNA) == {"near liquidation": "sent"}
        assert await post.states(BERT) == {"drifted": "unknown"}
        assert texts(api, BERT) == []
        assert [each.key for each in await post.outbox.unknown(BERT)] == ["drifted"], "for the digest"


async def test_what_arrived_although_its_answer_was_lost_is_not_repeated_unless_it_is_urgent(
    api: BotApi, database: Database
) -> None:
    async with post_office(api, database, read_timeout=0.2) as post:
        await post.take(ANNA, "near liquidation", "liquidation")
        await post.take(BERT, "drifted")
        api.fail("sendMessage", Failure(late=30), times=2)

        assert sorted(await post.deliver()) == ["doubtful", "doubtful", "sent"]

        assert texts(api, ANNA) == ["near liquidation", "near liquidation"]
        assert texts(api, BERT) == ["drifted"]
        assert await post.deliver(after=3600) == []


async def test_who_is_forgotten_while_a_message_is_on_its_way_leaves_nothing(api: BotApi, post: Post) -> None:
    for user, failure in {ANNA: Failure(late=0.2), BERT: BLOCKED, CARL: Failure(500)}.items():
        await post.take(user, "near liquidation", "liquidation")
        api.fail("sendMessage", replace(failure, delay=0.2))
        delivering = asyncio.create_task(post.deliver())
        called = len(api.called("sendMessage"))
        await api.until_called("sendMessage", called + 1)
        book = Book(post.database, user, now=post.clock())
        await book.forget(await book.save_draft("?"), "?")
        assert len(await delivering) == 1
        assert await post.states(user) == {}
    assert await post.deliver(after=3600) == []


async def test_of_one_message_in_doubt_the_urgent_part_is_sent_again(api: BotApi, post: Post) -> None:
    await post.take(ANNA, "near liquidation", "liquidation")
    await post.take(ANNA, "drifted")
    api.fail("sendMessage", Failure(drop=True))
    await post.deliver()
    assert texts(api, ANNA) == ["near liquidation"]
    assert await post.states(ANNA) == {"near liquidation": "sent", "drifted": "unknown"}


async def test_what_a_crash_left_on_its_way_is_judged_when_its_lease_runs_out(
    api: BotApi, post: Post
) -> None:
    await post.take(ANNA, "near liquidation", "liquidation")
    await post.take(BERT, "drifted")
    assert len(await post.outbox.claim(post.clock(), 2, timedelta(seconds=LEASE))) == 2

    assert await post.deliver(after=LEASE - 1) == []
    assert await post.deliver(after=1) == ["sent"]

    assert texts(api, ANNA) == ["near liquidation"]
    assert await post.states(BERT) == {"drifted": "unknown"}


@pytest.mark.parametrize(
    "failure",
    [
        BLOCKED,
        Failure(403, "Forbidden: user is deactivated"),
        Failure(400, "Bad Request: chat not found"),
    ],
    ids=lambda failure: failure.description,
)
async def test_who_takes_no_messages_is_left_in_peace_until_they_write(
    api: BotApi, post: Post, failure: Failure
) -> None:
    await post.take(ANNA, "first")
    api.fail("sendMessage", failure)
    assert await post.deliver() == ["paused"]
    await post.take(ANNA, "second", "liquidation")
    assert await post.deliver(after=3600) == []
    assert set((await post.states(ANNA)).values()) == {"waiting"}, "nothing is deleted"

    await post.chats.heard(ANNA)

    assert await post.deliver() == ["sent"]
    assert texts(api, ANNA) == ["second\nfirst"]


async def test_who_blocks_again_after_writing_is_left_in_peace_again(api: BotApi, post: Post) -> None:
    for number in range(3):
        await post.take(ANNA, f"notice {number}")
        api.fail("sendMessage", BLOCKED)
        assert await post.deliver() == ["paused"]
        await post.chats.heard(ANNA)
    assert await post.deliver() == ["sent"]


async def test_a_chat_that_moved_is_followed(api: BotApi, post: Post) -> None:
    await post.take(ANNA, "drifted")
    failure = Failure(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=-1007)
    api.fail("sendMessage", failure)
    assert await post.deliver() == ["moved", "sent"]
    await post.take(ANNA, "drifted again")
    assert await post.deliver() == ["sent"]
    assert texts(api, -1007) == ["drifted", "drifted again"]
    assert texts(api, ANNA) == []


async def test_a_mistake_in_our_wording_keeps_back_no_warning(api: BotApi, post: Post) -> None:
    await post.take(ANNA, "near liquidation", "liquidation")
    await post.take(ANNA, "drifted")
    api.fail("sendMessage", Failure(400, "Bad Request: BUTTON_DATA_INVALID"))
    assert await post.deliver() == ["sent"]
    assert texts(api, ANNA) == ["near liquidation\ndrifted"]


async def test_what_cannot_be_worded_is_told_all_the_same(
    api: BotApi, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    await known(post.database, [ANNA], post.clock())
    broken = replace(notice("near liquidation", post.clock(), "liquidation"), facts=Facts(kind="liquidation"))
    await post.outbox.post(ANNA, broken)
    await post.take(ANNA, "drifted")
    assert await post.deliver() == ["sent"]
    assert texts(api, ANNA) == [UNTOLD.format("liquidation, funding")]
    assert "ValueError" in caplog.text


async def test_what_a_crash_left_on_its_way_does_not_wait_for_the_end_of_a_storm(
    api: BotApi, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "RECOVER", 0.05)
    async with post_office(api, database, pace=Pace(rate=20, chat_gap=0)) as post:
        await post.take(ANNA, "near liquidation", "liquidation")
        await post.outbox.claim(post.clock(), 1, timedelta(seconds=LEASE))
        for user in range(100, 130):
            await post.take(user, "drifted")
        delivering = asyncio.create_task(post.deliver())
        await api.reply(100)
        post.clock.now += timedelta(seconds=LEASE)
        assert (await api.reply(ANNA)).text == "near liquidation"
        assert texts(api, 129) == [], "the storm lasts"
        await post.delivery.stop()
        await delivering


async def test_what_we_have_on_its_way_is_not_in_doubt_when_the_clock_jumps(
    api: BotApi, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "RECOVER", 0.0)
    monkeypatch.setattr(outbox, "LOOK", 0.01)
    async with post_office(api, database) as post:
        await post.take(ANNA, "near liquidation", "liquidation")
        api.fail("sendMessage", Failure(late=0.3))
        delivering = asyncio.create_task(post.deliver())
        await api.reply(ANNA)
        post.clock.now += timedelta(hours=1)
        assert await delivering == ["sent"]
        assert texts(api, ANNA) == ["near liquidation"]


async def test_a_chat_that_was_busy_counts_as_no_try(api: BotApi, database: Database) -> None:
    async with post_office(api, database, pace=Pace(rate=1000, chat_gap=60)) as post:
        await post.bot.send_message(ANNA, "an answer")
        await post.take(ANNA, "near liquidation", "liquidation")
        for _ in range(3):
            assert await post.deliver() == []
            post.clock.now += timedelta(minutes=2)
        async with post_office(api, database) as hurried:
            hurried.clock.now = post.clock.now
            api.fail("sendMessage", Failure(500))
            assert await hurried.deliver() == ["later"]
            assert await hurried.deliver(after=BACKOFF[0]) == ["sent"]


async def test_what_telegram_refuses_in_any_form_is_dropped_and_the_next_goes_on(
    api: BotApi, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    await post.take(ANNA, "drifted")
    api.fail("sendMessage", Failure(400, "Bad Request: message text is empty"), times=2)
    assert await post.deliver() == ["dropped"]
    await post.take(ANNA, "funding flipped")
    assert await post.deliver() == ["sent"]
    assert await post.states(ANNA) == {"drifted": "dropped", "funding flipped": "sent"}
    assert "text is empty" in caplog.text


async def test_with_a_token_that_is_no_good_nothing_is_lost(api: BotApi, post: Post) -> None:
    await post.take(ANNA, "drifted")
    good, api.token = api.token, "123456789:another"
    assert await post.deliver() == ["later"]
    api.token = good
    assert await post.deliver(after=BACKOFF[0]) == ["sent"]


async def test_one_user_gets_no_two_messages_within_the_gap(api: BotApi, database: Database) -> None:
    async with post_office(api, database, pace=Pace(rate=1000, chat_gap=60)) as post:
        await post.take(ANNA, "first")
        assert await post.deliver() == ["sent"]
        await post.take(ANNA, "second")
        await post.take(BERT, "his")
        assert await post.deliver() == ["sent"]
        assert texts(api, ANNA) == ["first"]
        assert texts(api, BERT) == ["his"]


async def test_an_answer_counts_as_a_message_of_its_chat(api: BotApi, database: Database) -> None:
    async with post_office(api, database, pace=Pace(rate=1000, chat_gap=60)) as post:
        await post.bot.send_message(ANNA, "an answer")
        await post.take(ANNA, "drifted")
        assert await post.deliver() == []
        assert texts(api, ANNA) == ["an answer"]


async def test_stopping_finishes_what_is_on_its_way_and_claims_nothing_more(
    api: BotApi, database: Database
) -> None:
    async with post_office(api, database, pace=Pace(rate=1)) as post:
        await post.take(ANNA, "near liquidation", "liquidation")
        await post.take(BERT, "drifted")
        api.fail("sendMessage", Failure(delay=0.3))
        delivering = asyncio.create_task(post.deliver())
        await api.until_called("sendMessage")
        await post.delivery.stop()
        assert await delivering == ["sent"]
        assert texts(api, ANNA) == ["near liquidation"]
        assert await post.states(BERT) == {"drifted": "waiting"}
        assert await post.deliver() == [], "stopped for good"


async def test_what_takes_too_long_when_stopping_stays_in_doubt(
    api: BotApi, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "GRACE", 0.1)
    await post.take(ANNA, "near liquidation", "liquidation")
    api.fail("sendMessage", Failure(delay=30))
    delivering = asyncio.create_task(post.deliver())
    await api.until_called("sendMessage")
    await post.delivery.stop()
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)
    assert await post.states(ANNA) == {"near liquidation": "sending"}


async def test_something_urgent_does_not_wait_for_a_message_that_is_slow(
    api: BotApi, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "GRACE", 0.1)
    await post.take(ANNA, "drifted")
    api.fail("sendMessage", Failure(delay=30))
    delivering = asyncio.create_task(post.deliver())
    await api.until_called("sendMessage")
    await post.take(BERT, "near liquidation", "liquidation")
    assert (await api.reply(BERT)).text == "near liquidation"
    await post.delivery.stop()
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)


async def test_of_what_is_urgent_one_is_on_its_way_at_a_time_lest_a_crash_repeats_many(
    api: BotApi, post: Post
) -> None:
    for user in (ANNA, BERT, CARL):
        await post.take(user, "near liquidation", "liquidation")
    api.fail("sendMessage", Failure(late=0.3), times=3)
    delivering = asyncio.create_task(post.deliver())
    for told, user in enumerate((ANNA, BERT, CARL), start=1):
        await api.reply(user)
        assert len(api.called("sendMessage")) == told
    assert await delivering == ["sent", "sent", "sent"]


async def test_an_urgent_message_that_hangs_holds_up_the_next_only_for_a_moment(
    api: BotApi, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "GRACE", 0.1)
    monkeypatch.setattr(outbox, "ALONE", 0.05)
    for user in (ANNA, BERT):
        await post.take(user, "near liquidation", "liquidation")
    api.fail("sendMessage", Failure(delay=30))
    delivering = asyncio.create_task(post.deliver())
    assert (await api.reply(BERT)).text == "near liquidation"
    await post.delivery.stop()
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)
    assert texts(api, ANNA) == []
