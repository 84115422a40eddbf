"""/funding: what a coin pays a short, and what the user's hedge earns."""

import re

import pytest

from core.store.database import Database
from tests.binance_answers import FUNDING_RATE, PREMIUM_INDEX
from tests.bot.commands.exchange_talk import exchange_talk
from tests.conversation import SIMULATED, Answer, Talk, talk_over
from tests.venue_server import Answer as Served


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def figure(answer: Answer, label: str) -> float:
    """The value of the first row with that label."""
    row = next(line for line in answer.lines if line.startswith(f"{label} "))
    return float(row.removeprefix(label).strip().replace("$", "").replace(",", "").removesuffix("%"))


async def test_a_coins_funding_is_told_without_any_holdings(talk: Talk) -> None:
    answer = await talk.say("/funding eth")
    assert answer.lines[0].startswith("ETH: a short receives 0.01")
    assert answer.lines[0].endswith("% every 8 h")
    assert answer.lines[1] == SIMULATED
    assert "16:00, 6 h 30 m" in answer
    assert figure(answer, "mean 30 d, a year") == pytest.approx(11, abs=1)
    assert figure(answer, "worst 14 days") > 0
    assert figure(answer, "30 days, now") == pytest.approx(30 * figure(answer, "a day, now"), abs=0.2)


async def test_a_coin_with_its_own_interval_is_told_by_it(talk: Talk) -> None:
    assert "every 4 h" in (await talk.say("/funding NEAR")).lines[0]


async def test_the_hedges_funding_is_the_sum_of_its_legs(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/funding")
    assert answer.lines[0].startswith("Your hedge earns $")
    legs = [float(line.split("$")[1]) for line in answer.lines if line.startswith("you, a day")]
    assert figure(answer, "a day, now") == pytest.approx(sum(legs), abs=0.05)
    assert "Next payment, UTC" in answer


async def test_words_of_a_hedge_are_taken(talk: Talk) -> None:
    await talk.say("/add sample")
    whole, half = await talk.say("/funding ETH 100%"), await talk.say("/funding 50% ETH")
    assert figure(half, "a day, now") == pytest.approx(figure(whole, "a day, now") / 2, rel=0.01)
    assert (await talk.say("/funding 50%")).lines[0].startswith("Your hedge ")


async def test_a_hedge_of_dated_futures_has_no_funding(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/funding quarterly")
    assert answer.lines[0] == "Your hedge has no funding"
    assert "/basis" in answer


async def test_in_a_market_that_turned_the_short_pays(database: Database) -> None:
    talk = talk_over(database, "funding-flip")
    await talk.say("/add sample")
    talk.clock.move(days=4)
    answer = await talk.say("/funding")
    assert answer.lines[0].startswith("Your hedge pays $")
    assert figure(answer, "a day, now") < 0 < figure(answer, "a day, mean rate")
    assert figure(answer, "worst 14 days") < 0
    hourly = (await talk.say("/funding SOL")).lines[0]
    assert hourly.startswith("SOL: a short pays 0.006")
    assert hourly.endswith("% every 1 h")


async def test_a_coin_without_a_perpetual_is_one_sentence(talk: Talk) -> None:
    answer = await talk.say("/funding NOPE")
    assert answer.lines[0] == "simulated has no perpetual for NOPE, so no funding. Try /funding BTC."


async def test_a_stablecoin_and_a_riddle_are_refused_in_words(talk: Talk) -> None:
    assert "USDC does not move" in await talk.say("/funding USDC")
    assert "I do not understand" in await talk.say("/funding ???")


async def test_without_holdings_there_is_no_hedge_to_tell_of(talk: Talk) -> None:
    assert "no holdings" in await talk.say("/funding")


async def test_on_an_exchange_the_past_is_asked_for_once(database: Database) -> None:
    async with exchange_talk(database) as (talk, venue):
        answer = await talk.say("/funding ETH")
        assert answer.lines[0] == "ETH: a short receives 0.0100% every 8 h"
        # 0.01 % at midnight and twice half of it: 0.02 % a day
        assert figure(answer, "mean 30 d, a year") == 7.3
        assert figure(answer, "worst 14 days") == pytest.approx(0.28)
        await talk.say("/funding ETH")
        assert venue.counts[FUNDING_RATE] == 1


async def test_without_past_payments_todays_rate_is_told_as_such(database: Database) -> None:
    async with exchange_talk(database) as (talk, venue):
        venue.answers[FUNDING_RATE] = Served(b"", status=503)
        await talk.say("/add ETH 10\nSOL 100")
        hedged, coin = await talk.say("/funding ETH 50%"), await talk.say("/funding ETH")
        for answer in (hedged, coin):
            assert "today's rate alone" in answer
            assert "mean" not in answer.text.split("\nFunding is paid")[0]


async def test_a_coin_whose_rate_is_refused_keeps_its_past(database: Database) -> None:
    async with exchange_talk(database) as (talk, venue):
        rows = venue.answers[PREMIUM_INDEX]
        assert isinstance(rows, list)
        next(row for row in rows if row["symbol"] == "ETHUSDT")["lastFundingRate"] = "NaN"
        answer = await talk.say("/funding ETH")
        assert answer.lines[0] == "Today's funding of ETH is not known now"
        assert "a day, now not known" in " ".join(answer.text.split())
        assert figure(answer, "a day, mean rate") == 0.2
        venue.answers[FUNDING_RATE] = []
        await talk.someone_else().say("/add ETH 1")
        hedged = await talk.someone_else().say("/funding ETH 100%")
        assert hedged.lines[0] == "Today's funding of ETH is not known now"


async def test_the_past_is_told_by_week(talk: Talk) -> None:
    await talk.say("/funding ETH")
    answer = await talk.press("By week")
    assert "ETH: a short" in answer.lines[0]
    assert "days that paid" in answer
    assert len([line for line in answer.lines if re.match(r"\d\d [A-Z][a-z]{2} +[+-]", line)]) >= 12
    assert list((await talk.say("/funding history")).buttons)[-1] == "Help"
