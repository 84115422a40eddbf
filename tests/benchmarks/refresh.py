"""What keeping one venue fresh costs: CPU and memory of a refresh, a warm start, and requests by users.

The venue is a process of its own on loopback that serves Binance's shapes; the adapter is the real one over
real ccxt. `python -m tests.benchmarks.refresh serve | measure URL` are its two halves.
"""

import asyncio
import gc
import json
import random
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import aiohttp

from bot.chat.router import Conversation
from core.prices.watch import Watch
from core.store.database import open_database
from core.store.market.closes import StoredCloses
from core.store.migrations import ensure_schema
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.benchmarks.report import Section, Table, ratio, verdict
from tests.binance_answers import BOOK_TICKER, FUNDING_INFO, PREMIUM_INDEX, binance_answers
from tests.venue_server import VenueServer

CONTRACTS, HELD, MANY = 600, 50, 10_000
REFRESHES = 15
AIM_MS, AIM_MB = 300, 40
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
BULK = (PREMIUM_INDEX, BOOK_TICKER, FUNDING_INFO)
ASSETS = ["BTC", "ETH", "SOL", *(f"C{number}X" for number in range(CONTRACTS - 3))]


def measure() -> Section:
    """Start the venue, measure in a process beside it, and say what came out."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.refresh", "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert serving.stdout is not None
        url = serving.stdout.readline().decode().strip()
        command = [sys.executable, "-m", "tests.benchmarks.refresh", "measure", url]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    finally:
        assert serving.stdin is not None
        serving.stdin.close()
        serving.wait(10)
    return _section(found)


def _section(found: dict[str, float]) -> Section:
    costs = Table(
        ("", "CPU ms", "against json.loads"),
        [
            (name, f"{found[key]:.0f}", ratio([found[key]], [found["loads"]]))
            for name, key in {
                "json.loads of the three bulk answers": "loads",
                "a refresh: three bulk requests, parsed and checked": "refresh",
                "the hourly one: rules of all contracts as well": "rules",
            }.items()
        ],
        f"{CONTRACTS} contracts",
    )
    memory = Table(
        ("", "MB"),
        [
            ("before ccxt is imported", f"{found['before']:.0f}"),
            ("after ccxt is imported and the venue opened", f"{found['opened']:.0f}"),
            (f"at most, over {REFRESHES} refreshes", f"{found['after']:.0f}"),
        ],
    )
    start = Table(
        ("", "seconds", "CPU seconds", "requests"),
        [
            (
                name,
                f"{found[f'{key} seconds']:.2f}",
                f"{found[f'{key} cpu']:.2f}",
                f"{found[f'{key} requests']:.0f}",
            )
            for name, key in {
                "cold: every history is fetched": "cold",
                "warm: closes from the store": "warm",
            }.items()
        ],
        f"First snapshot with the closes of {HELD} assets, ccxt imported",
    )
    budget = Table(
        ("users", "commands", "requests a minute"),
        [
            (f"{users:,}", f"{found[f'commands {users}']:,.0f}", f"{found[f'requests {users}']:.1f}")
            for users in (1, MANY)
        ],
        f"/portfolio of {HELD} assets, over three minutes of the bot's clock",
    )
    grown = found["after"] - found["opened"]
    return Section(
        "refresh",
        "One venue, kept fresh",
        "Served answers over loopback, real ccxt; the venue is another process.",
        (costs, memory, start, budget),
        (
            verdict(
                f"A refresh takes {found['refresh']:.0f} ms of CPU; the aim was under {AIM_MS}",
                met=found["refresh"] < AIM_MS,
            ),
            verdict(
                f"Figures of one venue take {grown:.0f} MB over the opened client; the aim was {AIM_MB}",
                met=grown <= AIM_MB,
            ),
        ),
    )


async def _serve() -> None:
    prices = {asset: Decimal(100 + place) for place, asset in enumerate(ASSETS)}
    async with VenueServer(binance_answers(prices, NOW)) as venue:
        print(venue.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def _measure(url: str) -> dict[str, float]:
    found: dict[str, float] = {"before": _resident()}
    now = NOW
    market = ExchangeMarket(EXCHANGES["binanceusdm"], url=url, clock=lambda: now)
    await market.contracts()
    gc.collect()
    found["opened"] = _resident()
    found["loads"] = await _loads(url)
    spent, held = [], []
    for _ in range(REFRESHES):
        now += timedelta(minutes=1)
        began = process_time()
        await market.contracts()
        await market.quotes()
        await market.funding()
        spent.append((process_time() - began) * 1000)
        held.append(_resident())
    found["refresh"], found["after"] = median(spent), max(held)
    now += timedelta(hours=2)
    began = process_time()
    await market.contracts()
    await market.quotes()
    await market.funding()
    found["rules"] = (process_time() - began) * 1000
    await market.close()
    found |= await _starts(url)
    for users in (1, MANY):
        found |= await _budget(url, users)
    return found


async def _loads(url: str) -> float:
    """Milliseconds to read the bulk answers of a refresh as JSON, and do nothing with them."""
    async with aiohttp.ClientSession() as session:
        texts = [await (await session.get(f"{url}{path}")).text() for path in BULK]
    spent = []
    for _ in range(REFRESHES):
        began = process_time()
        for text in texts:
            json.loads(text)
        spent.append((process_time() - began) * 1000)
    return median(spent)


async def _starts(url: str) -> dict[str, float]:
    """A first snapshot with a store that has nothing, and with one that has everything."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite+aiosqlite:///{folder}/bench.db")
        await ensure_schema(database)
        for name in ("cold", "warm"):
            market = ExchangeMarket(EXCHANGES["binanceusdm"], url=url, clock=lambda: NOW)
            watch = Watch(lambda _, market=market: market, StoredCloses(database), lambda: NOW)  # type: ignore[misc]
            began, cpu = perf_counter(), process_time()
            snapshot = await watch.snapshot("binanceusdm", ASSETS[:HELD])
            assert len(snapshot.closes) == HELD
            found[f"{name} seconds"], found[f"{name} cpu"] = perf_counter() - began, process_time() - cpu
            found[f"{name} requests"] = market.health.calls
            await watch.close()
        await database.close()
    return found


async def _budget(url: str, users: int) -> dict[str, float]:
    """Requests a minute while so many users ask once each within three minutes."""
    now, minutes = NOW, 3
    chosen = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite+aiosqlite:///{folder}/bench.db")
        await ensure_schema(database)
        market = ExchangeMarket(EXCHANGES["binanceusdm"], url=url, clock=lambda: now)
        watch = Watch(lambda _: market, StoredCloses(database), lambda: now)
        talk = Conversation(database, watch, ("binanceusdm",), lambda: now)
        await talk.answer("/portfolio", user=0)
        sent = commands = 0
        for _ in range(minutes):
            await watch.refresh("binanceusdm")  # as the schedule does
            for user in range(1, users + 1) if users == 1 else range(1, users // minutes + 1):
                await talk.answer("\n".join(f"{asset} 1" for asset in chosen.sample(ASSETS, HELD)), user=user)
                await talk.answer("/portfolio", user=user)
                commands += 2
            sent += market.health.calls
            now += timedelta(minutes=1, seconds=1)
        await watch.close()
        await database.close()
    return {f"requests {users}": sent / minutes, f"commands {users}": commands}


def _resident() -> float:
    """Megabytes that this process has in memory now; where the system does not tell, at its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(_serve())
    else:
        print(json.dumps(asyncio.run(_measure(sys.argv[2]))))
