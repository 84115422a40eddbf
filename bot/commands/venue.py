"""/venue: where you trade."""

from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.reading.venues import name_of, venue_called
from bot.wording.layout import bold, lines
from bot.wording.markets import venue_terms
from bot.wording.reply import Button, Reply
from bot.wording.which_coin import not_moved
from core.cost.compare import compared_venues
from core.domain.errors import NoData
from core.prices.same_coin import other_coins

HEDGE = (Button("Hedge", "/hedge"), Button("Compare", "/markets"))
IN_A_ROW = 2
TERMS_OF = ("BTC", "ETH")
"""The first of these that has a contract there is what its terms are told of."""
TERMS_FOR, TERMS_DAYS = Decimal(1000), 1
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
    preferences = await desk.book.preferences()
    current = desk.venue_of(preferences)
    others = [Button(name_of(venue), f"/venue {venue}") for venue in desk.venues if venue != current]
    more = "Pick another:" if others else "It is the only one offered here."
    rows = tuple(tuple(others[at : at + IN_A_ROW]) for at in range(0, len(others), IN_A_ROW))
    terms = _terms(desk, current, preferences.fee)
    return Reply(lines(bold(f"Your venue: {name_of(current)}"), *terms, more), (*rows, HEDGE))


def _terms(desk: Desk, venue: str, own_fee: Decimal | None) -> list[str]:
    """Leverage and fees of the majors' contracts there, as far as they are known without asking: who wants to
    leave a venue that hangs does not wait for it.
    """
    snapshot = desk.watch.remembered(venue)
    if snapshot is None:
        return []
    found = [
        offer
        for asset in TERMS_OF
        for offer in compared_venues(asset, [snapshot], TERMS_FOR, TERMS_DAYS, desk.now)
    ]
    return [venue_terms(offer, own_fee) for offer in found[:1]]


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
