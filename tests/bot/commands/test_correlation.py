"""/correlation, /exposure sector and /hedge sector: how coins move together, and hedging one kind of them."""

import re

from bot.wording.layout import WIDTH
from tests.conversation import Talk


async def test_the_sample_falls_together_on_bad_days(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/correlation")
    told = re.search(r"together on (\d+) of (\d+) bad days", answer.text)
    assert told is not None
    assert 0 < int(told[1]) <= int(told[2]) == 19
    for number, asset in enumerate(("ETH", "SOL"), 1):
        assert any(line.startswith(f"{number} {asset}") for line in answer.lines)
    tables = [line for line in answer.lines if re.match(r"^[ 1-8] ", line)]
    assert all(len(line) <= WIDTH for line in tables)


async def test_one_coin_has_nothing_to_be_compared_with(talk: Talk) -> None:
    await talk.say("SOL 60")
    assert "one coin" in (await talk.say("/correlation")).lines[0]


async def test_words_after_it_and_no_coins_are_refused(talk: Talk) -> None:
    assert "/add" in await talk.say("/correlation")
    await talk.say("SOL 60")
    assert "alone" in await talk.say("/correlation SOL")


async def test_exposure_shows_the_worst_days_beside_the_usual_beta(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/exposure")
    head = next(line for line in answer.lines if "usual worst" in line)
    assert head.split() == ["beta", "usual", "worst", "from", "to"]
    assert any(line.split()[0] == "correlation" for line in answer.lines)


async def test_exposure_by_sector_adds_up_and_offers_to_hedge_each(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/exposure sector")
    rows = [line.split() for line in answer.lines if line.endswith("%") and "Most" not in line]
    held = [float(next(cell for cell in row if cell.endswith("%"))[:-1]) for row in rows]
    assert abs(sum(held) - 100) <= len(held)
    assert answer.buttons["Hedge DeFi"] == "/hedge sector DeFi"


async def test_a_sector_is_hedged_with_what_serves_it_best(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/exposure sector")
    answer = await talk.press("Hedge DeFi")
    shares = dict(re.findall(r"(ETH|UNI) took (\d+)%", answer.text))
    assert set(shares) == {"ETH", "UNI"}
    ticket = await talk.press("Ticket")
    assert "Sell" in ticket
    assert "SOL" not in ticket.lines[0]


async def test_a_contract_named_beside_the_sector_is_taken(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge sector layer 1 50% with BTC")
    assert "BTC" in answer.lines[0]
    assert "took" not in answer


async def test_a_sector_that_is_not_known_or_not_held_is_named(talk: Talk) -> None:
    await talk.say("SOL 60")
    assert "DeFi" in await talk.say("/hedge sector foo")
    assert "Which sector" in await talk.say("/hedge sector")
    assert "hold no coin" in await talk.say("/hedge sector meme")
