"""`microhedge chat`: the conversation in the terminal, alone or beside a page in the browser."""

import asyncio
import io
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from platformdirs import user_state_path

from bot.chat.router import Conversation
from bot.clocks.clock import MovableClock, utc_now
from bot.reading.venues import SIMULATED
from bot.running.opening import Markets, opened
from bot.running.parts import Parts
from bot.settings import Settings
from bot.subcommands import Subcommand, market_arguments
from bot.terminal.chat import (
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
from bot.terminal.pushes import Pushes
from core.domain.errors import NoData

Beside = Callable[[Parts, MovableClock], AbstractAsyncContextManager[Callable[[], Awaitable[None]]]]
"""Shows a simulated market elsewhere, too, while the terminal talks; gives what is called after the played
conversation.
"""
REACH_SECONDS = 8
"""So many seconds a terminal waits for the exchange, before it takes the simulated market instead."""


async def chat(settings: Settings, _given: Namespace) -> int:
    """The terminal chat on the user's own book."""
    return await talk(settings)


async def reachable(settings: Settings) -> bool:
    """Whether the exchange answers within the time that somebody at a terminal will wait."""
    markets = Markets(settings, utc_now)
    try:
        async with asyncio.timeout(REACH_SECONDS):
            await markets(settings.venues[0]).contracts()
    except (NoData, TimeoutError):
        return False
    finally:
        await markets.close()
    return True


async def talk(settings: Settings, beside: Beside | None = None) -> int:
    """The terminal chat: at a prompt, or through a pipe.

    beside: what else shows the market; then the book is forgotten in the end, and a conversation is played
    where nothing comes through the pipe.
    """
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
        async with beside(parts, clock) if beside and clock else nullcontext() as afterwards:
            if at_terminal():
                await talk_at_prompt(parts.conversation, clock, pushes, None if beside else history_file())
                return 0
            chat = Chat(parts.conversation, clock, sys.stdout, pushes=pushes)
            heard = not sys.stdin.closed and await converse(chat, piped(sys.stdin))
            if afterwards and not heard:
                await converse(chat, played(PLAYED), lambda line: print(f"you> {line}"))  # noqa: T201
                await afterwards()
    return 0


async def talk_at_prompt(
    conversation: Conversation, clock: MovableClock | None, pushes: Pushes, history: Path | None
) -> None:
    """The chat with a person who types. What is pushed appears above the prompt."""
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
    """The file in which the prompt remembers what was typed. It may hold holdings, so only its owner may read
    it.
    """
    path = user_state_path("microhedge", appauthor=False) / "history"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return path


chat_command = Subcommand("chat", "the terminal chat on your own book", chat, market_arguments)
