"""/exposure: how the coins move, and what would hedge them best."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest

from bot.chat.router import Conversation
from bot.wording.layout import WIDTH
from core.domain.contract import Contract
from core.domain.quote import FundingRate, Quote
from core.domain.series import Closes, FundingHistory
from core.domain.snapshot import Snapshot
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from tests.conversation import SAMPLE, Answer, Clock, Talk
from tests.core.outlook.test_anatomy import falling
from tests.domain import VENUE, contract, snapshot, without
from tests.stand_in import StandIn

MANY = (
    "SOL 10\nETH 2\nBTC 0.1\nDOGE 5000\nXRP 1000\nADA 2000\nLINK 100\nAVAX 20\nDOT 50\nLTC 20\nATOM 30\n"
    "BNB 4\nUNI 100\nUSDT 100"
)


@dataclass
class StandingMarket(StandIn):
    """A venue whose figures are those of one snapshot."""

    known: Snapshot
    venue: str = VENUE
    simulated: bool = True

    async def contracts(self) -> Mapping[str, Contract]:
        return self.known.contracts

    async def quotes(self) -> Mapping[str, Quote]:
        return self.known.quotes

    async def funding(self) -> Mapping[str, FundingRate]:
        return self.known.funding

    async def funding_history(self, symbols: object, since: object) -> Mapping[str, FundingHistory]:
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        return {asset: own for asset, own in self.known.closes.items() if asset in since}


def talk_on(known: Snapshot, database: Database) -> Talk:
    clock = Clock()
    watch = Watch(lambda _: StandingMarket(known), StoredCloses(database), clock)
    return Talk(Conversation(database, watch, (VENUE,), clock), clock, database, watch)


def row(answer: Answer, name: str) -> list[str]:
    """The cells of the first line that begins with this name."""
    return next(line.split() for line in answer.lines if line.startswith(f"{name} "))


async def test_the_answer_begins_with_how_far_the_coins_move_and_says_what_beta_is(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/exposure")
    assert re.fullmatch(r"When BTC moves 1%, your \$\d\d,\d{3} moves \d\.\d\d%", answer.lines[0])
    assert "That is your beta" in answer
    assert "On days when BTC fell it was" in answer


async def test_every_coin_has_its_share_betas_and_part_of_the_risk(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/exposure")
    for asset in SAMPLE:
        share, to_btc, to_eth, explained, risk = row(answer, asset)[1:]
        assert all(cell.endswith("%") for cell in (share, explained, risk))
        assert 0.5 < float(to_btc) < 2
        assert 0.3 < float(to_eth) < 2
    assert row(answer, "all")[-1] == "100%"
    risks = sum(int(row(answer, asset)[-1].removesuffix("%")) for asset in SAMPLE)
    assert risks == pytest.approx(100, abs=len(SAMPLE) / 2)


async def test_alternatives_stand_side_by_side_and_each_has_a_button(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/exposure")
    for name in ("ETH", "own coins", "ETH+SOL", "BTC"):
        assert any(line.startswith(f"{name} ") for line in answer.lines)
        assert f"Hedge: {name}" in answer.buttons
    assert "Would hedge you best: " in answer
    assert "of the risk out of the last 180 days" in answer


async def test_the_recommended_button_gives_the_hedge_that_was_announced(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/exposure")
    said = next(line for line in answer.lines if line.startswith("Would hedge you best: "))
    legs = said.removeprefix("Would hedge you best: ").split(" (")[0].split(", ")
    first = next(iter(answer.buttons))
    assert answer.buttons[first] == "/hedge"
    hedge = await talk.press(first)
    assert all(leg in hedge.lines[0] for leg in legs)


@pytest.mark.parametrize("name", ["own coins", "ETH+SOL", "BTC"])
async def test_every_other_button_is_a_hedge_too(talk: Talk, name: str) -> None:
    await talk.say("/add sample")
    await talk.say("/exposure")
    assert (await talk.press(f"Hedge: {name}")).lines[0].startswith("Short ")


async def test_tables_fit_a_phone_and_the_tail_of_many_coins_folds(talk: Talk) -> None:
    await talk.say(MANY)
    answer = await talk.say("/exposure")
    tables = re.findall(r"<pre>(.*?)</pre>", str(answer.reply.text), re.DOTALL)
    assert max(len(line) for table in tables for line in table.split("\n")) <= WIDTH
    assert len(tables[0].split("\n")) == 1 + 12 + 1
    assert row(answer, "+3")[-2] == "more"
    assert "<pre>" not in str(answer.reply.text).split("<blockquote expandable>")[0]


async def test_a_stablecoin_has_a_share_and_no_risk(talk: Talk) -> None:
    await talk.say("SOL 10\nUSDT 1000")
    assert row(await talk.say("/exposure"), "USDT")[2:] == ["0.00", "0.00", "–", "0%"]


async def test_a_young_coin_is_marked(talk: Talk) -> None:
    await talk.say("SOL 10\nFENN 1000\nTARN 50")
    answer = await talk.say("/exposure")
    assert row(answer, "FENN*")
    assert row(answer, "TARN*")[4] == "–"
    assert "Short history" in answer


async def test_the_usual_coverage_holds_here_too(talk: Talk) -> None:
    await talk.say("SOL 100")
    await talk.say("/settings coverage 50%")
    answer = await talk.say("/exposure")
    assert "All at your usual coverage of 50%." in answer
    assert "It took 75% of the risk" in answer


async def test_coins_too_few_to_hedge_are_still_taken_apart(talk: Talk) -> None:
    await talk.say("SOL 0.01")
    answer = await talk.say("/exposure")
    assert row(answer, "SOL")
    assert "No hedge fits now" in answer
    assert "too small to hedge here" in answer
    assert list(answer.buttons.values()) == ["/portfolio", "/correlation"]


async def test_a_coin_without_a_price_is_named(talk: Talk) -> None:
    await talk.say("SOL 10\nQQQX 5")
    assert "No price, left out: QQQX." in await talk.say("/exposure")


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ("", "You have no holdings yet"),
        ("USDT 500", "only stablecoins"),
        ("QQQX 5", "has no price for QQQX. Try another venue"),
    ],
)
async def test_without_coins_that_move_it_says_what_to_do(talk: Talk, held: str, words: str) -> None:
    if held:
        await talk.say(held)
    assert words in await talk.say("/exposure")


async def test_words_belong_to_the_hedge(talk: Talk) -> None:
    await talk.say("SOL 10")
    assert "Type /exposure alone" in await talk.say("/exposure 50% ETH")


# --- on a market of our making


async def test_where_coins_fall_harder_than_they_rise_it_names_the_size_for_a_crash(
    embedded: Database,
) -> None:
    seen = falling(calm=1.0, crash=2.0)
    coin = contract("SOL", inverse=True, multiplier="10")
    only_inverse = {symbol: own for symbol, own in seen.contracts.items() if own.asset != "SOL"}
    market = snapshot(coin, BTC=90_000, ETH=3_500, SOL=160)
    listed = Snapshot(
        VENUE,
        {**only_inverse, coin.symbol: coin},
        {**seen.quotes, coin.symbol: market.quotes[coin.symbol]},
        seen.funding,
        seen.closes,
    )
    talk = talk_on(listed, embedded)
    await talk.say("SOL 60")
    answer = await talk.say("/exposure")
    said = re.search(
        r"in falls they move harder than usual\. For a crash size \d+% more: (/hedge .*)", answer.text
    )
    assert said is not None
    assert answer.buttons["Size it for a crash"] == said[1]
    assert (await talk.press("Size it for a crash")).lines[0].startswith("Short ")


async def test_a_coins_own_contract_falls_along_and_needs_no_other_size(embedded: Database) -> None:
    talk = talk_on(falling(calm=1.0, crash=2.0), embedded)
    await talk.say("SOL 60")
    answer = await talk.say("/exposure")
    assert "in falls they move harder than usual. The hedge below falls along with them" in answer
    assert "Size it for a crash" not in answer.buttons


async def test_gaps_in_the_data_are_named(embedded: Database) -> None:
    seen = snapshot(BTC=90_000, ETH=3_500, SOL=160)
    gapped = {**seen.closes, "SOL": without(seen.closes["SOL"], 20, 21)}
    talk = talk_on(Snapshot(VENUE, seen.contracts, seen.quotes, seen.funding, gapped), embedded)
    await talk.say("SOL 60")
    assert "SOL: 2 days without a close." in await talk.say("/exposure")


async def test_without_a_benchmark_it_says_so_and_gives_no_beta(embedded: Database) -> None:
    seen = snapshot(SOL=160, LINK=15)
    talk = talk_on(seen, embedded)
    await talk.say("SOL 60\nLINK 300")
    answer = await talk.say("/exposure")
    assert answer.lines[0].endswith("not measured, BTC and ETH have too little history")
    assert ["–", "–", "–"] in [line.split()[2:5] for line in answer.lines if line.startswith("SOL ")]
