"""A contract that its exchange has suspended: named in every answer, told where it lasts, and not offered."""

import copy
from typing import Any

from core.store.database import Database
from tests.bot.test_outage import pushed, running
from tests.conversation import Clock
from tests.venue_server import VenueServer
from tests.venues.look import case_of
from tests.venues.world import NOW

TICKERS = "/derivatives/api/v3/tickers"
STOPPED = "Your SOL short on Kraken Futures: its contract is suspended on Kraken Futures now"


def suspended(answer: Any) -> Any:
    """What Kraken answers once SOL is suspended: the ticker says so and keeps giving prices."""
    changed = copy.deepcopy(answer)
    for row in changed["tickers"]:
        if row["symbol"].upper() == "PF_SOLUSD":
            row.update(suspended=True, postOnly=True)
    return changed


async def test_it_is_named_told_and_no_short_is_opened_in_it(embedded: Database) -> None:
    clock = Clock(NOW)
    answers = case_of("krakenfutures").answers()
    async with (
        VenueServer(answers) as server,
        running(embedded, server, "krakenfutures", clock) as (talk, jobs),
    ):
        await talk.say("ETH 4\nSOL 40")
        await talk.say("/position add short SOL 20 at 150 margin 1500 on kraken")
        await jobs.look("krakenfutures")
        server.answers[TICKERS] = suspended(server.answers[TICKERS])
        told = []
        for _ in range(5):
            clock.move(minutes=5)
            await jobs.look("krakenfutures")
            told += await pushed(embedded, clock)
        [push] = told
        assert push.lines[0] == "URGENT: SOL contract is suspended"
        refused = await talk.say("/hedge drop 20% SOL")
        assert "PF_SOLUSD on Kraken Futures is suspended now, so no new short is opened in it" in refused
        assert "Short " not in refused.lines[0]
        assert "Ticket" not in refused.buttons
        assert "Prices are current" not in await talk.say("/status")
        halved = await talk.say("/dehedge half")
        assert halved.lines[0] == "To close this part of your hedge: buy back 10 SOL"
        assert "no order is taken" in halved
        compared = await talk.say("/dehedge")
        assert "no new short is opened in it" in compared
        assert compared.buttons["Halve it"] == "/dehedge half"
        await talk.press("Halve it")
        await talk.press("Filled as shown")
        assert "short 10 SOL" in await talk.say("/position")
        for line in ("/positions", "/status", "/hedge ETH", "/ticket"):
            assert STOPPED in await talk.say(line), line
