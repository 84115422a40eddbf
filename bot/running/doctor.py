"""What could keep a bot from working here, looked at before it runs. Each check is one function; CHECKS lists
them.
"""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from telegram.error import TelegramError

from bot.clocks.agreed_clock import TOO_FAR_OFF
from bot.clocks.clock import utc_now
from bot.reading.venues import SIMULATED, name_of
from bot.running.opening import Markets
from bot.settings import Settings
from bot.telegram.logs import hide_secrets
from bot.telegram.request import AiohttpRequest
from core.domain.errors import HedgeError, NoData
from core.store.address import is_sqlite, read_url
from core.store.copies import usual_folder
from core.store.database import open_database
from core.store.migrations import HEAD, at_head

PATIENCE = 30.0
"""Seconds that a venue or Telegram has for an answer."""
OTHERS = frozenset({"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"})
"""Names that are no settings of ours but mean something in .env all the same."""
ALIKE = 0.8
"""A name that is at least so much like one of ours, from 0 to 1, counts as misspelled."""
NAMES = tuple(setting.name.upper() for setting in fields(Settings))


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found."""

    about: str
    """What was looked at, in a word."""
    well: bool
    """Whether it is as it should be."""
    sentence: str
    """What was found and, where it is not well, what to do."""


@dataclass(slots=True)
class Looked:
    """What the checks look at, and what they learn on the way."""

    settings: Settings
    """Those that cannot be read are at their defaults."""
    refused: Sequence[str]
    """A sentence for each setting that cannot be read."""
    environ: Mapping[str, str]
    """The names and values of the environment."""
    file: Mapping[str, str | None]
    """The names and values in .env."""
    clocks: dict[str, timedelta]
    """How far this machine's clock is ahead of others, by their names; filled by the checks that ask them."""


Check = Callable[[Looked], AsyncIterator[Finding]]


async def examine(looked: Looked) -> AsyncIterator[Finding]:
    """All findings, each as soon as it is known."""
    for check in CHECKS:
        async for finding in check(looked):
            yield finding


async def _settings(looked: Looked) -> AsyncIterator[Finding]:
    wrong = [*looked.refused, *misspelled(looked.environ, looked.file)]
    for sentence in wrong:
        yield Finding("settings", False, sentence)
    if not wrong:
        yield Finding("settings", True, "All settings can be read.")


def misspelled(environ: Mapping[str, str], file: Mapping[str, str | None]) -> list[str]:
    """A sentence for each name in .env that means nothing, and for each name in the environment that is
    almost one of ours.
    """
    found = []
    for name in dict.fromkeys([*file, *environ]):
        if name in NAMES or name in OTHERS:
            continue
        near = get_close_matches(name, NAMES, n=1, cutoff=ALIKE)
        if near:
            found.append(f"{name} means nothing here. Did you mean {near[0]}?")
        elif name in file:
            found.append(f"{name} in .env means nothing here. .env.example has all the names.")
    return found


async def _token(looked: Looked) -> AsyncIterator[Finding]:
    settings = looked.settings
    if not settings.telegram_token:
        yield Finding("telegram", False, "TELEGRAM_TOKEN is not set: @BotFather gives you one for /newbot.")
        return
    # Before the first request, as a library may log its address, which has the token in it.
    hide_secrets(settings.telegram_token)
    request = AiohttpRequest(1, read_timeout=PATIENCE, connect_timeout=PATIENCE)
    await request.initialize()
    try:
        url = f"{settings.telegram_api_url}/bot{settings.telegram_token}/getMe"
        status, body = await request.do_request(url, "POST")
        yield _bot(status, body)
        if (ahead := request.server_time.ahead) is not None:
            looked.clocks["Telegram"] = ahead
    except TelegramError:
        yield Finding(
            "telegram", False,
            f"{settings.telegram_api_url} cannot be reached. Behind a firewall set HTTPS_PROXY, or "
            "TELEGRAM_API_URL for a Bot API server of your own.",
        )  # fmt: skip
    finally:
        await request.shutdown()


