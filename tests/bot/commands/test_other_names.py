"""Coins typed or found in an account under another name: taken for what they are, and never in silence."""

import pytest

from core.store.database import Database
from tests.bot.commands.account_talk import CONNECT, SPOT, account_talk
from tests.bot.commands.exchange_talk import exchange_talk
from tests.conversation import Talk, talk_over
from tests.venue_server import VenueServer


@pytest.fixture
def talk(database: Database) -> Talk:
    return talk_over(database)


@pytest.mark.parametrize(
    ("line", "held", "said"),
    [
        ("MATIC 5000", {"POL": "5000"}, "MATIC is POL now."),
        ("FTM 1000", {"S": "1000"}, "FTM is S now."),
        ("RNDR 50", {"RENDER": "50"}, "RNDR is RENDER now."),
        ("EOS 100", {"A": "100"}, "EOS is A now."),
        ("KLAY 100", {"KAIA": "100"}, "KLAY is KAIA now."),
        ("MKR 1", {"SKY": "24000"}, "1 MKR is 24,000 SKY now."),
        ("XBT.M 0.2", {"BTC": "0.2"}, "XBT.M is BTC in Rewards at Kraken."),
        ("DOT28.S 10", {"DOT": "10"}, "DOT28.S is DOT staked at Kraken."),
        ("ETH2.S 3", {"ETH": "3"}, "ETH2.S is ETH staked at Kraken."),
        ("XXBT 1", {"BTC": "1"}, "XXBT is BTC at Kraken."),
        ("LDBTC 0.5", {"BTC": "0.5"}, "LDBTC is BTC in Binance Earn."),
        ("500000 sats", {"BTC": "0.005"}, "1 satoshi is 0.00000001 BTC."),
        ("stETH 2", {"ETH": "2"}, "STETH is ETH."),
        ("1000PEPE 5", {"PEPE": "5000"}, "1 1000PEPE is 1,000 PEPE."),
        ("MATIC 5", {"POL": "5"}, "No price for POL here now."),
        ("MATIC.S 5", {"POL": "5"}, "MATIC.S is POL staked at Kraken."),
        ("MKR.F 2", {"SKY": "48000"}, "1 MKR.F is 24,000 SKY in Earn at Kraken."),
        ("LDMATIC 5", {"POL": "5"}, "LDMATIC is POL in Binance Earn."),
        ("LDBETH 2", {"ETH": "2"}, "LDBETH is ETH in Binance Earn."),
    ],
)
async def test_a_coin_is_kept_as_what_it_is_and_the_answer_says_so(
    talk: Talk, line: str, held: dict[str, str], said: str
) -> None:
    answer = await talk.say(line)

    assert await talk.portfolio() == held
    assert said in answer.lines


async def test_a_tickers_own_coin_is_not_talked_about(talk: Talk) -> None:
    assert (await talk.say("SOL 60")).lines == ["Saved: 1 coin", "SOL: 60"]


@pytest.mark.parametrize(
    ("line", "asset"), [("#4 100", "4"), ("币安人生 100", "币安人生"), ("#BITCOIN 100", "BITCOIN")]
)
async def test_any_ticker_that_a_venue_lists_can_be_typed(talk: Talk, line: str, asset: str) -> None:
    await talk.say(line)
    assert await talk.portfolio() == {asset: "100"}


async def test_what_is_shown_before_it_is_saved_names_them_too(talk: Talk) -> None:
    shown = await talk.say("Asset,Total\nMATIC,5000\nXXBT,1")

    assert {"POL: 5000", "BTC: 1", "MATIC is POL now.", "XXBT is BTC at Kraken."} <= set(shown.lines)
    assert await talk.portfolio() == {}
    await talk.press("Save")
    assert await talk.portfolio() == {"POL": "5000", "BTC": "1"}


async def test_an_old_name_removes_the_coin_that_it_is_now(talk: Talk) -> None:
    await talk.say("MATIC 5000")
    await talk.say("/remove MATIC")
    assert await talk.portfolio() == {}


