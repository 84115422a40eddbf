"""/status: how fresh the figures are, and how the venues answer."""

from bot.command import Asked, Command
from bot.reply import Button, Reply
from bot.wording.status import status

REFRESH = ((Button("Refresh", "/status"),),)


async def _status(asked: Asked) -> Reply:
    desk = asked.desk
    mine = desk.venue_of((await desk.page()).preferences)
    if mine not in desk.watch.venues:
        await desk.last_snapshot((), mine)
    health = desk.watch.health()
    seen = health if desk.owner else tuple(each for each in health if each.venue == mine)
    depth = await desk.outbox.depth(desk.now) if desk.owner else None
    troubles = await desk.troubles.found() if desk.owner else ()
    return Reply(status(seen, desk.now, owner=desk.owner, depth=depth, troubles=troubles), REFRESH)


command = Command("status", "how fresh the figures are", _status)
