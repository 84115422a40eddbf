"""`microhedge run | demo | chat | migrate | rotate-keys`: puts the parts together for one way to run them."""

import argparse
import asyncio
import contextlib
import gc
import io
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from platformdirs import user_state_path

from bot.accounts import Sealing
from bot.clock import MovableClock, utc_now
from bot.parts import Parts
from bot.pushes import Pushes
from bot.router import Conversation
from bot.settings import MARKETS, SCENARIOS, Settings, read_settings
from bot.terminal import (
    HINTS,
    LOCAL_USER,
    PLAYED,
    Chat,
    at_terminal,
    converse,
    piped,
    played,
    prompted,
    show_pushes,
)
from bot.troubles import Troubles
from bot.venues import SIMULATED
from core.errors import BadInput, HedgeError, NoData
from core.market import Market
from core.store.closes import StoredCloses
from core.store.database import open_database
from core.store.housekeeping import latest
from core.store.keys import rotate
from core.store.migrations import ensure_schema
from core.watch import Watch

REACH_SECONDS = 8
"""How long a terminal waits for the exchange before it falls back to the simulated market."""
HOW_TO_BEGIN = (
    "No Telegram token yet: in Telegram, talk to @BotFather, send /newbot and copy the token it gives you.\n"
    "Then run again with TELEGRAM_TOKEN=<the token>, in the environment or in a file named .env here."
)


@dataclass(frozen=True, slots=True)
class Markets:
    """Opens the market of a venue, the same one each time; none is asked anything yet. Close it in the end.

    A catalogue's market asks another one, which nobody else may have opened: so all are closed here.
    """

    settings: Settings
    clock: Callable[[], datetime]
    opened: dict[str, Market] = field(default_factory=dict)

    def __call__(self, venue: str) -> Market:
        if venue not in self.opened:
            self.opened[venue] = self._open(venue)
        return self.opened[venue]

    async def close(self) -> None:
        """Let go of every one."""
        for market in self.opened.values():
            await market.close()

    def _open(self, venue: str) -> Market:
        settings, clock = self.settings, self.clock
        if venue == SIMULATED:
            from core.simulated.market import SimulatedMarket

            return SimulatedMarket(settings.simulation_seed, settings.scenario, clock)
        from core.catalogue import CATALOGUES, open_catalogue
        from core.exchange import EXCHANGES, open_exchange

        if venue in CATALOGUES:
            asked = next((other for other in settings.venues if other in EXCHANGES), next(iter(EXCHANGES)))
            return open_catalogue(venue, self(asked), clock)
        return open_exchange(venue, url=settings.venue_urls.get(venue), clock=clock)


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, clock: Callable[[], datetime], venues: tuple[str, ...], owner: int | None
) -> AsyncIterator[Parts]:
    """The database migrated, the watch and the conversation over it; closed in the end.

    A clock that can be moved goes on from where the books end. owner: the user who is told how the program
    is doing, if there is one.
    """
    database = open_database(settings.database_url)
    markets = Markets(settings, clock)
    watch = Watch(markets, StoredCloses(database), clock, venues)
    try:
        await ensure_schema(database)
        if isinstance(clock, MovableClock) and (until := await latest(database)) is not None:
            clock.go_on_from(until)
        sealing = Sealing(settings.server_keys, settings.venue_urls)
        troubles = Troubles()
        troubles.check("database", database.prove)
        conversation = Conversation(database, watch, venues, clock, sealing, owner, troubles)
        yield Parts(database, watch, venues, conversation, troubles)
    finally:
        await watch.close()
        await markets.close()
        await database.close()


async def reachable(settings: Settings) -> bool:
    """Whether the exchange answers within a terminal's patience."""
    markets = Markets(settings, utc_now)
    try:
        async with asyncio.timeout(REACH_SECONDS):
            await markets(settings.venues[0]).contracts()
    except (NoData, TimeoutError):
        return False
    finally:
        await markets.close()
    return True


async def talk(settings: Settings, *, play: bool) -> int:
    """The terminal chat, at a prompt, through a pipe, or played by itself."""
    use_simulated = settings.market == SIMULATED
    if settings.market == "auto" and not await reachable(settings):
        sys.stdout.write(f"{settings.venues[0]} cannot be reached from here: using the SIMULATED market.\n")
        use_simulated = True
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what the terminal cannot show or send is no failure
    clock = MovableClock(settings.simulation_speed) if use_simulated else None
    venues = (SIMULATED,) if use_simulated else settings.venues
    async with opened(settings, clock or utc_now, venues, LOCAL_USER) as parts:
        pushes = Pushes(parts.database, parts.watch, venues, clock or utc_now, LOCAL_USER)
        if at_terminal():
            await talk_at_prompt(parts.conversation, clock, pushes, None if play else history_file())
            return 0
        chat = Chat(parts.conversation, clock, sys.stdout, pushes=pushes)
        heard = not sys.stdin.closed and await converse(chat, piped(sys.stdin))
        if play and not heard:
            await converse(chat, played(PLAYED), lambda line: print(f"you> {line}"))  # noqa: T201
    return 0


