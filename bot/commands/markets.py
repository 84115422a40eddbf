"""/markets: which venues have a contract for a coin, and where a short of it is cheapest."""

from contextlib import suppress
from decimal import Decimal

from markupsafe import Markup

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.planning import planned
from bot.reading.venues import name_of
from bot.wording.layout import lines
from bot.wording.markets import contract_sizes, markets, no_market
from bot.wording.reply import Button, Reply, row
from bot.wording.which_coin import other_coin
from core.cost.compare import VenueOffer, compared_venues
from core.cost.sizes import sizes_left
from core.domain.coins.asset import STABLECOINS, canonical
from core.domain.coins.names import named
from core.domain.errors import BadInput, HedgeError, NoData
from core.measure.exposure import expose
from core.prices.same_coin import same_as
from core.venues.offered import catalogued_sizes

COMPARED = Decimal(1000)
"""Costs are told for a short of so many USD."""
USUAL = "BTC"
NOWHERE = ((Button("Hedge", "/hedge"), Button("Venues", "/venue")),)


async def _markets(asked: Asked) -> Reply:
    if len(asked.words) > 1:
        raise BadInput("One coin at a time, please. Type for example /markets SOL.")
    desk = asked.desk
    asset = canonical(asked.words[0])[0] if asked.words else await _largest(desk)
    if asset in STABLECOINS:
        raise BadInput(f"{asset} is a stablecoin and needs no hedge. Type for example /markets SOL.")
    preferences = (await desk.page()).preferences
    said = None
    snapshots, silent = await desk.all_snapshots()
    if not snapshots:
        raise NoData("No venue gives prices now. Try again in a minute; /status tells more.")
    own = {} if preferences.fee is None else {desk.venue_of(preferences): preferences.fee}
    found = compared_venues(asset, snapshots, COMPARED, preferences.horizon_days, desk.now, own)
    if not found and (name := named(asset)).said:  # no venue lists the ticker: another name of a coin
        found = compared_venues(name.asset, snapshots, COMPARED, preferences.horizon_days, desk.now, own)
        asset, said = name.asset, f"{name.said}."
    if not found:
        return Reply(no_market(asset, silent), NOWHERE)
    mine = desk.venue_of(preferences)
    prices = await _prices(desk, asset, mine, found)
    same = same_as(prices, mine)
    # Only places where the ticker means the user's own coin.
    one = [place for place in found if same is None or place.venue in same]
    if not one:
        return Reply(lines(no_market(asset, silent), said, other_coin(asset, prices, same)), NOWHERE)
    sizes = await _sizes(desk, asset, one)
    text = markets(asset, one, COMPARED, preferences.horizon_days, mine, silent, sizes)
    others = [place.venue for place in one[:2] if place.venue != mine and same is not None]
    move = row({f"Move to {name_of(venue)}": f"/venue {venue}" for venue in others})
    text = lines(text, said, other_coin(asset, prices, same))
    here = row({f"Hedge with {asset}": f"/hedge {asset}", "Cost": f"/cost {asset}"})
    return Reply(text, tuple(filter(None, (move, here))))


async def _sizes(desk: Desk, asset: str, found: list[VenueOffer]) -> Markup | None:
    """What each size of contract would leave of the user's hedge with this coin; None where there is none."""
    if not (await desk.page()).holdings:
        return None
    try:
        hedge = await planned(desk, [asset])
    except HedgeError:
        return None
    leg = hedge.legs[0]
    steps = catalogued_sizes(asset)
    steps |= {name_of(place.venue): place.step for place in found if place.step is not None}
    left = sizes_left(leg.target, leg.price / leg.contract.scale, steps)
    margin = None if leg.contract.brokered else 1 / leg.leverage
    return contract_sizes(asset, leg.target, left, margin)


async def _prices(desk: Desk, asset: str, mine: str, found: list[VenueOffer]) -> dict[str, Decimal]:
    """USD per coin at each place, and at the user's venue also where that knows only a spot price."""
    prices = {place.venue: place.price for place in found}
    if mine not in prices:
        with suppress(NoData):
            own = await desk.own_prices([asset])
            prices |= {mine: own[asset]} if asset in own else {}
    return prices


async def _largest(desk: Desk) -> str:
    """The coin of the user that is worth most, in dollars."""
    holdings = (await desk.page()).holdings
    if not holdings:
        return USUAL
    moving = expose(holdings, await desk.snapshot(), desk.now).moving
    return moving[0].asset if moving else USUAL


command = Command("markets", "where a coin can be shorted, and at what cost", _markets, "/markets SOL")
