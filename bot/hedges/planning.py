"""Planning the hedge that a user asks for, from what they hold and their settings."""

from collections.abc import Iterable
from dataclasses import replace

from bot.desk.aims import plain_words
from bot.desk.coin_names import coins_today
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.reading.sentence import KNOWN
from bot.reading.venues import name_of, venue_called
from bot.reading.wishes import FORMS, read_wish
from bot.wording.sectors import SECTOR_NAMES, sector_compared
from core.cost.compare import compared_venues
from core.domain.coins.place import lying_at
from core.domain.coins.sector import Sector, sector_called
from core.domain.errors import BadInput
from core.domain.holding import Holding, NoHoldings
from core.domain.position import Position
from core.domain.snapshot import Snapshot
from core.hedge.afford.within import hedge_within
from core.hedge.hedge import Hedge
from core.hedge.over_venues import OverVenues, over_venues
from core.hedge.plan import histories, weighed
from core.hedge.wish import Wish
from core.measure.exposure import Exposure, expose
from core.outlook.leader import USUAL_LEADER, best_leader
from core.prices.same_coin import agree
from core.store.user.book import Preferences

SECTOR = "sector"
"""The word that begins it."""
SECTOR_FORM = "/hedge sector DeFi"


async def planned(desk: Desk, words: list[str], positions: Iterable[Position] = ()) -> Hedge:
    """The hedge that the words ask for; the user's settings fill in what the words leave out.

    positions: what is open already: the plan is then a change of it.
    """
    page = await desk.page()
    holdings = page.holdings
    if words and words[0].lower() == SECTOR:
        words = await _sector_words(desk, words[1:], usual_wish(page.preferences))
    words = await plain_words(desk, words)
    wish = await _of_today(desk, read_wish(words, usual_wish(page.preferences)))
    needed = histories((held.asset for held in holdings), wish) if holdings else []
    snapshot = await desk.snapshot(needed)
    _refuse_no_coin(wish, holdings, snapshot)
    snapshot = await desk.with_past_funding(snapshot, weighed(holdings, snapshot, wish, desk.now))
    there = lying_at(page.lying, snapshot.venue)
    return await in_thread(hedge_within, holdings, snapshot, wish, desk.now, tuple(positions), there)


ON = "on"
"""The word before the venues that a hedge is to be split over."""
ON_FORM = "/hedge on binance bybit"
MOST_VENUES = 3


