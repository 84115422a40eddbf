"""/export: all that is stored about a user, as files."""

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
from core.journal.journal import live_entries


async def _export(asked: Asked) -> Reply:
    desk = asked.desk
    rows = await desk.book.everything()
    entries = sorted(live_entries(await desk.ledger.every()), key=lambda entry: entry.episode)
    hedges = {entry.number: entry.episode for entry in entries}
    files = (
        File("holdings.csv", holdings_table(await desk.book.holdings())),
        File("places.csv", places_table((await desk.page()).lying)),
        File("fills.csv", await in_thread(fills_table, entries, hedges)),
        File("positions.csv", positions_table(await desk.open_positions())),
        File("reports.csv", reports_table(rows["episodes"])),
        File("everything.json", await in_thread(everything_json, rows)),
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


command = Command("export", "save your data as files", _export)
