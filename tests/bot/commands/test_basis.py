"""/basis: dated futures over spot, and which kind of contract is cheaper for the user's hedge."""

import pytest

from core.store.database import Database
from tests.binance_answers import BOOK_TICKER, EXCHANGE_INFO, FUNDING_RATE
from tests.bot.commands.exchange_talk import exchange_talk
from tests.conversation import SIMULATED, Answer, Talk, talk_over
from tests.venue_server import Answer as Served


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def row(answer: Answer, label: str) -> str:
    """The value of the first row with that label."""
    return next(line for line in answer.lines if line.startswith(f"{label} ")).removeprefix(label).strip()


async def test_every_future_is_listed_with_its_basis_and_days(talk: Talk) -> None:
    answer = await talk.say("/basis")
    assert answer.lines[0] == "Dated futures stand +10.0% a year over spot"
    assert answer.lines[1] == SIMULATED
    assert [line for line in answer.lines if " until " in line] == [
        "BTC until 26 Jun 2026",
        "BTC until 25 Sep 2026",
        "ETH until 26 Jun 2026",
        "ETH until 25 Sep 2026",
    ]
    assert [line.split()[-1] for line in answer.lines if line.startswith("days left")] == [
        "15.9",
        "106.9",
    ] * 2
    assert row(answer, "over spot") == "+0.44%"
    assert "pays you, the short" in answer
    assert "Add what you hold" in answer


async def test_for_a_holder_the_cheaper_kind_is_named_in_dollars(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/basis ETH")
    assert answer.lines[0].startswith("ETH: take the ")
    assert "$" in answer.lines[2]
    assert "over 14 days" in f"{answer.lines[0]} {answer.lines[2]}"
    assert "perpetual" in answer
    assert row(answer, "funding").split()[1] == row(answer, "basis").split()[0] == "$0.00"


async def test_a_leg_without_a_future_is_named(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "simulated has dated futures on BTC and ETH, none on SOL." in await talk.say("/basis ETH SOL")
    answer = await talk.say("/basis SOL")
    assert answer.lines[0] == (
        "simulated has dated futures on BTC and ETH, none on SOL. To compare: /basis BTC"
    )


async def test_a_horizon_past_the_last_date_is_compared_until_then(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "over 106 days" in await talk.say("/basis ETH 200d")


async def test_when_funding_turns_against_the_short_the_future_is_taken(database: Database) -> None:
    talk = talk_over(database, "funding-flip")
    await talk.say("/add sample")
    talk.clock.move(days=30)
    answer = await talk.say("/basis ETH 60d")
    assert answer.lines[0].startswith("ETH: take the future until ")
    assert "cheaper over " in answer.lines[0]


async def test_what_today_says_stands_beside_the_mean(database: Database) -> None:
    talk = talk_over(database, "funding-flip")
    await talk.say("/add sample")
    talk.clock.move(days=4)
    answer = await talk.say("/basis ETH")
    assert answer.lines[0] == "ETH: too close to call, so take the perpetual"
    assert "If funding stayed as it is today, the future would be $" in answer


async def test_backwardation_costs_the_short(database: Database) -> None:
    talk = talk_over(database, "basis")
    await talk.say("/add sample")
    talk.clock.move(days=8)
    answer = await talk.say("/basis ETH")
    assert answer.lines[0].startswith("ETH: take the perpetual, $")
    assert row(answer, "the same a year") == "-6.0%"
    assert row(answer, "basis").split()[1].startswith("+$")


async def test_a_hedge_that_cannot_be_planned_leaves_the_list_and_says_why(talk: Talk) -> None:
    await talk.say("/add USDC 500")
    answer = await talk.say("/basis")
    assert answer.lines[0].startswith("Dated futures stand")
    assert "only stablecoins" in answer
    assert "only stablecoins" in (await talk.say("/basis ETH")).lines[0]


async def test_a_venue_without_futures_says_so(database: Database) -> None:
    async with exchange_talk(database) as (talk, venue):
        info = venue.answers[EXCHANGE_INFO]
        assert isinstance(info, dict)
        info["symbols"] = [row for row in info["symbols"] if row["contractType"] == "PERPETUAL"]
        answer = await talk.say("/basis")
    assert answer.lines == ["Binance lists no dated futures, only perpetuals. /funding shows what those pay."]


async def test_without_a_record_the_advice_says_what_it_rests_on(database: Database) -> None:
    async with exchange_talk(database) as (talk, venue):
        venue.answers[FUNDING_RATE] = {"rows": []}
        venue.answers[BOOK_TICKER] = Served(b"", status=503)
        await talk.say("/add ETH 10")
        answer = await talk.say("/basis ETH")
    assert answer.lines[0].startswith("ETH: take the ")
    assert answer.lines[1].startswith("Judged by today's funding rate alone")
    assert row(answer, "spread").split() == ["unknown", "unknown"]
    assert "counts as nothing" in answer
