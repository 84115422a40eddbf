"""A person who hedges on regulated futures with prices of the simulated market."""

from functools import partial

import pytest

from bot.chat.router import Conversation
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.venues.catalogue import CatalogueMarket, open_catalogue
from core.venues.simulated.market import SimulatedMarket
from tests.conversation import BEGAN, Clock, Talk


def _opened(clock: Clock, venue: str) -> CatalogueMarket:
    return open_catalogue(venue, SimulatedMarket(7, "calm", clock, began=BEGAN), clock)


def _talk(database: Database, venue: str) -> Talk:
    clock = Clock()
    watch = Watch(partial(_opened, clock), StoredCloses(database), clock)
    return Talk(Conversation(database, watch, (venue,), clock), clock, database, watch)


@pytest.fixture
def talk(embedded: Database) -> Talk:
    return _talk(embedded, "cme")


async def test_a_hedge_is_sized_on_what_ends_on_a_day(talk: Talk) -> None:
    await talk.say("/add\nSOL 60\nETH 5")
    answer = await talk.say("/hedge ETH")
    assert "× 0.1 ETH" in answer.text
    assert "ends on 26 Jun" in answer.text
    assert "until 26 Jun 2026" in answer.text


async def test_a_basis_that_is_not_known_is_not_said_to_be_nothing(talk: Talk) -> None:
    await talk.say("/add ETH 5")
    answer = await talk.say("/basis")
    assert "basis is not, either" in answer.lines[0]
    assert "0.0%" not in answer.text


async def test_a_hedge_rolls_on_once_its_contract_has_ended(talk: Talk) -> None:
    await talk.say("/add ETH 5")
    talk.clock.move(days=16.5)
    assert "ends on 31 Jul 2026" in (await talk.say("/hedge ETH")).text


async def test_a_ticket_asks_what_a_brokers_screen_asks(talk: Talk) -> None:
    await talk.say("/add ETH 20")
    answer = await talk.say("/ticket ETH")
    assert answer.lines[0] == "Place 1 order on CME"
    for line in (
        "Side: Sell",
        "Quantity: 200 contracts",
        "Order: Limit, at the bid you see",
        "Time in force: Day",
    ):
        assert line in answer.lines
    for word in ("Isolated", "leverage 1x", "wallet", "Reduce-only", "shows no bid"):
        assert word not in answer.text


async def test_what_closes_at_a_broker_needs_no_reduce_only(talk: Talk) -> None:
    await talk.say("/add ETH 20")
    await talk.say("/ticket ETH")
    await talk.say("/filled METM6 200 at 4100")
    await talk.say("/set ETH 10")
    answer = await talk.say("/ticket ETH")
    assert "Side: Buy, to close" in answer.lines
    assert "Quantity: 100 contracts" in answer.lines
    assert "Order: Limit, at the ask you see" in answer.lines
    assert "no reduce-only" in answer.text


async def test_an_unknown_basis_is_no_figure_in_the_cost(talk: Talk) -> None:
    await talk.say("/add ETH 20")
    answer = await talk.say("/cost")
    assert answer.lines[0].endswith("basis not counted")
    assert "basis              not known" in answer.lines
    assert "$0.00" not in answer.text
    assert set(answer.buttons) == {"Hedge"}


async def test_the_margin_is_cash_at_a_broker(talk: Talk) -> None:
    await talk.say("/add ETH 20")
    answer = await talk.say("/margin")
    assert answer.lines[0].startswith("Cash to keep at your broker: $")
    assert "isolated" not in answer.text
    assert "leverage" not in answer.text
    assert set(answer.buttons) == {"The hedge"}


async def test_nobody_is_sent_to_funding_that_is_not_there(talk: Talk) -> None:
    await talk.say("/add ETH 20")
    assert (await talk.say("/funding SOL")).lines[0] == (
        "CME has no perpetual for SOL, so no funding. Its futures run to a date and pay none."
    )
    assert "is not known here" in await talk.say("/funding")
    assert "Perpetual or dated?" not in (await talk.say("/funding")).buttons


