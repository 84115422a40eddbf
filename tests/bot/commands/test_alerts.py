"""/alerts and /alert: what is watched, switched, put to sleep and removed."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, update

from bot.telegram.pages import pages
from core.alert.facts import Facts
from core.alert.kind import USUAL
from core.alert.notice import facts_of, key
from core.alert.rule import Firing, Rule, State, write_states
from core.alert.situation import reading
from core.domain.caps import CAPS
from core.store.database import Database
from core.store.queue.notice import Notice, write_notice
from core.store.queue.outbox import Outbox
from core.store.tables import alerts, notices
from core.store.user.alerts import Alert, Alerts
from tests.bot.commands.hedge_talk import closed, entered, hedged
from tests.conversation import SIMULATED, Talk, talk_over


@pytest.fixture
def watcher(database: Database) -> Talk:
    """Someone new, over each database."""
    return talk_over(database)


async def mine(talk: Talk) -> dict[int, Alert]:
    found = await Alerts(talk.database, talk.user, now=talk.clock()).list()
    return {alert.number: alert for alert in found}


async def asked(talk: Talk, *lines: str) -> None:
    for line in lines:
        assert "is on" in (await talk.say(line)).lines[0]


async def test_a_newcomer_has_none_and_is_shown_how(talk: Talk) -> None:
    answer = await talk.say("/alerts")
    assert answer.lines[0] == "You have no alerts"
    assert "/alert price SOL below 120" in answer
    assert await mine(talk) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/alert funding ETH below -0.01%", "Alert 1 is on: funding of ETH: shorts pay over 0.01%"),
        ("/alert funding ETH above 20% apr", "Alert 1 is on: funding of ETH: shorts get over 20% a year"),
        ("/alert funding eth flip", "Alert 1 is on: funding of ETH changes sides"),
        ("/alert drift 10%", "Alert 1 is on: drift: your hedge 10% off in size"),
        ("/alert liquidation 20%", "Alert 1 is on: liquidation less than 20% away"),
        ("/alert liquidation 30% 20% 10%", "Alert 1 is on: liquidation less than 30%, 20%, 10% away"),
        ("/alert liquidation 4 sigma", "Alert 1 is on: liquidation less than 4 usual days' moves away"),
        ("/alert price SOL below 120", "Alert 1 is on: price of SOL below $120"),
        ("/alert price SOL fall 10% 24h", "Alert 1 is on: price of SOL falls by 10% in 24h"),
        ("/alert expiry", "Alert 1 is on: expiry in 7 days, 3 days, 1 day, 6 hours"),
        ("/alert dehedge 15%", "Alert 1 is on: dehedge: a fall of 15%"),
        ("/alert margin 150%", "Alert 1 is on: margin below 1.5x the least allowed"),
        ("/alert stale 15m", "Alert 1 is on: stale: no prices for 15 minutes"),
        ("/alert beta", "Alert 1 is on: beta changes by 0.25"),
        ("/alert expiry 36h", "Alert 1 is on: expiry in 36 hours"),
        ("/alert funding pays 5%", "Alert 1 is on: funding: your hedge pays over 5% a year"),
        ("/alert funding flip", "Alert 1 is on: funding of your shorts changes sides"),
        ("/alert SOL below 120", "Alert 1 is on: price of SOL below $120"),
        ("/alert sol -5% 24h", "Alert 1 is on: price of SOL falls by 5% in 24h"),
        ("/ALERT Price SOL Below $1,200", "Alert 1 is on: price of SOL below $1,200"),
    ],
)
async def test_a_new_alert_says_what_it_is_about(talk: Talk, typed: str, said: str) -> None:
    answer = await talk.say(typed)
    assert answer.lines[0] == said
    assert list(await mine(talk)) == [1]
    assert answer.buttons == {
        "Silent": "/alert silent 1", "Remove": "/alert remove 1", "All alerts": "/alerts",
    }  # fmt: skip


async def test_it_says_how_things_stand_now(talk: Talk) -> None:
    answer = await talk.say("/alert price ETH below 9000")
    assert SIMULATED in answer
    assert re.search(
        r"^ETH now: \$4,1\d\d\.\d\d\. That is past your limit already", answer.text, re.MULTILINE
    )
    answer = await talk.say("/alert price ETH below 90")
    assert "ETH now: $4,1" in answer
    assert "already" not in answer


async def test_it_says_so_where_there_is_nothing_that_it_is_about_yet(talk: Talk) -> None:
    assert "nothing open" in await talk.say("/alert liquidation 20%")


async def test_how_things_stand_is_said_the_way_the_limit_is(talk: Talk) -> None:
    assert re.search(r"ETH now: shorts get 0\.0\d+%\.", (await talk.say("/alert funding ETH below 0%")).text)
    fallen = re.search(
        r"SOL now: ([+-]?[\d.]+%) in 24h", (await talk.say("/alert price SOL fall 90% 24h")).text
    )
    risen = re.search(
        r"SOL now: ([+-]?[\d.]+%) in 24h", (await talk.say("/alert price SOL rise 90% 24h")).text
    )
    assert fallen
    assert risen
    assert fallen[1] == risen[1], "a rise is no negative fall"


async def test_an_alert_on_an_open_position_is_measured_at_once(embedded: Database) -> None:
    talk = await hedged(embedded, "calm")
    answer = await talk.say("/alert liquidation 200%")
    assert "ETH now: 9" in answer
    assert "past your limit already" in answer


async def test_a_move_is_measured_from_past_prices(talk: Talk) -> None:
    answer = await talk.say("/alert price SOL 99% 24h")
    assert "SOL now: " in answer
    assert "not known" not in answer


async def test_while_the_venue_is_down_an_alert_is_set_and_measured_later(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    talk.clock.move(hours=1)
    answer = await talk.say("/alert price SOL below 120")
    assert answer.lines[0] == "Alert 1 is on: price of SOL below $120"
    assert "not known now" in answer


async def test_the_same_alert_twice_is_one(talk: Talk) -> None:
    await asked(talk, "/alert drift 10%", "/alert drift 10%")
    assert list(await mine(talk)) == [1]


@pytest.mark.parametrize(
    "typed",
    [
        "/alert price",
        "/alert price SOL",
        "/alert price SOL below",
        "/alert price below 120",
        "/alert price SOL below -5",
        "/alert price USDT below 1",
        "/alert price XYZQ below 1",
        "/alert funding ETH below 99%",
        "/alert funding ETH sideways 1%",
        "/alert drift",
        "/alert drift -10%",
        "/alert drift NaN%",
        "/alert liquidation 1e5%",
        "/alert liquidation 20% 20 20",
        "/alert price SOL below 1e99",
        "/alert price SOL below 0",
        "/alert price 🚀 below 120",
        "/alert price SOL ETH below 120",
        "/alert price SOL fall 5%",
        "/alert fundnig ETH below 1%",
        "/alert price " + "A" * 15_000,
        "/alert weather 20%",
        "/alert digest",
        "/alert snooze",
        "/alert off",
        "/alert off 1",
        "/alert remove price",
        "/alert <b>x</b>",
    ],
)
async def test_what_cannot_be_is_told_in_a_sentence_and_sets_nothing(talk: Talk, typed: str) -> None:
    answer = await talk.say(typed)
    if typed == "/alert drift":  # its usual limit is enough
        assert answer.lines[0] == "Alert 1 is on: drift: your hedge 10% off in size"
        return
    assert "Something went wrong" not in answer
    assert await mine(talk) == {}


async def test_a_coin_nobody_has_a_price_for_is_refused(talk: Talk) -> None:
    assert "simulated has no price for XYZQ, so nothing was set." in await talk.say(
        "/alert price XYZQ above 1"
    )


async def test_an_alert_that_cannot_come_says_so_until_what_it_lacks_is_there(embedded: Database) -> None:
    talk = await hedged(embedded, "calm")
    await talk.say("/add NOSUCHCOIN 10")
    answer = await talk.say("/alerts")
    blind = [line for line in answer.lines if line.endswith("watching, not known now")]
    assert [line.split(":")[0] for line in blind] == ["5. drift"]
    assert (
        "a price, past prices or a margin is missing, and the alert cannot come until it is there" in answer
    )
    await talk.say("/remove NOSUCHCOIN")
    assert "not known now" not in await talk.say("/alerts")


async def test_what_may_not_have_arrived_is_named_until_a_digest_does(watcher: Talk) -> None:
    await watcher.say("/alert price SOL below 120")
    outbox, now = Outbox(watcher.database), watcher.clock()
    told = write_notice(watcher.user, told_at(now))
    async with watcher.database.write() as connection:
        await connection.execute(insert(notices), told)
    (batch,) = await outbox.claim(now, 1, timedelta(seconds=1))
    await outbox.doubtful(batch, now)
    answer = await watcher.say("/alerts")
    assert answer.lines[0] == "Your alerts: 1 on"
    assert "reached you: 1" in answer
    assert "SOL under $120" in answer


def told_at(now: datetime) -> Notice:
    rule = Rule("price", "level", "SOL", "below", (Decimal(120),))
    firing = Firing(1, "below", now, Decimal("118.42"), Decimal(120))
    found = reading(firing.value, Facts(price=firing.value))
    assert found is not None
    said = facts_of(1, rule, firing, found, now)
    return Notice(
        key(1, rule, firing), 1, "price", USUAL, silent=False, facts=said, created_at=now, due_at=now
    )


async def test_alerts_are_listed_with_their_state_and_switches(watcher: Talk) -> None:
    talk = watcher
    await asked(talk, "/alert price SOL below 120", "/alert drift 10%", "/alert liquidation 20%")
    await talk.say("/alert off 2")
    await talk.say("/alert snooze 3 1h")
    answer = await talk.say("/alerts")
    assert answer.lines[:4] == [
        "Your alerts: 2 on, 1 off",
        "1. price of SOL below $120: watching",
        "2. drift: your hedge 10% off in size: off",
        "3. liquidation less than 20% away: asleep until 10:30 UTC",
    ]
    assert answer.buttons["Turn 1 off"] == "/alerts off 1"
    after = await talk.press("Turn 2 on")
    assert "2. drift: your hedge 10% off in size: watching" in after
    assert (await talk.press("Turn 1 off")).lines[1] == "1. price of SOL below $120: off"


async def test_what_is_reached_says_since_when(watcher: Talk) -> None:
    talk = watcher
    await asked(talk, "/alert price SOL below 120", "/alert funding ETH flip")
    since = talk.clock() - timedelta(minutes=18)
    reached = write_states({"SOL": State(1, 1, (since,), (since,))})
    sided = write_states({"ETH": State(1, 1, (since, None), ())})
    async with talk.database.write() as connection:
        for number, states in ((1, reached), (2, sided)):
            own = (alerts.c.user_id == talk.user, alerts.c.number == number)
            await connection.execute(update(alerts).where(*own).values(states=states))
    answer = await talk.say("/alerts")
    assert answer.lines[0] == "Your alerts: 2 on, 1 reached"
    assert answer.lines[1] == "1. price of SOL below $120: reached since 09:12 UTC"
    assert answer.lines[2] == "2. funding of ETH changes sides: watching"


@pytest.mark.parametrize(
    ("typed", "modes"),
    [
        ("/alert off 2", ["on", "off", "on"]),
        ("/alert silent 1 3", ["silent", "on", "silent"]),
        ("/alert off #1, #2", ["off", "off", "on"]),
        ("/alert off funding", ["off", "on", "off"]),
        ("/alert silent all", ["silent", "silent", "silent"]),
        ("/alert mute 2", ["on", "off", "on"]),
        ("/alert 2 off", ["on", "off", "on"]),
        ("/alert funding silent", ["silent", "on", "silent"]),
    ],
)
async def test_alerts_are_switched_by_number_by_kind_or_all(
    watcher: Talk, typed: str, modes: list[str]
) -> None:
    await asked(watcher, "/alert funding ETH below -0.01%", "/alert drift 10%", "/alert funding SOL flip")
    answer = await watcher.say(typed)
    assert answer.reply.fresh, "the push stays to be read"
    assert [alert.mode for alert in (await mine(watcher)).values()] == modes
    await watcher.say("/alert on all")
    assert {alert.mode for alert in (await mine(watcher)).values()} == {"on"}


async def test_a_kind_that_is_mistyped_is_offered(talk: Talk) -> None:
    assert "Did you mean /alert funding?" in await talk.say("/alert fundnig ETH below 1%")
    assert "Did you mean /alert silent?" in await talk.say("/alert silnt 3")


async def test_several_that_stand_differently_say_each_how(watcher: Talk) -> None:
    await asked(watcher, "/alert drift 10%", "/alert price SOL below 120")
    await watcher.say("/alert silent 1")
    await watcher.say("/alert snooze all 1h")
    answer = await watcher.say("/alert wake all")
    assert answer.lines[:3] == [
        "2 alerts changed",
        "1. drift: your hedge 10% off in size: watching, silent",
        "2. price of SOL below $120: watching",
    ]


async def test_times_are_told_by_the_users_clock(watcher: Talk) -> None:
    await watcher.say("/quiet 23-7 Berlin")
    await asked(watcher, "/alert drift 10%")
    answer = await watcher.say("/alert snooze 1 1h")
    assert answer.lines[0] == "Alert 1 is asleep until 12:30 Berlin time"
    assert "asleep until 12:30 Berlin time" in await watcher.say("/alerts")


async def test_one_wrong_number_among_several_changes_nothing(watcher: Talk) -> None:
    await asked(watcher, "/alert drift 10%")
    assert "You have no alert number 7; nothing was changed." in await watcher.say("/alert off 1 7")
    assert "You have no alert number 7; nothing was changed." in await watcher.say("/alert remove 1 7")
    assert [alert.mode for alert in (await mine(watcher)).values()] == ["on"]


async def test_snoozed_alerts_wake_again(watcher: Talk) -> None:
    await asked(watcher, "/alert drift 10%", "/alert price SOL below 120")
    answer = await watcher.say("/alert snooze 1 2 1d")
    assert answer.lines[:2] == [
        "2 alerts are asleep until 11 Jun, 09:30 UTC", "1. drift: your hedge 10% off in size",
    ]  # fmt: skip
    until = watcher.clock() + timedelta(days=1)
    assert {alert.snoozed_until for alert in (await mine(watcher)).values()} == {until}
    await watcher.say("/alert silent 1")
    await watcher.say("/alert snooze 1 2 1d")
    await watcher.press("Wake")
    assert [alert.mode for alert in (await mine(watcher)).values()] == ["silent", "on"]
    assert {alert.snoozed_until for alert in (await mine(watcher)).values()} == {None}


@pytest.mark.parametrize("typed", ["snooze 1", "snooze 1 0h", "snooze 1 99d", "snooze 1h", "snooze 1 later"])
async def test_a_sleep_needs_a_length(talk: Talk, typed: str) -> None:
    await asked(talk, "/alert drift 10%")
    await talk.say(f"/alert {typed}")
    assert (await mine(talk))[1].snoozed_until is None


async def test_silencing_what_warns_of_liquidation_is_not_silent_about_it(talk: Talk) -> None:
    await asked(talk, "/alert liquidation 20%", "/alert drift 10%")
    careful = "Careful: no warning of a liquidation comes from it meanwhile."
    assert careful in await talk.say("/alert snooze 1 1h")
    assert careful in await talk.say("/alert off liquidation")
    assert careful not in await talk.say("/alert on 1")
    assert careful not in await talk.say("/alert off 2")
    gone = "Careful: no warning of a liquidation comes from it any more."
    assert gone in await talk.say("/alert remove 1")


async def test_a_removed_alert_is_gone_and_its_number_not_given_again(watcher: Talk) -> None:
    await asked(watcher, "/alert drift 10%", "/alert price SOL below 120")
    assert (await watcher.say("/alert remove 2")).lines[0] == "Removed: 1 alert"
    await asked(watcher, "/alert price SOL below 130")
    assert list(await mine(watcher)) == [1, 3]


async def test_fifty_alerts_are_enough(watcher: Talk) -> None:
    await asked(watcher, "/alert drift 10%")
    async with watcher.database.write() as connection:
        row = {
            "user_id": watcher.user, "kind": "price", "figure": "level", "subject": "SOL", "side": "below",
            "mode": "on", "origin": "user", "created_at": watcher.clock(), "states": "{}", "version": 0,
        }  # fmt: skip
        rows = [row | {"number": n, "tiers": json.dumps([str(n)])} for n in range(2, CAPS.alerts + 1)]
        await connection.execute(insert(alerts), rows)
    assert f"You have {CAPS.alerts} alerts" in await watcher.say("/alert price SOL above 500")
    assert len(await mine(watcher)) == CAPS.alerts
    listed = await watcher.say("/alerts")
    assert len(pages(listed.reply)) == 1, "one message"
    assert f"{CAPS.alerts}. price of SOL below ${CAPS.alerts}: watching" in listed


async def test_nobody_switches_the_alerts_of_another(watcher: Talk) -> None:
    await asked(watcher, "/alert drift 10%")
    other = watcher.someone_else()
    assert "You have no alerts" in await other.say("/alerts")
    for line in ("/alert off 1", "/alert remove all", "/alert snooze 1 1h", "/alerts off 1"):
        assert "You have no alerts" in await other.say(line)
    assert (await mine(watcher))[1].mode == "on"


# What opening a hedge turns on


async def test_recording_a_hedge_turns_on_the_usual_alerts_and_says_so(database: Database) -> None:
    talk = await hedged(database, "calm")
    assert talk.last is not None
    assert (
        "I watch for you: liquidation, an exchange that may close shorts in profit, a contract that is "
        "stopped or taken off, funding to pay, drift from the right size, the end of a contract, a fall to "
        "take profit in and prices that are missing. /alerts shows and changes that." in talk.last
    )
    found = (await mine(talk)).values()
    assert [alert.rule.kind for alert in found] == [
        "liquidation",
        "adl",
        "contract",
        "funding",
        "drift",
        "expiry",
        "dehedge",
        "stale",
    ]
    assert {(alert.mode, alert.origin) for alert in found} == {("on", "hedge")}
    assert len((await mine(talk))[1].rule.tiers) == 3


async def test_a_dated_future_is_watched_for_its_end(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/ticket quarterly ETH")
    answer = await talk.press("Filled as shown")
    assert "the end of a contract" in next(
        line for line in answer.lines if line.startswith("I watch for you")
    )


async def test_the_end_of_a_hedge_says_that_its_alerts_rest(talk: Talk) -> None:
    await entered(talk, "short 2.14 ETH at 4178")
    assert "this hedge is over" in await closed(talk)


async def test_a_position_entered_by_hand_turns_them_on_too(talk: Talk) -> None:
    answer = await entered(talk, "short 2.14 ETH at 4178")
    assert "I watch for you:" in answer


async def test_more_of_the_same_hedge_turns_on_nothing_more(talk: Talk) -> None:
    await entered(talk, "short 2.14 ETH at 4178")
    await talk.say("/alert remove all")
    answer = await talk.say("/filled sold SOL 20 at 254")
    assert "Recorded" in answer
    assert "I watch for you" not in answer
    assert await mine(talk) == {}


async def test_what_was_turned_off_stays_off_with_the_next_hedge(talk: Talk) -> None:
    await entered(talk, "short 2.14 ETH at 4178")
    await talk.say("/alert off funding")
    await talk.say("/position delete ETH")
    answer = await entered(talk, "short 2.14 ETH at 4178")
    assert "funding" not in next((line for line in answer.lines if line.startswith("I watch")), "")
    assert {alert.rule.kind: alert.mode for alert in (await mine(talk)).values()}["funding"] == "off"
    assert len(await mine(talk)) == len({alert.rule.kind for alert in (await mine(talk)).values()})


async def test_a_fill_that_is_refused_turns_on_nothing(talk: Talk) -> None:
    await talk.say("/filled sold ETH 0.5 contracts at 4178")
    assert await mine(talk) == {}


async def test_a_fill_delivered_twice_turns_them_on_once(database: Database) -> None:
    talk = talk_over(database)
    for _ in range(2):
        await talk.say("/filled sold ETH 500 at 4178", request=41)
    numbers = list(await mine(talk))
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
