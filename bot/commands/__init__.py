"""The one visible list of commands; /help and the command menu are made from it."""

from bot.command import Command
from bot.commands import (
    add,
    basis,
    beta,
    calc,
    cancel,
    cost,
    exposure,
    funding,
    hedge,
    margin,
    portfolio,
    remove,
    settings,
    start,
    ticket,
    venue,
    whatif,
)
from bot.commands.help import help_command

COMMANDS: tuple[Command, ...] = (
    start.command,
    add.add,
    add.put,
    remove.command,
    portfolio.command,
    hedge.command,
    exposure.command,
    beta.command,
    margin.command,
    cost.command,
    funding.command,
    basis.command,
    whatif.command,
    ticket.command,
    venue.command,
    settings.command,
    calc.command,
    cancel.command,
    help_command(lambda: COMMANDS),
)