async def test_a_position_is_told_by_the_name_of_its_contract(talk: Talk) -> None:
    refused = await talk.say("/position add short ETH 20 at 3500 on cme")
    assert "METM6, METN6, METQ6" in refused
    done = await talk.say("/position add short METM6 20 at 4100 on cme")
    assert done.lines[0] == "Recorded: sold 20 × 0.1 ETH (2 ETH) at $4,100.00"
    assert "METM6: short 20 × 0.1 ETH" in done.text


async def test_funding_that_is_never_had_is_not_called_fresh(talk: Talk) -> None:
    await talk.say("/add ETH 5")
    await talk.say("/hedge ETH")
    rows = [line.split() for line in (await talk.say("/status")).lines]
    assert ["CME", "0s", "-", "0s"] in rows


async def test_a_horizon_past_the_last_future_is_said(embedded: Database) -> None:
    talk = _talk(embedded, "coinbasederivatives")
    await talk.say("/add ETH 5")
    long, short = await talk.say("/hedge 120d ETH"), await talk.say("/hedge 60d ETH")
    assert (
        "No funding: this contract ends on 28 Aug 2026, before your 120 days are over: roll before then."
    ) in long.lines
    assert "No funding: this contract ends on 28 Aug 2026." in short.lines


async def test_a_price_that_was_not_shown_is_asked_for_and_not_booked(talk: Talk) -> None:
    await talk.say("/add ETH 20")
    await talk.say("/ticket ETH")
    answer = await talk.press("Filled as shown")
    assert answer.lines[0] == "At what price?"
    assert "Nothing is recorded yet" in answer.text
    assert "METM6" not in await talk.say("/position")
    done = await talk.say("/filled METM6 200 at 4100")
    assert done.lines[0] == "Recorded: sold 200 × 0.1 ETH (20 ETH) at $4,100.00"


async def test_without_a_price_nothing_is_booked_at_the_coins(talk: Talk) -> None:
    await talk.say("/add ETH 20")
    await talk.say("/ticket ETH")
    assert "/filled METM6 200 at PRICE" in await talk.press("Filled at...")
    assert set(talk.last.buttons if talk.last else ()) == {"Not placed"}
    answer = await talk.say("/filled METM6 200")
    assert answer.lines[0].startswith("What METM6 trades at is not known here, so nothing was recorded.")
    assert "Nothing is open" in await talk.say("/position")


@pytest.fixture
async def short(talk: Talk) -> Talk:
    """ETH 20, and all of it short in one future."""
    await talk.say("/add ETH 20")
    await talk.say("/ticket ETH")
    await talk.say("/filled METM6 200 at 4100")
    return talk


@pytest.mark.parametrize("asked", ["/exit", "/dehedge half", "/dehedge close"])
async def test_what_leaves_a_broker_speaks_of_no_reduce_only_and_says_whose_price_it_takes(
    short: Talk, asked: str
) -> None:
    answer = await short.say(asked)
    assert "Tick reduce-only" not in answer
    assert "exactly so many" in answer
    assert "the coin's price" in answer
    assert "Cash that comes free" in answer
    assert "at your broker" in answer


async def test_standing_and_report_say_whose_price_they_take(short: Talk) -> None:
    positions = await short.say("/positions")
    assert "the coin's price" in positions
    assert "Prices: CME, 0 s old." in positions
    assert "futures wallet" not in positions
    report = await short.say("/report")
    assert "at the coin's price" in report
    await short.say("/filled bought METM6 200 at 4050")
    assert "at the coin's price" not in await short.say("/report")


async def test_a_roll_at_a_broker_claims_nothing_of_a_gap_that_is_not_known(short: Talk) -> None:
    answer = await short.say("/roll")
    assert "is not known here" in answer
    assert "reduce-only, then" not in answer
    for word in ("still earns", "First have", "not known\n", "cme"):
        assert word not in answer.text
    assert "counts towards it" in answer
