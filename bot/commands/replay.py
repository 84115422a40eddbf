"""/replay: what today's coins and today's hedge would have gone through in a fall of the past."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.planning import planned
from bot.picture.paths import replay_path
from bot.reading.venues import name_of
from bot.reading.wishes import same
from bot.wording.replay import menu, replay_message
from bot.wording.reply import Button, Reply, row
from core.domain.coins.place import lying_at
from core.domain.errors import BadInput, NoData
from core.domain.holding import Holding
from core.hedge.afford.within import hedge_within
from core.hedge.hedge import Hedge
from core.hedge.plan import histories
from core.replay.event import EVENTS, Event
from core.replay.fall import HOURLY_DAYS, Replayed, replay_hedge
from core.replay.tracks import Tracks, deepest_falls, tracks

FORM = "/replay ftx, or days: /replay 2024-08-01 2024-08-10"
ALONE = 14
"""Days of a replay of which only the first day is said."""
MOST_DAYS = 731
EARLIEST = date(2009, 1, 3)
"""Bitcoin's first block."""
IN_ROW = 3
"""Buttons beside each other."""

_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_LIKE_DATE = re.compile(r"\d+[-/.]\d+[-/.]\d+", re.ASCII)
_BETWEEN = frozenset({"to", "until", "-", "–"})


async def _replay(asked: Asked) -> Reply:
    desk = asked.desk
    if not asked.words:
        return Reply(menu(EVENTS), _buttons("", ""))
    name, asked_for, words = read_event(asked.words, desk.now.date())
    hedge = await planned(desk, words)
    again = same(hedge, words)
    event = await _stand_in(desk, name) if hedge.simulated and name else asked_for
    found = await _through(desk, hedge, event, asked_for)
    return Reply(replay_message(found), _buttons(name, again), pictures=(replay_path(found),))


async def _through(desk: Desk, hedge: Hedge, event: Event, asked_for: Event) -> Replayed:
    """The hedge in a past fall. Where some coins cannot be followed, it is planned anew for the others."""
    coins = {held.asset: held.value for held in hedge.exposure.moving}
    left_out: dict[str, Decimal] = {}
    jumped: dict[str, date] = {}
    recounted: dict[str, date] = {}
    while True:
        followed = dict.fromkeys([*coins, *(leg.asset for leg in hedge.legs), hedge.outcome.benchmark])
        past = await _past(desk, hedge.venue, list(followed), event)
        jumped.update(past.relisted)
        recounted.update(past.recounted)
        gone = [asset for asset in coins if asset in past.gone]
        if not gone:
            break
        left_out.update({asset: coins.pop(asset) for asset in gone})
        if not coins:
            raise NoData(
                f"{name_of(hedge.venue)} gives no usable prices of {', '.join(left_out)} "
                f"for {event.first} on."
            )
        hedge = await _of_the_rest(desk, hedge, left_out)
    there = [leg.contract for leg in hedge.legs if leg.asset in past.by_asset]
    symbols = [contract.symbol for contract in there if contract.perpetual]
    settled = await desk.watch.past_funding(hedge.venue, symbols, event.start, event.end)
    through = partial(replay_hedge, asked=asked_for, left_out=left_out, jumped=jumped, recounted=recounted)
    return await in_thread(through, hedge, event, past, settled)


def read_event(words: list[str], today: date) -> tuple[str, Event, list[str]]:
    """The name of a past fall (empty where days were typed), the fall, and the words that are left for the
    hedge.

    Raises BadInput, saying what to type instead, for an unknown name and for days that cannot be.
    """
    name, *rest = words
    if (event := EVENTS.get(name.lower())) is not None:
        return name.lower(), event, rest
    if not name[0].isdigit():
        raise BadInput(f"I know no fall named “{name[:30]}”, only {', '.join(EVENTS)}. Type {FORM}.")
    first = _day(name)
    _check_days(first, first, today)
    if rest and rest[0].lower() in _BETWEEN:
        rest = rest[1:]
    if rest and _LIKE_DATE.match(rest[0]):
        last, rest = _day(rest[0]), rest[1:]
    else:
        last = max(first, min(first + timedelta(days=ALONE - 1), today - timedelta(days=1)))
    _check_days(first, last, today)
    return "", Event("", first, last), rest


