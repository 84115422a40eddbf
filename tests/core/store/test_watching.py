"""What a hedge turns on as it goes: what it newly calls for, and nothing that the user chose otherwise."""

from datetime import UTC, datetime
from decimal import Decimal

from core.alert.rule import State
from core.journal.episode import Sizing
from core.journal.fill import Fill, Terms
from core.journal.order import Order
from core.store.database import Database
from core.store.queue.outbox import AlertChange, Outbox
from core.store.user.alerts import Alert, Alerts
from core.store.user.ledger import Ledger

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = 4_503_599_627_370_495
ETH, SOL, DATED = "ETH/USDT:USDT", "SOL/USDT:USDT", "ETH/USDT:USDT-260626"
EXPIRY = datetime(2026, 6, 26, 8, tzinfo=UTC)
FIRED = State(1, 1, (NOW, None), (NOW, None))


def fill(symbol: str, count: str) -> Fill:
    terms = Terms(
        symbol.split("/", maxsplit=1)[0], Decimal("0.01"), expiry=EXPIRY if symbol == DATED else None
    )
    return Fill("bybit", symbol, terms, Decimal(count), Decimal(3500), NOW)


def ledger(database: Database) -> Ledger:
    return Ledger(database, ANN, now=NOW)


def alerts(database: Database) -> Alerts:
    return Alerts(database, ANN, now=NOW)


async def turned_on(database: Database, *fills: Fill) -> list[str]:
    """The kinds of the alerts that recording these fills is said to have turned on."""
    return [alert.rule.kind for alert in (await ledger(database).record(fills)).alerts]


async def fired(database: Database) -> tuple[Alert, ...]:
    """Every alert has told something."""
    known = await alerts(database).list()
    changes = [AlertChange(ANN, alert.number, alert.version, {"": FIRED}) for alert in known]
    assert len(await Outbox(database).apply(changes)) == len(known)
    return await alerts(database).list()


async def test_the_end_of_a_contract_is_watched_from_the_first_one_on(database: Database) -> None:
    assert await turned_on(database, fill(ETH, "-100")) == [
        "liquidation",
        "adl",
        "contract",
        "funding",
        "expiry",
        "dehedge",
        "stale",
    ]
    before = await fired(database)
    assert await turned_on(database, fill(ETH, "100"), fill(DATED, "-100")) == []
    assert await alerts(database).list() == before  # those that run on keep what they have told


async def test_a_first_perpetual_beside_a_future_has_its_funding_watched(database: Database) -> None:
    assert await turned_on(database, fill(DATED, "-100")) == [
        "liquidation",
        "adl",
        "contract",
        "expiry",
        "dehedge",
        "stale",
    ]
    assert await turned_on(database, fill(SOL, "-10")) == ["funding"]
    assert await turned_on(database, fill(SOL, "-10")) == []


async def test_a_sizing_that_comes_later_has_drift_watched(database: Database) -> None:
    await turned_on(database, fill(ETH, "-100"))
    sized = Sizing(NOW, "100%", Decimal(1), {"ETH": 0.9}, {("bybit", ETH): Decimal(100)}, 1.25, "BTC", None)
    terms = fill(ETH, "-1").terms
    one = (Decimal(3500), Decimal(3501), Decimal(3), Decimal(1), Decimal("0.0002"))
    order = Order("bybit", ETH, terms, "contracts", Decimal(-1), *one)
    token = await ledger(database).save_ticket([order], sized)
    done = await ledger(database).record([fill(ETH, "-1")], ticket=token)
    assert [alert.rule.kind for alert in done.alerts] == ["drift"]


async def test_what_the_user_chose_for_a_kind_stands(database: Database) -> None:
    await turned_on(database, fill(DATED, "-100"))
    (own,) = [alert for alert in await alerts(database).list() if alert.rule.kind == "expiry"]
    await alerts(database).change(own.number, mode="off")
    await turned_on(database, fill(DATED, "100"), fill(ETH, "-100"))
    before = await alerts(database).list()
    assert await turned_on(database, fill(DATED, "-100")) == []
    assert await alerts(database).list() == before
    assert {alert.rule.kind: alert.mode for alert in before}["expiry"] == "off"


async def test_what_the_user_removed_stays_away(database: Database) -> None:
    await turned_on(database, fill(ETH, "-100"))
    await alerts(database).remove(*(alert.number for alert in await alerts(database).list()))
    assert await turned_on(database, fill(SOL, "-100")) == []
    assert await turned_on(database, fill(DATED, "-100")) == []


async def test_the_end_of_a_hedge_turns_on_nothing_and_the_next_one_starts_afresh(database: Database) -> None:
    await turned_on(database, fill(ETH, "-100"))
    await fired(database)
    assert await turned_on(database, fill(ETH, "100")) == []
    assert await turned_on(database, fill(ETH, "-100")) == [
        "liquidation",
        "adl",
        "contract",
        "funding",
        "expiry",
        "dehedge",
        "stale",
    ]
    assert [alert.states for alert in await alerts(database).list()] == [{}] * 7
