"""The one visible list of commands; /help and the command menu are made from it."""

from bot.command import Command
from bot.commands import (
    add,
    adjust,
    alert,
    alerts,
    backup,
    basis,
    beta,
    calc,
    cancel,
    connect,
    cost,
    dehedge,
    digest,
    disconnect,
    export,
    exposure,
    filled,
    forget,
    funding,
    hedge,
    history,
    leave,
    margin,
    markets,
    portfolio,
    position,
    positions,
    quiet,
    remove,
    replay,
    report,
    roll,
    settings,
    start,
    status,
    sync,
    ticket,
    venue,
    whatif,
)
from bot.commands.help import help_command

CHAPTERS: dict[str, tuple[Command, ...]] = {
    "Your coins": (
        add.add,
        add.put,
        remove.command,
        portfolio.command,
        cancel.command,
    ),
    "Plan a hedge": (
        hedge.command,
        ticket.command,
        margin.command,
        cost.command,
        whatif.command,
        replay.command,
    ),
    "While it is open": (
        filled.command,
        positions.command,
        adjust.command,
        dehedge.command,
        roll.command,
        leave.command,
        position.command,
    ),
    "Being told": (
        alerts.command,
        alert.command,
        quiet.command,
        digest.command,
    ),
    "Looking back": (
        report.command,
        history.command,
    ),
    "The market": (
        exposure.command,
        beta.command,
        funding.command,
        basis.command,
        markets.command,
        calc.command,
    ),
    "Where you trade": (
        venue.command,
        connect.command,
        sync.command,
        disconnect.command,
        status.command,
    ),
    "You and I": (
        settings.command,
        export.command,
        forget.command,
        backup.command,
        start.command,
        help_command(lambda: CHAPTERS),
    ),
}
"""The one visible list of commands, as /help tells of them."""

COMMANDS: tuple[Command, ...] = tuple(command for chapter in CHAPTERS.values() for command in chapter)
"""All of them, in the order of the menu."""
