"""Rolling a dated short: the next contract, basis earned and to come, both fees."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.advice.roll import Roll, next_contract, roll
from core.domain.errors import NoData
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.journal.fill import Fill
from tests.core.journal.open_hedges import legs, sold
from tests.domain import NOW, contract, quote, snapshot

JUNE, SEPTEMBER = NOW + timedelta(days=5), NOW + timedelta(days=96)
OLD, NEXT = (f"ETH/USDT:USDT-{end:%y%m%d}" for end in (JUNE, SEPTEMBER))


def market(old: Quote | None = None, multiplier: str = "0.01") -> Snapshot:
    """ETH at 3000; its futures 10 and 120 above."""
    june = contract("ETH", multiplier="0.01", symbol=OLD, expiry=JUNE)
    september = contract("ETH", multiplier=multiplier, symbol=NEXT, expiry=SEPTEMBER)
    found = snapshot(june, september, contract("ETH", multiplier="0.01"), BTC=90_000, ETH=3000)
    marks = {OLD: old or quote("3010", index="3000"), NEXT: quote("3120", index="3000")}
    return replace(found, quotes={**found.quotes, **marks})


def rolled(now: Snapshot, *fills: Fill) -> Roll:
    (leg,) = legs(now, *fills)
    return roll(leg, fills, now, NOW, None, Decimal(2))


def short(now: Snapshot, count: str = "1000", **more: str) -> Fill:
    return sold(count, now, OLD, at="3590", **{"index": "3500", **more})


def test_the_old_is_bought_back_and_the_next_sold() -> None:
    found = rolled(market(), short(market()))
    assert [found.close.ticket.change, found.open.change] == [1000, -1000]
    assert found.close.ticket.reduce_only
    assert not found.open.reduce_only
    assert found.open.contract.symbol == found.next.symbol == NEXT
    assert found.open.leverage == 2
    assert found.open.margin == 15_600
    assert found.days == 5


def test_basis_earned_given_up_and_to_come() -> None:
    found = rolled(market(), short(market()))
    assert found.earned == 800  # 10 ETH * ((3590 - 3500) - (3010 - 3000))
    assert found.given_up == pytest.approx(Decimal(100))  # 10 ETH * 10
    assert found.ahead == pytest.approx(Decimal(1200))  # 10 ETH * 120
    assert found.fees == Decimal("0.0005") * (30_100 + 31_200)


def test_part_that_was_bought_back_earned_its_basis_too() -> None:
    now = market()
    back = sold("-400", now, OLD, at="3210", index="3200")
    assert rolled(now, short(now), replace(back, at=NOW)).earned == 4 * (90 - 10) + 6 * (90 - 10)


def test_basis_is_not_known_where_the_spot_price_was_not() -> None:
    now = market()
    unknown = replace(short(now), index=None)
    assert rolled(now, unknown).earned is None


def test_a_future_whose_own_price_is_not_known_says_nothing_of_basis() -> None:
    now = market(replace(quote("3000", index="3000"), own=False))
    found = rolled(now, short(now))
    assert [found.earned, found.given_up] == [None, None]
    assert found.ahead == pytest.approx(Decimal(1200))


def test_the_next_one_is_of_as_many_coins() -> None:
    now = market(multiplier="0.1")
    found = rolled(now, short(now, "1004"))
    assert [found.open.count, found.wanted] == [100, Decimal("100.4")]


def test_the_next_is_the_first_later_one_of_the_same_kind() -> None:
    now = market()
    inverse = contract("ETH", inverse=True, multiplier="10", symbol="ETH/USD:ETH-260701", expiry=JUNE)
    inverse = replace(inverse, expiry=JUNE + timedelta(days=7))
    later = contract("ETH", multiplier="0.01", symbol="LATER", expiry=SEPTEMBER + timedelta(days=90))
    more = {one.symbol: one for one in (inverse, later)}
    wide = replace(
        now,
        contracts={**now.contracts, **more},
        quotes={**now.quotes, **dict.fromkeys(more, quote("3000"))},
    )
    found = next_contract(wide, wide.contracts[OLD])
    assert found is not None
    assert found.symbol == NEXT


def test_where_no_later_one_is_listed_it_says_what_to_do() -> None:
    now = market()
    last = sold("10", now, NEXT, index="3000")
    with pytest.raises(NoData, match="no later ETH future"):
        rolled(now, last)