async def test_a_ticker_that_the_venue_lists_is_that_coin(database: Database) -> None:
    async with exchange_talk(database) as (talk, venue):
        listing = venue.answers["/fapi/v1/exchangeInfo"]
        assert isinstance(listing, dict)
        for row in listing["symbols"]:
            row["baseAsset"] = row["baseAsset"].replace("NEAR", "MATIC")

        answer = await talk.say("MATIC 5000")

        assert "POL" not in answer
        assert await talk.portfolio() == {"MATIC": "5000"}


async def test_a_receipt_that_nobody_prices_is_asked_for_its_worth(talk: Talk) -> None:
    answer = await talk.say("wstETH 5")

    assert "Type what yours are worth, like WSTETH $5000." in answer
    assert await talk.portfolio() == {}


@pytest.mark.parametrize(
    ("receipt", "base"), [("stSOL", "SOL"), ("rswETH", "ETH"), ("BNBx", "BNB"), ("stNEAR", "NEAR")]
)
async def test_receipts_of_other_issuers_move_with_their_coin_too(
    talk: Talk, receipt: str, base: str
) -> None:
    assert f"worth more than one {base}" in await talk.say(f"{receipt} 5")
    assert await talk.portfolio() == {}
    await talk.say(f"{receipt} $1800")
    assert set(await talk.portfolio()) <= {base}


async def test_its_worth_is_kept_as_the_coin_that_it_moves_with(talk: Talk) -> None:
    answer = await talk.say("wstETH $18000")

    assert "WSTETH has no price here: kept as ETH of the same worth, which it moves with." in answer.lines
    assert list(await talk.portfolio()) == ["ETH"]
    assert "$18,000" in await talk.say("/portfolio")


async def test_a_sync_takes_earn_and_staked_coins_for_what_they_are(database: Database) -> None:
    async with account_talk(database) as (talk, venue):
        await talk.say(CONNECT)
        names = {"ETH": "4.5", "LDBTC": "0.5", "LDETH": "10", "BETH": "2", "LDUSDT": "1000", "LDO": "100"}
        venue.answers[SPOT] = {
            "balances": [{"asset": name, "free": free, "locked": "0"} for name, free in names.items()]
        }

        shown = await talk.say("/sync")

        said = {f"LD{coin} is {coin} in Binance Earn." for coin in ("BTC", "ETH", "USDT")}
        assert said | {"BETH is staked ETH, one for one."} <= set(shown.lines)
        await talk.press("Apply")
        held = await talk.portfolio()
        assert {asset: held[asset] for asset in ("BTC", "ETH", "LDO")} == {
            "BTC": "0.5", "ETH": "16.5", "LDO": "100",
        }  # fmt: skip
        assert set(held) == {"BTC", "ETH", "LDO", "SOL", "USDT"}


@pytest.mark.parametrize("words", ["MATIC", "only MATIC", "without MATIC", "MATIC:60 ETH:40"])
async def test_a_hedge_may_name_a_coin_by_its_old_name(database: Database, words: str) -> None:
    async with exchange_talk(database) as (talk, venue):
        listing = venue.answers["/fapi/v1/exchangeInfo"]
        assert isinstance(listing, dict)
        for row in listing["symbols"]:
            row["baseAsset"] = row["baseAsset"].replace("NEAR", "POL")
        await talk.say("POL 5000\nETH 2")
        await talk.say("/hedge")  # the first one asks about margin besides

        answer = await talk.say(f"/hedge {words}")
        same = await talk.say(f"/hedge {words.replace('MATIC', 'POL')}")

    assert answer.lines.pop(1) == "MATIC is POL now."
    assert [line for line in answer.lines if "MATIC" not in line] == same.lines
    assert "MATIC" not in same


async def test_a_coin_by_both_of_its_names_is_refused(talk: Talk) -> None:
    await talk.say("POL 5000\nETH 2")
    assert "POL is there twice, by two names." in await talk.say("/hedge without MATIC POL")


