"""/report: so far, after the exit, and long after it."""

import re
from decimal import Decimal

from core.store.database import Database
from tests.bot.commands.hedge_talk import closed, dollars, fits_a_phone, hedged, restarted
from tests.conversation import Answer, Talk, talk_over


def parts(answer: Answer) -> list[Decimal]:
    """The rows of the miss, the last of them their sum."""
    rows = answer.text.split("Where that came from:\n")[1].split("\n")
    found: list[Decimal] = []
    for row in rows:
        found += dollars(row)
        if row.startswith("together"):
            break
    return found


async def test_without_any_hedge_it_says_how_to_begin(talk: Talk) -> None:
    assert "no open hedge" in await talk.say("/report")
    assert "You have no hedge number 3. /history lists them." in await talk.say("/report 3")
    assert "/report 3" in await talk.say("/report yesterday")


async def test_so_far(database: Database) -> None:
    talk = await hedged(database)
    talk.clock.move(hours=30)
    answer = await talk.say("/report")
    coins, hedge, net = dollars(answer.lines[0])
    assert coins < 0 < hedge
    assert abs(coins + hedge - net) <= 1
    assert "Hedge 1, 10 Jun to now (1 day): ETH." in answer
    assert "Of each dollar that your coins lost, the hedge gave back " in answer
    assert "Too few whole days to say how well it worked day by day: 0 of 10." in answer
    assert fits_a_phone(answer)
    assert set(answer.buttons) == {"Positions"}


async def test_the_parts_of_the_miss_are_shown_largest_first_and_add_up(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    talk.clock.move(days=3)
    *each, together = parts(await talk.say("/report"))
    assert sum(each) == together
    assert [abs(part) for part in each] == sorted((abs(part) for part in each), reverse=True)
    assert len(each) == 5  # beta, basis, funding, rounding, fees


async def test_a_price_of_another_time_is_no_income_of_the_hedge(database: Database) -> None:
    talk = talk_over(database)
    await talk.say("/add ETH 10")
    await talk.say("/position add short 10 ETH at 4000 fee 0")  # ETH is at 4,170
    answer = await talk.say("/report")
    assert "hedge -$1,701" in answer
    (cost,) = re.findall(r"Having it (?:cost|paid you) \$([\d.]+)\.", answer.text)
    assert Decimal(cost) < 5


async def test_a_hedge_of_one_coin_promises_nothing_for_the_others(database: Database) -> None:
    talk = await hedged(database, words="only SOL")
    talk.clock.move(hours=30)
    assert "It covers 100% of your SOL's risk now" in await talk.say("/positions")
    assert "make up for all" in await talk.say("/report")
    assert "risk that stays hedged" in await talk.say("/dehedge")
    assert "risk stays hedged" in await talk.say("/dehedge half")


async def test_after_ten_days_it_says_how_well_it_worked(database: Database) -> None:
    talk = await hedged(database)
    talk.clock.move(days=14)
    answer = await talk.say("/report")
    assert "It took away " in answer
    assert "ups and downs" in answer
    assert "day by day, over 13 days." in answer
    assert "at this pace $" in answer


async def test_the_exit_is_followed_by_the_report(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    talk.clock.move(days=12)
    answer = await closed(talk)
    assert answer.lines[0].startswith("Recorded: bought")
    assert "Hedge 1, 10 Jun to 22 Jun (12 days): ETH and SOL." in answer
    assert "Having it " in answer
    assert (await talk.say("/positions")).lines[0] == "You have no open hedge"


async def test_who_presses_the_exit_and_then_filled_gets_the_report(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    talk.clock.move(days=12)
    await talk.say("/exit")
    answer = await talk.press("Filled as shown")
    assert "Hedge 1, 10 Jun to 22 Jun (12 days): ETH and SOL." in answer
    assert "size off plan" not in answer


async def test_a_hedge_that_was_halved_is_measured_against_what_was_aimed_at_each_time(
    database: Database,
) -> None:
    talk = await hedged(database, words="ETH SOL")
    talk.clock.move(hours=26)
    whole = dollars((await talk.say("/report")).lines[0])[0]
    await talk.say("/dehedge")
    await talk.press("Halve it")
    await talk.press("Filled as shown")
    talk.clock.move(days=1)
    answer = await talk.say("/report")
    coins, hedge, _ = dollars(answer.lines[0])
    share = Decimal(answer.text.split("make up for ")[1].split("%")[0]) / 100
    aimed = whole + share * (coins - whole)
    assert abs(parts(answer)[-1] - (aimed + hedge)) < abs(coins) / 100


async def test_what_was_said_at_the_end_is_said_later_by_a_new_program(database: Database) -> None:
    talk = await hedged(database, words="ETH")
    talk.clock.move(days=12)
    await closed(talk)
    at_once = await talk.say("/report")
    talk.clock.move(days=90)
    later = restarted(talk, database)
    assert (await later.say("/report 1")).lines[2:] == at_once.lines[2:]


async def test_a_report_made_while_the_venue_is_down_is_made_good(database: Database) -> None:
    talk = await hedged(database, "outage", words="ETH")
    held = (await talk.say("/position")).text
    count, price = held.split(": short ")[1].split(" ")[0], dollars(held.split("entry ")[1])[0]
    talk.clock.move(minutes=105)  # still within the outage
    down = await talk.say(f"/filled bought ETH {count} at {price}")
    if "Yes, record it" in down.buttons:
        down = await talk.press("Yes, record it")
    assert "Recorded: bought" in down.lines[0]
    assert "Rough for AAVE, AVAX, DOT" in down
    assert "No report yet" in await talk.say("/history")

    talk.clock.move(hours=3)
    up = await talk.say("/report 1")
    assert "Rough" not in up
    assert dollars(up.lines[0])[0] != dollars(down.text.split("Coins ")[1])[0]
    assert "No report yet" not in await talk.say("/history")


async def test_an_open_leg_without_a_price_is_refused_by_name(database: Database) -> None:
    talk = await hedged(database, "outage", words="ETH")
    talk.clock.move(minutes=45)
    answer = await talk.say("/report")
    assert "too old to use" in answer
    assert "$" not in answer


async def test_a_second_hedge_has_its_own_report(database: Database) -> None:
    talk = await hedged(database, words="ETH")
    talk.clock.move(days=1)
    await closed(talk)
    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    talk.clock.move(days=1)
    assert "Hedge 2, " in await talk.say("/report")
    assert "Hedge 1, " in await talk.say("/report 1")


async def test_coins_that_change_midway_are_no_gain(database: Database) -> None:
    talk = talk_over(database, "calm")
    await talk.say("/add ETH 10")
    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    before = dollars((await talk.say("/report")).lines[0])[0]
    await talk.say("/set ETH 1000")
    assert dollars((await talk.say("/report")).lines[0])[0] == before == 0


async def test_nobody_reads_the_report_of_another(database: Database) -> None:
    talk = await hedged(database)
    assert "You have no hedge number 1" in await talk.someone_else().say("/report 1")
