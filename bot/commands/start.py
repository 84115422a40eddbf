"""/start: what this is and the way in; for who comes back, how things stand."""

from contextlib import suppress

from markupsafe import Markup

from bot.desk.command import Asked, Command
from bot.hedges.reporting import standing_of
from bot.wording.people import welcome_owner
from bot.wording.reply import Button, Reply, row
from bot.wording.welcome import hedged, newcomer, unhedged
from core.domain.errors import NoData
from core.measure.exposure import expose
from core.outcome.standing import Standing

SAMPLE = "sample"
"""What a link carries that shows the sample portfolio at once: t.me/BOT?start=sample"""


async def _start(asked: Asked) -> Reply:
    desk = asked.desk
    first = None
    holdings = (await desk.page()).holdings
    if asked.args == SAMPLE and not holdings:
        return await asked.say("/add sample")
    if asked.args and asked.args != SAMPLE and desk.owner and desk.access is not None:
        first = welcome_owner(await desk.access.stayed())  # a link that made them the owner
    episode = await desk.ledger.open()
    if episode is not None:
        standing: Standing | None = None
        with suppress(NoData):
            standing = await standing_of(desk, episode)
        return Reply(hedged(first, standing), OPEN)
    return await _unhedged(asked, first) if holdings else Reply(newcomer(first), NEWCOMER)


async def _unhedged(asked: Asked, first: Markup | None) -> Reply:
    desk = asked.desk
    holdings = (await desk.page()).holdings
    worth = None
    with suppress(NoData):
        worth = expose(holdings, await desk.snapshot(), desk.now).value
    return Reply(unhedged(first, len(holdings), worth), HOLDER)


NEWCOMER = (
    (Button("Try a sample portfolio", "/add sample"),),
    (Button("Add my coins", "/add"), Button("Help", "/help")),
)
HOLDER = (row({"Hedge": "/hedge", "My coins": "/portfolio"}), row({"What if": "/whatif", "Help": "/help"}))
OPEN = (row({"Positions": "/positions", "Adjust": "/adjust"}), row({"What if": "/whatif", "Help": "/help"}))

command = Command("start", "what I do, and how to begin", _start)
