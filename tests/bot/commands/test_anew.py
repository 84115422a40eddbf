"""/anew: a short's profit taken, and the short opened again, here or elsewhere."""

from decimal import Decimal

from core.store.database import Database
from tests.bot.commands.hedge_talk import dollars, fits_a_phone, hedged
from tests.bot.commands.test_adjust import amounts
from tests.bot.commands.test_filled import held, ledger
from tests.conversation import Talk, talk_over


async def test_without_a_hedge_it_says_how_to_begin(talk: Talk) -> None:
    assert (await talk.say("/anew")).lines[0] == "You have no open hedge"


async def test_a_short_in_profit_is_closed_and_opened_at_the_price_of_now(database: Database) -> None:
    talk = await hedged(database)
    talk.clock.move(hours=30)
    before = await held(talk)
    answer = await talk.say("/anew ETH")
    assert "Buy back first" in answer
    assert answer.text.index("Reduce-only: ON") < answer.text.index("Reduce-only: off")
    assert fits_a_phone(answer)
    gain = next(dollars(line)[0] for line in answer.lines if line.startswith("profit taken"))
    assert gain > 100
    assert amounts(answer) == {"ETHUSDT": int(before["ETH"])}  # the second order is the one that sells
    await talk.press("Filled as shown")
    assert await held(talk) == before
    episode = await ledger(talk).open()
    assert episode is not None
    (again,) = (await ledger(talk).current()).held
    assert again.realised > 100
    assert again.entry < Decimal(3000)
    assert "leave it as it is" in await talk.say("/anew ETH")


async def test_its_orders_can_be_told_in_one_message_and_the_hedge_goes_on(embedded: Database) -> None:
    talk = await hedged(embedded)
    talk.clock.move(hours=30)
    before = await held(talk)
    await talk.say("/anew ETH")
    lines = [line for line in (await talk.press("Filled at...")).lines if line.startswith("/filled")]
    assert [line.split()[1] for line in lines] == ["bought", "sold"]
    assert "Recorded: 2 orders" in await talk.say("\n".join(lines))
    assert await held(talk) == before
    assert (await ledger(talk).latest()).number == 1  # type: ignore[union-attr]


async def test_a_short_that_is_not_in_profit_comes_last_anyway(embedded: Database) -> None:
    talk = await hedged(embedded, "rally")
    talk.clock.move(hours=30)
    assert (await talk.say("/anew")).lines[0] == "Nothing to take: none of these shorts is in profit"


async def test_half_of_it_goes_to_the_next_best_exchange(embedded: Database) -> None:
    talk = talk_over(embedded, "crash", venues=("simulated", "bybit"))
    await talk.say("/add sample")
    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    talk.clock.move(hours=30)
    answer = await talk.say("/anew ETH half elsewhere")
    assert "open it on Bybit" in answer.lines[0]
    await talk.press("Filled as shown")
    counts = {each.venue: each.count for each in (await ledger(talk).current()).held}
    assert counts.keys() == {"simulated", "bybit"}
    assert abs(counts["simulated"] - counts["bybit"]) <= 1
    episode = await ledger(talk).open()
    assert episode is not None
    assert {venue for venue, _ in episode.sizings[-1].wanted} == {"simulated", "bybit"}


async def test_an_exchange_that_is_not_another_is_refused(embedded: Database) -> None:
    talk = await hedged(embedded)
    talk.clock.move(hours=30)
    assert "is on simulated already" in await talk.say("/anew ETH to simulated")
    assert "No other exchange here" in await talk.say("/anew ETH elsewhere")
    assert "is not offered here" in await talk.say("/anew ETH to mars")
