"""The ledger: hedges begin, end and come back as their journal says, each change whole and made once."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select

from core.domain.caps import CAPS
from core.domain.errors import AlreadyDone, BadInput
from core.domain.holding import HoldingChange
from core.journal.episode import Episode, Sizing, Step
from core.journal.fill import Fill, Margin, Terms, Void
from core.journal.journal import live_entries, open_positions
from core.journal.order import Order
from core.store.database import Database, open_database
from core.store.tables import episodes, journal, metadata, users
from core.store.user.alerts import Alert
from core.store.user.book import Book
from core.store.user.ledger import Ledger
from core.store.user.recorded import Recorded
from core.store.user.refusals import RecordedBefore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANN, BOB = 4_503_599_627_370_495, 2
TERMS = Terms("ETH", Decimal("0.01"), expiry=datetime(2026, 6, 26, 8, tzinfo=UTC))
ETH, SOL = "ETH/USDT:USDT-260626", "SOL/USDT:USDT"


def ledger(database: Database, user: int = ANN, *, request: int | None = None, now: datetime = NOW) -> Ledger:
    return Ledger(database, user, now=now, request=request)


def book(database: Database, now: datetime = NOW) -> Book:
    return Book(database, ANN, now=now)


def fill(count: str, price: str = "3500", at: datetime = NOW, symbol: str = ETH, **rest: Any) -> Fill:
    return Fill("bybit", symbol, TERMS, Decimal(count), Decimal(price), at, **rest)


def order(count: str, symbol: str = ETH) -> Order:
    return Order(
        "bybit",
        symbol,
        TERMS,
        "contracts",
        Decimal(count),
        Decimal(3500),
        Decimal(3501),
        Decimal(3),
        Decimal(count) + Decimal("0.25"),
        Decimal("0.0002"),
    )


def sizing(wish: str = "100%") -> Sizing:
    wanted = {("bybit", ETH): Decimal("99.75")}
    return Sizing(NOW, wish, Decimal("0.5"), {"ETH": 0.9}, wanted, 1.25, "BTC", None)


async def sold(database: Database, count: str = "-100", **rest: Any) -> Recorded:
    return await ledger(database).record([fill(count, **rest)])


async def whole(database: Database, done: Recorded) -> Episode:
    """The episode that something was recorded in, as it is now."""
    episode = await ledger(database).episode(done.number)
    assert episode is not None
    return episode


async def open_counts(database: Database, user: int = ANN) -> list[Decimal]:
    episode = await ledger(database, user).open()
    return [held.count for held in open_positions(episode.entries)] if episode else []


async def test_a_newcomer_has_no_hedge(database: Database) -> None:
    anns = ledger(database)
    assert await anns.open() is None
    assert await anns.latest() is None
    assert await anns.episode(1) is None
    assert await anns.past() == ()
    assert await anns.ticket() is None
    async with database.read() as connection:
        assert (await connection.execute(select(users))).all() == []


async def test_the_first_fill_begins_a_hedge_with_all_that_is_held(database: Database) -> None:
    await book(database).apply(
        [HoldingChange("add", "SOL", Decimal(60)), HoldingChange("add", "ETH", Decimal("1.5"))]
    )
    done = await ledger(database, now=LATER).record(
        [fill("-100", at=LATER, fee=Decimal("-0.7"), margin=Decimal("1166.67"), index=Decimal("3499.9"))],
        prices={"ETH": Decimal(3500)},
    )
    assert done.began
    assert not done.ended
    episode = await ledger(database).open()
    assert episode == await ledger(database).latest() == await ledger(database).episode(1)
    assert done.number == 1
    assert episode is not None
    assert (episode.number, episode.began, episode.ended) == (1, LATER, None)
    assert episode.steps == (
        Step(LATER, "ETH", Decimal("1.5"), Decimal(3500)),
        Step(LATER, "SOL", Decimal(60), None),
    )
    (entry,) = episode.entries
    assert (entry.number, entry.change, entry.source, entry.recorded_at) == (1, 1, "typed", LATER)
    assert entry.what == fill(
        "-100", at=LATER, fee=Decimal("-0.7"), margin=Decimal("1166.67"), index=Decimal("3499.9")
    )


async def test_a_step_is_told_to_an_open_hedge_only(database: Database) -> None:
    await book(database).apply(
        [HoldingChange("add", "SOL", Decimal(60)), HoldingChange("add", "ETH", Decimal(1))]
    )
    await sold(database)
    await book(database, LATER).apply(
        [
            HoldingChange("remove", "SOL"),
            HoldingChange("add", "BTC", Decimal(2)),
            HoldingChange("set", "ETH", Decimal(1)),
        ],
        prices={"SOL": Decimal(160)},
    )
    episode = await ledger(database).open()
    assert episode is not None
    assert episode.steps[2:] == (
        Step(LATER, "BTC", Decimal(2), None),
        Step(LATER, "SOL", Decimal(0), Decimal(160)),
    )
    ended = await ledger(database, now=LATER).record([fill("100", at=LATER)])
    await book(database, LATER).apply([HoldingChange("add", "SOL", Decimal(1))])
    assert (await ledger(database).latest()) == await whole(database, ended)


async def test_a_hedge_ends_with_its_last_position_at_the_last_fill(database: Database) -> None:
    await ledger(database).record([fill("-100"), fill("-5", symbol=SOL)])
    first = await ledger(database, now=LATER).record([fill("100", at=LATER)])
    assert not first.ended
    at = LATER + timedelta(hours=2)
    last = await ledger(database, now=at).record([fill("5", at=at, symbol=SOL)])
    assert last.ended
    assert (await whole(database, last)).ended == at
    assert await ledger(database).open() is None
    again = await ledger(database, now=at).record([fill("-1", at=at)])
    assert again.began
    assert again.number == 2
    assert again.entries[0].number == 5
    assert [past.number for past in await ledger(database).past()] == [1]


async def test_a_void_opens_an_ended_hedge_again_and_drops_its_report(database: Database) -> None:
    await book(database).apply([HoldingChange("add", "SOL", Decimal(60))])
    await sold(database)
    ended = await ledger(database, now=LATER).record([fill("100", at=LATER)])
    as_it_ended = await whole(database, ended)
    assert await ledger(database).save_report(as_it_ended, '{"days": 1}')
    assert await ledger(database).reports([1, 2]) == {1: '{"days": 1}'}
    await book(database, LATER).apply([HoldingChange("add", "SOL", Decimal(5))])
    back = await ledger(database, now=LATER).record([Void(2)], prices={"SOL": Decimal(150)})
    assert back.reopened
    assert (await whole(database, back)).ended is None
    assert (await whole(database, back)).steps[-1] == Step(LATER, "SOL", Decimal(65), Decimal(150))
    assert await open_counts(database) == [Decimal(-100)]
    assert not await ledger(database).save_report(as_it_ended, "{}")
    again = await ledger(database, now=LATER).record([Void(3)])
    assert again.ended
    assert [past.reported for past in await ledger(database).past()] == [False]


async def test_a_report_is_kept_only_of_an_ended_hedge_as_it_is(database: Database) -> None:
    begun = await sold(database)
    assert not await ledger(database).save_report(await whole(database, begun), "{}")


async def test_an_ended_hedge_does_not_come_back_beside_an_open_one(database: Database) -> None:
    await sold(database)
    await ledger(database, now=LATER).record([fill("100", at=LATER)])
    await ledger(database, now=LATER).record([fill("-7", at=LATER)])
    with pytest.raises(BadInput, match="another one is open"):
        await ledger(database, now=LATER).record([Void(2)])
    assert await open_counts(database) == [Decimal(-7)]


async def test_a_hedge_of_which_all_was_taken_back_never_was(database: Database) -> None:
    await sold(database)
    done = await ledger(database).record([Void(1)])
    assert not done.ended
    assert await ledger(database).open() is None
    assert await ledger(database).past() == ()
    assert (await ledger(database).record([Void(2)])).reopened
    assert await open_counts(database) == [Decimal(-100)]


async def test_margin_is_set_for_what_is_open(database: Database) -> None:
    await sold(database)
    done = await ledger(database).record([Margin("bybit", ETH, Decimal(3000), NOW)])
    assert [held.margin for held in done.held] == [3000]
    with pytest.raises(BadInput, match="no open position"):
        await ledger(database).record([Margin("bybit", SOL, Decimal(3000), NOW)])
    with pytest.raises(BadInput, match="no open position"):
        await ledger(database, BOB).record([Margin("bybit", ETH, Decimal(3000), NOW)])


@pytest.mark.parametrize(
    "bad",
    [
        fill("0"),
        fill("-1", "0"),
        fill("-1", "-3500"),
        fill("NaN"),
        fill("-1", "Infinity"),
        fill("-1", "0.0000000000000000001"),
        fill("-100000000000000000000"),
        fill("-1", margin=Decimal(-1)),
        fill("-1", fee=Decimal("1E-30")),
        Margin("bybit", ETH, Decimal("NaN"), NOW),
        Void(99),
    ],
    ids=repr,
)
async def test_one_entry_that_cannot_be_undoes_all(database: Database, bad: Fill | Margin | Void) -> None:
    with pytest.raises(BadInput):
        await ledger(database, request=5).record([fill("-100"), bad])
    assert await ledger(database).latest() is None
    await ledger(database, request=5).record([fill("-100")])


async def test_small_prices_and_counts_are_kept_exactly(database: Database) -> None:
    what = fill("-123456789.00000001234", "0.00000001234")
    await ledger(database).record([what])
    episode = await ledger(database).open()
    assert episode is not None
    assert episode.entries[0].what == what


async def test_what_was_taken_back_is_not_taken_back_again(database: Database) -> None:
    await sold(database)
    await sold(database, "-50")
    await ledger(database).record([Void(2)])
    for again in ([Void(2)], [Void(1), Void(1)]):
        with pytest.raises(AlreadyDone):
            await ledger(database).record(again)
    with pytest.raises(BadInput, match="no such entry"):
        await ledger(database, BOB).record([Void(1)])


async def test_a_change_of_what_has_changed_meanwhile_is_refused(database: Database) -> None:
    await sold(database)
    await sold(database, "-50")
    with pytest.raises(AlreadyDone, match="meanwhile"):
        await ledger(database).record([Void(1)], after=1)
    await ledger(database).record([Void(1)], after=2)


async def test_an_update_that_is_delivered_twice_records_once(database: Database) -> None:
    await ledger(database, request=900).record([fill("-100")])
    with pytest.raises(AlreadyDone):
        await ledger(database, request=900, now=LATER).record([fill("-100", at=LATER)])
    assert await open_counts(database) == [Decimal(-100)]


async def test_ten_devices_that_fill_one_ticket_record_it_once(database: Database) -> None:
    token = await ledger(database).save_ticket([order("-100"), order("-5", SOL)], sizing())
    sheet = await ledger(database).ticket(token)
    assert sheet is not None
    shown = [each.fill(NOW) for each in sheet.orders]
    answers = await asyncio.gather(
        *(
            ledger(database, request=n).record(shown, source="ticket", ticket=token, legs=[0, 1])
            for n in range(10)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, AlreadyDone) for answer in answers) == 9
    assert await open_counts(database) == [Decimal(-100), Decimal(-5)]
    after = await ledger(database).ticket()
    assert after is not None
    assert [after.filled(each) for each in after.orders] == [Decimal(-100), Decimal(-5)]


async def test_a_short_that_is_closed_and_opened_in_one_message_has_the_later_price(
    database: Database,
) -> None:
    await sold(database, margin=Decimal(1000))
    token = await ledger(database).save_ticket([order("100"), order("-100")], sizing())
    anew = [fill("100", "3000", LATER), fill("-100", "3001", LATER, margin=Decimal(900))]
    await ledger(database, now=LATER).record(anew, source="ticket", ticket=token, legs=[0, 1])
    (held,) = (await ledger(database).current()).held
    assert held.count == -100
    assert held.entry == 3001
    assert held.margin == 900
    assert held.realised == 500  # 100 contracts of 0.01 ETH, bought back $500 lower
    sheet = await ledger(database).ticket(token)
    assert sheet is not None
    assert [sheet.filled(each) for each in sheet.orders] == [Decimal(100), Decimal(-100)]
    episode = await ledger(database).open()
    assert episode is not None
    assert [entry.what.count for entry in live_entries(episode.entries)] == [-100, 100, -100]  # type: ignore[union-attr]


async def test_ten_devices_that_type_at_once_lose_nothing(database: Database) -> None:
    await asyncio.gather(*(ledger(database, request=n).record([fill("-1")]) for n in range(10)))
    assert await open_counts(database) == [Decimal(-10)]
    episode = await ledger(database).open()
    assert episode is not None
    assert [entry.number for entry in episode.entries] == list(range(1, 11))


async def test_two_devices_that_end_and_change_a_hedge_agree(database: Database) -> None:
    await sold(database)
    await asyncio.gather(
        ledger(database).record([fill("100")]),
        book(database).apply([HoldingChange("add", "SOL", Decimal(1))]),
        ledger(database).save_ticket((), sizing()),
    )
    async with database.read() as connection:
        assert (await connection.execute(select(episodes.c.ended))).scalars().all() == [
            NOW + timedelta(microseconds=1)
        ]


async def test_a_program_that_dies_in_the_middle_leaves_nothing(database_url: str) -> None:
    first = open_database(database_url)
    token = await ledger(first).save_ticket([order("-100")], sizing())

    class PowerCut(BaseException):
        pass

    class Dying(Ledger):
        def _watch(self, *told: Any) -> tuple[Alert, ...]:
            raise PowerCut

    with pytest.raises(PowerCut):
        await Dying(first, ANN, now=NOW, request=7).record([fill("-100")], ticket=token, legs=[0])
    await first.close()
    again = open_database(database_url)
    assert await ledger(again).latest() is None
    await ledger(again, request=7).record([fill("-100")], ticket=token, legs=[0])
    assert await open_counts(again) == [Decimal(-100)]
    await again.close()


async def test_a_clock_that_was_set_back_puts_nothing_before_the_past(database: Database) -> None:
    await ledger(database, now=LATER).record([fill("-100", at=LATER)])
    back = await ledger(database, now=NOW).record([fill("100", at=NOW)])
    assert back.ended
    assert (await whole(database, back)).began == LATER
    assert (await whole(database, back)).ended == LATER + timedelta(microseconds=1)


async def test_a_clock_that_was_far_ahead_does_not_stop_the_journal(database: Database) -> None:
    await book(database).apply([HoldingChange("add", "SOL", Decimal(1))])
    ahead = NOW + timedelta(days=900)
    await ledger(database, now=ahead).record([fill("-100", at=ahead)])
    done = await ledger(database).record([fill("100")])
    assert done.ended
    assert (await whole(database, done)).began == NOW
    assert (await whole(database, done)).steps == (Step(NOW, "SOL", Decimal(1), None),)


async def test_a_ticket_comes_back_as_it_was_shown(database: Database) -> None:
    shown = [order("-100"), order("-5", SOL)]
    token = await ledger(database).save_ticket(shown, sizing())
    sheet = await ledger(database).ticket(token)
    assert sheet is not None
    assert (sheet.token, sheet.at, sheet.orders, sheet.sizing) == (token, NOW, tuple(shown), sizing())
    assert sheet.recorded == {}
    assert await ledger(database, BOB).ticket(token) is None
    newer = await ledger(database).save_ticket(shown, sizing("50%"))
    newest = await ledger(database).ticket()
    assert newest is not None
    assert newest.token == newer


async def test_a_filled_ticket_hands_over_why_it_was_sized_once(database: Database) -> None:
    token = await ledger(database).save_ticket([order("-100")], sizing())
    for _ in range(2):
        done = await ledger(database).record([fill("-10")], ticket=token)
    assert (await whole(database, done)).sizings == (sizing(),)
    assert [entry.ticket for entry in (await whole(database, done)).entries] == [token, token]
    other = await ledger(database).save_ticket([order("-100")], sizing("80%"))
    await ledger(database).record([fill("-10")], ticket=other)
    episode = await ledger(database).open()
    assert episode is not None
    assert [each.wish for each in episode.sizings] == ["100%", "80%"]


async def test_a_dropped_ticket_records_nothing(database: Database) -> None:
    token = await ledger(database).save_ticket([order("-100")], sizing())
    assert not await ledger(database, BOB).drop_ticket(token)
    assert await ledger(database).drop_ticket(token)
    assert not await ledger(database).drop_ticket(token)
    with pytest.raises(AlreadyDone, match="gone"):
        await ledger(database).record([fill("-100")], ticket=token, legs=[0])
    assert await ledger(database).latest() is None


async def test_what_was_filled_as_shown_and_taken_back_is_not_pressed_again(database: Database) -> None:
    token = await ledger(database).save_ticket([order("-100")], sizing())
    await ledger(database).record([fill("-100")], ticket=token, legs=[0])
    await ledger(database).record([Void(1)])
    with pytest.raises(RecordedBefore):
        await ledger(database).record([fill("-100")], ticket=token, legs=[0])
    await ledger(database).record([fill("-100")], ticket=token)
    assert await open_counts(database) == [Decimal(-100)]


async def test_old_tickets_are_forgotten(database: Database) -> None:
    tokens = [await ledger(database).save_ticket([order("-1")], sizing()) for _ in range(CAPS.tickets + 1)]
    assert await ledger(database).ticket(tokens[0]) is None
    assert await ledger(database).ticket(tokens[1]) is not None


async def test_a_draft_is_used_up_by_the_fills_that_it_made(database: Database) -> None:
    token = await book(database).save_draft("fills")
    await ledger(database).record([fill("-100")], draft=token)
    with pytest.raises(AlreadyDone):
        await ledger(database).record([fill("-100")], draft=token)
    assert await open_counts(database) == [Decimal(-100)]


async def test_two_users_hedge_beside_each_other(database: Database) -> None:
    await sold(database)
    await ledger(database, BOB).record([fill("-7")])
    await ledger(database, BOB).record([fill("7")])
    assert await open_counts(database) == [Decimal(-100)]
    assert len(await ledger(database, BOB).past()) == 1
    assert await ledger(database).past() == ()


async def test_a_user_who_is_gone_leaves_no_row(database: Database) -> None:
    await book(database).apply([HoldingChange("add", "SOL", Decimal(1))])
    token = await ledger(database, request=1).save_ticket([order("-100")], sizing())
    await ledger(database, request=1).record([fill("-100")], ticket=token)
    async with database.write() as connection:
        await connection.execute(delete(users).where(users.c.id == ANN))
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            assert (await connection.execute(select(table))).all() == [], table.name


async def test_the_journal_is_only_added_to(database: Database) -> None:
    await sold(database)
    async with database.read() as connection:
        first = (await connection.execute(select(journal))).all()
    await ledger(database).record([Void(1)])
    await ledger(database).record([fill("-3")])
    async with database.read() as connection:
        assert (await connection.execute(select(journal).order_by(journal.c.number))).all()[:1] == first
