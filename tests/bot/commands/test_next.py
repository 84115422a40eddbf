"""/next: what can be done once a hedge is over."""

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.measure.exposure import Exposure, Valued
from core.outlook.next_steps import bought
from core.store.database import Database
from tests.bot.commands.hedge_talk import hedged
from tests.conversation import Talk


async def test_after_the_exit_it_says_what_stands_bare_and_offers_ways_on(embedded: Database) -> None:
    talk = await hedged(embedded)
    assert "still open" in await talk.say("/next")
    talk.clock.move(days=2)
    await talk.say("/exit")
    report = await talk.press("Filled as shown")
    assert report.buttons["What next"] == "/next"
    answer = await talk.press("What next")
    assert "stand bare" in answer.lines[0]
    assert "Your last hedge made" in answer
    assert re.fullmatch(r"/alert price BTC below \d+", answer.buttons["Tell me at -10%"])
    await talk.press("Tell me at -10%")
    assert "price" in await talk.say("/alerts")


async def test_cash_is_spread_at_todays_weights(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/next buy")
    answer = await talk.say("5000")
    amounts = re.findall(r"^[A-Z]+ +\$([\d,]+)", answer.text, re.MULTILINE)
    assert abs(sum(int(each.replace(",", "")) for each in amounts) - 5000) <= len(amounts)
    for words in ("x", "buy x", "buy 0"):
        assert list((await talk.say(f"/next {words}")).buttons) == ["Help"]


@given(
    st.lists(st.decimals("0.01", 10**6, places=2), min_size=1, max_size=8), st.decimals(1, 10**6, places=2)
)
def test_all_of_the_cash_is_spread(prices: list[Decimal], cash: Decimal) -> None:
    held = tuple(Valued(f"C{number}", Decimal(3), price) for number, price in enumerate(prices))
    found = bought(Exposure(held), cash)
    assert sum(dollars for dollars, _ in found.values()) == cash
