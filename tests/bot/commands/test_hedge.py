"""/hedge: the words it takes, and what its buttons carry."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from core.store.database import Database
from tests.conversation import BEGAN, SIMULATED, Answer, Talk, talk_over


def shorted(answer: Answer) -> dict[str, str]:
    """Contracts to short, by the coin they are of: `{"ETH": "654 × 0.01"}`."""
    assert answer.lines[0].startswith("Short "), answer.text
    listed = answer.lines[0].removeprefix("Short ").replace(" and ", ", ").split(", ")
    return {words[-1]: " ".join(words[:-1]) for words in (item.split() for item in listed)}


def count(size: str) -> float:
    return float(size.split(maxsplit=1)[0].replace(",", ""))


async def test_the_whole_portfolio_is_hedged_and_the_market_is_named(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge")
    assert shorted(answer)
    assert answer.lines[1] == SIMULATED
    assert "to hedge $50,000 of coins:" in answer
    assert "without the hedge -$" in answer
    assert "Margin to put up: $" in answer
    assert "Funding over 14 days: you should " in answer
    assert "liquidated at" in answer


async def test_half_the_coverage_is_half_the_contracts(talk: Talk) -> None:
    await talk.say("/add sample")
    whole, half = await talk.say("/hedge ETH"), await talk.say("/hedge 50% ETH")
    assert count(shorted(half)["ETH"]) == pytest.approx(count(shorted(whole)["ETH"]) / 2, abs=1)
    assert "50% of $50,000" in half
    assert shorted(await talk.press("Half of it")) != shorted(half)


async def test_the_named_coins_are_shorted_and_no_others(talk: Talk) -> None:
    await talk.say("/add sample")
    assert set(shorted(await talk.say("/hedge ETH SOL"))) == {"ETH", "SOL"}
    assert set(shorted(await talk.say("/hedge weth"))) == {"ETH"}


async def test_weights_split_the_dollars(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge ETH:60 SOL:40")
    worth = [
        float(line.split()[1].strip("$").replace(",", ""))
        for line in answer.lines
        if line.startswith("worth ")
    ]
    assert worth[0] / sum(worth) == pytest.approx(0.6, abs=0.01)


async def test_a_beta_of_the_users_own_is_used(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge beta 1.5 ETH")
    assert "Beta 1.50 is yours" in answer
    worth = next(line.split()[1] for line in answer.lines if line.startswith("worth "))
    assert float(worth.strip("$").replace(",", "")) == pytest.approx(75_000, rel=0.001)


async def test_the_risk_removed_is_said_of_this_hedge_only_where_it_is_judged_so(talk: Talk) -> None:
    await talk.say("/add sample")
    judged = next(line for line in (await talk.say("/hedge ETH")).lines if "number of orders" in line)
    assert re.match(r"Risk removed, by number of orders: 1: \d\d% \(this\), 2: ", judged)
    for words in ("50% ETH", "150%", "ETH:60 SOL:40", "beta 1.5 ETH", "drop 20%", "target beta 0.5"):
        answer = await talk.say(f"/hedge {words}")
        assert "\nRisk that a full hedge at measured betas removes, by number of orders: 1: " in answer
        assert "(this)" not in answer


@pytest.mark.parametrize(
    ("words", "said"),
    {
        "drop 20%": "Sized a dollar short for each dollar of coins, however they move.",
        "keep 5000 drop 20%": "Sized so that this fall costs you about $5,000.",
        "target beta 0.5": "Sized so that you keep about 50% of the market's moves.",
        "beta 1.5 ETH": "Sized for coins that move 1.5 times as far, as you said; not as measured.",
    }.items(),
)
async def test_what_the_hedge_was_sized_for_is_said(talk: Talk, words: str, said: str) -> None:
    await talk.say("/add sample")
    assert said in (await talk.say(f"/hedge {words}")).lines
    assert "Sized" not in await talk.say("/hedge 50%")


async def test_coins_are_not_counted_twice(talk: Talk) -> None:
    await talk.say("/add LINK 2000")
    answer = await talk.say("/hedge LINK")
    assert answer.lines[0] == "Short 2000 LINK"
    assert not any(line.startswith("that is") for line in answer.lines)
    assert any(line.startswith("that is") for line in (await talk.say("/hedge ETH")).lines)


async def test_leverage_and_horizon_are_taken(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "at 3x" in await talk.say("/hedge 3x ETH")
    assert "A usual 30-day swing" in await talk.say("/hedge 30d")


async def test_stablecoins_are_left_alone(talk: Talk) -> None:
    await talk.say("/add USDT 1000\nDAI 5")
    assert "only stablecoins" in await talk.say("/hedge")
    await talk.say("/add ETH 4")
    assert set(shorted(await talk.say("/hedge"))) == {"ETH"}


async def test_without_holdings_there_is_nothing_to_hedge(talk: Talk) -> None:
    answer = await talk.say("/hedge")
    assert "no holdings yet" in answer
    assert answer.buttons["Try a sample portfolio"] == "/add sample"


async def test_coins_too_small_for_any_contract_are_told_the_smallest_that_would_do(talk: Talk) -> None:
    await talk.say("/add ETH 0.0001")
    assert "too small to hedge" in await talk.say("/hedge")


async def test_a_coin_without_a_price_is_named_as_not_hedged(talk: Talk) -> None:
    await talk.say("/add ETH 4\nNOCOIN 5")
    assert "not hedged: NOCOIN" in await talk.say("/hedge")


@pytest.mark.parametrize(
    ("words", "reason"),
    {
        "what?": "I do not understand “what?”",
        "50": "I do not understand “50”",
        "-50%": "I do not understand “-50%”",
        "<b>": "I do not understand “<b>”",
        "1,250%": "1250 or 1.25",
        "USDT": "USDT does not move",
        "ETH ETH": "ETH is there twice",
        "ETH WETH": "ETH is there twice",
        "NOCOIN": "do not understand “NOCOIN”",
        "ETH:60 SOL": "Give every coin a weight",
        "ETH:0": "Give every coin a weight",
        "0%": "Coverage goes from 1% to 150%",
        "200%": "Coverage goes from 1% to 150%",
        "500x": "Leverage goes from 1",
        "0x": "Leverage goes from 1",
        "0d": "horizon goes from 1",
        "9999d": "horizon goes from 1",
        "beta": "/hedge beta 1.5 ETH",
        "beta x ETH": "“x” is not a number",
        "beta 0 ETH": "/hedge beta 1.5 ETH",
        "beta 1.5": "needs one coin to short",
        "BTC ETH SOL LINK AVAX DOT NEAR": "At most 6 coins",
    }.items(),
)
async def test_words_that_make_no_wish_are_refused_by_name(talk: Talk, words: str, reason: str) -> None:
    await talk.say("/add ETH 4.2")
    assert reason in await talk.say(f"/hedge {words}")


@pytest.mark.parametrize(
    "line", ["/HEDGE", "hedge", "Hedge 50%", "/hedge\n50%", "  /hedge  ", "/hedge\t50% ETH"]
)
async def test_the_command_is_heard_however_it_is_written(talk: Talk, line: str) -> None:
    await talk.say("/add ETH 4.2")
    assert shorted(await talk.say(line))


async def test_a_button_keeps_what_was_wished(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge 80% 1x 30d")
    others = [line for line in answer.buttons.values() if line.startswith("/hedge 80%")]
    assert others
    assert all({"1x", "30d"} <= set(line.split()) for line in others)
    half = await talk.press("Half of it")
    assert "40% of $50,000" in half
    assert "at 1x" in half


async def test_a_long_wish_has_no_button_that_telegram_would_refuse(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge 33.333333% 2.5555x sure 123d AAVE AVAX LINK NEAR DOT UNI")
    assert "Portfolio" in answer.buttons


async def test_the_contracts_of_a_coin_counted_by_the_million_fit_a_phone(talk: Talk) -> None:
    await talk.say("/add PEPE 200000000000")
    answer = await talk.say("/hedge PEPE")
    assert "× 1,000,000" in answer


async def test_an_outage_is_told_by_the_age_of_the_prices_and_then_refused(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    await talk.say("/add ETH 4.2")
    await talk.say("/hedge")
    talk.clock.move(minutes=29)
    await talk.say("/hedge")
    talk.clock.move(minutes=10)
    answer = await talk.say("/hedge")
    assert shorted(answer)
    assert answer.lines[1:3] == [SIMULATED, "Prices are 10 minutes old."]
    talk.clock.move(minutes=20)
    answer = await talk.say("/hedge")
    assert "Short" not in answer
    assert "30 minutes old, too old to use" in answer


async def test_a_venue_that_is_down_from_the_first_question_is_told(embedded: Database) -> None:
    talk = talk_over(embedded, "outage", began=BEGAN - timedelta(hours=1))
    await talk.say("/add ETH 4.2")
    assert "simulated is down (a simulated outage). Try again at 11:00 UTC." in await talk.say("/hedge")
    talk.clock.move(hours=2)
    assert shorted(await talk.say("/hedge"))


class TestSomeOfTheCoins:
    async def test_alone_are_hedged_when_they_are_named(self, talk: Talk) -> None:
        await talk.say("ETH 2\nSOL 40\nDOGE 10000")
        for words in ("only ETH SOL", "only ETH and SOL", "without DOGE"):
            answer = await talk.say(f"/hedge {words}")
            worth = sum(await values(talk, "ETH", "SOL"))
            assert f"to hedge ${worth:,.0f} of coins" in answer, words
            assert "DOGE" not in answer.lines[0]

    async def test_are_named_again_by_the_buttons(self, talk: Talk) -> None:
        await talk.say("ETH 2\nSOL 40\nDOGE 10000")
        answer = await talk.say("/hedge without DOGE")
        assert answer.buttons["Half of it"] == "/hedge 50% 14d without DOGE"
        half = await talk.press("Half of it")
        worth = sum(await values(talk, "ETH", "SOL"))
        assert f"to hedge 50% of ${worth:,.0f} of coins" in half

    async def test_that_are_not_held_are_named(self, talk: Talk) -> None:
        await talk.say("ETH 2")
        assert "You hold no SOL." in await talk.say("/hedge only SOL")
        assert "You hold no SOL." in await talk.say("/hedge without SOL")
        assert "none of your coins" in await talk.say("/hedge without ETH")

    async def test_stay_the_hedged_ones_for_as_long_as_the_hedge_is_open(self, talk: Talk) -> None:
        await talk.say("ETH 2\nSOL 40\nDOGE 10000")
        await talk.say("/ticket without DOGE")
        assert "Recorded" in await talk.press("Filled as shown")
        assert "100% of your ETH and SOL's risk" in await talk.say("/positions")
        assert "nothing to adjust" in (await talk.say("/adjust")).text.lower()


@pytest.mark.parametrize("word", ["my", "please", "hedging"])
async def test_a_word_that_is_no_coin_is_named_and_not_taken_for_one(talk: Talk, word: str) -> None:
    await talk.say("ETH 2")
    assert f"I do not understand “{word.upper()}”" in await talk.say(f"/hedge {word} ETH")


async def values(talk: Talk, *assets: str) -> list[Decimal]:
    """USD that each of these holdings is worth, as the portfolio shows it."""
    shown = (await talk.say("/portfolio")).lines
    found = {line.split()[0]: line for line in shown if line.split()[:1]}
    return [Decimal(re.findall(r"\$([\d,.]*\d)", found[asset])[-1].replace(",", "")) for asset in assets]


async def test_cash_for_the_margin_bounds_the_hedge_and_says_what_more_would_do(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge cash 5000")
    assert "With $5,000: " in answer
    assert "It would take $" in answer
    assert "About the hedge that you saw last: 100% 14d cash 5000." in await talk.say("/ticket")


async def test_who_has_less_cash_is_asked_how_much(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/hedge")
    asked = await talk.press("I have less")
    amounts = [line for line in asked.buttons.values() if line.startswith("/hedge cash ")]
    assert len(amounts) == 3
    assert "With $" in await talk.say(amounts[0])


async def test_too_little_cash_names_the_least_that_would_do(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge cash 5")
    assert re.search(r"/hedge cash \d+", answer.text)
