"""`microhedge run`: the Telegram bot."""

import asyncio
import gc
import logging
import os
import sys
from argparse import Namespace
from dataclasses import replace
from typing import NoReturn

from bot.clocks.agreed_clock import AgreedClock
from bot.clocks.clock import MovableClock
from bot.reading.venues import SIMULATED
from bot.running.opening import opened
from bot.settings import Settings
from bot.subcommands import Subcommand, market_arguments

HOW_TO_BEGIN = (
    "No Telegram token yet: in Telegram, talk to @BotFather, send /newbot and copy the token it gives you.\n"
    "Then run again with TELEGRAM_TOKEN=<the token>, in the environment or in a file named .env here."
)


async def run(settings: Settings, _given: Namespace) -> int:
    """Run the Telegram bot until SIGTERM or SIGINT."""
    if not settings.telegram_token:
        sys.stderr.write(f"{HOW_TO_BEGIN}\n")
        return 2
    from bot.running.serve import serve
    from bot.telegram import polling

    simulated = settings.market == SIMULATED
    venues = (SIMULATED,) if simulated else settings.venues
    clock = MovableClock(settings.simulation_speed) if simulated else AgreedClock()
    own = settings if simulated else replace(settings, simulation_speed=1)

    async def work(stop: asyncio.Event) -> None:
        async with opened(own, clock, venues, own.owner, metered=True) as parts:
            gc.freeze()  # looking through all that is loaded for garbage would halt everything for 0.1 s
            await serve(own, parts, clock, stop)

    await polling.run_until_signal(work, at_last=give_up)
    return 0


def give_up() -> NoReturn:
    """End at once, as a crash would. Nothing is lost by that."""
    logging.getLogger(__name__).error("Something hangs; ending without it")
    logging.shutdown()
    os._exit(1)


subcommand = Subcommand("run", "the Telegram bot", run, market_arguments, logs=True)
