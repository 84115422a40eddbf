"""/dehedge: the ladder after a move, and the orders of its rungs."""

import re
from decimal import Decimal

import pytest

from core.store.database import Database
from tests.bot.commands.hedge_talk import dollars, entered, fits_a_phone, hedged
from tests.bot.commands.test_adjust import STANDS, amounts, one_venue_down, over_two_venues
from tests.bot.commands.test_filled import held, ledger
from tests.conversation import SIMULATED, Answer, Talk, talk_over


def figures(answer: Answer, label: str) -> list[Decimal]:
    line = next(line for line in answer.lines if line.startswith(label))
    return dollars(line)


async def crashed(database: Database, words: str = "ETH", scenario: str = "crash") -> Talk:
    """A hedge that is filled, and 36 hours later."""
    talk = await hedged(database, scenario, words)
    talk.clock.move(hours=36)
    return talk


async def test_without_a_hedge_it_says_how_to_begin(talk: Talk) -> None:
    answer = await talk.say("/dehedge")
    assert answer.lines[0] == "You have no open hedge"
    assert answer.buttons["Plan a hedge"] == "/hedge"


async def test_the_fall_and_what_the_hedge_made_of_it_come_first(database: Database) -> None:
    talk = await crashed(database)
    answer = await talk.say("/dehedge")
    heading = r"ETH is down (\d\d\.\d)% since 10 Jun; your open hedge stands at \+\$\d+,\d+"
    found = re.fullmatch(heading, answer.lines[0])
    assert found is not None
    assert 30 < float(found[1]) < 42
    assert answer.lines[1] == SIMULATED
    assert "A rise takes that back, unless you close. Locked in so far: -$" in answer


async def test_each_rung_locks_in_more_and_gains_more_in_a_rebound(database: Database) -> None:
    talk = await crashed(database)
    answer = await talk.say("/dehedge")
    keep, half, close = figures(answer, "for good")
    assert keep == 0 < half < close
    assert abs(close - 2 * half) < close / 100
    up, down = figures(answer, "if +"), figures(answer, "if -")
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    covers = re.search(r"covers +(\d+)% +(\d+)% +0%", answer.text)
    assert covers is not None
    assert abs(int(covers[1]) - 2 * int(covers[2])) <= 1
    assert fits_a_phone(answer)
    assert answer.buttons["Halve it"] == "/dehedge half"


@pytest.mark.parametrize("words", ["ETH SOL", "quarterly ETH", "inverse ETH", "only SOL", "beta 1.5 ETH"])
async def test_half_bought_back_leaves_half_and_nothing_to_adjust(database: Database, words: str) -> None:
    talk = await crashed(database, words)
    before = await held(talk)
    answer = await talk.say("/dehedge half")
    assert "Reduce-only: ON" in answer
    assert "Tick reduce-only" in answer
    assert "Reduce-only: off" not in answer
    await talk.press("Filled as shown")
    after = await held(talk)
    assert all(abs(after[asset] - count / 2) <= Decimal("0.5") for asset, count in before.items())
    assert (await talk.say("/adjust")).lines[0].startswith(f"{STANDS}0.")
    episode = await ledger(talk).open()
    assert episode is not None
    assert len(episode.sizings) == 2
    # An inverse short keeps its dollars in a fall, so it covered more than all before.
    assert episode.sizings[-1].coverage < Decimal("0.9")


async def test_what_stays_covered_is_what_positions_says_afterwards(database: Database) -> None:
    talk = await crashed(database)
    stays = re.search(r"(\d+)% of your coins' risk stays hedged", (await talk.say("/dehedge half")).text)
    assert stays is not None
    await talk.press("Filled as shown")
    positions = await talk.say("/positions")
    assert f"It covers {stays[1]}% of your coins' risk now; you aimed at {stays[1]}%." in positions


async def test_the_order_remembers_what_was_wanted_before_rounding(embedded: Database) -> None:
    talk = await hedged(embedded, words="ETH SOL")
    wanted = {asset: -count / 2 for asset, count in (await held(talk)).items()}
    await talk.say("/dehedge half")
    sheet = await ledger(talk).ticket()
    assert sheet is not None
    assert {order.terms.asset: order.wanted for order in sheet.orders} == wanted
    assert set(sheet.sizing.wanted.values()) == set(wanted.values())  # as much is wanted short as is closed


async def test_closing_ends_the_hedge(database: Database) -> None:
    talk = await crashed(database, "ETH SOL")
    open_now = await held(talk)
    answer = await talk.say("/dehedge close")
    assert answer.lines[0].startswith("Buy back all ")
    assert amounts(answer) == {f"{asset}USDT": -count for asset, count in open_now.items()}
    assert "this hedge is over" in await talk.press("Filled as shown")
    assert await held(talk) == {}


