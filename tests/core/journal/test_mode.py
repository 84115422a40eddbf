"""How the account backs a position: kept with what opened it, and told later."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from core.journal.fill import Entry, Margin
from core.journal.journal import positions
from tests.core.journal.open_hedges import ETH, sold
from tests.domain import NOW, snapshot

MARKET = snapshot(ETH=3500)
FIRST = sold("100", MARKET, at="3500", margin="1750")


def held(*what: object):  # type: ignore[no-untyped-def]
    (found,) = positions(Entry(n, 1, each, NOW, "typed") for n, each in enumerate(what, 1))  # type: ignore[arg-type]
    return found


def test_without_a_word_a_position_has_a_margin_of_its_own() -> None:
    assert held(FIRST).mode == "isolated"
    assert held(FIRST).margin == 1750


def test_one_that_shares_the_account_has_none() -> None:
    shared = held(replace(FIRST, mode="coins"))
    assert (shared.mode, shared.margin, shared.pooled) == ("coins", None, True)


def test_more_of_it_keeps_the_mode_unless_it_says_another() -> None:
    more = replace(FIRST, at=NOW + timedelta(hours=1))
    assert held(replace(FIRST, mode="cross"), more).mode == "cross"
    assert held(FIRST, replace(more, mode="cross")).margin is None


def test_a_mode_is_told_later_and_a_margin_with_it() -> None:
    later = NOW + timedelta(hours=1)
    told = Margin(FIRST.venue, ETH, None, later, "coins")
    assert held(FIRST, told).margin is None
    back = Margin(FIRST.venue, ETH, Decimal(900), later + timedelta(hours=1), "isolated")
    again = held(FIRST, told, back)
    assert (again.mode, again.margin) == ("isolated", 900)
