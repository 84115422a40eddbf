"""Alerts as a user keeps them: none is doubled, none is anybody else's, and a change counts from then on."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.alert.rule import Rule, State
from core.domain.caps import CAPS
from core.domain.errors import BadInput
from core.store.database import Database
from core.store.queue.outbox import AlertChange, Outbox
from core.store.user.alerts import Alert, Alerts, Mode
from core.store.user.book import Book
from tests.core.store.exported import exported

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANN, BOB = 4_503_599_627_370_495, 2
DRIFT = Rule("drift", "risk", "", "above", (Decimal("0.05"),))
PRICE = Rule("price", "level", "SOL", "below", (Decimal(120), Decimal("100.000000000000000001")))
FLIP = Rule("funding", "rate", "ETH", "across", (Decimal(0),))
FIRED = State(1, 1, (NOW, None), (NOW, None))


def alerts(database: Database, user: int = ANN) -> Alerts:
    return Alerts(database, user, now=NOW)


async def fired(database: Database, alert: Alert) -> None:
    """The sweep finds that it is reached."""
    change = AlertChange(ANN, alert.number, alert.version, {"": FIRED})
    assert await Outbox(database).apply([change]) == (change,)


async def test_a_newcomer_has_none(database: Database) -> None:
    assert await alerts(database).list() == ()


@pytest.mark.parametrize("rule", [DRIFT, PRICE, FLIP])
async def test_an_alert_comes_back_as_it_was_added(database: Database, rule: Rule) -> None:
    added = await alerts(database).add(rule, mode="silent")
    assert added == Alert(1, rule, "silent", "user", NOW)
    assert await alerts(database).list() == (added,)


async def test_the_same_rule_is_not_added_twice_but_woken(database: Database) -> None:
    await alerts(database).add(DRIFT)
    await alerts(database).change(1, mode="off", snoozed_until=LATER)
    again = await alerts(database).add(DRIFT)
    assert (again.number, again.mode, again.snoozed_until) == (1, "on", None)
    assert await alerts(database).list() == (again,)


async def test_two_devices_that_add_the_same_rule_add_one(database: Database) -> None:
    await asyncio.gather(*(alerts(database).add(DRIFT) for _ in range(5)), alerts(database).add(PRICE))
    found = await alerts(database).list()
    assert sorted(alert.rule.kind for alert in found) == ["drift", "price"]
    assert sorted(alert.number for alert in found) == [1, 2]


async def test_a_number_is_never_given_again(database: Database) -> None:
    await alerts(database).add(DRIFT)
    await alerts(database).add(PRICE)
    assert [alert.rule for alert in await alerts(database).remove(2)] == [PRICE]
    assert (await alerts(database).add(FLIP)).number == 3


async def test_alerts_are_ones_own(database: Database) -> None:
    await alerts(database).add(DRIFT)
    await alerts(database, BOB).add(PRICE)
    with pytest.raises(BadInput, match="no alert number 2"):
        await alerts(database, BOB).change(2, mode="off")
    await alerts(database, BOB).remove(1)
    assert [alert.rule for alert in await alerts(database).list()] == [DRIFT]


@pytest.mark.parametrize("number", [0, 2, -1])
async def test_what_is_not_there_is_neither_changed_nor_removed(database: Database, number: int) -> None:
    await alerts(database).add(DRIFT)
    with pytest.raises(BadInput, match=f"no alert number {number}"):
        await alerts(database).change(number, mode="off")
    with pytest.raises(BadInput, match=f"no alert number {number}"):
        await alerts(database).remove(number)


async def test_other_settings_leave_what_it_has_come_to(database: Database) -> None:
    await fired(database, await alerts(database).add(DRIFT))
    for (after,) in (
        await alerts(database).change(1, mode="silent"),
        await alerts(database).change(1, snoozed_until=LATER),
        await alerts(database).change(1, tiers=DRIFT.tiers),
    ):
        assert after.states == {"": FIRED}
    assert (await alerts(database).list())[0].snoozed_until == LATER


async def test_new_tiers_start_afresh(database: Database) -> None:
    await fired(database, await alerts(database).add(DRIFT))
    (after,) = await alerts(database).change(1, tiers=(Decimal("0.1"),))
    assert (after.states, after.rule.tiers) == ({}, (Decimal("0.1"),))
    assert await alerts(database).list() == (after,)


async def test_turned_off_and_on_it_starts_afresh(database: Database) -> None:
    await fired(database, await alerts(database).add(DRIFT))
    (off,) = await alerts(database).change(1, mode="off")
    (on,) = await alerts(database).change(1, mode="on")
    assert (off.states, on.states) == ({"": FIRED}, {})


async def test_several_are_changed_or_removed_at_once(database: Database) -> None:
    for rule in (PRICE, DRIFT, FLIP):
        await alerts(database).add(rule)
    changed = await alerts(database).change(3, 1, 1, mode="silent")
    assert [alert.number for alert in changed] == [3, 1]
    assert [alert.mode for alert in await alerts(database).list()] == ["silent", "on", "silent"]
    assert [alert.rule for alert in await alerts(database).remove(1, 2)] == [PRICE, DRIFT]
    assert [alert.number for alert in await alerts(database).list()] == [3]
    assert await alerts(database).change(mode="off") == await alerts(database).remove() == ()


async def test_of_several_all_are_changed_or_none(database: Database) -> None:
    before = (await alerts(database).add(DRIFT), await alerts(database).add(FLIP))
    with pytest.raises(BadInput, match="no alert number 7"):
        await alerts(database).change(1, 7, mode="off")
    with pytest.raises(BadInput, match="too many digits"):
        await alerts(database).change(1, 2, tiers=(Decimal("1e-19"),))
    with pytest.raises(BadInput, match="no alert number 7"):
        await alerts(database).remove(1, 7)
    assert await alerts(database).list() == before


async def turned_on(database: Database, *wanted: tuple[Rule, Mode]) -> tuple[Alert, ...]:
    """What a hedge turns on beside what the user has."""
    mine = alerts(database)
    await mine.remove()  # the user is known
    async with database.write() as connection:
        return await connection.run_sync(mine.turn_on_beside, wanted)


async def test_opening_a_hedge_turns_on_what_is_not_there(database: Database) -> None:
    on = await turned_on(database, (DRIFT, "on"), (FLIP, "silent"))
    assert [(alert.rule, alert.mode, alert.origin) for alert in on] == [
        (DRIFT, "on", "hedge"),
        (FLIP, "silent", "hedge"),
    ]
    assert await alerts(database).list() == on


async def test_opening_the_next_hedge_forgets_what_the_last_came_to(database: Database) -> None:
    (before,) = await turned_on(database, (DRIFT, "on"))
    await fired(database, before)
    async with database.write() as connection:
        (after,) = await connection.run_sync(alerts(database).restart_beside, [DRIFT])
    assert (after.number, after.states) == (before.number, {})
    assert await alerts(database).list() == (after,)


async def test_opening_a_hedge_respects_what_the_user_chose(database: Database) -> None:
    own = await alerts(database).add(Rule("drift", "share", "", "above", (Decimal("0.1"),)))
    await alerts(database).add(FLIP)
    await alerts(database).change(2, mode="off")
    await fired(database, own)
    assert await turned_on(database, (DRIFT, "on"), (FLIP, "on")) == ()
    assert [(alert.mode, alert.states) for alert in await alerts(database).list()] == [
        ("on", {"": FIRED}),
        ("off", {}),
    ]


async def test_there_is_an_end_to_alerts(database: Database) -> None:
    for level in range(CAPS.alerts):
        await alerts(database).add(Rule("price", "level", "SOL", "below", (Decimal(level + 1),)))
    with pytest.raises(BadInput, match=f"{CAPS.alerts} alerts"):
        await alerts(database).add(DRIFT)
    assert await turned_on(database, (DRIFT, "on")) == ()


@pytest.mark.parametrize("tier", ["1e-19", "1e20"])
async def test_a_figure_that_cannot_be_kept_is_refused(database: Database, tier: str) -> None:
    rule = Rule("price", "level", "SOL", "below", (Decimal(tier),))
    with pytest.raises(BadInput, match="too many digits"):
        await alerts(database).add(rule)
    await alerts(database).add(PRICE)
    with pytest.raises(BadInput, match="too many digits"):
        await alerts(database).change(1, tiers=rule.tiers)
    assert [alert.rule for alert in await alerts(database).list()] == [PRICE]


async def test_alerts_are_taken_along_and_forgotten_with_the_rest(database: Database) -> None:
    await alerts(database).add(DRIFT)
    rows = await exported(database, ANN)
    assert [(row["kind"], row["tiers"]) for row in rows["alerts"]] == [("drift", '["0.05"]')]
    book = Book(database, ANN, now=NOW)
    await book.forget(await book.save_draft("?"), "?")
    assert await alerts(database).list() == ()
