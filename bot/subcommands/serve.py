"""`microhedge serve` and `microhedge worker`: the bot in several processes on PostgreSQL."""

import asyncio
import gc
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.clocks.agreed_clock import AgreedClock
from bot.clocks.clock import utc_now
from bot.reading.venues import SIMULATED
from bot.running.opening import opened
from bot.running.parts import Parts
from bot.settings import Settings
from bot.subcommands import Subcommand, market_arguments
from bot.subcommands.run import HOW_TO_BEGIN, give_up

Part = Callable[[Settings, Parts, Callable[[], datetime], asyncio.Event], Awaitable[None]]


async def run_part(settings: Settings, part: Part) -> int:
    """Run one of the processes until SIGTERM or SIGINT."""
    if not settings.telegram_token:
        sys.stderr.write(f"{HOW_TO_BEGIN}\n")
        return 2
    from bot.telegram import polling

    simulated = settings.market == SIMULATED
    venues = (SIMULATED,) if simulated else settings.venues
    # Processes have no clock in common but the true one, so a simulated market goes no faster than that.
    clock = utc_now if simulated else AgreedClock()
    own = replace(settings, simulation_speed=1)

    async def work(stop: asyncio.Event) -> None:
        async with opened(own, clock, venues, own.owner, metered=True, shared=True) as parts:
            gc.freeze()
            await part(own, parts, clock, stop)

    await polling.run_until_signal(work, at_last=give_up)
    return 0


async def run_serve(settings: Settings, _given: Namespace) -> int:
    """Answer the updates that Telegram sends."""
    from bot.running.front import answer

    return await run_part(settings, answer)


async def run_worker(settings: Settings, _given: Namespace) -> int:
    """Refresh, look at alerts, deliver and keep house."""
    from bot.running.worker import work

    return await run_part(settings, work)


serve_command = Subcommand(
    "serve", "answers for many: updates are sent to it (PostgreSQL)", run_serve, market_arguments, logs=True
)
worker_command = Subcommand(
    "worker", "alerts for many, beside `serve` (PostgreSQL)", run_worker, market_arguments, logs=True
)
