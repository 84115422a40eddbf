"""/whatif: the moves it takes, and how the answer reads."""

import re
from decimal import Decimal

import pytest

from bot.commands.whatif import FORM, read_moves
from bot.wording.layout import WIDTH
from bot.wording.numbers import short_money
from bot.wording.reply import MAX_BUTTON_BYTES
from core.domain.errors import BadInput
from tests.conversation import SIMULATED, Answer, Talk, pressable


def figures(answer: Answer) -> dict[str, list[str]]:
    """The rows of the first table, by label; `{"With hedge": ["-$206", "+$206"]}`."""
    first, *others = str(answer.reply.text).split("<pre>")[1].split("</pre>")[0].split("\n")
    columns = len(first.split()) - 1
    return {row[0]: row[1:] for row in (line.rsplit(maxsplit=columns) for line in (first, *others))}


def dollars(text: str) -> float:
    return float(text.replace("$", "").replace(",", ""))


async def test_a_fall_is_answered_in_the_first_line(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/whatif -20% with 50% ETH SOL")
    assert answer.lines[0].startswith("If BTC falls 20%: you lose $")
    assert " instead of $" in answer.lines[0]
    assert answer.lines[1] == SIMULATED


async def test_it_says_what_the_hedge_says(talk: Talk) -> None:
    await talk.say("/add sample")
    hedge = await talk.say("/hedge 70% ETH SOL")
    rows = figures(await talk.say("/whatif -20% with 70% ETH SOL"))
    (bare,) = rows["Without hedge"]
    (left,) = rows["With hedge"]
    assert f"without the hedge {bare}" in hedge
    assert f"with the hedge {left}" in re.sub(" +", " ", hedge.text)


async def test_a_fall_and_a_rise_stand_side_by_side(talk: Talk) -> None:
    await talk.say("/add sample")
    asked, unasked = (
        await talk.say("/whatif -20 +20 with 50% BTC SOL"),
        await talk.say("/whatif with BTC SOL"),
    )
    assert "If BTC falls 20%: you lose " in asked.lines[0]
    assert any(line.startswith("If BTC rises 20%: you gain ") for line in asked.lines[1:4])
    rows = figures(asked)
    assert rows["BTC"] == ["-20%", "+20%"]
    assert dollars(rows["Without hedge"][0]) == -dollars(rows["Without hedge"][1])
    assert figures(unasked)["BTC"] == ["-20%", "+20%"]


async def test_the_rows_add_up(talk: Talk) -> None:
    await talk.say("/add sample")
    rows = figures(await talk.say("/whatif -10% with 50% ETH"))
    bare, hedge, both = (dollars(rows[label][0]) for label in ("Without hedge", "Hedge makes", "With hedge"))
    assert both == pytest.approx(bare + hedge, abs=2)
    assert dollars(rows["With funding"][0]) == pytest.approx(both + dollars(rows["Funding 14 d"][0]), abs=2)
    assert dollars(rows["Margin left"][0]) == pytest.approx(dollars(rows["Margin now"][0]) + hedge, abs=2)


async def test_named_coins_move_as_said(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/whatif BTC -15 SOL -40")
    assert answer.lines[0].startswith("If BTC falls 15% and SOL falls 40%: you ")
    rows = figures(answer)
    assert rows["BTC"] == ["-15%"]
    assert rows["SOL"] == ["-40%"]
    assert "SOL   -40%  -$4,000" in answer


async def test_a_liquidated_leg_is_named_first(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/whatif +60 with 3x sure ETH")
    assert answer.lines[0].startswith("Warning: ETH short liquidated on the way. If ETH rises 60%: you gain")
    assert "closes this short at" in answer
    assert figures(answer)["Margin safety"] == ["liquidated"]
    assert figures(answer)["Margin left"] == ["$0.00"]


async def test_coins_to_buy_as_margin_are_said_to_move_too(talk: Talk) -> None:
    await talk.say("/add SOL 100")
    assert "hold too little" in await talk.say("/whatif -20% with inverse ETH")
    await talk.say("/add ETH 100")
    assert "You hold too little of that" not in await talk.say("/whatif -20% with inverse only SOL ETH 5%")


async def test_a_beta_of_the_users_own_is_not_what_the_coins_move_by(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "not 1.50 times as far" in await talk.say("/whatif -20% with beta 1.5 ETH")


async def test_a_dated_future_has_no_funding_row(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "Funding 14 d" not in await talk.say("/whatif -20% with quarterly ETH")


async def test_buttons_ask_the_same_of_the_same_hedge(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/whatif -20% with 50% ETH")
    assert list(answer.buttons) == ["-10%", "-20%", "-40%", "+20%", "+40%", "Hedge", "Portfolio"]
    assert answer.buttons["Hedge"] == "/hedge 50% ETH"
    assert (await talk.press("-40%")).lines[0].startswith("If ETH falls 40%: ")
    assert answer.buttons["+40%"] == "/whatif +40% with 50% ETH"


async def test_words_too_long_for_a_button_leave_the_way_back(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/whatif -20% with 050.00% 14d ETH:60.000000000 SOL:40.000000000 perpetual")
    assert all(len(button.line.encode()) <= MAX_BUTTON_BYTES for button in pressable(answer.reply))
    assert list(answer.buttons) == ["Hedge", "Portfolio"]


@pytest.mark.parametrize("coins", ["0.0001", "1", "1000000", "900000000000"])
async def test_every_table_fits_a_phone_whatever_is_held(talk: Talk, coins: str) -> None:
    await talk.say(f"/put ETH {coins}\nPEPE 900000000\nTARN 40\nFENN 1234567")
    for line in ("/whatif", "/whatif -99.5 +1000", "/whatif PEPE -12.345678 TARN +900.01"):
        answer = await talk.say(line)
        for table in str(answer.reply.text).split("<pre>")[1:]:
            assert max(map(len, table.split("</pre>")[0].split("\n"))) <= WIDTH


async def test_without_holdings_there_is_nothing_to_ask(talk: Talk) -> None:
    assert "no holdings" in await talk.say("/whatif -20%")


async def test_a_coin_that_has_no_part_in_it_is_named(talk: Talk) -> None:
    await talk.say("/add SOL 60")
    assert "neither among your coins" in await talk.say("/whatif XRP -10")


@pytest.mark.parametrize(
    ("said", "market", "named"),
    [
        ("-20%", ["-0.2"], {}),
        ("-20 +20", ["-0.2", "0.2"], {}),
        ("−20 %", ["-0.2"], {}),
        ("– 12,5%", ["-0.125"], {}),
        ("-100 +1000", ["-1", "10"], {}),
        ("BTC -15 SOL -40", [], {"BTC": "-0.15", "SOL": "-0.4"}),
        ("btc-15% weth: +3", [], {"BTC": "-0.15", "ETH": "0.03"}),
        ("1INCH -5 1000PEPE +7", [], {"1INCH": "-0.05", "PEPE": "0.07"}),
        ("", [], {}),
    ],
)
def test_moves_are_read(said: str, market: list[str], named: dict[str, str]) -> None:
    assert read_moves(said.split()) == (
        tuple(map(Decimal, market)),
        {coin: Decimal(move) for coin, move in named.items()},
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("20%", "-20% or +20%"),
        ("-100.01", "-100%"),
        ("+1000.1%", "+1000%"),
        ("BTC", FORM),
        ("BTC SOL -3", FORM),
        ("-20 BTC -3", FORM),
        ("BTC -3 -20", FORM),
        ("-20%-30", FORM),
        ("crash!", FORM),
        ("-1 -2 -3", "/whatif -20% +20%"),
        ("BTC -3 BTC -4", "BTC is there twice"),
        ("-1.2.3", "not a number"),
        ("50% ETH", "-50% or +50%"),
    ],
)
def test_what_cannot_be_a_move_is_refused_with_the_form(said: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_moves(said.split())
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0.00"),
        ("-206.98", "-$206.98"),
        ("12147.6", "+$12,148"),
        ("-999999.4", "-$999,999"),
        ("999999.5", "+$1M"),
        ("-12345678", "-$12.35M"),
        ("1.5e14", "+$150T"),
        ("-1.234e23", "-$1.2e+23"),
    ],
)
def test_a_gain_or_loss_fits_a_column(amount: str, shown: str) -> None:
    assert short_money(Decimal(amount)) == shown
    assert len(shown) <= 10


async def test_a_dollar_coin_that_is_none_is_told_in_dollars(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/whatif USDT -10%")
    assert answer.lines[0].startswith("If USDT falls 10%: you lose $")
    assert "rises 11.1% in it, and a short loses that much" in answer
    assert answer.buttons["USDT -20%"].startswith("/whatif USDT -20%")
    shared = await talk.say("/at simulated all")
    assert shared is not None
    assert "a debt in USDT: it is worth less, too" in await talk.say("/whatif USDT -10% with coins")
    assert "No short of this hedge is paid in USDC" in await talk.say("/whatif USDC -10%")


@pytest.mark.parametrize(
    "words", ["USDT", "USDT -10% SOL -20%", "USDT -100%", "SOL -10% USDT -5%", "USDT +80%"]
)
async def test_a_dollar_coin_is_named_alone_and_with_a_move_that_can_be(talk: Talk, words: str) -> None:
    await talk.say("/add sample")
    assert "/whatif USDT -10%" in await talk.say(f"/whatif {words}")
