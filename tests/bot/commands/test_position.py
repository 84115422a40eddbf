"""/position: what is open, entered and corrected by hand."""

from decimal import Decimal

import pytest

from core.journal.held import Held
from core.journal.journal import open_positions
from core.store.database import Database
from core.store.user.ledger import Ledger
from tests.conversation import Talk, talk_over


async def held(talk: Talk) -> dict[str, Held]:
    """What is open, by symbol."""
    episode = await Ledger(talk.database, talk.user, now=talk.clock()).open()
    return {each.symbol: each for each in open_positions(episode.entries)} if episode else {}


async def short(talk: Talk) -> Held | None:
    return (await held(talk)).get("ETH/USDT:USDT")


async def test_a_position_is_entered_by_hand(talk: Talk) -> None:
    answer = await talk.say("/position add short 2.14 ETH at 4200 on simulated lev 3 fee 1")
    assert answer.lines[0] == "Recorded: sold 214 × 0.01 ETH (2.14 ETH) at $4,200.00"
    assert "ETH: short 214 × 0.01 ETH (2.14 ETH), entry $4,200.00, margin $2,996, on simulated" in answer
    listed = await talk.say("/position")
    assert listed.lines[0] == "Open: 1 position"
    assert "/position edit 2.2 ETH at 3490" in listed


async def test_a_long_and_a_coin_margined_short_stand_beside_each_other(talk: Talk) -> None:
    await talk.say("/position add long ETH 100 contracts at 4200")
    await talk.say("/position add short ETHUSD 21 at 4180 margin 100")
    assert {symbol: each.count for symbol, each in (await held(talk)).items()} == {
        "ETH/USDT:USDT": Decimal(100),
        "ETH/USD:ETH": Decimal(-21),
    }
    assert "several positions in ETH" in await talk.say("/position delete ETHEREUM")
    assert "Deleted: ETHUSD: short" in await talk.say("/position delete ETHUSD")
    assert (await held(talk)).keys() == {"ETH/USDT:USDT"}


async def test_the_margin_is_set(talk: Talk) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200")
    assert "margin not known" in await talk.say("/position")
    assert (await talk.say("/position ETH margin 3,000")).lines[0] == "ETH: margin $3,000"
    position = await short(talk)
    assert position is not None
    assert position.margin == 3000


async def test_a_position_is_corrected(talk: Talk) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200 fee 1")
    talk.clock.move(hours=3)
    assert (await talk.say("/position edit 2.2 ETH at 4210")).lines[0] == "Corrected: ETH at $4,210.00"
    position = await short(talk)
    assert position is not None
    assert position.count == -220
    assert position.entry == 4210
    assert position.since < talk.clock()


async def test_an_order_that_turns_a_position_around_brings_margin_for_what_it_opens(talk: Talk) -> None:
    await talk.say("/position add long ETH 100 contracts at 4200 lev 2")
    await talk.say("/filled sold ETH 150 contracts at 4200 lev 2")
    await talk.press("Yes, record it")
    position = await short(talk)
    assert position is not None
    assert position.count == -50
    assert position.margin == 1050


async def test_a_correction_may_bring_its_margin(talk: Talk) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200")
    await talk.say("/position edit ETH 200 contracts at 4210 margin 3000")
    position = await short(talk)
    assert position is not None
    assert position.margin == 3000


async def test_undo_takes_back_the_last_change_and_only_that(talk: Talk) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200")
    await talk.say("/position edit ETH 300 contracts at 4210")
    answer = await talk.press("Undo")
    assert answer.lines[0] == "Taken back: the correction"
    position = await short(talk)
    assert position is not None
    assert position.count == -214
    await talk.say("/position undo")
    assert await held(talk) == {}
    assert "nothing to undo" in await talk.say("/position undo")


async def test_undo_pressed_twice_undoes_once_and_can_be_put_back(talk: Talk) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200")
    added = await talk.say("/position add short ETH 6 contracts at 4200")
    undone = await talk.say(added.buttons["Undo"])
    assert "taken back before" in await talk.say(added.buttons["Undo"])
    position = await short(talk)
    assert position is not None
    assert position.count == -214
    await talk.say(undone.buttons["Put it back"])
    position = await short(talk)
    assert position is not None
    assert position.count == -220


async def test_a_deleted_position_comes_back(talk: Talk) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200 margin 900")
    await talk.say("/position ETH margin 950")
    gone = await talk.say("/position delete ETH")
    assert gone.lines[-1] == "Nothing is open now."
    assert (await talk.press("Undo")).lines[0] == "Taken back: the deletion"
    position = await short(talk)
    assert position is not None
    assert position.margin == 950


async def test_undo_is_for_ten_minutes(talk: Talk) -> None:
    added = await talk.say("/position add short ETH 214 contracts at 4200")
    talk.clock.move(minutes=10, seconds=1)
    for line in ("/position undo", added.buttons["Undo"]):
        assert "more than 10 minutes old" in await talk.say(line)
    assert await short(talk) is not None
    talk.clock.move(hours=-1)
    assert "Taken back" in await talk.say("/position undo")


async def test_an_undone_end_opens_the_hedge_again(talk: Talk) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200")
    closed = await talk.say("/filled bought ETH 214 at 4180")
    assert "this hedge is over" in closed
    await talk.press("Undo")
    assert await short(talk) is not None


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("/position add", "Say short or long"),
        ("/position add ETH 5 at 4200", "Say short or long"),
        ("/position add short ETH at 4200", "Say short or long"),
        ("/position add short ETH 2.14 at 3500 on bybit", "“bybit” is not offered here"),
        ("/position add short ETH 5 contracts at 30", "cannot be a price"),
        ("/position add short XYZ 5 at 30", "no contract for “XYZ”"),
        ("/position add short ETH -5 at 4200", "below zero"),
        ("/position SOL margin 5", "no open position in SOL"),
        ("/position ETH", "I do not understand that"),
        ("/position ETH margin 0", "above zero"),
        ("/position edit ETH", "the right number and the right price"),
        ("/position edit ETH 5 contracts at 1", "cannot be a price"),
        ("/position edit ETH 0 contracts at 4200", "above zero"),
        ("/position edit long ETH 5 at 4200", "is short"),
        ("/position delete", "Which one?"),
        ("/position delete SOL", "You have ETH"),
        ("/position delete ETH 5", "more than I can do"),
        ("/position ETH margin 500 lev 3", "more than I can do"),
        ("/position edit ETH 5 contracts at 4200 fee 3", "more than I can do"),
        ("/position undo everything", "it takes back the last change"),
        ("/position undo 99999999999999999999", "nothing to undo"),
    ],
)
async def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    talk: Talk, typed: str, complaint: str
) -> None:
    await talk.say("/position add short ETH 214 contracts at 4200")
    before = await held(talk)
    assert complaint in await talk.say(typed)
    assert await held(talk) == before


async def test_a_venue_that_is_down_cannot_tell_what_its_contracts_are_worth(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    await talk.say("/position add short ETH 1 contracts at 4200")
    talk.clock.move(hours=1)
    before = await held(talk)
    answer = await talk.say("/position add short SOL 214 at 250")
    assert "so what its contracts are worth is not known and nothing was recorded" in answer
    assert await held(talk) == before
    assert "Corrected" in await talk.say("/position edit ETH 2 contracts at 4210")


async def test_a_price_far_off_is_asked_back(talk: Talk) -> None:
    assert "Nothing is recorded yet" in await talk.say("/position add short ETH 214 contracts at 3000")
    await talk.press("Yes, record it")
    position = await short(talk)
    assert position is not None
    assert position.entry == 3000
