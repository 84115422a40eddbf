"""/markets: where a coin can be shorted, the cheapest place first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from bot.chat.router import Conversation
from core.cost.compare import compared_venues
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.quote import FundingRate, Quote
from core.domain.series import Closes, FundingHistory
from core.domain.snapshot import Snapshot
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from tests.conversation import BEGAN, Clock, Talk, talk_over
from tests.domain import NOW, contract, snapshot
from tests.stand_in import StandIn


@dataclass
class Still(StandIn):
    """A venue whose figures do not move."""

    venue: str
    known: Snapshot | None
    simulated: bool = False

    def _known(self) -> Snapshot:
        if self.known is None:
            raise NoData(f"{self.venue} is down. Try again in a minute.")
        return self.known

    async def contracts(self) -> Mapping[str, Contract]:
        return self._known().contracts

    async def quotes(self) -> Mapping[str, Quote]:
        return {symbol: Quote(quote.mark, BEGAN) for symbol, quote in self._known().quotes.items()}

    async def funding(self) -> Mapping[str, FundingRate]:
        return self._known().funding

    async def funding_history(self, symbols: object, since: datetime) -> Mapping[str, FundingHistory]:
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        return {}


DEAR = snapshot(contract("SOL", multiplier="1", taker_fee="0.0006"), SOL=160, rate="-0.0001")
CHEAP = snapshot(contract("SOL", multiplier="0.1", taker_fee="0.0005"), SOL=160, rate="0.0002")
OTHER = snapshot(ETH=3500)


@pytest.fixture
def talk(embedded: Database) -> Talk:
    clock = Clock()
    known = {"bybit": DEAR, "okx": CHEAP, "gate": OTHER, "mexc": None}
    watch = Watch(lambda name: Still(name, known[name]), StoredCloses(embedded), clock, tuple(known))
    return Talk(Conversation(embedded, watch, tuple(known), clock), clock, embedded, watch)


def test_the_cheapest_place_comes_first_and_an_unknown_cost_last() -> None:
    unknown = Snapshot("unknown", CHEAP.contracts, CHEAP.quotes)

    found = compared_venues("SOL", [DEAR, unknown, CHEAP, OTHER], Decimal(1000), 14, NOW)

    assert [place.cost.total if place.cost else None for place in found] == [
        Decimal("1.00") - Decimal("8.40"),
        Decimal("1.20") + Decimal("4.20"),
        None,
    ]
    assert [place.least for place in found] == [Decimal(16), Decimal(160), Decimal(16)]


async def test_the_answer_names_the_cheapest_and_lists_every_place(talk: Talk) -> None:
    answer = await talk.say("/markets sol")

    assert answer.lines[0] == "Cheapest for SOL: OKX. Shorting $1,000 for 14 days pays you $7.40."
    table = [line.split() for line in answer.lines if line.startswith(("OKX ", "Bybit*"))]
    assert table == [["OKX", "$16.00", "-$7.40"], ["Bybit*", "$160.00", "$5.40"]]
    assert "* is your venue." in answer
    assert "No answer now from MEXC." in answer
    assert "Gate" not in answer
    assert answer.buttons["Move to OKX"] == "/venue okx"


async def test_what_the_contract_is_comes_with_each_place(talk: Talk) -> None:
    answer = await talk.say("/markets SOL")

    assert ["one", "contract", "0.1", "SOL"] in [line.split() for line in answer.lines]
    assert ["fee,", "at", "market", "0.050%"] in [line.split() for line in answer.lines]
    assert ["funding", "/8", "h", "0.0200%"] in [line.split() for line in answer.lines]


async def test_without_a_coin_it_is_the_largest_holding(talk: Talk) -> None:
    await talk.say("/venue okx")
    await talk.say("/add SOL 60")

    assert "Cheapest for SOL" in await talk.say("/markets")


async def test_with_nothing_held_it_is_bitcoin(talk: Talk) -> None:
    assert "No venue that answers now has a contract for BTC." in await talk.say("/markets")


async def test_where_no_venue_answers_nothing_is_said_of_what_they_have(embedded: Database) -> None:
    clock = Clock()
    watch = Watch(lambda name: Still(name, None), StoredCloses(embedded), clock, ("okx", "gate"))
    talk = Talk(Conversation(embedded, watch, ("okx", "gate"), clock), clock, embedded, watch)

    answer = await talk.say("/markets SOL")

    assert answer.lines == ["No venue gives prices now. Try again in a minute; /status tells more."]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/markets USDT", "is a stablecoin"),
        ("/markets SOL ETH", "One coin at a time"),
        ("/markets 12", "not a coin's ticker"),
        ("/markets KAS", "No venue that answers now has a contract for KAS."),
    ],
)
async def test_what_cannot_be_answered_says_why(talk: Talk, typed: str, said: str) -> None:
    assert said in await talk.say(typed)


async def test_sizes_are_compared_for_the_users_own_hedge_and_reached_from_the_ticket(
    embedded: Database,
) -> None:
    talk = talk_over(embedded)
    await talk.say("/add sample")
    await talk.say("/hedge ETH")
    await talk.press("Ticket")
    answer = await talk.press("Other contract sizes")
    lines = [line for line in answer.lines if " ETH " in line and "$" in line and line.startswith("0.")]
    steps = {line.split()[0]: int(line.split()[2].replace(",", "")) for line in lines}
    assert steps.keys() == {"0.1", "0.01"}
    assert abs(steps["0.01"] - 10 * steps["0.1"]) <= 5
    assert "The margin for a dollar" in answer


async def test_leverage_fees_and_their_source_are_told_and_the_users_own_fee_counts(
    embedded: Database,
) -> None:
    talk = talk_over(embedded)
    answer = await talk.say("/markets ETH")
    for words in ("highest leverage", "fee, at market", "fee, waiting", "fees by"):
        assert words in answer
    assert "125x" in await talk.say("/venue")
    assert "0.050%" in await talk.say("/venue")
    await talk.say("/settings fee 0.03%")
    assert "0.030%" in await talk.say("/venue")
    assert "0.030%" in await talk.say("/markets ETH")