def _day(word: str) -> date:
    found = _DATE.fullmatch(word)
    try:
        return date(*map(int, found.groups() if found else ()))
    except (TypeError, ValueError):
        raise BadInput(f"“{word[:30]}” is not a day that I can read. Type it like 2024-08-01.") from None


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise BadInput(f"{first} comes after {last}. Type /replay {last} {first}.")
    if first < EARLIEST:
        raise BadInput(f"There was no coin before {EARLIEST}. Type for example /replay 2024-08-01.")
    if last >= today:
        yesterday = today - timedelta(days=1)
        raise BadInput(f"A replay takes days that are over, so until {yesterday} at most, not {last}.")
    if (last - first).days + 1 > MOST_DAYS:
        raise BadInput("A replay takes two years at most. Type for example /replay 2024-08-01 2024-08-10.")


async def _stand_in(desk: Desk, name: str) -> Event:
    """A fall of the simulated market in place of a real one: the deepest for the first name, and so on."""
    days, rank = EVENTS[name].days, list(EVENTS).index(name)
    closes = (await desk.snapshot(["BTC"])).closes
    falls = deepest_falls(closes["BTC"], days) if "BTC" in closes else []
    if rank >= len(falls):
        raise NoData(
            "The simulated market had no fall that could stand in for this one. Try another, or days."
        )
    return Event("", *falls[rank])


async def _past(desk: Desk, venue: str, assets: Iterable[str], event: Event) -> Tracks:
    """Hourly prices, where the days are few and every coin has them, else daily ones."""
    assets = list(dict.fromkeys(assets))
    hourly = await _tracks(desk, venue, assets, event, 1) if event.days <= HOURLY_DAYS else None
    if hourly is not None and not hourly.missing:
        return hourly
    daily = await _tracks(desk, venue, assets, event, 24)
    return hourly if hourly is not None and len(hourly.missing) <= len(daily.missing) else daily


async def _tracks(desk: Desk, venue: str, assets: list[str], event: Event, hours: int) -> Tracks:
    since = event.start - timedelta(days=1)
    candles = await desk.watch.candles(venue, assets, since, event.end, hours)
    return tracks(candles, assets, event.start, event.end, hours)


async def _of_the_rest(desk: Desk, hedge: Hedge, left_out: Iterable[str]) -> Hedge:
    """The same wish, for the other coins alone."""
    gone = set(left_out)
    kept = [Holding(held.asset, held.quantity) for held in hedge.exposure.holdings if held.asset not in gone]
    needed = histories((held.asset for held in kept), hedge.wish)
    snapshot = await desk.snapshot(needed)
    there = lying_at((await desk.page()).lying, snapshot.venue)
    return await in_thread(hedge_within, kept, snapshot, hedge.wish, desk.now, (), there)


def _buttons(name: str, again: str) -> tuple[tuple[Button, ...], ...]:
    """Buttons for the other falls with the same hedge, and for the hedge itself."""
    others = [(event.name, f"/replay {word}{again}") for word, event in EVENTS.items() if word != name]
    rows = (row(dict(others[at : at + IN_ROW])) for at in range(0, len(others), IN_ROW))
    return tuple(
        filter(None, (*rows, (*row({"Hedge": f"/hedge{again}"}), Button("Portfolio", "/portfolio"))))
    )


command = Command(
    "replay",
    "your coins and hedge in a past fall",
    _replay,
    "/replay ftx",
    {
        "/replay may2021": "the fall of May 2021",
        "/replay luna": "the fall of Luna, May 2022",
        "/replay ftx": "the fall of FTX, November 2022",
        "/replay aug2024": "the fall of August 2024",
        "/replay oct2025": "the fall of October 2025",
        "/replay 2024-08-01 2024-08-10": "days of your choice",
        "/replay 2024-08-01": "14 days from that day on",
        "/replay luna 50% ETH": "with another hedge, as after /hedge",
    },
)
