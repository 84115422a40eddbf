"""/positions: how the open hedge stands, on one screen."""

from bot.desk.command import Asked, Command
from bot.hedges.open_hedge import NONE_OPEN
from bot.hedges.position_questions import with_position_questions
from bot.hedges.reporting import shared_of, standing_of
from bot.wording.positions import positions_message
from bot.wording.reply import Reply, row
from bot.wording.shared import accounts_told

NEXT = row({"Adjust": "/adjust", "De-hedge": "/dehedge", "Exit": "/exit", "Report": "/report"})
LOOK = row({"Gains, drawn": "/picture gains", "Liquidation, drawn": "/picture liquidation"}, below=True)


async def _positions(asked: Asked) -> Reply:
    episode = await asked.desk.ledger.open()
    if episode is None:
        return NONE_OPEN
    found = await standing_of(asked.desk, episode)
    text = positions_message(found, accounts_told(await shared_of(asked.desk, found.open)))
    return with_position_questions(Reply(text, (NEXT[:3], NEXT[3:], LOOK)), found.open)


command = Command("positions", "how your open hedge stands", _positions)