async def test_in_a_rally_there_is_nothing_to_lock_in_and_the_same_ladder(database: Database) -> None:
    talk = await crashed(database, scenario="rally")
    answer = await talk.say("/dehedge")
    assert answer.lines[0].startswith("ETH is up ")
    assert "There is no gain to lock in. ETH rose, so your coins gained instead." in answer
    keep, half, close = figures(answer, "for good")
    assert keep == 0 > half > close


async def test_right_away_it_has_not_moved(embedded: Database) -> None:
    talk = await hedged(embedded)
    answer = await talk.say("/dehedge")
    assert answer.lines[0].startswith("ETH is where it was on 10 Jun; ")
    assert "if +5.0%" in answer


async def test_a_short_that_a_rebound_would_liquidate_is_named(embedded: Database) -> None:
    talk = talk_over(embedded, "crash")
    await talk.say("/add sample")
    await talk.say("/ticket 20x sure ETH")
    await talk.press("Filled as shown")
    answer = await talk.say("/dehedge")
    assert "A rise of 5.0% would liquidate the ETH short" in answer


async def test_positions_entered_by_hand_have_a_ladder_too(database: Database) -> None:
    talk = talk_over(database, "crash")
    await talk.say("/add sample")
    await entered(talk, "short ETH 1001 contracts at 2970")
    talk.clock.move(hours=30)
    await talk.say("/dehedge half")
    await talk.press("Filled as shown")
    assert await held(talk) == {"ETH": Decimal(-500)}
    assert (await talk.say("/adjust")).lines[0].startswith(f"{STANDS}0.")


async def test_a_venue_that_is_down_is_named_and_no_coverage_made_up(database: Database) -> None:
    talk = await one_venue_down(database)
    answer = await talk.say("/dehedge")
    assert "Not in these figures: SOL short 30 × 0.1 SOL (3 SOL) on second. The last price" in answer
    assert "covers" not in answer.text.split("half, close")[0]
    assert amounts(await talk.say("/dehedge half")).keys() == {"ETHUSDT"}


@pytest.mark.parametrize("words", ["keep", "half now", "HALVE"])
async def test_other_words_are_refused_with_the_form(embedded: Database, words: str) -> None:
    talk = await hedged(embedded)
    assert "Type /dehedge to compare, or /dehedge half or /dehedge close" in await talk.say(
        f"/dehedge {words}"
    )


async def test_where_nothing_has_a_price_it_leads_to_what_can_be_done_by_hand(database: Database) -> None:
    talk = over_two_venues(database, down_at_hours=0)
    await talk.say("/add sample")
    await entered(talk, "short SOL 30 contracts at 160 on second")
    talk.clock.move(hours=1)
    answer = await talk.say("/dehedge")
    assert answer.lines[0] == "What to keep cannot be worked out now"
    assert "/exit says what to do by hand." in answer
    assert answer.buttons == {"Exit": "/exit", "Positions": "/positions"}


async def test_any_part_can_be_taken_off(embedded: Database) -> None:
    talk = await crashed(embedded)
    before = await held(talk)
    await talk.say("/dehedge 25%")
    await talk.press("Filled as shown")
    after = await held(talk)
    assert all(
        abs(after[asset] - count * Decimal("0.75")) <= Decimal("0.5") for asset, count in before.items()
    )


async def test_as_much_is_kept_as_a_further_fall_may_cost(embedded: Database) -> None:
    talk = await crashed(embedded)
    ladder = await talk.say("/dehedge")
    keep, half, close = figures(ladder, "if -")
    assert close < half < keep
    most = -(half + close) / 2
    answer = await talk.say(f"/dehedge keep {most:.0f}")
    line = next(line for line in answer.lines if "more, coins and what is left" in line)
    lost = -dollars(line)[-1]
    assert most * Decimal("0.97") <= lost <= most
    assert "Filled as shown" in answer.buttons


async def test_where_a_fall_costs_more_already_nothing_is_taken_off(embedded: Database) -> None:
    talk = await crashed(embedded, "50% ETH")
    assert "nothing can be taken off" in await talk.say("/dehedge keep 1")


async def test_the_details_have_quarters_and_the_rule_of_thumb(embedded: Database) -> None:
    answer = await (await crashed(embedded)).say("/dehedge")
    rows = [line.split()[0] for line in answer.lines if re.match(r"(keep|25%|half|75%|close) ", line)]
    assert rows == ["keep", "25%", "half", "75%", "close"]
    assert "rule of thumb" in answer
    assert fits_a_phone(answer)


@pytest.mark.parametrize("words", ["0%", "101%", "x%", "keep", "keep x", "quarter"])
async def test_a_part_that_is_none_is_refused(embedded: Database, words: str) -> None:
    talk = await crashed(embedded)
    assert list((await talk.say(f"/dehedge {words}")).buttons)[-1] == "Help"
