"""The page served over the real conversation, and a browser without a window that talks to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, CookieJar

from bot.chat.router import Conversation
from bot.clocks.clock import MovableClock, utc_now
from bot.desk.access import Access
from bot.page.site import Site, page_served
from bot.page.stage import MarketStage
from bot.page.visitors import Visitors
from bot.page.watching import Watching
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.people import People
from core.venues.simulated.market import SimulatedMarket
from tests.conversation import BEGAN

VENUE = "simulated"
PATIENCE = 60.0


@dataclass
class Browser:
    """One browser: what it was told, and what it sends."""

    address: str
    session: ClientSession
    told: list[dict[str, Any]] = field(default_factory=list)
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        async with self.session.get(f"{self.address}events", timeout=None) as stream:
            assert stream.status == 200, await stream.text()
            async for line in stream.content:
                if line.startswith(b"data: "):
                    async with self._heard:
                        self.told.append(json.loads(line[6:]))
                        self._heard.notify_all()

    async def until(self, known: Callable[[], Any]) -> Any:
        """What the function gives, once that is something."""
        async with self._heard:
            async with asyncio.timeout(PATIENCE):
                await self._heard.wait_for(lambda: bool(known()))
            return known()

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, str]:
        own = {"Origin": self.address.rstrip("/"), **headers}
        async with self.session.post(f"{self.address}{path}", json=body, headers=own) as answer:
            return answer.status, await answer.text()

    async def say(self, line: str) -> dict[str, Any]:
        """Say it, and give the answer."""
        before = len(self.told)
        status, text = await self.post("say", {"line": line, "reply_to": None})
        assert status == 200, text
        answer: dict[str, Any] = await self.until(lambda: self.last("bot", before))
        return answer

    def last(self, sender: str, since: int = 0) -> dict[str, Any] | None:
        found = [
            each["message"]
            for each in self.told[since:]
            if each["kind"] == "message" and each["message"]["sender"] == sender
        ]
        return found[-1] if found else None

    async def press(self, message: dict[str, Any], label: str) -> tuple[int, str]:
        [(row, place)] = [
            (row, place)
            for row, keys in enumerate(message["buttons"])
            for place, key in enumerate(keys)
            if key["label"] == label
        ]
        return await self.post("press", {"message": message["number"], "row": row, "place": place})

    def points(self) -> list[dict[str, Any]]:
        return [each["point"] for each in self.told if each["kind"] == "strip"]


def text_of(body: list[Any]) -> str:
    return "".join(each if isinstance(each, str) else text_of(each[1]) for each in body)


@dataclass
class Served:
    """A page that is served now."""

    address: str
    site: Site
    clock: MovableClock

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A browser that has opened the page."""
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            async with session.get(self.address) as page:
                assert page.status == 200
            browser = Browser(self.address, session)
            listening = asyncio.create_task(browser.listen())
            try:
                await browser.until(lambda: browser.told)
                yield browser
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)


@asynccontextmanager
async def page_over(database: Database, scenario: str = "calm") -> AsyncIterator[Served]:
    """The page over this database."""
    opened = utc_now()
    clock = MovableClock(1, lambda: BEGAN + (utc_now() - opened))
    market = SimulatedMarket(7, scenario, clock)
    watch = Watch(lambda _venue: market, StoredCloses(database), clock, (VENUE,))
    access = Access(People(database), public=True)
    talk = Conversation(database, watch, (VENUE,), clock, access=access)
    stage, visitors = MarketStage(market, clock, scenario), Visitors(talk)
    site = Site(talk, visitors, stage, Watching(database, watch, VENUE, clock, visitors, stage))
    try:
        async with page_served(site, 0) as address:
            yield Served(address, site, clock)
    finally:
        await watch.close()
