"""One file a subcommand of the program: what it is called, what it may be told, and what it does.

A subcommand may use everything below it; only `bot.__main__` knows of them all.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.settings import MARKETS, Settings
from core.venues.simulated.scenario import SCENARIOS


def no_arguments(_parser: ArgumentParser) -> None:
    """Nothing can be told to it."""


def scenario_argument(parser: ArgumentParser) -> None:
    """What happens in the simulated market."""
    parser.add_argument("--scenario", choices=SCENARIOS)


def market_arguments(parser: ArgumentParser) -> None:
    """Where prices come from, and what happens in the simulated market."""
    parser.add_argument("--market", choices=MARKETS)
    scenario_argument(parser)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One way to run the program."""

    name: str
    help: str
    """One line for `microhedge --help`."""
    run: Callable[[Settings, Namespace], Coroutine[Any, Any, int]]
    """Does it; the exit code. Raises HedgeError, whose sentence is printed, for what can be mended."""
    arguments: Callable[[ArgumentParser], None] = no_arguments
    lenient: bool = False
    """Whether it runs also where settings cannot be read: those are at their defaults then."""
    logs: bool = False
    """Whether it logs as LOG_LEVEL says; the others only say what is wrong."""
