"""/ticket: steps that a person can follow on the exchange's screen."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.wording.ticket import ticket
from core.domain.position import Position
from core.domain.snapshot import Snapshot
from core.hedge.plan import plan
from core.hedge.ticket import tickets_of, transfers
from core.hedge.wish import Wish
from tests.bot_html import visible
from tests.conversation import SIMULATED, Answer, Talk
from tests.domain import NOW, VENUE, contract, holdings, quote, snapshot

ETH = "ETH/USDT:USDT"


def copied(text: str) -> list[str]:
    """What can be copied, in order."""
    return re.findall(r"<code>(.*?)</code>", text)


def steps(answer: Answer) -> int:
    return sum(bool(re.match(r"\d\. ", line)) for line in answer.lines)


def shown(found: Snapshot, *open_here: Position) -> str:
    """The answer's markup for a hedge of 10 ETH with its own contract, at twice the margin."""
    wish = Wish(legs=("ETH",), leverage=Decimal(2), sure=True)
    hedge = plan(holdings("ETH 10"), found, wish, NOW, open_here)
    placed = tickets_of(hedge, found, NOW)
    return str(ticket(hedge, placed, transfers(placed)))


def market(
    *, bid: str = "3499.5", ask: str = "3500.5", least: str = "1", most: Decimal | None = None
) -> Snapshot:
    found = snapshot(contract("ETH", min_count=least, max_count=most), BTC=90_000, ETH=3500)
    return replace(found, quotes={**found.quotes, ETH: quote("3500", bid=bid, ask=ask)})


async def test_there_is_a_step_for_every_contract_of_the_hedge(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/ticket ETH SOL")
    assert answer.lines[:3] == [
        "Place 2 orders on simulated",
        SIMULATED,
        "I place nothing: you do, on the exchange. Then tell me, with a button below.",
    ]
    assert steps(answer) == 2
    assert "Then press Sell / Short" in answer
    assert "Reduce-only: off" in answer


async def test_the_count_is_the_one_of_the_hedge(talk: Talk) -> None:
    await talk.say("/add sample")
    hedge = await talk.say("/hedge 50% ETH")
    answer = await talk.press("Ticket")
    coins = hedge.lines[0].split()[1]
    count = f"{float(coins) * 100:.0f}"
    assert count in copied(str(answer.reply.text))
    assert f"Amount: {count} contracts" in answer


async def test_margin_comes_first_in_total(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/ticket")
    total = Decimal(copied(str(answer.reply.text))[0])
    hedge = await talk.say("/hedge")
    margin = re.search(r"Margin to put up: \$([\d,]+)", hedge.text)
    assert margin is not None
    assert total == pytest.approx(Decimal(margin[1].replace(",", "")), rel=Decimal("0.002"))
    assert answer.text.index("First have") < answer.text.index("1. ")


async def test_a_leverage_that_is_likely_to_be_liquidated_is_said_before_the_steps(talk: Talk) -> None:
    await talk.say("/add sample")
    risky = await talk.say("/ticket 10x ETH")
    warned = risky.text.index("Warning: chance of liquidation within 14 days at this leverage: ETH ")
    assert warned < risky.text.index("First have")
    assert "Warning" not in await talk.say("/ticket 1x ETH")


async def test_buttons_lead_to_the_same_hedge(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/ticket 50% ETH")
    assert answer.buttons["Hedge"] == "/hedge 50% ETH"
    assert answer.buttons["What if"] == "/whatif with 50% ETH"
    told = {label for label, line in answer.buttons.items() if line.startswith("/filled ")}
    assert told == {"Filled as shown", "Filled at...", "Partly", "Not placed"}
    assert (await talk.press("What if")).lines[0].startswith("If ETH falls 20%: ")
    hedge = await talk.say("/hedge 50% ETH")
    assert hedge.buttons["Ticket"] == "/ticket 50% ETH"
    assert hedge.buttons["What if"] == "/whatif with 50% ETH"


async def test_coin_margined_contracts_ask_for_coins(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/ticket inverse ETH")
    assert re.search(r"First have [\d.]+ ETH in your futures wallet", answer.text)
    assert "coin-margined perpetual" in answer


async def test_a_dated_future_names_its_day(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "future until 26 Jun 2026" in await talk.say("/ticket quarterly ETH")


def test_what_is_to_be_typed_is_exact_and_without_grouping() -> None:
    copies = copied(shown(market()))
    assert copies == ["17502.45", "ETHUSDT", "2", "3500.49", "10000"]


def test_without_a_spread_the_market_order_is_given_and_the_reason() -> None:
    text = shown(market(bid="3500", ask="3500"))
    assert "no bid and ask now" in text
    assert "Limit, price" not in text
    assert "gap between buyers and sellers is unknown" in text


def test_a_large_order_is_typed_several_times() -> None:
    text = visible(shown(market(most=Decimal(4000))))
    assert "Place 3 orders" in text
    assert "Amount: 3334 contracts\nAmount: 3333 contracts, 2 times" in text


def test_what_closes_is_bought_reduce_only_and_asks_for_no_margin() -> None:
    text = visible(shown(market(), Position(VENUE, ETH, Decimal(-12000), Decimal(3400))))
    assert "Reduce-only: ON" in text
    assert "Then press Buy / Long" in text
    assert "Amount: 2000 contracts" in text
    assert "futures wallet" not in text
    assert "leverage 2x" not in text


def test_a_hedge_that_stands_needs_nothing() -> None:
    text = visible(shown(market(), Position(VENUE, ETH, Decimal(-10000), Decimal(3400))))
    assert text == "Nothing to place: your hedge stands."


def test_a_change_too_small_to_place_is_said() -> None:
    rules = market(least="10")
    text = visible(shown(rules, Position(VENUE, ETH, Decimal(-9997), Decimal(3400))))
    assert text.startswith("Nothing to place: the change is too small")
    assert "Leave it: 3 × 0.001 ETH is less than the smallest order here." in text
