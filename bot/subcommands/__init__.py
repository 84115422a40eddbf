"""One file for each subcommand of the program: its name, its arguments, and what it does.

A subcommand may use everything below it; only `bot.__main__` knows all of them.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.settings import MARKETS, Settings
from core.venues.simulated.scenario import SCENARIOS


def no_arguments(_parser: ArgumentParser) -> None:
    """The subcommand takes no arguments."""


def scenario_argument(parser: ArgumentParser) -> None:
    """Takes the scenario of the simulated market."""
    parser.add_argument("--scenario", choices=SCENARIOS)


def market_arguments(parser: ArgumentParser) -> None:
    """Takes where prices come from, and the scenario of the simulated market."""
    parser.add_argument("--market", choices=MARKETS)
    scenario_argument(parser)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One way to run the program."""

    name: str
    help: str
    """One line for `microhedge --help`."""
    run: Callable[[Settings, Namespace], Coroutine[Any, Any, int]]
    """Runs it and returns the exit code. Raises HedgeError for what its user can mend; the sentence is
    printed.
    """
    arguments: Callable[[ArgumentParser], None] = no_arguments
    lenient: bool = False
    """Whether it runs even where some settings cannot be read. Those are at their defaults then."""
    logs: bool = False
    """Whether it logs as LOG_LEVEL says. The others log only what is wrong."""