async def polygon(talk: Talk, venue: VenueServer) -> None:
    """The venue calls NEAR by the name POL; some of it is held, and some is short."""
    listing = venue.answers["/fapi/v1/exchangeInfo"]
    assert isinstance(listing, dict)
    for row in listing["symbols"]:
        row["baseAsset"] = row["baseAsset"].replace("NEAR", "POL")
    await talk.say("POL 5000\nETH 2")
    await talk.say("/position add short POL 500 at 2.5 margin 600")


EVERYWHERE = (
    "/hedge {}",
    "/cost 50% {}",
    "/margin {}",
    "/basis {}",
    "/funding {}",
    "/beta {}",
    "/whatif {} -20%",
    "/whatif -20% with {}",
    "/ticket {}",
    "/markets {}",
    "/replay 2026-02-01 2026-02-05 {}",
    "/alert price {} below 1",
    "/alert liquidation {} 20%",
    "/exit {}",
    "/anew {}",
    "/roll {}",
    "/position {} margin 700",
    "/position open {}",
    "/position closed {}",
    "/position edit {} 400 at 2.4",
    "/position add short {} 20 at 2.5",
    "/filled sold {} 20 at 2.5",
    "/position delete {}",
    "/at binance {} 100",
    "/at binance {} all",
    "/set {} 4000",
    "/add {} 5",
    "/remove {}",
)
"""Every way to name a coin to a command."""


@pytest.mark.parametrize("form", EVERYWHERE)
async def test_whatever_takes_a_coin_takes_its_old_name_and_says_so(embedded: Database, form: str) -> None:
    async with exchange_talk(embedded) as (talk, venue):
        await polygon(talk, venue)
        answer = await talk.say(form.format("matic"))
    assert "MATIC is POL now." in answer.lines
    assert "MATIC" not in answer.text.replace("MATIC is POL now.", "")
    for words in (
        "do not understand",
        "is not a coin's ticker",
        "no contract",
        "no open position",
        "no price",
    ):
        assert words not in answer, words


@pytest.mark.parametrize("line", ["/beta XBT.M", "/funding XXBT", "/whatif XBT.M -20%", "/hedge XBT.M",
                                  "/alert price XBT.M below 100"])  # fmt: skip
async def test_names_of_staked_coins_are_understood_too(embedded: Database, line: str) -> None:
    async with exchange_talk(embedded) as (talk, _):
        await talk.say("ETH 2\nSOL 50")
        answer = await talk.say(line)
    assert "is BTC" in answer
    assert "is not a coin's ticker" not in answer


@pytest.mark.parametrize("line", ["/alert price MKR below 1000", "/filled sold MKR 1 at 1500"])
async def test_a_price_or_a_count_of_an_old_coin_that_is_many_new_ones_is_asked_for_anew(
    embedded: Database, line: str
) -> None:
    async with exchange_talk(embedded) as (talk, venue):
        listing = venue.answers["/fapi/v1/exchangeInfo"]
        assert isinstance(listing, dict)
        for row in listing["symbols"]:
            row["baseAsset"] = row["baseAsset"].replace("NEAR", "SKY")
        await talk.say("SKY 5000")
        answer = await talk.say(line)
        assert "1 MKR is 24,000 SKY now." in answer
        assert "MKR" not in await talk.say("/alerts")
        assert "Nothing is open" in await talk.say("/position") or "no open" in await talk.say("/position")


async def test_a_ticker_that_is_listed_anew_goes_before_the_table_in_commands_too(embedded: Database) -> None:
    async with exchange_talk(embedded) as (talk, venue):
        listing = venue.answers["/fapi/v1/exchangeInfo"]
        assert isinstance(listing, dict)
        for row in listing["symbols"]:
            row["baseAsset"] = row["baseAsset"].replace("SOL", "MATIC")
        await polygon(talk, venue)
        answer = await talk.say("/beta MATIC")
    assert "is POL now" not in answer
