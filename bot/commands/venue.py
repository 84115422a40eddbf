"""/venue: where you trade."""

from bot.command import Asked, Command
from bot.reply import Button, Reply
from bot.venues import name_of, venue_called
from bot.wording.layout import bold, lines

HEDGE = (Button("Hedge", "/hedge"), Button("Compare", "/markets"))
IN_A_ROW = 2


async def _venue(asked: Asked) -> Reply:
    desk = asked.desk
    if asked.words:
        wanted = venue_called(asked.args, desk.venues)
        await desk.book.prefer(venue=wanted)
        return Reply(bold(f"Your venue: {name_of(wanted)}"), (HEDGE,))
    current = desk.venue_of(await desk.book.preferences())
    others = [Button(name_of(venue), f"/venue {venue}") for venue in desk.venues if venue != current]
    more = "Pick another:" if others else "It is the only one offered here."
    rows = tuple(tuple(others[at : at + IN_A_ROW]) for at in range(0, len(others), IN_A_ROW))
    return Reply(lines(bold(f"Your venue: {name_of(current)}"), more), (*rows, HEDGE))


command = Command("venue", "where you trade", _venue)