def _bot(status: int, body: bytes) -> Finding:
    try:
        name = json.loads(body)["result"]["username"]
    except (ValueError, LookupError, TypeError):
        name = None
    if isinstance(name, str):
        return Finding("telegram", True, f"Telegram knows the bot as @{name}.")
    # Telegram answers 404 for a token that never was one, and 401 for one that was revoked.
    if status in (401, 404):
        return Finding(
            "telegram", False, "Telegram does not accept TELEGRAM_TOKEN. @BotFather gives a new one."
        )
    return Finding("telegram", False, f"Telegram answered with {status}, and not what a bot is called.")


async def _database(looked: Looked) -> AsyncIterator[Finding]:
    try:
        url = read_url(looked.settings.database_url)
        if is_sqlite(url) and not await asyncio.to_thread(Path(url.database or "").exists):
            yield await asyncio.to_thread(_folder, Path(url.database or ""))
            return
        database = open_database(looked.settings.database_url)
        try:
            new = await at_head(database)
            if new:
                await database.prove()
        finally:
            await database.close()
    except HedgeError as error:
        yield Finding("database", False, str(error))
        return
    if new:
        yield Finding("database", True, f"The database can be written; its schema is the newest, {HEAD}.")
    else:
        yield Finding("database", True, "The database has an older schema; the next start brings it up.")


def _folder(path: Path) -> Finding:
    """Whether a database file that does not exist yet can be created."""
    there = next(folder for folder in path.parents if folder.exists())
    if os.access(there, os.W_OK | os.X_OK):
        return Finding("database", True, f"There is no {path} yet; the first start makes it.")
    return Finding("database", False, f"{path} cannot be made: nobody lets us write to {there}.")


async def _modes(looked: Looked) -> AsyncIterator[Finding]:
    open_ = await asyncio.to_thread(readable_by_others, looked.settings)
    for path in open_:
        yield Finding("files", False, f"Others on this machine can read {path}: type chmod go-rwx {path}")
    if not open_:
        yield Finding("files", True, "Nobody else on this machine can read your files.")


def readable_by_others(settings: Settings) -> list[Path]:
    """The files with secrets or holdings in them that others on this machine may read."""
    paths = [Path(".env")]
    url = read_url(settings.database_url)
    if is_sqlite(url):
        paths += [Path(f"{url.database}{end}") for end in ("", "-wal", "-shm")]
    folder = settings.backup_folder or usual_folder(url)
    if folder.is_dir():
        paths += sorted(folder.iterdir())
    return [path for path in paths if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]


async def _venues(looked: Looked) -> AsyncIterator[Finding]:
    if looked.settings.market == SIMULATED:
        yield Finding("venues", True, "MARKET is simulated, so no venue is asked.")
        return
    markets = Markets(looked.settings, utc_now)
    try:
        asked = {asyncio.create_task(_venue(markets, venue, looked)) for venue in looked.settings.venues}
        for done in asyncio.as_completed(asked):
            yield await done
    finally:
        await markets.close()


async def _venue(markets: Markets, venue: str, looked: Looked) -> Finding:
    market = markets(venue)
    try:
        async with asyncio.timeout(PATIENCE):
            contracts = await market.contracts()
    except (NoData, TimeoutError) as error:
        sentence = str(error) or f"{name_of(venue)} has not answered for {PATIENCE:g} s."
        return Finding(venue, False, sentence)
    finally:
        if (ahead := market.health.ahead) is not None:
            looked.clocks[name_of(venue)] = ahead
    return Finding(venue, True, f"{name_of(venue)} answers: {len(contracts)} contracts.")


async def _clock(looked: Looked) -> AsyncIterator[Finding]:
    if not looked.clocks:
        yield Finding("clock", True, "Nobody answered who could tell whether this machine's clock is right.")
        return
    off = {who: ahead for who, ahead in looked.clocks.items() if abs(ahead) > TOO_FAR_OFF}
    # A single server may be wrong itself; most of them are not.
    if len(off) * 2 <= len(looked.clocks):
        yield Finding("clock", True, "This machine's clock is right, to a minute.")
        return
    who, ahead = max(off.items(), key=lambda each: abs(each[1]))
    minutes, way = abs(ahead) / timedelta(minutes=1), "fast" if ahead > timedelta(0) else "slow"
    yield Finding(
        "clock", False, f"This machine's clock is {minutes:,.0f} min {way}, says {who}. Set it right."
    )


CHECKS: tuple[Check, ...] = (_settings, _modes, _database, _token, _venues, _clock)
"""In the order in which they are told. The clock comes last, because the other checks hear what time it is
elsewhere.
"""
