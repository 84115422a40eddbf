"""/export: all of a user's data as files."""

from bot.command import Asked, Command
from bot.reply import Button, File, Reply
from bot.wording.export import (
    everything_json,
    fills_table,
    holdings_table,
    positions_table,
    reports_table,
)
from bot.wording.layout import bold, lines
from core.life.journal import live_entries


async def _export(asked: Asked) -> Reply:
    desk = asked.desk
    rows = await desk.book.everything()
    latest, past = await desk.ledger.latest(), await desk.ledger.past()
    episodes = {
        each.number: each for each in (*(one.episode for one in past), *((latest,) if latest else ()))
    }
    entries = [
        (number, entry) for number in sorted(episodes) for entry in live_entries(episodes[number].entries)
    ]
    files = (
        File("holdings.csv", holdings_table(await desk.book.holdings())),
        File(
            "fills.csv",
            fills_table([entry for _, entry in entries], {entry.number: number for number, entry in entries}),
        ),
        File("positions.csv", positions_table(await desk.open_positions())),
        File("reports.csv", reports_table(rows["episodes"])),
        File("everything.json", everything_json(rows)),
    )
    return Reply(
        lines(
            bold("Your data, in five files"),
            "Coins, fills, open positions and reports as tables; everything as JSON. No keys are in them.",
        ),
        ((Button("Portfolio", "/portfolio"),),),
        files=files,
    )


command = Command("export", "save your data as files", _export)
