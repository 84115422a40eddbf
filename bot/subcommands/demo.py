"""`microhedge demo`: the conversation on a simulated market, in the terminal and in the browser."""

import asyncio
import os
import sys
import tempfile
import webbrowser
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from bot.clocks.clock import MovableClock
from bot.reading.venues import SIMULATED
from bot.running.parts import Parts
from bot.settings import Settings
from bot.subcommands import Subcommand, scenario_argument
from bot.subcommands.chat import talk
from bot.terminal.chat import at_terminal
from core.venues.simulated.market import SimulatedMarket


async def demo(settings: Settings, _given: Namespace) -> int:
    """The chat on the simulated market, with a database of its own that is deleted in the end.

    Everybody who opens the page is a user of it; nobody else can, as it is on this machine alone.
    """
    with tempfile.TemporaryDirectory(prefix="microhedge-") as folder:
        url = f"sqlite+aiosqlite:///{folder}/demo.db"
        own = replace(settings, market=SIMULATED, database_url=url, public=True)
        return await talk(own, partial(page_beside, settings.scenario))


@asynccontextmanager
async def page_beside(
    scenario: str, parts: Parts, clock: MovableClock
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Serves the page on the same market and clock; gives what fetches it once. Prints its address first."""
    from bot.page.site import Site, page_served
    from bot.page.stage import MarketStage
    from bot.page.visitors import Visitors
    from bot.page.watching import Watching

    market = parts.market(SIMULATED)
    if not isinstance(market, SimulatedMarket):
        raise TypeError("the demo is on the simulated market")
    stage, visitors = MarketStage(market, clock, scenario), Visitors(parts.conversation)
    watching = Watching(parts.database, parts.watch, SIMULATED, clock, visitors, stage)
    async with page_served(Site(parts.conversation, visitors, stage, watching)) as address:
        sys.stdout.write(f"In your browser: {address}\n")
        sys.stdout.flush()
        if at_terminal() and has_desktop():
            await asyncio.to_thread(webbrowser.open, address)
        yield partial(fetch, address)


async def fetch(address: str) -> None:
    """Ask for the page as a browser would, and say what came."""
    from aiohttp import ClientSession

    async with ClientSession() as session, session.get(address) as answer:
        sys.stdout.write(f"The page answers with {answer.status}: {len(await answer.read())} bytes.\n")


def has_desktop() -> bool:
    """Whether a browser with windows can be opened here."""
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


subcommand = Subcommand(
    "demo",
    "a chat on the simulated market, here and in the browser; forgotten afterwards",
    demo,
    scenario_argument,
)
