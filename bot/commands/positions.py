"""/positions: how the open hedge stands, on one screen."""

from bot.command import Asked, Command
from bot.reply import Reply, row
from bot.reporting import standing_of
from bot.wording.positions import no_positions, positions

NEXT = row({"Adjust": "/adjust", "De-hedge": "/dehedge", "Exit": "/exit", "Report": "/report"})
BEGIN = row({"Plan a hedge": "/hedge", "Past hedges": "/history"})


async def _positions(asked: Asked) -> Reply:
    episode = await asked.desk.ledger.open()
    if episode is None:
        return Reply(no_positions(), (BEGIN,))
    return Reply(positions(await standing_of(asked.desk, episode)), (NEXT[:3], NEXT[3:]))


command = Command("positions", "how your open hedge stands", _positions)
