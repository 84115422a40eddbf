"""/at: where your coins lie. Only what lies at an exchange can back shorts there."""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.desk.coin_names import by_coin, known_as
from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.reporting import moved_away
from bot.reading.holdings import parse_holdings
from bot.reading.places import read_place
from bot.reading.venues import name_of
from bot.wording.layout import lines
from bot.wording.places import places_said, places_shown
from bot.wording.reply import Button, Reply, row
from bot.wording.slips import describe_slips
from core.domain.coins.place import Place
from core.domain.errors import BadInput
from core.domain.holding import HoldingChange, NoHoldings, spread

ALL = "all"
EXAMPLE = "/at bybit SOL 30, ETH all"
_BETWEEN = re.compile(r"[\n;]|,(?=\s|[A-Za-z])")
NEXT = (Button("Hedge", "/hedge"), Button("Portfolio", "/portfolio"))


async def _at(asked: Asked) -> Reply:
    desk = asked.desk
    page = await desk.page()
    if not page.lying:
        raise NoHoldings
    if not asked.words:
        venue = desk.venue_of(page.preferences)
        return Reply(places_shown(page.lying), (row({f"All at {name_of(venue)}": f"/at {venue} all"}), NEXT))
    place, text = read_place(asked.args, desk.venues, desk.now)
    changes, said = await _moves(desk, place, text)
    after = spread(page.lying, changes)
    less = await moved_away(desk, after)
    assets = list(dict.fromkeys(change.asset for change in changes))

    def answer(_: Mapping[str, Decimal]) -> Reply:
        return Reply(lines(places_said(assets, after, said), less), (NEXT,))

    return answer(await desk.book.apply(changes, tell=desk.telling(answer)))


async def _moves(desk: Desk, place: Place, text: str) -> tuple[list[HoldingChange], tuple[str, ...]]:
    """How many of which coins lie in the place, and a sentence for each coin typed by another name."""
    held = (await desk.page()).lying
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if not parts:
        raise BadInput(f"Which coins lie there? Type for example {EXAMPLE}")
    if [part.lower() for part in parts] == [ALL]:
        return [HoldingChange("move", asset, place=place, whole=True) for asset in held], ()
    wholes, numbered = [], []
    for part in parts:
        words = part.split()
        others = [word for word in words if word.lower() != ALL]
        if len(words) == 2 and len(others) == 1:
            wholes.append(HoldingChange("move", known_as(desk, others[0], held), place=place, whole=True))
        else:
            numbered.append(part)
    found = parse_holdings("\n".join(numbered))
    if found.slips:
        raise BadInput(f"Nothing was changed.\n{describe_slips(found.slips, found.entries)}")
    if any(entry.usd is not None for entry in found.entries):
        raise BadInput(f"Say how many coins, or all: {EXAMPLE}")
    found, said = await by_coin(desk, found)
    moves = [
        HoldingChange("move", entry.asset, entry.quantity or Decimal(0), place) for entry in found.entries
    ]
    twice = [change.asset for change in (*wholes, *moves)]
    if len(set(twice)) < len(twice):
        raise BadInput(f"A coin is there twice. Nothing was changed. Name each once: {EXAMPLE}")
    return [*wholes, *moves], said


command = Command(
    "at",
    "say where your coins lie",
    _at,
    EXAMPLE,
    {
        "/at": "where each of your coins lies",
        "/at bybit SOL 30, ETH all": "so many lie in your account there",
        "/at bybit all": "all of them do",
        "/at locked until 2027-03-01 DOT 500": "staked, so they cannot be moved before",
        "/at elsewhere ETH 2": "in a wallet; these back no short",
    },
    everyday=True,
)