async def talk_at_prompt(
    conversation: Conversation, clock: MovableClock | None, pushes: Pushes, history: Path | None
) -> None:
    """The chat with a person who types, above whose prompt appears what is pushed."""
    from prompt_toolkit.patch_stdout import patch_stdout

    with patch_stdout():
        sys.stdout.write(f"{HINTS}\n\n")
        chat = Chat(conversation, clock, sys.stdout, pushes=pushes)
        await chat.say("/start")
        watching = asyncio.create_task(show_pushes(chat))
        try:
            await converse(chat, prompted(history, conversation.commands))
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def history_file() -> Path:
    """Where the prompt remembers what was typed. Holdings are in it: nobody else may read it."""
    path = user_state_path("microhedge", appauthor=False) / "history"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return path


async def demo(settings: Settings) -> int:
    """The chat on the simulated market with a book of its own, forgotten in the end."""
    with tempfile.TemporaryDirectory(prefix="microhedge-") as folder:
        own = replace(settings, market=SIMULATED, database_url=f"sqlite+aiosqlite:///{folder}/demo.db")
        return await talk(own, play=True)


async def run(settings: Settings) -> int:
    """The Telegram bot, until SIGTERM or SIGINT."""
    from bot.running import serve
    from bot.telegram import polling

    simulated = settings.market == SIMULATED
    venues = (SIMULATED,) if simulated else settings.venues
    clock = MovableClock(settings.simulation_speed) if simulated else utc_now
    own = settings if simulated else replace(settings, simulation_speed=1)

    async def work(stop: asyncio.Event) -> None:
        async with opened(own, clock, venues, own.owner) as parts:
            gc.freeze()  # looking through all that is loaded for garbage would halt everything for 0.1 s
            await serve(own, parts, clock, stop)

    await polling.run(work, at_last=give_up)
    return 0


def give_up() -> NoReturn:
    """End at once, as a crash would: nothing is lost by that."""
    logging.getLogger(__name__).error("Something hangs; ending without it")
    logging.shutdown()
    os._exit(1)


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="microhedge", description="Which futures to short, and how many.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in {
        "run": "the Telegram bot",
        "demo": "the terminal chat on the simulated market, forgotten afterwards",
        "chat": "the terminal chat on your own book",
        "migrate": "bring the database to the newest schema",
        "rotate-keys": "seal users' keys anew with the newest of SERVER_KEYS",
    }.items():
        command = commands.add_parser(name, help=text)
        if name in ("run", "chat"):
            command.add_argument("--market", choices=MARKETS)
        if name in ("run", "chat", "demo"):
            command.add_argument("--scenario", choices=SCENARIOS)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """The console script. Mistakes in the settings end in one sentence, not in a traceback."""
    given = read_arguments(arguments)
    try:
        settings = read_settings()
        chosen = {name: getattr(given, name, None) for name in ("market", "scenario")}
        settings = replace(settings, **{name: value for name, value in chosen.items() if value})
        logging.basicConfig(
            level=settings.log_level if given.command == "run" else logging.WARNING,
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
        )
        if settings.log_level == "INFO":  # each would tell of every refresh of every venue
            for name in ("apscheduler", "alembic.runtime.plugins"):
                logging.getLogger(name).setLevel(logging.WARNING)
        return asyncio.run(_command(given.command, settings))
    except HedgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Nobody reads on, as in `microhedge chat | head`. The interpreter's last flush must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


async def _command(name: str, settings: Settings) -> int:
    match name:
        case "run":
            if not settings.telegram_token:
                sys.stderr.write(f"{HOW_TO_BEGIN}\n")
                return 2
            return await run(settings)
        case "demo":
            return await demo(settings)
        case "chat":
            return await talk(settings, play=False)
        case "rotate-keys":
            return await rotate_keys(settings)
    database = open_database(settings.database_url)
    try:
        await ensure_schema(database)
    finally:
        await database.close()
    sys.stdout.write("The database has the newest schema.\n")
    return 0


async def rotate_keys(settings: Settings) -> int:
    """Put every user's data key under the newest server key; may be stopped and run again."""
    if settings.server_keys is None:
        raise BadInput("SERVER_KEYS is not set, so there is nothing to rotate to.")
    database = open_database(settings.database_url)
    try:
        await ensure_schema(database)
        done = await rotate(database, settings.server_keys)
    finally:
        await database.close()
    newest = settings.server_keys.newest
    sys.stdout.write(f"{done.rewrapped} users' keys are now under server key {newest}.\n")
    if done.stuck:
        sys.stderr.write(f"{done.stuck} are not: put their server key back into SERVER_KEYS, then repeat.\n")
    return 1 if done.stuck else 0


if __name__ == "__main__":
    sys.exit(main())
