"""One file for each command, and CHAPTERS, the one visible list of them: /help and Telegram's menu are made
from it.

A command reads its words, asks the desk for what it needs, and answers with a Reply. It may use `bot.desk`,
`bot.hedges`, `bot.reading`, `bot.wording` and `core`; it imports no other command, and nothing of Telegram.
"""

from bot.commands import (
    accounts,
    add,
    adjust,
    alert,
    alerts,
    anew,
    at,
    backup,
    basis,
    beta,
    calc,
    cancel,
    connect,
    correlation,
    cost,
    dehedge,
    digest,
    disconnect,
    exit_hedge,
    export,
    exposure,
    filled,
    forget,
    funding,
    hedge,
    history,
    invite,
    learn,
    margin,
    markets,
    people,
    portfolio,
    position,
    positions,
    quiet,
    record,
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
    watch,
    whatif,
)
from bot.commands.help import help_command
from bot.desk.command import Command

CHAPTERS: dict[str, tuple[Command, ...]] = {
    "Your coins": (
        add.add,
        add.put,
        remove.command,
        at.command,
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
        anew.command,
        exit_hedge.command,
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
        record.command,
    ),
    "The market": (
        exposure.command,
        beta.command,
        correlation.command,
        funding.command,
        basis.command,
        markets.command,
        calc.command,
    ),
    "Where you trade": (
        venue.command,
        connect.command,
        watch.command,
        accounts.command,
        sync.command,
        disconnect.command,
        status.command,
    ),
    "Who may use me": (
        invite.command,
        people.command,
    ),
    "You and I": (
        settings.command,
        export.command,
        forget.command,
        backup.command,
        start.command,
        learn.command,
        help_command(lambda: CHAPTERS),
    ),
}
"""All commands by chapter, as /help tells of them."""

COMMANDS: tuple[Command, ...] = tuple(command for chapter in CHAPTERS.values() for command in chapter)
"""All commands in the order of the menu."""
