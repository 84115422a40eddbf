"""/connect and /disconnect: a key that can only read, sealed and erased."""

from collections.abc import AsyncIterator

import pytest

from core.store.database import Database
from core.store.user.keys import connected
from core.store.user.seal import ServerKeys
from tests.account_answers import BINANCE
from tests.bot.commands.account_talk import CONNECT, KEY, RIGHTS, SECRET, SPOT, account_talk
from tests.conversation import Talk
from tests.venue_server import Answer, VenueServer

Pair = tuple[Talk, VenueServer]


@pytest.fixture
async def pair(embedded: Database) -> AsyncIterator[Pair]:
    async with account_talk(embedded) as pair:
        yield pair


async def test_a_key_that_can_only_read_is_stored_and_sync_is_offered(pair: Pair) -> None:
    talk, _ = pair
    answer = await talk.say(CONNECT)
    assert answer.lines == [
        "Binance is connected, for reading only",
        "It can neither trade nor withdraw.",
        "Next: /sync reads your coins there. Fills record themselves from now on.",
    ]
    assert answer.buttons == {"Sync": "/sync", "Disconnect": "/disconnect binanceusdm"}
    assert await connected(talk.database, talk.user) == ("binanceusdm",)


@pytest.mark.parametrize(
    ("answer", "can"),
    [
        (BINANCE.trading, "trade"),
        (BINANCE.withdrawing, "withdraw"),
        ({"enableFutures": True, "enableWithdrawals": True}, "trade and withdraw"),
    ],
)
async def test_a_key_that_can_do_more_is_refused_and_not_stored(pair: Pair, answer: object, can: str) -> None:
    talk, venue = pair
    venue.answers[RIGHTS] = answer
    refused = await talk.say(CONNECT)
    assert refused.text == (
        f"This key can {can}, so I did not store it. Delete it at Binance and make one that can only read."
    )
    assert await connected(talk.database, talk.user) == ()
    assert venue.counts[SPOT] == 0, "nothing is read with such a key"


async def test_where_the_venue_does_not_tell_the_user_is_told_so(pair: Pair) -> None:
    talk, venue = pair
    venue.answers[RIGHTS] = {"ipRestrict": False}
    answer = await talk.say(CONNECT)
    assert "Binance does not say whether this key can trade or withdraw" in answer
    assert await connected(talk.database, talk.user) == ("binanceusdm",)


@pytest.mark.parametrize("path", [RIGHTS, SPOT])
async def test_a_key_that_the_venue_does_not_accept_is_not_stored(pair: Pair, path: str) -> None:
    talk, venue = pair
    venue.answers[path] = Answer(
        {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, status=401
    )
    answer = await talk.say(CONNECT)
    assert answer.text.startswith("Binance refused this key: it is wrong")
    assert await connected(talk.database, talk.user) == ()


async def test_alone_it_explains_step_by_step(pair: Pair) -> None:
    talk, venue = pair
    answer = await talk.say("/connect")
    assert answer.lines[0] == "Connect Binance, for reading only"
    assert [line[:2] for line in answer.lines[1:4]] == ["1.", "2.", "3."]
    assert "/connect binanceusdm KEY SECRET" in answer.lines
    assert (await talk.say("/connect binance")).text == answer.text
    assert venue.asked == []


@pytest.mark.parametrize(
    "words", ["binanceusdm KEYKEY", "binanceusdm KEYKEY SECRET PASS", "KEYKEY SECRET", "bybit KEYKEY SECRET"]
)
async def test_a_line_of_another_form_is_not_repeated_and_nothing_is_asked(pair: Pair, words: str) -> None:
    talk, venue = pair
    answer = await talk.say(f"/connect {words}")
    assert "KEYKEY" not in answer
    assert list(answer.buttons)[-1] == "Help"
    assert venue.asked == []
    assert await connected(talk.database, talk.user) == ()


async def test_a_key_in_lines_under_each_other_is_read_as_well(pair: Pair) -> None:
    talk, _ = pair
    assert "is connected" in await talk.say(f"connect binance\n{KEY}\n{SECRET}")


async def test_without_a_server_key_it_says_how_to_make_one_and_takes_none(embedded: Database) -> None:
    async with account_talk(embedded, server_keys=None) as (talk, venue):
        for line in ("/connect", CONNECT):
            answer = await talk.say(line)
            assert "SERVER_KEYS" in answer
            assert "openssl rand -base64 32" in answer
            assert KEY not in answer
        assert venue.asked == []


async def test_in_the_simulated_market_there_is_nothing_to_connect(talk: Talk) -> None:
    answer = await talk.say("/connect bybit KEYKEY SECRET")
    assert answer.lines[0] == "There is no account to connect here"
    assert "KEYKEY" not in answer


async def test_disconnecting_erases_the_key(pair: Pair) -> None:
    talk, _ = pair
    assert (await talk.say("/disconnect")).lines == ["No venue is connected"]
    await talk.say(CONNECT)
    assert (await talk.say("/disconnect bybit")).text.startswith("Connected are Binance.")
    assert (await talk.say("/disconnect")).lines[0] == "Erased: your key for Binance"
    assert await connected(talk.database, talk.user) == ()
    assert (await talk.say("/sync")).lines[0] == "No venue is connected"


async def test_of_several_connected_venues_one_is_asked_for(pair: Pair) -> None:
    from core.store.user.keys import Keys

    talk, _ = pair
    await talk.say(CONNECT)
    own = Keys(talk.database, talk.user, ServerKeys({1: b"1" * 32}), now=talk.clock())
    await own.keep("bybit", {"apiKey": "a", "secret": "b"})
    asked = await talk.say("/disconnect")
    assert asked.buttons["All"] == "/disconnect all"
    assert (await talk.say("/disconnect bybit")).lines[0] == "Erased: your key for Bybit"
    assert await connected(talk.database, talk.user) == ("binanceusdm",)
    assert "Binance" in await talk.say("/disconnect all")


async def test_a_key_is_its_owners_alone(pair: Pair) -> None:
    talk, _ = pair
    await talk.say(CONNECT)
    assert (await talk.someone_else().say("/sync")).lines[0] == "No venue is connected"


async def test_a_message_that_is_delivered_twice_connects_once(pair: Pair) -> None:
    talk, _ = pair
    for _time in range(2):
        assert "is connected" in await talk.say(CONNECT, request=5)
    assert await connected(talk.database, talk.user) == ("binanceusdm",)
