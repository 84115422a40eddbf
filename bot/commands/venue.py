"""/venue: where you trade."""

from bot.command import Asked, Command
from bot.reply import Button, Reply
from bot.wording.layout import bold, lines
from core.errors import BadInput

HEDGE = (Button("Hedge", "/hedge"),)


async def _venue(asked: Asked) -> Reply:
    desk = asked.desk
    if not asked.words:
        current = desk.venue_of(await desk.book.preferences())
        others = tuple((Button(venue, f"/venue {venue}"),) for venue in desk.venues if venue != current)
        more = "Pick another:" if others else "It is the only one offered here."
        return Reply(lines(bold(f"Your venue: {current}"), more), (*others, HEDGE))
    wanted = asked.words[0].lower()
    if wanted not in desk.venues:
        raise BadInput(f"“{wanted[:30]}” is not offered here. Type /venue {desk.venues[0]}.")
    await desk.book.prefer(venue=wanted)
    return Reply(bold(f"Your venue: {wanted}"), (HEDGE,))


command = Command("venue", "where you trade", _venue)
