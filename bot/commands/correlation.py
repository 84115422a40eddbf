"""/correlation: how alike your coins move, and whether many coins make you safer."""

from bot.desk.command import Asked, Command
from bot.desk.threads import in_thread
from bot.hedges.planning import check_moving, valued
from bot.wording.correlation import correlation
from bot.wording.reply import Button, Reply
from core.domain.coins.asset import MAJORS
from core.domain.errors import BadInput
from core.hedge.study import study
from core.outlook.correlation import how_alike


async def _correlation(asked: Asked) -> Reply:
    if asked.args:
        raise BadInput("Type /correlation alone: it is about the coins that you hold.")
    snapshot, worth = await valued(asked.desk)
    check_moving(worth, snapshot.venue)
    measured = await in_thread(study, worth, MAJORS, snapshot, asked.desk.now.date())
    found = await in_thread(how_alike, measured)
    return Reply(
        correlation(found),
        ((Button("Exposure", "/exposure"), Button("By sector", "/exposure sector")),),
    )


command = Command("correlation", "how alike your coins move, and fall", _correlation)
