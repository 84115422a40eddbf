"""/accounts and /watch: what is connected, and an account by its address."""

from bot.desk.accounts import Sealing
from bot.running.read_accounts import AccountReader
from core.store.database import Database
from tests.bot.commands.account_talk import CONNECT, SERVER_KEYS, account_talk
from tests.conversation import Talk


async def test_without_any_account_the_ways_to_one_are_offered(talk: Talk) -> None:
    answer = await talk.say("/accounts")
    assert answer.buttons["Connect"] == "/connect"
    assert "alone" in await talk.say("/accounts bybit")


async def test_a_connected_account_is_listed_with_how_old_it_is(embedded: Database) -> None:
    async with account_talk(embedded) as (talk, venue):
        await talk.say(CONNECT)
        assert "not read yet" in await talk.say("/accounts")
        sealing = Sealing(SERVER_KEYS, {"binanceusdm": venue.url})
        venue.answers["/fapi/v1/userTrades"] = []
        await AccountReader(embedded, talk.watch, ("binanceusdm",), talk.clock, sealing).read_due()
        answer = await talk.say("/accounts")
        assert "1 account connected" in answer
        assert "1 position" in answer
        assert answer.text.count("ETH") == 1  # which the book does not have
        assert "hunter2" not in answer


async def test_a_fill_that_the_account_has_told_of_is_not_recorded_twice(embedded: Database) -> None:
    async with account_talk(embedded) as (talk, venue):
        await talk.say(CONNECT)
        talk.clock.move(minutes=5)
        at = int(talk.clock().timestamp() * 1000) - 60_000
        trade = {"symbol": "ETHUSDT", "id": 7, "orderId": 5, "side": "SELL", "price": "3498.5", "qty": "2.14"}
        fee = {"commission": "3.74", "commissionAsset": "USDT", "time": at}
        venue.answers["/fapi/v1/userTrades"] = [{**trade, **fee}]
        sealing = Sealing(SERVER_KEYS, {"binanceusdm": venue.url})
        await AccountReader(embedded, talk.watch, ("binanceusdm",), talk.clock, sealing).read_due()
        before = await talk.say("/position")
        assert "2.14" in before
        again = await talk.say("/filled sold ETH 2.14 at 3498.5 on binanceusdm")
        assert "Nothing was added" in again
        assert (await talk.say("/position")).text == before.text


async def test_an_address_that_is_none_is_refused_without_repeating_it(talk: Talk) -> None:
    for words in ("bybit 0x12", "hyperliquid", "hyperliquid 0x12", f"hyperliquid {'a' * 42}"):
        answer = await talk.say(f"/watch {words}")
        assert list(answer.buttons) == ["Help"]
        assert "aaaa" not in answer
