"""/portfolio: what you hold and what it is worth."""

from bot.desk.command import Asked, Command
from bot.wording.layout import bold, lines
from bot.wording.places import places_briefly
from bot.wording.portfolio import portfolio
from bot.wording.reply import Button, Reply
from core.measure.exposure import expose


async def _portfolio(asked: Asked) -> Reply:
    desk = asked.desk
    page = await desk.page()
    holdings = page.holdings
    if not holdings:
        return Reply(
            lines(bold("You have no holdings yet."), "Type what you hold, for example: SOL 60"),
            ((Button("Try a sample portfolio", "/add sample"), Button("Add my coins", "/add")),),
        )
    snapshot = await desk.snapshot()
    exposure = expose(holdings, snapshot, desk.now)
    return Reply(
        portfolio(exposure, snapshot.venue, snapshot.age(desk.now), places_briefly(page.lying)),
        ((Button("Hedge", "/hedge"), Button("Add", "/add"), Button("Refresh", "/portfolio")),),
    )


command = Command("portfolio", "your coins and their worth", _portfolio)
