"""The one visible list of commands; /help and the command menu are made from it."""

from bot.command import Command
from bot.commands import add, calc, cancel, hedge, portfolio, remove, settings, start, venue
from bot.commands.help import help_command

COMMANDS: tuple[Command, ...] = (
    start.command,
    add.add,
    add.put,
    remove.command,
    portfolio.command,
    hedge.command,
    venue.command,
    settings.command,
    calc.command,
    cancel.command,
    help_command(lambda: COMMANDS),
)
