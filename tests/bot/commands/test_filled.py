"""/filled: from the ticket to a recorded position."""

import re
from decimal import Decimal

import pytest

from core.journal.journal import open_positions
from core.store.database import Database
from core.store.user.book import Book
from core.store.user.ledger import Ledger
from tests.conversation import Answer, Talk, talk_over


@pytest.fixture
async def shown(talk: Talk) -> Answer:
    """A ticket of two orders for the sample portfolio."""
    await talk.say("/add sample")
    return await talk.say("/ticket ETH SOL")


def ledger(talk: Talk) -> Ledger:
    return Ledger(talk.database, talk.user, now=talk.clock())


async def held(talk: Talk) -> dict[str, Decimal]:
    """Contracts open, by coin."""
    episode = await ledger(talk).open()
    return {each.terms.asset: each.count for each in open_positions(episode.entries)} if episode else {}


async def ordered(talk: Talk) -> dict[str, Decimal]:
    sheet = await ledger(talk).ticket()
    assert sheet is not None
    return {order.terms.asset: order.count for order in sheet.orders}


async def test_filled_as_shown_records_the_counts_of_the_ticket(talk: Talk, shown: Answer) -> None:
    answer = await talk.press("Filled as shown")
    assert answer.lines[0] == "Recorded: 2 orders"
    assert await held(talk) == await ordered(talk)
    assert all(f"Amount: {-count} contracts" in shown for count in (await held(talk)).values())
    episode = await ledger(talk).open()
    assert episode is not None
    assert {step.asset for step in episode.steps} == set(await talk.portfolio())
    assert all(step.price for step in episode.steps)
    assert [sizing.wish for sizing in episode.sizings] == ["100% 14d ETH SOL"]
    assert answer.buttons.keys() == {"Positions", "Undo"}


