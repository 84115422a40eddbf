"""/export: all that is stored about a user, as files."""

from collections.abc import Iterable, Sequence

from bot.desk.command import Asked, Command
from bot.desk.threads import in_thread
from bot.wording.export import (
    everything_json,
    fills_table,
    holdings_table,
    places_table,
    positions_table,
    reports_table,
)
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, File, Reply
from core.journal.fill import Entry
from core.journal.journal import live_entries


async def _export(asked: Asked) -> Reply:
    desk = asked.desk
    everything = await desk.book.everything(everything_json)  # refused first where there is too much
    entries = await in_thread(_by_hedge, await desk.ledger.every())
    hedges = {entry.number: entry.episode for entry in entries}
    past = await desk.ledger.past()
    reports = await desk.ledger.reports([each.number for each in past])
    files = (
        File("holdings.csv", holdings_table(await desk.book.holdings())),
        File("places.csv", places_table((await desk.page()).lying)),
        File("fills.csv", await in_thread(fills_table, entries, hedges)),
        File("positions.csv", positions_table(await desk.open_positions())),
        File("reports.csv", await in_thread(reports_table, past[::-1], reports)),
        File("everything.json", everything),
    )
    return Reply(
        lines(
            bold("Your data, in six files"),
            "Coins, where they lie, fills, open positions and reports as tables; everything as JSON. No keys "
            "are in them.",
        ),
        ((Button("Portfolio", "/portfolio"),),),
        files=files,
    )


def _by_hedge(entries: Iterable[Entry]) -> Sequence[Entry]:
    """The entries that count, hedge by hedge."""
    return sorted(live_entries(entries), key=lambda entry: entry.episode)


command = Command("export", "save your data as files", _export)
