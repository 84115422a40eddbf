"""/status: how fresh the figures are and how the venues answer; for the owner also what is wrong."""

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.wording.reply import Button, Reply
from bot.wording.status import status
from bot.wording.unwatched import unseen
from core.alert.silence import silent_coins

REFRESH = ((Button("Refresh", "/status"),),)


async def _status(asked: Asked) -> Reply:
    desk = asked.desk
    mine = desk.venue_of((await desk.page()).preferences)
    unseen = await _unseen(desk, mine)
    health = desk.watch.health()
    seen = health if desk.owner else tuple(each for each in health if each.venue == mine)
    depth = await desk.outbox.depth(desk.now) if desk.owner else None
    troubles = await desk.troubles.found() if desk.owner else ()
    text = status(seen, desk.now, owner=desk.owner, depth=depth, troubles=troubles, unseen=unseen)
    return Reply(text, REFRESH)


async def _unseen(desk: Desk, mine: str) -> list[str]:
    """A few words for each holding and position that has no price of its own, or whose
    contract is stopped.
    """
    held = (await desk.ledger.current()).held
    coins = [holding.asset for holding in (await desk.page()).holdings]
    found: list[str] = []
    for venue in dict.fromkeys([mine, *(each.venue for each in held)]):
        snapshot = await desk.last_snapshot((), venue)
        if snapshot is None:
            continue
        here = [each for each in held if unseen(snapshot, [each], desk.now)]
        found += [f"{each.terms.asset} {'short' if each.count < 0 else 'long'}" for each in here]
        if venue == mine:
            found += silent_coins(snapshot, coins, desk.now)
    return found


command = Command("status", "how fresh the figures are", _status)
