"""What became of a position: it counts as liquidated until the user says otherwise."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.chat.router import Conversation
from bot.wording.notices.notice import message
from core.journal.fill import Fill
from core.journal.held import Held
from core.journal.journal import open_positions
from core.store.database import Database
from core.store.queue.outbox import Outbox
from tests.bot.commands.hedge_talk import hedged
from tests.conversation import Answer, Clock, Talk
from tests.core.sweep.world import ALPHA, World, sweep_of

SOL = "SOL/USDT:USDT"


@dataclass
class Life:
    """A talk on a venue whose prices the test sets, with the watch beside it."""

    world: World
    talk: Talk

    async def at(self, price: float, minutes: int = 5, *, watched: bool = True) -> None:
        self.world.clock.now += timedelta(minutes=minutes)
        self.talk.clock.now = self.world.clock.now
        self.world.markets[ALPHA].prices["SOL"] = price
        await self.world.refresh()
        if watched:
            await sweep_of(self.world).run(ALPHA)

    async def pushed(self) -> list[Answer]:
        """What is due now, delivered."""
        outbox, now = Outbox(self.world.database), self.world.clock.now
        found = []
        while batches := await outbox.claim(now, 1, timedelta(minutes=1)):
            [batch] = batches
            found.append(Answer(message([each.facts for each in batch.notices], now)))
            await outbox.sent(batch, 1, now)
        return found

    async def say(self, text: str) -> Answer:
        return await self.talk.say(text)

    async def held(self) -> Held | None:
        episode = await self.world.book(self.talk.user).ledger.open()
        return open_positions(episode.entries)[0] if episode else None


@pytest.fixture
async def life(database: Database) -> Life:
    """400 SOL, and 399 short at $150 with $20,000 of margin: liquidated at about $199."""
    world = World(database)
    world.markets[ALPHA].prices["SOL"] = 150.0
    await world.refresh()
    conversation = Conversation(database, world.watch, (ALPHA,), world.clock, owner=77)
    found = Life(world, Talk(conversation, Clock(world.clock.now), database, world.watch))
    await found.say("SOL 400")
    await found.say("/position add short 399 SOL at 150 margin 20000 fee 0")
    return found


async def test_it_counts_as_liquidated_wherever_the_price_goes(life: Life) -> None:
    await life.at(205)
    for price in (230, 150):
        await life.at(price)
        for command in (
            "/positions",
            "/adjust",
            "/report",
            "/alerts",
            "/hedge",
            "/margin",
            "/ticket",
            "/exit",
        ):
            said = await life.say(command)
            assert said.lines[0] == "Your SOL short counts as liquidated", command
            assert said.buttons["It was liquidated"] == "/position liquidated SOL"
            assert said.buttons["It is still open"] == "/position open SOL"
    stands = await life.say("/positions")
    assert "Hedge -$20,000" in stands
    assert "reached" in stands


async def test_an_answer_that_lacks_figures_says_it_all_the_same(life: Life) -> None:
    await life.at(205)
    await life.at(150)
    life.world.markets[ALPHA].down = True
    life.world.clock.now += timedelta(minutes=25)
    life.talk.clock.now = life.world.clock.now
    for command in ("/adjust", "/hedge", "/dehedge", "/margin", "/beta", "/portfolio", "/exposure"):
        said = await life.say(command)
        assert "no prices" in said or "cannot be" in said or "alpha" in said, command
        assert said.lines[0] == "Your SOL short counts as liquidated", (command, said.text)
        assert "It was liquidated" in said.buttons, command


async def test_the_question_stands_whole_above_what_else_has_to_be_said(life: Life) -> None:
    await life.at(205)
    life.world.markets[ALPHA].delisted.add(SOL)
    await life.at(150, minutes=61)
    await life.at(150, minutes=6)
    for command in ("/positions", "/exit", "/report", "/adjust", "/hedge"):
        said = await life.say(command)
        assert said.lines[0] == "Your SOL short counts as liquidated", command
        assert "its price was at $205" in said.lines[1], command


async def test_its_loss_is_its_margin_and_the_coins_are_bare(life: Life) -> None:
    await life.at(205)
    await life.at(230)
    stands = await life.say("/positions")
    assert "Hedge -$20,000, coins +$32,000: +$12,000 in all" in stands
    assert "Hedge -$20,000" not in await life.say("/hedge")
    adjust = await life.say("/adjust")
    assert "Nothing to adjust" not in adjust
    assert "really closed" in adjust


async def test_a_command_notes_it_too_where_no_watch_has(life: Life) -> None:
    await life.at(205, watched=False)
    assert (await life.say("/positions")).lines[0] == "Your SOL short counts as liquidated"
    await life.at(150, watched=False)
    assert (await life.say("/positions")).lines[0] == "Your SOL short counts as liquidated"


async def test_the_user_says_that_it_was_liquidated_and_may_undo_it(life: Life) -> None:
    await life.at(205)
    await life.at(150)
    await life.say("/positions")
    said = await life.talk.press("It was liquidated")
    assert said.lines[0] == "Recorded: SOL short was liquidated"
    assert "hedge -$20,000" in said
    assert await life.held() is None
    await life.talk.press("Undo")
    again = await life.held()
    assert again is not None
    assert again.lost


async def test_the_user_says_that_it_is_open(life: Life) -> None:
    await life.at(205)
    await life.say("/positions")
    said = await life.talk.press("It is still open")
    assert said.lines[0] == "Noted: SOL short is still open"
    await life.at(206)
    stands = await life.say("/positions")
    assert "counts as liquidated" not in stands
    assert "past it" in stands
    await life.at(150)
    assert "Nothing to adjust" in await life.say("/adjust")
    await life.at(230)
    assert (await life.say("/positions")).lines[0] == "Your SOL short counts as liquidated"


async def test_an_order_on_top_asks_first(life: Life) -> None:
    await life.at(205)
    await life.at(160)
    await life.say("/ticket all")
    asked = await life.talk.press("Filled as shown")
    assert "Nothing is recorded yet" in asked
    assert (await life.say("/filled sold SOL 100 at 160")).lines[0] == asked.lines[0]
    await life.talk.press("It was liquidated")
    recorded = await life.say("/filled sold 100 SOL at 160 margin 5000")
    assert recorded.lines[0].startswith("Recorded: sold")
    held = await life.held()
    assert held is not None
    assert held.entry == 160


async def test_the_exchange_closed_it_asks_the_price(life: Life) -> None:
    await life.at(140)
    asked = await life.say("/position closed SOL")
    assert asked.lines[0] == "At what price was your SOL short closed?"
    (label,) = [label for label in asked.buttons if label.startswith("At $")]
    done = await life.talk.press(label)
    assert done.lines[0].startswith("Recorded: SOL short was closed at $14")
    assert await life.held() is None


async def test_the_exchange_closed_it_at_a_price_that_was_typed(life: Life) -> None:
    await life.at(140)
    assert "cannot be a price" in await life.say("/position closed SOL at 3")
    done = await life.say("/position closed SOL at 139.5")
    assert done.lines[0] == "Recorded: SOL short was closed at $139.50"
    assert "closed by auto-deleveraging, as it was in profit" in done
    assert "$55,660 of your coins are not hedged" in done
    assert next(iter(done.buttons)) == "Hedge again"
    assert (await life.talk.press("Hedge again")).lines[0].startswith("Short ")


@pytest.mark.parametrize(
    ("price", "typed", "reason"),
    [
        (140, "", "deleveraged"),
        (160, "", "liquidated"),
        (140, " liquidated", "liquidated"),
        (160, " adl", "deleveraged"),
        (160, " settled", "settled"),
    ],
)
async def test_why_it_was_closed_is_said_or_what_the_price_makes_likely(
    life: Life, price: int, typed: str, reason: str
) -> None:
    await life.at(price)
    done = await life.say(f"/position closed SOL at {price}{typed}")
    assert ("I take it" in done) == (not typed)
    episode = await life.world.book(life.talk.user).ledger.latest()
    assert episode is not None
    last = episode.entries[-1].what
    assert isinstance(last, Fill)
    assert (last.reason, last.price) == (reason, Decimal(price))


async def test_the_rest_of_the_hedge_goes_on_and_is_brought_back_to_size(embedded: Database) -> None:
    talk = await hedged(embedded, "calm", "2 orders")
    (name, *_) = [line.split(":")[0] for line in (await talk.say("/position")).lines if ": short" in line]
    asked = await talk.say(f"/position closed {name}")
    label = next(label for label in asked.buttons if label.startswith("At $"))
    done = await talk.press(label)
    assert done.buttons["Hedge again"] == "/adjust"
    again = await talk.press("Hedge again")
    assert "sell" in again.lines[0].lower()
    assert name in again


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/position liquidated", "Which one? Type for example /position liquidated ETH."),
        ("/position open SOL 5", "That says more than I can do here; nothing was changed."),
        ("/position liquidated AVAX", "You have no open position in AVAX."),
        ("/position closed SOL fee", "The fee is missing."),
    ],
)
async def test_what_is_not_clear_changes_nothing(life: Life, line: str, answer: str) -> None:
    before = await life.held()
    assert answer in await life.say(line)
    assert await life.held() == before


async def test_without_the_margin_the_loss_is_asked_for(database: Database, life: Life) -> None:
    await life.say("/position delete SOL")
    await life.say("/position add short 399 SOL at 150 fee 0")
    assert "/position closed SOL at PRICE" in await life.say("/position liquidated SOL")
    held = await life.held()
    assert held is not None
    assert (held.venue, held.symbol, held.count) == (ALPHA, SOL, Decimal(-399))


async def test_a_contract_of_another_size_is_told_and_asked_about(life: Life) -> None:
    market = life.world.markets[ALPHA]
    market.sizes[SOL] = Decimal(10)
    await life.at(150, minutes=61)
    [push] = await life.pushed()
    assert push.lines[0].startswith("URGENT")
    assert "One contract was 1 SOL when you filled yours, and is 10 SOL now." in push
    await life.at(150)
    assert await life.pushed() == [], "it is told once"
    for command in ("/positions", "/exit", "/ticket all", "/hedge", "/adjust"):
        said = await life.say(command)
        assert said.lines[0] == "alpha counts SOL otherwise by now", command
        assert "399 × 10 SOL" not in said
    gone = await life.say("/exit")
    assert "buy back" not in gone.text.split("Close it by hand")[1]
    assert "Nothing is recorded yet" in await life.say("/filled bought SOL 10 at 150")
    await life.say("/exit")
    assert push.buttons["The same coins"] == f"/position resized {SOL} on alpha"
    noted = await life.talk.press("39.9 × 10 SOL, right")
    assert "SOL: short 39.9 × 10 SOL (399 SOL)" in noted
    assert "buy back 390 SOL" in await life.say("/exit")
    await life.say("/position undo")
    assert (await life.say("/positions")).lines[0] == "alpha counts SOL otherwise by now"
