"""`microhedge SUBCOMMAND`: reads the settings, then hands over to the file of the subcommand."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version

from bot.settings import Settings, read_settings
from bot.subcommands import Subcommand, backup, chat, demo, doctor, migrate, rotate_keys, run, serve
from core.domain.errors import HedgeError

SUBCOMMANDS: tuple[Subcommand, ...] = (
    run.subcommand,
    serve.serve_command,
    serve.worker_command,
    demo.subcommand,
    chat.chat_command,
    migrate.subcommand,
    rotate_keys.subcommand,
    backup.backup_command,
    backup.restore_command,
    doctor.subcommand,
)
"""The one visible list of subcommands."""


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments that were typed. Their `subcommand` is one of SUBCOMMANDS."""
    parser = argparse.ArgumentParser(prog="microhedge", description="Which futures to short, and how many.")
    parser.add_argument("--version", action="version", version=f"microhedge {version('microhedge')}")
    choices = parser.add_subparsers(required=True, metavar="SUBCOMMAND")
    for each in SUBCOMMANDS:
        own = choices.add_parser(each.name, help=each.help)
        own.set_defaults(subcommand=each)
        each.arguments(own)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """The console script. A mistake in the settings ends in one sentence, not in a traceback."""
    given = read_arguments(arguments)
    subcommand: Subcommand = given.subcommand
    try:
        settings = settings_for(given)
        if settings.https_proxy:
            os.environ["HTTPS_PROXY"] = settings.https_proxy  # where it comes from a file
        start_logging(settings.log_level if subcommand.logs else "WARNING")
        return asyncio.run(subcommand.run(settings, given))
    except HedgeError as error:
        sys.stderr.write(f"{error.for_operator}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Nobody reads on, as in `microhedge chat | head`. The interpreter's last flush must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def settings_for(given: argparse.Namespace) -> Settings:
    """The settings, with the arguments that were typed in their place. Raises BadInput."""
    chosen = {name: getattr(given, name, None) for name in ("market", "scenario")}
    return replace(
        read_settings(lenient=given.subcommand.lenient),
        **{name: value for name, value in chosen.items() if value},
    )


def start_logging(level: str) -> None:
    """Log to standard error, from this level on."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if level == "INFO":  # each would tell of every refresh of every venue
        for name in ("apscheduler", "alembic.runtime.plugins", "procrastinate"):
            logging.getLogger(name).setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