async def test_the_prices_and_the_margin_are_those_of_the_ticket(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    episode = await ledger(talk).open()
    assert episode is not None
    for position in open_positions(episode.entries):
        assert f"price {float(position.entry):g}" in shown
        worth = float(position.terms.multiplier * -position.count) * float(position.entry)
        assert position.margin is not None
        assert float(position.margin) == pytest.approx(worth, rel=1e-6)  # at 1x
    assert "First have" in shown


async def test_a_button_pressed_twice_records_once(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    first = await held(talk)
    again = await talk.say(shown.buttons["Filled as shown"])
    assert again.lines[0] == "This ticket is recorded already; nothing was changed now."
    assert await held(talk) == first


async def test_an_update_that_comes_twice_records_once(talk: Talk, shown: Answer) -> None:
    await talk.say("/filled ETH 100", request=41)
    again = await talk.say("/filled ETH 100", request=41)
    assert "carried out before" in again
    assert (await held(talk))["ETH"] == -100


async def test_the_price_and_the_count_may_differ_from_the_ticket(talk: Talk, shown: Answer) -> None:
    answer = await talk.say("/filled ETH 720 at 4175.5 fee 3 lev 2")
    assert answer.lines[0] == "Recorded: sold 720 × 0.01 ETH (7.2 ETH) at $4,175.50"
    assert "margin $15,032" in answer
    assert "Fees counted" not in answer
    assert await held(talk) == {"ETH": Decimal(-720)}
    assert "Still to record of the ticket:\n/filled ETH" in answer


async def test_coins_are_turned_into_contracts(talk: Talk, shown: Answer) -> None:
    assert "sold 720 × 0.01 ETH (7.2 ETH)" in await talk.say("/filled 7.2 ETH at 4175.5")
    await talk.press("Undo")
    assert "sold 720 × 0.01 ETH (7.2 ETH)" in await talk.say("/filled ETH 7.2 at 4175.5")
    assert await held(talk) == {"ETH": Decimal(-720)}


async def test_the_buttons_show_what_can_be_copied(talk: Talk, shown: Answer) -> None:
    for label in ("Filled at...", "Partly"):
        answer = await talk.say(shown.buttons[label])
        lines = re.findall("<code>(.*?)</code>", str(answer.reply.text))
        assert [line.split()[:2] for line in lines] == [["/filled", "ETH"], ["/filled", "SOL"]]
    assert (await talk.say("\n".join(lines))).lines[0] == "Recorded: 2 orders"
    assert await held(talk) == await ordered(talk)


async def test_parts_are_recorded_one_after_the_other(talk: Talk, shown: Answer) -> None:
    whole = await ordered(talk)
    await talk.say("/filled SOL 400 at 254")
    status = await talk.say("/filled")
    assert "ETH: sell" in status
    assert "nothing recorded" in status
    assert "400 × 0.1 SOL recorded" in status
    await talk.say("/filled SOL")
    assert await held(talk) == {"SOL": whole["SOL"]}
    pressed = await talk.say(shown.buttons["Filled as shown"])
    assert "sold" in pressed.lines[0]
    assert await held(talk) == whole


async def test_what_was_wanted_before_rounding_goes_with_the_fill(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    episode = await ledger(talk).open()
    assert episode is not None
    (sizing,) = episode.sizings
    for entry in episode.entries:
        assert not hasattr(entry.what, "number")
        assert -entry.what.wanted == sizing.wanted["simulated", entry.what.symbol]  # type: ignore[union-attr,operator]


async def test_an_order_that_was_not_placed_is_forgotten(talk: Talk, shown: Answer) -> None:
    assert (await talk.press("Not placed")).lines[0] == "The ticket is dropped."
    assert "That ticket is gone" in await talk.say(shown.buttons["Not placed"])
    assert "That ticket is gone" in await talk.say(shown.buttons["Filled as shown"])
    assert "no ticket yet" in await talk.say("/filled")
    assert await held(talk) == {}


@pytest.mark.parametrize(
    ("typed", "doubt"),
    [
        ("/filled bought ETH 1000 at 4180", "and you say bought"),
        ("/filled ETH 7,280 at 4180", "and you say 7,280 × 0.01 ETH"),
        ("/filled ETH 100 at 3100", "and you say $3,100.00"),
        ("/filled ETH 5 contracts at 4180", "and you say 5 × 0.01 ETH"),
    ],
)
async def test_a_fill_that_contradicts_the_ticket_is_asked_back(
    talk: Talk, shown: Answer, typed: str, doubt: str
) -> None:
    answer = await talk.say(typed)
    assert answer.lines[0] == "Is that right? Nothing is recorded yet."
    assert doubt in answer
    assert await held(talk) == {}
    assert "Recorded: " in await talk.press("Yes, record it")
    once = await held(talk)
    assert once
    assert "recorded or dropped before" in await talk.say(answer.buttons["Yes, record it"])
    assert await held(talk) == once


async def test_a_doubtful_fill_is_dropped_on_no(talk: Talk, shown: Answer) -> None:
    answer = await talk.say("/filled bought ETH 1000")
    await talk.press("No")
    await talk.say(answer.buttons["Yes, record it"])
    assert await held(talk) == {}


async def test_typing_what_was_recorded_already_is_asked_back(talk: Talk, shown: Answer) -> None:
    await talk.say("/filled ETH 720 at 4180")
    answer = await talk.say("/filled ETH 720 at 4180")
    assert "720 × 0.01 ETH are recorded already of" in answer
    assert (await held(talk))["ETH"] == -720


async def test_more_than_what_is_open_is_asked_back(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    assert "You are short only" in await talk.say("/filled bought SOL 9000")


async def test_a_ticket_that_is_all_recorded_asks_for_no_more(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    answer = await talk.say("/filled")
    assert answer.text.count(": all recorded") == len(await held(talk))
    assert "Copy" not in answer


async def test_only_what_is_missing_of_a_ticket_is_there_to_copy(talk: Talk, shown: Answer) -> None:
    await talk.say("/filled ETH 1 contracts")
    whole = len(re.findall("/filled ", (await talk.say("/filled")).text))
    await talk.say("/filled SOL")
    assert len(re.findall("/filled ", (await talk.say("/filled")).text)) == whole - 1


async def test_buying_back_closes_and_ends_the_hedge(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    whole = await held(talk)
    talk.clock.move(days=2)
    await talk.say(f"/filled bought ETH {-whole['ETH']}")
    talk.clock.move(minutes=1)
    answer = await talk.say(f"/filled bought SOL {-whole['SOL']}")
    assert "this hedge is over" in answer
    assert set(answer.buttons) == {"What next", "History", "New hedge", "Undo"}
    (past,) = await ledger(talk).past()
    assert past.ended == talk.clock()


async def test_a_ticket_counts_what_is_open(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    assert (await talk.say("/ticket ETH SOL")).lines[0] == "Nothing to place: your hedge stands."
    await talk.say("/filled bought SOL 300")
    answer = await talk.say("/ticket ETH SOL")
    assert "only the change" in answer
    assert "Amount: 300 contracts" in answer


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("/filled sold XYZ 5 at 3", "simulated has no contract for “XYZ”"),
        ("/filled LINK 5", "Did you sell LINK, or buy it?"),
        ("/filled LINK 5\nDOT 5", "Did you sell LINK, or buy it?"),
        ("/filled sold ETH 5 at 4180 on mtgox", "not offered here"),
        ("/filled ETH 5 at 3", "$3.00 cannot be a price of ETH"),
        ("/filled ETH 5 at 99999999", "cannot be a price of ETH"),
        (f"/filled ETH 5 at {10**50}", "cannot be a price of ETH"),
        ("/filled ETH 99999999999 at 4180", "So many ETH cannot be"),
        ("/filled ETH 0.5 contracts at 4180", "no whole number of contracts"),
        ("/filled sold PEPE 50000", "50,000 PEPE is no whole number of contracts of 1,000,000 PEPE"),
        ("/filled sold LINK", "How many LINK?"),
        ("/filled yes deadbeef", "recorded or dropped before"),
        ("/filled deadbeef", "That ticket is gone"),
        ("/filled at deadbeef", "That ticket is gone"),
    ],
)
async def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    talk: Talk, shown: Answer, typed: str, complaint: str
) -> None:
    assert complaint in await talk.say(typed)
    assert await held(talk) == {}


async def test_an_order_without_a_side_is_asked_for_it(talk: Talk) -> None:
    await talk.say("/filled ETH 500 contracts at 4180")
    assert "sold 500" in await talk.press("Sold (short)")
    assert await held(talk) == {"ETH": Decimal(-500)}


async def test_one_line_that_cannot_be_stops_all(talk: Talk, shown: Answer) -> None:
    assert "cannot be a price" in await talk.say("/filled ETH 720 at 4180\nSOL 5 at 0.0001")
    assert await held(talk) == {}


async def test_the_ticket_is_enough_while_the_exchange_is_down(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    await talk.say("/add sample")
    shown = await talk.say("/ticket ETH")
    assert "Filled as shown" in shown.buttons
    talk.clock.move(hours=1)
    assert "nothing was recorded" in await talk.say("/filled sold SOL 5")
    await talk.say("/filled ETH 700 at 4180")
    assert await held(talk) == {"ETH": Decimal(-700)}


async def test_someone_else_cannot_fill_my_ticket(talk: Talk, shown: Answer) -> None:
    other = talk.someone_else()
    assert "That ticket is gone" in await other.say(shown.buttons["Filled as shown"])
    assert await held(other) == {}
    assert await held(talk) == {}


async def test_holdings_that_change_move_the_target_and_say_so(talk: Talk, shown: Answer) -> None:
    await talk.press("Filled as shown")
    for line in ("/add SOL 5", "/set SOL 20", "/remove LINK"):
        answer = await talk.say(line)
        assert "/adjust" in answer
        assert answer.buttons["Adjust"] == "/adjust"
    episode = await ledger(talk).open()
    assert episode is not None
    assert [(step.asset, step.price is not None) for step in episode.steps[-3:]] == [
        ("SOL", True),
        ("SOL", True),
        ("LINK", True),
    ]


async def test_without_a_hedge_holdings_change_as_ever(talk: Talk) -> None:
    assert "target" not in await talk.say("/add SOL 5")
    assert await Book(talk.database, talk.user, now=talk.clock()).ledger.open() is None


async def test_what_is_open_where_nothing_is_offered_any_more_is_recorded_to_its_end(
    embedded: Database,
) -> None:
    before = talk_over(embedded, venues=("binanceusdm", "bybit"))
    await before.say("/add sample")
    await before.say("/ticket ETH")
    await before.press("Filled as shown")
    count = -(await held(before))["ETH"]
    now = talk_over(embedded, venues=("bybit",))
    assert "is not offered here" in await now.say("/filled sold SOL 5 at 170 on binanceusdm")
    assert "turn it around" in await now.say(f"/filled bought ETH {2 * count} at 4170")
    assert "Recorded" in await now.press("Yes, record it")
    assert await held(now) == {"ETH": count}
