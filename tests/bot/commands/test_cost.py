"""/cost: what the hedge costs to have, part by part, and what that rests on."""

import re
from decimal import Decimal

import pytest

from core.store.database import Database
from tests.binance_answers import BOOK_TICKER, FUNDING_RATE
from tests.bot.commands.exchange_talk import exchange_talk
from tests.conversation import SIMULATED, Answer, Talk, talk_over
from tests.venue_server import Answer as Served

PARTS = ("fees, in and out", "spread, in and out", "funding you ", "basis you ")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def usd(text: str) -> Decimal:
    return Decimal(text.rsplit(maxsplit=1)[-1].replace("$", "").replace(",", ""))


def statement(answer: Answer) -> tuple[list[Decimal], Decimal]:
    """The parts of the first table and its total; a cost is positive."""
    table = answer.lines[2:]
    end = next(place for place, line in enumerate(table) if re.match(r"you (pay|receive) ", line))
    total = usd(table[end]) * (-1 if table[end].startswith("you receive") else 1)
    return [usd(line) for line in table[:end] if line.startswith(PARTS)], total


@pytest.mark.parametrize(
    "words", ["", "50% ETH", "ETH 30d", "ETH SOL 2d", "quarterly", "inverse ETH", "beta 1.5 ETH"]
)
async def test_what_is_shown_adds_up_to_the_cent(talk: Talk, words: str) -> None:
    await talk.say("/add SOL 10\nETH 0.5")
    answer = await talk.say(f"/cost {words}")
    parts, total = statement(answer)
    assert len(parts) >= 3
    assert sum(parts) == total
    verb = "costs" if total >= 0 else "pays you"
    assert answer.lines[0].startswith(f"This hedge {verb} about ${abs(total)} over ")
    assert answer.lines[1] == SIMULATED


async def test_it_says_what_it_assumes(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/cost ETH")
    assert "Assumed fee: 0.05% an order at market (the venue's; yours: /settings fee 0.036%)." in answer
    assert "Assumed half-spread, lost at each order: ETH 0.00" in answer
    assert "last 30 days" in answer
    assert "In 14 bad days, one time in twenty: " in answer
    assert "gain it back" in answer


async def test_the_users_own_fee_is_used(talk: Talk) -> None:
    await talk.say("/add sample")
    usual = statement(await talk.say("/cost ETH"))[0][0]
    await talk.say("/settings fee 0.036%")
    answer = await talk.say("/cost ETH")
    assert "Assumed fee: 0.036% an order at market (your own)." in answer
    assert statement(answer)[0][0] == pytest.approx(usual * Decimal("0.72"), abs=Decimal("0.02"))


async def test_half_a_hedge_protects_half_and_costs_half(talk: Talk) -> None:
    await talk.say("/add sample")
    whole, half = await talk.say("/cost ETH"), await talk.say("/cost 50% ETH")
    assert "the $50,000 it protects" in whole
    assert "the $25,000 it protects" in half
    assert statement(half)[1] == pytest.approx(statement(whole)[1] / 2, rel=Decimal("0.01"))


async def test_when_funding_has_turned_the_hedge_costs_money(database: Database) -> None:
    talk = talk_over(database, "funding-flip")
    await talk.say("/add sample")
    talk.clock.move(days=30)
    answer = await talk.say("/cost ETH")
    assert answer.lines[0].startswith("This hedge costs about $")
    assert "funding you pay" in answer
    assert "In 14 bad days, one time in twenty: pay" in answer


async def test_what_today_says_stands_beside_the_mean(database: Database) -> None:
    talk = talk_over(database, "funding-flip")
    await talk.say("/add sample")
    talk.clock.move(days=4)
    answer = await talk.say("/cost ETH")
    assert "If funding stayed as it is today, it would cost you $" in answer
    assert "funding you receive" in answer


async def test_a_future_that_ends_before_the_horizon_is_named(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/cost quarterly ETH 200d")
    assert "Before your horizon these futures end: ETH after 106 days." in answer
    assert "basis you receive" in answer
    assert "does not pay it" in answer


async def test_without_record_and_book_it_says_so(database: Database) -> None:
    async with exchange_talk(database) as (talk, venue):
        venue.answers[FUNDING_RATE] = Served(b"", status=503)
        venue.answers[BOOK_TICKER] = Served(b"", status=503)
        await talk.say("/add ETH 10")
        answer = await talk.say("/cost ETH")
    assert "today's rate alone" in answer
    assert "Assumed half-spread, lost at each order: ETH unknown, taken as 0." in answer
    assert "14 bad days" not in answer


async def test_without_holdings_it_says_what_to_type(talk: Talk) -> None:
    assert "/add SOL 60" in await talk.say("/cost")


@pytest.mark.parametrize("command", ["/cost", "/funding"])
async def test_the_buttons_lead_to_the_same_hedge(talk: Talk, command: str) -> None:
    await talk.say("/add sample")
    await talk.say(f"{command} 50% ETH 30d")
    answer = await talk.press("Hedge")
    assert "1 order on simulated to hedge 50% of $50,000" in answer
    assert "A usual 30-day swing" in answer
    assert (await talk.say(command)).buttons["Hedge"] == "/hedge 50% 30d ETH"  # the one that was shown last
