"""/markets: which venues have a contract for a coin, and where a hedge with it is cheapest."""

from decimal import Decimal

from bot.command import Asked, Command
from bot.desk import Desk
from bot.reply import Button, Reply, row
from bot.venues import name_of
from bot.wording.markets import markets, no_market
from core.asset import STABLECOINS, canonical
from core.errors import BadInput, NoData
from core.exposure import expose
from core.places import places

COMPARED = Decimal(1000)
"""USD of the short that costs are told for."""
USUAL = "BTC"


async def _markets(asked: Asked) -> Reply:
    if len(asked.words) > 1:
        raise BadInput("One coin at a time, please. Type for example /markets SOL.")
    desk = asked.desk
    asset = canonical(asked.words[0])[0] if asked.words else await _largest(desk)
    if asset in STABLECOINS:
        raise BadInput(f"{asset} is a stablecoin and needs no hedge. Type for example /markets SOL.")
    preferences = (await desk.page()).preferences
    snapshots, silent = await desk.all_snapshots()
    if not snapshots:
        raise NoData("No venue gives prices now. Try again in a minute; /status tells more.")
    found = places(asset, snapshots, COMPARED, preferences.horizon_days, desk.now)
    if not found:
        return Reply(no_market(asset, silent), ((Button("Hedge", "/hedge"), Button("Venues", "/venue")),))
    mine = desk.venue_of(preferences)
    text = markets(asset, found, COMPARED, preferences.horizon_days, mine, silent)
    others = [place.venue for place in found[:2] if place.venue != mine]
    move = row({f"Move to {name_of(venue)}": f"/venue {venue}" for venue in others})
    here = row({f"Hedge with {asset}": f"/hedge {asset}", "Cost": f"/cost {asset}"})
    return Reply(text, tuple(filter(None, (move, here))))


async def _largest(desk: Desk) -> str:
    """The coin that the user holds most of, in dollars."""
    holdings = (await desk.page()).holdings
    if not holdings:
        return USUAL
    moving = expose(holdings, await desk.snapshot(), desk.now).moving
    return moving[0].asset if moving else USUAL


command = Command("markets", "where a coin can be shorted, and at what cost", _markets, "/markets SOL")
