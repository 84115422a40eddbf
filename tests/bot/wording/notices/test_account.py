"""What is told of a connected account."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.wording.notices.notice import message
from core.alert.facts import Facts
from tests.domain import NOW

GONE = Facts(
    kind="account",
    what="gone",
    subject="ETH",
    side="short",
    venue="bybit",
    symbol="ETH/USDT:USDT",
    value=Decimal(7490),
    mark=Decimal(4200),
    urgent=True,
    at=NOW,
)


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        ("liquidated", "It was liquidated at $4,200.00. I have recorded it."),
        (
            "deleveraged",
            "It was closed by the exchange (auto-deleveraging) at $4,200.00. I have recorded it.",
        ),
        (None, "It was closed by an order that you did not tell me of at $4,200.00. I have recorded it."),
    ],
)
def test_a_short_that_is_gone_says_how_and_what_is_bare(reason: str | None, how: str) -> None:
    reply = message([replace(GONE, reason=reason)], NOW)
    assert "ETH short on Bybit is gone" in reply.text.split("\n")[0]
    assert how in reply.text
    assert "$7,490 of your coins is not hedged by it any more." in reply.text
    assert any(button.line == "/hedge" for row in reply.buttons for button in row)


def test_a_part_that_is_gone_names_what_is_left() -> None:
    reply = message([replace(GONE, what="smaller", short=Decimal(3300))], NOW)
    assert "A part of it" in reply.text
    assert "$3,300 is still short." in reply.text


def test_an_account_that_differs_names_both_counts_and_leads_to_a_comparison() -> None:
    facts = replace(GONE, what="differs", then=Decimal("-3.14"), value=Decimal("-2.14"), urgent=False)
    reply = message([facts], NOW)
    assert "you have -3.14 contracts open, by the account -2.14" in reply.text
    assert any(button.line == "/sync" for row in reply.buttons for button in row)


@pytest.mark.parametrize("why", ["refused", "rights"])
def test_a_key_that_rests_leads_to_a_new_one(why: str) -> None:
    reply = message(
        [Facts(kind="account", what=why, subject="bybit", venue="bybit", urgent=True, at=NOW)], NOW
    )
    assert "make a new key that can only read" in reply.text
    assert any(button.line == "/connect bybit" for row in reply.buttons for button in row)