def venues_said(words: list[str], offered: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The venues behind the word `on`, and the words after them. Raises BadInput for one, or over three."""
    found: list[str] = []
    rest = words[1:]
    while rest:
        try:
            venue = venue_called(rest[0], offered)
        except BadInput:
            if len(found) < 2:
                raise
            break
        found.append(venue)
        rest = rest[1:]
    if not 2 <= len(found) <= MOST_VENUES or len(set(found)) < len(found):
        raise BadInput(f"Name two or three exchanges, each once: {ON_FORM}.")
    return tuple(found), rest


async def planned_over(desk: Desk, words: list[str]) -> OverVenues:
    """The hedge that the words after `on` and its venues ask for, split over these venues.

    It is planned as for the user's own venue. Raises BadInput for words that ask for an account that shorts
    share, as no venue's backs those of another.
    """
    venues, rest = venues_said(words, desk.venues)
    said = rest if "isolated" in rest else ["isolated", *rest]
    hedge = await planned(desk, [*rest, "isolated"] if rest[:1] == [SECTOR] else said)
    if hedge.backed is not None:
        raise BadInput(f"On several exchanges each short has a margin of its own. Type {ON_FORM}.")
    snapshots = [await desk.snapshot(venue=venue) for venue in venues]
    days, fee = hedge.wish.horizon_days, hedge.wish.fee
    offers = {}
    for leg in hedge.legs:
        price = leg.price / leg.contract.scale
        own = {} if fee is None else {hedge.venue: fee}
        known = compared_venues(leg.asset, snapshots, leg.notional / len(venues), days, desk.now, own)
        offers[leg.asset] = [
            each
            for each in known
            if each.contract.perpetual
            and each.contract.inverse == leg.contract.inverse
            and agree(each.quote.mark / each.contract.scale, price)
        ]
    return over_venues(hedge, offers, venues)


async def _of_today(desk: Desk, wish: Wish) -> Wish:
    """The wish with renamed coins under their names of today, and a remark for each of them.

    A ticker that is held, or that the venue prices, stays what it is. Raises BadInput where two
    names of one coin were typed.
    """
    today = await coins_today(desk, (*wish.legs, *wish.only, *wish.without))

    def renamed(assets: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(today.get(asset, asset) for asset in assets)
        if twice := [name for name in names if names.count(name) > 1]:
            raise BadInput(f"{twice[0]} is there twice, by two names. Name each coin once.")
        return names

    legs, only, without = map(renamed, (wish.legs, wish.only, wish.without))
    return replace(wish, legs=legs, only=only, without=without)


def _refuse_no_coin(wish: Wish, holdings: Iterable[Holding], snapshot: Snapshot) -> None:
    """Raise BadInput for a word that was read as a coin to short and is the name of no coin known here."""
    known = {contract.asset for contract in snapshot.contracts.values()}
    known.update((held.asset for held in holdings), KNOWN)
    for word in wish.legs:
        if word not in known:
            raise BadInput(
                f"I do not understand “{word}”: it is no coin that {name_of(snapshot.venue)} has a contract "
                f"for. Type {FORMS}."
            )


async def _sector_words(desk: Desk, words: list[str], usual: Wish) -> list[str]:
    """The words of a wish that hedges the user's coins of the sector that `words` begin with.

    What follows the sector's name stays as it is. Where no coin to short is named, ether and the sector's
    leader are compared, and the answer says what each would have done. Raises BadInput for a sector that is
    not known, or of which nothing is held.
    """
    sector, rest = _sector_read(words)
    holdings = (await desk.page()).holdings
    mine = [held.asset for held in holdings if held.asset in sector.members]
    if not mine:
        raise BadInput(
            f"You hold no coin of the sector {sector.name}. /exposure sector shows the sectors of yours."
        )
    only = ["only", *mine]
    wish = read_wish([*rest, *only], usual)
    if wish.legs or wish.orders is not None:
        return [*rest, *only]
    # How well a coin serves is judged at full size, whatever size is wished for.
    whole = Wish(only=wish.only, kind=wish.kind, inverse=wish.inverse, horizon_days=wish.horizon_days)
    needed = histories((held.asset for held in holdings), replace(whole, legs=(sector.leader,)))
    snapshot = await desk.snapshot(needed, more=(USUAL_LEADER, sector.leader))
    led = await in_thread(best_leader, holdings, snapshot, whole, sector.leader, desk.now)
    days = next(iter(led.hedges.values())).unseen_days
    desk.remark(sector_compared(sector.name, led.unseen, led.chosen, days))
    return [*rest, led.chosen, *only]


def _sector_read(words: list[str]) -> tuple[Sector, list[str]]:
    """The sector that the first one or two words name, and the words after it."""
    for count in (2, 1):
        if len(words) >= count and (sector := sector_called(words[:count])):
            return sector, words[count:]
    said = f"I know no sector “{' '.join(words)[:30]}”." if words else "Which sector?"
    raise BadInput(f"{said} I know {SECTOR_NAMES}. Type {SECTOR_FORM}.")


async def valued(desk: Desk, *more: str) -> tuple[Snapshot, Exposure]:
    """What the user's holdings are worth, and a snapshot with the histories that are needed to measure them.

    more: further assets whose histories are needed. Raises BadInput where nothing is held.
    """
    page = await desk.page()
    if not page.holdings:
        raise NoHoldings
    needed = histories((held.asset for held in page.holdings), usual_wish(page.preferences))
    snapshot = await desk.snapshot([*needed, *more])
    return snapshot, expose(page.holdings, snapshot, desk.now)


def check_moving(worth: Exposure, venue: str) -> None:
    """Raise BadInput where nothing that is held moves with the market and has a price."""
    if worth.moving:
        return
    if worth.unpriced:
        raise BadInput(
            f"{name_of(venue)} has no price for {', '.join(worth.unpriced)}. Try another venue: /venue."
        )
    raise BadInput("You hold only stablecoins: the market does not move them, and they need no hedge.")


def usual_wish(mine: Preferences) -> Wish:
    """The wish that the user's settings make, for what a message leaves open."""
    return Wish(
        coverage=mine.coverage,
        leverage=mine.leverage,
        horizon_days=mine.horizon_days,
        fee=mine.fee,
        mode=mine.mode or "isolated",
        cash=mine.cash,
    )
