"""A person who hedges on each venue, from the first coin to the ticket, over the wire and a real database."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from html import unescape
from pathlib import Path

import pytest

from bot.chat.router import Conversation
from bot.reading.venues import name_of
from bot.running.opening import Markets
from bot.settings import Settings
from bot.wording.layout import WIDTH
from core.domain.contract import Contract
from core.prices.watch import Watch
from core.store.database import open_database
from core.store.market.closes import StoredCloses
from core.venues.exchange import EXCHANGES
from tests.conftest import sqlite_url
from tests.conversation import OWNER, Answer, Clock, Talk
from tests.venue_server import VenueServer
from tests.venues.case import Case
from tests.venues.look import case_of
from tests.venues.world import INDEXES, MARKS, NOW, SPOT_ONLY

HELD = {"BTC": "0.5", "SOL": "40", "PEPE": "100000000", "KAS": "5000"}
SAID = (
    "/add " + "\n".join(f"{asset} {held}" for asset, held in HELD.items()),
    "/portfolio",
    "/hedge",
    "/hedge SOL",
    "/hedge drop 20% SOL",
    "/hedge drop 20% PEPE",
    "/hedge beta 1.5 BTC",
    "/ticket",
    "/margin",
    "/cost",
    "/funding SOL",
    "/basis BTC",
    "/markets SOL",
    "/whatif",
    "/exposure",
    "/status",
)
ASSUMED = "Liquidation uses an assumed, cautious margin rate."
"""Said of a contract whose margin rate its venue does not publish."""


@dataclass
class Journey:
    """What one person was answered on one venue, and the rules that the venue had then."""

    case: Case
    answers: dict[str, Answer]
    contracts: dict[str, Contract]

    def lacks(self, what: str) -> bool:
        return what in self.case.absent

    @property
    def worth(self) -> Decimal:
        """USD of all that is held, by the prices of the world."""
        prices = {asset: (MARKS if self.lacks("index") else INDEXES)[asset] for asset in MARKS}
        listed = (Decimal(HELD[asset]) * Decimal(prices[asset]) for asset in HELD if asset in prices)
        spot = Decimal(0) if self.lacks("spot") else Decimal(HELD["KAS"]) * kaspa()
        return sum(listed, spot)


def kaspa() -> Decimal:
    return sum(map(Decimal, SPOT_ONLY["KAS"]), Decimal(0)) / 2


@asynccontextmanager
async def _talking(case: Case, database: Path, migrated: Path, *more: str) -> AsyncIterator[Talk]:
    """The program's own parts on the served venue, and `more` that need none; the clock of the world."""
    shutil.copy(migrated, database)
    opened, clock = open_database(sqlite_url(database)), Clock(NOW)
    async with VenueServer(case.answers()) as server:
        settings = Settings(
            market="exchange", venues=(case.venue, *more), venue_urls={case.venue: server.url}
        )
        watch = Watch(Markets(settings, clock), StoredCloses(opened), clock, settings.venues)
        try:
            yield Talk(Conversation(opened, watch, settings.venues, clock, owner=OWNER), clock, opened, watch)
        finally:
            await watch.close()
            await opened.close()


JOURNEYS: dict[str, Journey] = {}


@pytest.fixture(params=list(EXCHANGES))
async def journey(request: pytest.FixtureRequest, migrated_sqlite: Path, tmp_path: Path) -> Journey:
    """Made once a venue."""
    venue = request.param
    if venue not in JOURNEYS:
        case = case_of(venue)
        async with _talking(case, tmp_path / "book.db", migrated_sqlite) as talk:
            answers = {line: await talk.say(line) for line in SAID}
            listed = dict((await talk.watch.snapshot(venue)).contracts)
        JOURNEYS[venue] = Journey(case, answers, listed)
    return JOURNEYS[venue]


def sold(answer: Answer) -> list[tuple[str, Decimal, Decimal]]:
    """Of each order of a hedge: its contract's own name, the count, and what the answer says it is worth."""
    names = re.findall(r"^(\S+) (?:coin-margined )?(?:perpetual|future until .*)$", answer.text, re.MULTILINE)
    counts = re.findall(r"^Sell +([\d,.]+)", answer.text, re.MULTILINE)
    worths = re.findall(r"^worth +\$([\d,.]+)$", answer.text, re.MULTILINE)
    assert len(names) == len(counts) == len(worths) > 0
    return [
        (name, figure(count), figure(worth)) for name, count, worth in zip(names, counts, worths, strict=True)
    ]


