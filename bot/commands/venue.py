"""/venue: where you trade."""

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.reading.venues import name_of, venue_called
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from bot.wording.which_coin import not_moved
from core.domain.errors import NoData
from core.prices.same_coin import other_coins

HEDGE = (Button("Hedge", "/hedge"), Button("Compare", "/markets"))
IN_A_ROW = 2
ANYWAY = "anyway"
"""Typed after a venue, it moves the user there although a ticker of theirs means another coin there. No
button offers it.
"""


async def _venue(asked: Asked) -> Reply:
    desk = asked.desk
    if asked.words:
        anyway = asked.words[-1].lower() == ANYWAY
        wanted = venue_called(" ".join(asked.words[:-1] if anyway else asked.words), desk.venues)
        if not anyway and (why := await _another_coin(desk, wanted)):
            return Reply(lines(bold(why), f"To move all the same, type /venue {wanted} {ANYWAY}."), (HEDGE,))
        await desk.book.prefer(venue=wanted)
        return Reply(bold(f"Your venue: {name_of(wanted)}"), (HEDGE,))
    current = desk.venue_of(await desk.book.preferences())
    others = [Button(name_of(venue), f"/venue {venue}") for venue in desk.venues if venue != current]
    more = "Pick another:" if others else "It is the only one offered here."
    rows = tuple(tuple(others[at : at + IN_A_ROW]) for at in range(0, len(others), IN_A_ROW))
    return Reply(lines(bold(f"Your venue: {name_of(current)}"), more), (*rows, HEDGE))


async def _another_coin(desk: Desk, wanted: str) -> str | None:
    """Which of the user's coins mean another coin at that venue; None where none is known to."""
    page = await desk.page()
    mine, assets = desk.venue_of(page.preferences), [holding.asset for holding in page.holdings]
    if wanted == mine or not assets:
        return None
    try:
        here, there = await desk.own_prices(assets), await desk.own_prices(assets, wanted)
    # Without prices nothing speaks against the move; /markets and the answers say what they compare.
    except NoData:
        return None
    apart = other_coins(assets, here, there)
    return not_moved(wanted, mine, apart, here, there) if apart else None


command = Command("venue", "where you trade", _venue)
