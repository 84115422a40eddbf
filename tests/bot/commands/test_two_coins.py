"""Two coins by one ticker: nobody is moved from one to the other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from bot.chat.router import Conversation
from core.domain.quote import Quote
from core.domain.series import Closes
from core.domain.snapshot import Snapshot
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from tests.bot.commands.test_markets import Still
from tests.conversation import BEGAN, Clock, Talk
from tests.domain import history, snapshot

KNOWN = {
    "bybit": snapshot(TRUMP="9.9", SOL=160),
    "mexc": snapshot(TRUMP="0.212", SOL=160),
    "okx": snapshot(TRUMP="9.91", SOL="160.2"),
    "gate": snapshot(SOL=160),
}


def talk_at(database: Database, known: dict[str, Snapshot]) -> Talk:
    clock = Clock()
    watch = Watch(lambda name: Still(name, known[name]), StoredCloses(database), clock, tuple(known))
    return Talk(Conversation(database, watch, tuple(known), clock), clock, database, watch)


@pytest.fixture
def talk(embedded: Database) -> Talk:
    return talk_at(embedded, KNOWN)


async def test_a_comparison_leaves_out_the_venue_whose_coin_is_another(talk: Talk) -> None:
    answer = await talk.say("/markets TRUMP")

    assert "Left out, because TRUMP is another coin there: MEXC ($0.212)." in answer
    listed = [line.split()[0] for line in answer.lines if line.startswith(("Bybit*", "OKX ", "MEXC "))]
    assert listed == ["OKX", "Bybit*"]
    assert answer.buttons["Move to OKX"] == "/venue okx"
    assert "/venue mexc" not in answer.buttons.values()


async def test_where_it_cannot_be_told_which_coin_is_meant_there_is_no_button_to_move(
    embedded: Database,
) -> None:
    talk = talk_at(embedded, {name: KNOWN[name] for name in ("gate", "mexc", "okx")})

    answer = await talk.say("/markets TRUMP")

    assert "TRUMP is not the same coin everywhere: " in answer
    assert not any(label.startswith("Move") for label in answer.buttons)


async def test_a_price_of_another_venue_is_not_taken_where_two_disagree(embedded: Database) -> None:
    talk = talk_at(embedded, {name: KNOWN[name] for name in ("gate", "mexc", "okx")})
    await talk.say("TRUMP 1000\nSOL 10")

    answer = await talk.say("/portfolio")

    assert "TRUMP is $0.212 on MEXC and $9.91 on OKX: not one coin, so I take neither price." in answer
    assert "Gate has no current price for TRUMP; left out of the total." in answer


async def test_where_one_venue_alone_prices_it_the_answer_says_which(embedded: Database) -> None:
    talk = talk_at(embedded, {name: KNOWN[name] for name in ("gate", "okx")})
    await talk.say("TRUMP 1000")

    assert "No contract on Gate for TRUMP: priced on OKX." in await talk.say("/portfolio")


async def test_a_press_does_not_move_to_a_venue_where_a_coin_held_is_another(talk: Talk) -> None:
    await talk.say("TRUMP 1000\nSOL 10")

    answer = await talk.say("/venue mexc")

    assert "TRUMP is $0.212 on MEXC and $9.90 on Bybit: not the same coin. Your venue stays Bybit." in answer
    assert not any("anyway" in line for line in answer.buttons.values())
    assert "Your venue: Bybit" in await talk.say("/venue")
    assert "Your venue: OKX" in await talk.say("/venue okx")
    assert "Your venue: MEXC" in await talk.say("/venue mexc anyway")


@dataclass
class Staked(Still):
    """A venue with a contract on ETH, and a receipt of staked ETH on its spot market."""

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        return {asset: Quote(Decimal(4200), BEGAN) for asset in assets if asset == "WSTETH"}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        return {asset: history(asset, last_price=3500) for asset in since if asset in ("ETH", "WSTETH")}


async def test_a_receipt_is_worth_its_own_price_and_hedged_as_the_coin_that_it_moves_with(
    embedded: Database,
) -> None:
    clock = Clock()
    watch = Watch(lambda name: Staked(name, snapshot(ETH=3500)), StoredCloses(embedded), clock, ("okx",))
    talk = Talk(Conversation(embedded, watch, ("okx",), clock), clock, embedded, watch)

    said = "WSTETH moves with ETH, and is hedged as ETH of the same worth."
    assert said in (await talk.say("wstETH 10")).lines
    assert await talk.portfolio() == {"WSTETH": "10"}
    answer = await talk.say("/hedge")

    assert "WSTETH moves with ETH: hedged as ETH of the same worth." in answer
    assert answer.lines[0] == "Short 12 ETH", "12 ETH for 10 receipts of 1.2 ETH each"
    assert "Beta 1.00" in answer
