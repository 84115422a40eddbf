"""/adjust: it speaks up only for what is worth an order, and gives exactly the difference."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.chat.router import Conversation
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.venues.simulated.market import SimulatedMarket
from tests.bot.commands.hedge_talk import dollars, entered, hedged, restarted
from tests.bot.commands.test_filled import held, ledger
from tests.conversation import SIMULATED, Answer, Clock, Talk, talk_over

STANDS = "Nothing to adjust: your hedge is "


def amounts(answer: Answer) -> dict[str, int]:
    """Contracts of the ticket by the venue's name: above zero bought, below zero sold."""
    found = {}
    for step in answer.text.split("\n\n")[1:]:
        name = re.match(r"\d+\. (\S+)", step)
        count = re.search(r"Amount: (\d+)", step)
        if name and count:
            found[name[1]] = int(count[1]) * (1 if "Buy / Long" in step else -1)
    return found


async def test_without_a_hedge_it_says_how_to_begin(talk: Talk) -> None:
    answer = await talk.say("/adjust")
    assert answer.lines[0] == "You have no open hedge"
    assert answer.buttons["Plan a hedge"] == "/hedge"


async def test_right_after_placing_there_is_nothing_to_adjust(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    answer = await talk.say("/adjust")
    assert answer.lines[:2] == [f"{STANDS}0.0% off", SIMULATED]
    assert "Adjust anyway" not in answer.buttons


async def test_inside_the_band_it_says_what_the_order_would_be(database: Database) -> None:
    talk = await hedged(database)
    await talk.say("/add ETH 0.1")
    answer = await talk.say("/adjust")
    assert answer.lines[0].startswith(STANDS)
    assert "Up to 5% is not worth an order. In all you are short $" in answer
    sums = re.search(r"In all you are short (.*); (.*) would be right.", answer.text)
    assert sums is not None
    assert 0 < dollars(sums[2])[0] - dollars(sums[1])[0] < 1000
    would = re.search(r"If you adjusted anyway: sell ([\d.]+) ETH more", answer.text)
    assert would is not None
    anyway = await talk.press("Adjust anyway")
    assert anyway.lines[0] == f"Sell {would[1]} ETH more"
    assert "that is close enough" in anyway
    assert amounts(anyway) == {"ETHUSDT": -round(float(would[1]) * 100)}


async def test_changed_holdings_change_the_target_at_once(database: Database) -> None:
    talk = await hedged(database)
    before = (await held(talk))["ETH"]
    await talk.say("/add ETH 5")
    answer = await talk.press("Adjust")
    more = amounts(answer)["ETHUSDT"]
    assert 400 < -more < 600
    assert "more than 5% is worth an order" in answer
    assert "Reduce-only: off" in answer
    assert "Recorded" in await talk.press("Filled as shown")
    assert (await held(talk))["ETH"] == before + more
    assert (await talk.say("/adjust")).lines[0] == f"{STANDS}0.0% off"


async def test_too_large_a_short_is_bought_back_in_part_and_never_reopened(database: Database) -> None:
    talk = await hedged(database)
    count = -(await held(talk))["ETH"]
    await talk.say("/remove SOL")
    answer = await talk.say("/adjust")
    back = amounts(answer)["ETHUSDT"]
    assert answer.lines[0] == f"Buy back {back / 100:g} of {count / 100:g} ETH"
    assert amounts(answer) == {"ETHUSDT": back}
    assert 0 < back < count / 2
    assert "Reduce-only: ON" in answer
    assert "futures wallet" not in answer


async def test_two_legs_are_adjusted_together_and_the_sizing_is_taken_over(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    await talk.say("/add BTC 0.3")
    answer = await talk.say("/adjust")
    assert set(amounts(answer)) == {"ETHUSDT", "SOLUSDT"}
    assert "As it was sized you would be short" in answer
    await talk.press("Filled as shown")
    episode = await ledger(talk).open()
    assert episode is not None
    assert [sizing.wish for sizing in episode.sizings] == ["100% 14d ETH SOL"] * 2
    assert "It covers 100% of your coins' risk now; you aimed at 100%." in await talk.say("/positions")


async def test_the_legs_stay_that_were_chosen_for_the_user(database: Database) -> None:
    talk = await hedged(database, "calm", "")
    legs = {f"{asset}USDT" for asset in await held(talk)}
    await talk.say("/set DOT 12000")
    answer = await talk.say("/adjust")
    assert answer.lines[0].startswith("Sell ") or answer.lines[0].startswith("Buy back ")
    assert amounts(answer).keys() <= legs


async def test_with_another_beta_than_measured_the_users_own_is_kept(database: Database) -> None:
    talk = await hedged(database, "calm", "beta 1.5 ETH")
    assert (await talk.say("/adjust")).lines[0] == f"{STANDS}0.0% off"


async def test_in_a_crash_the_ticket_brings_it_back_to_size(database: Database) -> None:
    talk = await hedged(database, words="80% ETH")
    await talk.say("/add SOL 60")
    talk.clock.move(hours=36)
    answer = await talk.say("/adjust")
    assert answer.lines[0].startswith("Sell ")
    await talk.press("Filled as shown")
    assert (await talk.say("/adjust")).lines[0] == f"{STANDS}0.0% off"


async def test_a_position_entered_by_hand_is_measured_against_the_usual_wish(database: Database) -> None:
    talk = talk_over(database)
    await talk.say("/add sample")
    await entered(talk, "short ETH 1000 contracts at 2970")
    answer = await talk.say("/adjust")
    assert amounts(answer)["ETHUSDT"] < 0
    await talk.press("Filled as shown")
    assert (await talk.say("/adjust")).lines[0] == f"{STANDS}0.0% off"


async def test_two_devices_press_at_once_and_it_is_recorded_once(database: Database) -> None:
    talk = await hedged(database)
    await talk.say("/add ETH 5")
    answer = await talk.say("/adjust")
    before, line = (await held(talk))["ETH"], answer.buttons["Filled as shown"]
    answers = await asyncio.gather(*(talk.conversation.answer(line, user=talk.user) for _ in range(2)))
    assert sum("Recorded" in reply.text for reply in answers) == 1
    assert (await held(talk))["ETH"] == before + amounts(answer)["ETHUSDT"]


async def test_a_ticket_outlives_a_restart(database: Database) -> None:
    talk = await hedged(database)
    await talk.say("/add ETH 5")
    answer = await talk.say("/adjust")
    again = restarted(talk, database)
    assert "Recorded" in await again.say(answer.buttons["Filled as shown"])
    assert (await again.say("/adjust")).lines[0].startswith(STANDS)


@pytest.mark.parametrize("words", ["now", "ETH", "anyway please", "-5%", "🤷"])
async def test_other_words_are_refused_with_the_form(embedded: Database, words: str) -> None:
    talk = await hedged(embedded)
    assert "Type /adjust, or /adjust anyway" in await talk.say(f"/adjust {words}")


async def test_without_holdings_it_says_so(embedded: Database) -> None:
    talk = await hedged(embedded)
    await talk.say("/remove all")
    await talk.press("Yes, remove all")
    assert "You hold nothing that this hedge could protect. /exit closes it" in await talk.say("/adjust")


async def test_an_aim_that_takes_less_after_a_fall_is_worked_out_anew(embedded: Database) -> None:
    talk = await hedged(embedded, words="keep 5000 drop 20% ETH")
    talk.clock.move(hours=36)
    answer = await talk.say("/adjust")
    assert answer.lines[0].startswith("Buy back ")
    assert "As it was sized you would be short" in answer


async def test_an_aim_that_is_met_without_a_hedge_leaves_nothing_to_adjust_to(embedded: Database) -> None:
    talk = await hedged(embedded, words="keep 7000 drop 20% ETH")
    talk.clock.move(hours=36)
    answer = await talk.say("/adjust")
    assert answer.lines[0] == "There is no plan to adjust to"
    assert "No hedge is needed" in answer
    assert "Open: ETH short" in answer
    assert answer.buttons["Exit"] == "/exit"


def over_two_venues(database: Database, down_at_hours: float | None = None) -> Talk:
    """A talk where a second venue goes down after a while."""
    clock = Clock()
    began = clock.now - timedelta(hours=down_at_hours or 0)

    def market(venue: str) -> SimulatedMarket:
        scenario = "outage" if venue == "second" and down_at_hours is not None else "calm"
        return SimulatedMarket(7, scenario, clock, venue, began if scenario == "outage" else clock.now)

    venues = ("simulated", "second")
    watch = Watch(market, StoredCloses(database), clock, venues)
    return Talk(Conversation(database, watch, venues, clock), clock, database, watch)


async def one_venue_down(database: Database) -> Talk:
    """ETH is short on a venue that answers, and SOL on one that went down half an hour ago."""
    talk = over_two_venues(database, down_at_hours=0)
    await talk.say("/add sample")
    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    await entered(talk, "short SOL 30 contracts at 160 on second")
    talk.clock.move(hours=1)
    return talk


async def test_what_is_open_on_another_venue_counts(database: Database) -> None:
    talk = over_two_venues(database)
    await talk.say("/add sample")
    await talk.say("/ticket 50% ETH")
    await talk.press("Filled as shown")
    own = -(await held(talk))["ETH"]
    await entered(talk, f"short ETH {own} contracts at 2970 on second")
    answer = await talk.say("/adjust")
    assert answer.lines[0].startswith(f"Buy back all {own / 100:g} ETH on ")
    sums = re.search(r"In all you are short (.*); (.*) would be right.", answer.text)
    assert sums is not None
    assert float(dollars(sums[1])[0] / dollars(sums[2])[0]) == pytest.approx(2, rel=0.01)
    hedge = await talk.say("/hedge 50% ETH")
    assert "Open elsewhere and not counted here: ETH short" in hedge
    assert "on second" in hedge


async def test_a_venue_that_is_down_is_named_and_the_rest_goes_on(database: Database) -> None:
    talk = await one_venue_down(database)
    answer = await talk.say("/adjust anyway")
    assert "Left as it is: SOL short 30 × 0.1 SOL (3 SOL) on second, counted at the coin's price." in answer
    assert "SOLUSDT" not in amounts(answer)