def figure(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def one_contract(case: Case, symbol: str) -> Decimal:
    """USD of one contract, worked out from its row and the world's price alone."""
    asset, _ = case.figures(symbol)
    return Decimal(case.contracts[symbol].multiplier) * Decimal(MARKS[asset])


def symbol_of(journey: Journey, name: str) -> str:
    return next(symbol for symbol, contract in journey.contracts.items() if contract.id == name)


def shown_last(journey: Journey) -> Answer:
    """The hedge that the commands after it speak of."""
    return [answer for _, answer in hedges(journey)][-1]


def hedges(journey: Journey) -> Iterator[tuple[str, Answer]]:
    return ((line, answer) for line, answer in journey.answers.items() if line.startswith("/hedge"))


async def test_every_question_is_answered(journey: Journey) -> None:
    for line, answer in journey.answers.items():
        if line == "/basis BTC" and not journey.case.dated:
            assert "lists no dated futures, only perpetuals" in answer.lines[0]
            continue
        assert set(answer.buttons) != {"Help"}, f"{line}: {answer.lines[0]}"
        assert "minutes old" not in answer.text, line


async def test_no_line_of_a_table_is_wider_than_a_phone(journey: Journey) -> None:
    for line, answer in journey.answers.items():
        for block in re.findall(r"<pre>(.*?)</pre>", answer.reply.text, re.DOTALL):
            assert max(map(len, unescape(block).split("\n"))) <= WIDTH, line


async def test_the_portfolio_is_worth_what_the_world_says(journey: Journey) -> None:
    assert journey.answers["/portfolio"].lines[0] == f"Your coins: ${journey.worth:,.0f}"


async def test_every_order_is_worth_its_count_at_the_worlds_price(journey: Journey) -> None:
    for line, answer in hedges(journey):
        for name, count, worth in sold(answer):
            each = one_contract(journey.case, symbol_of(journey, name))
            assert abs(count * each - worth) <= Decimal("0.005"), (line, name)


@pytest.mark.parametrize(
    ("line", "asset", "times"),
    [
        ("/hedge drop 20% SOL", "SOL", "1"),
        ("/hedge drop 20% PEPE", "PEPE", "1"),
        ("/hedge beta 1.5 BTC", "BTC", "1.5"),
    ],
)
async def test_the_count_is_the_worlds_within_half_a_lot(
    journey: Journey, line: str, asset: str, times: str
) -> None:
    [(name, count, _)] = sold(journey.answers[line])
    symbol = symbol_of(journey, name)
    rules = journey.case.contracts[symbol]
    assert journey.case.figures(symbol)[0] == asset
    exact = journey.worth * Decimal(times) / one_contract(journey.case, symbol)
    lot = Decimal(rules.lot)
    assert abs(count - exact) <= lot / 2
    assert count % lot == 0
    assert count >= Decimal(rules.min_count or rules.lot)


async def test_a_hedge_of_coins_that_move_alike_is_worth_about_what_they_are(journey: Journey) -> None:
    # Every close of the world is one wave, so that the beta is close to one.
    for line in ("/hedge", "/hedge SOL"):
        total = sum(worth for *_, worth in sold(journey.answers[line]))
        assert abs(total / journey.worth - 1) < Decimal("0.05"), line


async def test_the_ticket_places_what_the_hedge_says(journey: Journey) -> None:
    ticket = journey.answers["/ticket"].text
    planned = {name: count for name, count, _ in sold(shown_last(journey))}
    orders = re.split(r"^\d+\. ", ticket, flags=re.MULTILINE)[1:]
    placed = {
        order.split()[0]: sum(
            figure(count) * int(times or 1)
            for count, times in re.findall(r"^Amount: ([\d.]+) \S+(?:, (\d+) times)?$", order, re.MULTILINE)
        )
        for order in orders
    }
    assert placed == planned
    for order in orders:
        contract = journey.contracts[symbol_of(journey, order.split()[0])]
        if "bid" not in journey.case.absent:
            price = Decimal(re.findall(r"price ([\d.]+)$", order, re.MULTILINE)[0])
            assert price % contract.tick == 0
            mark = Decimal(MARKS[contract.asset]) * contract.scale
            assert abs(price / mark - 1) < Decimal("0.001")


async def test_the_cash_to_move_is_the_margin(journey: Journey) -> None:
    answer = journey.answers["/ticket"].text
    moved = Decimal(re.findall(r"First have ([\d.]+) ", answer)[0])
    margin = figure(re.findall(r"Margin to put up: \$([\d,]+)", journey.answers["/margin"].text)[0])
    assert abs(moved - margin) <= 1


async def test_a_coin_without_a_contract_is_priced_on_spot_and_that_is_said(journey: Journey) -> None:
    name, portfolio = name_of(journey.case.venue), journey.answers["/portfolio"]
    if journey.lacks("spot"):
        assert "no current price for KAS; left out of the total" in portfolio.text
        assert "not hedged: KAS" in journey.answers["/hedge"].text
        return
    row = next(line for line in portfolio.lines if line.startswith("KAS"))
    assert row.split()[1:3] == ["5000", f"${Decimal(HELD['KAS']) * kaspa():.2f}"]
    said = f"No contract on {name} for KAS: priced on {name} (spot)."
    for line in ("/portfolio", "/hedge", "/ticket", "/margin", "/cost"):
        assert said in journey.answers[line].lines, line


async def test_an_assumed_margin_rate_is_labelled_and_a_published_one_is_not(journey: Journey) -> None:
    for line, answer in (*hedges(journey), ("/margin", journey.answers["/margin"])):
        planned = shown_last(journey) if line == "/margin" else answer
        symbols = [symbol_of(journey, name) for name, *_ in sold(planned)]
        assumed = sum(journey.case.contracts[symbol].first is None for symbol in symbols)
        assert answer.text.count(ASSUMED) == assumed, line


async def test_funding_is_the_worlds(journey: Journey) -> None:
    contract = next(
        contract
        for contract in journey.contracts.values()
        if contract.asset == "SOL" and contract.perpetual and not contract.inverse
    )
    hours = journey.case.contracts[contract.symbol].interval_hours
    assert journey.answers["/funding SOL"].lines[0] == f"SOL: a short pays 0.0200% every {hours} h"


async def test_the_smallest_order_is_what_the_rules_allow(journey: Journey) -> None:
    answer = journey.answers["/markets SOL"]
    name = re.findall(r"^.+: (\S+)\none contract", answer.text, re.MULTILINE)[0]
    symbol = symbol_of(journey, name)
    rules, each = journey.case.contracts[symbol], one_contract(journey.case, symbol)
    lot = Decimal(rules.lot)
    least = max(Decimal(rules.min_count or rules.lot), Decimal(rules.min_notional) / each)
    lots = (least / lot).to_integral_value(ROUND_CEILING)
    assert f"(${lots * lot * each:,.2f})" in answer.text


async def test_status_calls_everything_current(journey: Journey) -> None:
    assert journey.answers["/status"].lines[0] == "Prices are current."


async def test_regulated_futures_are_sized_on_the_prices_of_a_served_venue(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async with _talking(case_of("bybit"), tmp_path / "book.db", migrated_sqlite, "cme") as talk:
        await talk.say("/add SOL 400\nKAS 5000")
        await talk.say("/venue cme")
        answer = await talk.say("/hedge drop 20% SOL")
        worth = 400 * Decimal(INDEXES["SOL"]) + 5000 * kaspa()
        [(name, count, shorted)] = sold(answer)
        assert name == "MSLM6"
        assert count == round(worth / (25 * Decimal(INDEXES["SOL"])))
        assert shorted == count * 25 * Decimal(INDEXES["SOL"])
        assert "Prices are spot on Bybit" in answer.text
        assert "CME contracts: specification as of" in answer.text
        ticket = await talk.say("/ticket drop 20% SOL")
        assert "Place 1 order on CME" in ticket.lines[0]
        assert f"Quantity: {count} contracts" in ticket.lines
        compared = await talk.say("/markets SOL")
        assert compared.lines[0].startswith("Cheapest for SOL: Bybit.")
        assert next(line for line in compared.lines if line.startswith("CME*")).endswith("not known")
