"""/record: how often the ranges that were stated held, over all hedges that have ended."""

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.wording.record import record_message
from bot.wording.reply import Reply, row
from core.domain.errors import BadInput
from core.domain.range import Score


async def _record(asked: Asked) -> Reply:
    if asked.args:
        raise BadInput("Type /record alone. How one hedge went is told by /report 3, with its number.")
    desk = asked.desk
    unreported = [each.number for each in await desk.ledger.past() if not each.reported]
    everybody = await _everybodys(desk)
    open_now = (await desk.ledger.current()).held
    last = {"Report so far": "/report"} if open_now else {"Plan a hedge": "/hedge"}
    text = record_message(await desk.ledger.score(), everybody, unreported)
    return Reply(text, (row({"History": "/history"} | last),))


async def _everybodys(desk: Desk) -> Score | None:
    """The score over all users, for the owner; None for anybody else."""
    return await desk.access.people.score() if desk.owner and desk.access is not None else None


command = Command("record", "how often what I said came true", _record)
