"""/whatif: what the coins and their hedge would make if prices moved."""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.desk.coin_names import coins_today
from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.last_shown import planned_or_last_shown
from bot.hedges.open_hedge import open_hedge
from bot.reading.numbers import parse_number
from bot.wording.depeg import depegged
from bot.wording.reply import Button, Reply, row
from bot.wording.whatif import whatif
from core.domain.coins.asset import STABLECOINS
from core.domain.coins.names import ticker_of
from core.domain.errors import BadInput
from core.outlook.depeg import LEAST, MOST, depeg
from core.outlook.scenario import LEAST_MOVE, MOST_MOVE, MoveOutOfRange, scenario

FORM = "/whatif -20%, /whatif -20% +20%, /whatif BTC -15% SOL -40% or /whatif -30% with 50% ETH"
DEPEG = "/whatif USDT -10%"
USUAL = (Decimal("-0.2"), Decimal("0.2"))
MOST_COLUMNS = 2
"""A phone shows so many moves side by side."""
OFFERED = (("-10%", "-20%", "-40%"), ("+20%", "+40%"))

_MOVE = re.compile(r"([+-])([\d.,]+)%?", re.ASCII)


async def _whatif(asked: Asked) -> Reply:
    said, wish = _parted(asked.words)
    if (dollar := _dollar(said)) is not None:
        return await _depeg(asked.desk, dollar, wish)
    market, named = read_moves(said)
    named = await _of_today(asked.desk, named)
    hedge, wish = await planned_or_last_shown(asked.desk, wish)
    cases = [named] if named else [{hedge.outcome.benchmark: move} for move in market or USUAL]
    owned = {held.asset: held.quantity for held in await asked.desk.book.holdings()}
    return Reply(whatif(hedge, [scenario(hedge, case, owned) for case in cases]), _buttons(wish))


def _dollar(words: list[str]) -> tuple[str, Decimal] | None:
    """The dollar coin and its move, where the words are about one; None where they are not.

    Raises BadInput where it is named beside others, or moves too far.
    """
    spaced = _spaced(words)
    coins = [word.upper().removesuffix(":") for word in spaced]
    named = [coin for coin in coins if coin in STABLECOINS]
    if not named:
        return None
    move = _MOVE.fullmatch(spaced[1]) if len(spaced) == 2 else None
    if move is None or coins[0] not in STABLECOINS:
        raise BadInput(f"Name {named[0]} alone, and how far it moves against the dollar: {DEPEG}.")
    sign, digits = move.groups()
    share = parse_number(digits) / 100 * (-1 if sign == "-" else 1)
    if not LEAST <= share <= MOST or not share:
        raise BadInput(f"A dollar coin moves from -99% to +50%, and not by nothing. Type {DEPEG}.")
    return coins[0], share


async def _depeg(desk: Desk, dollar: tuple[str, Decimal], words: list[str]) -> Reply:
    """What it does to the hedge if its dollar coin is none."""
    asset, move = dollar
    hedge, wish = await planned_or_last_shown(desk, words)
    owned = {held.asset: held.quantity for held in await desk.book.holdings()}
    found = await open_hedge(desk) if await desk.open_positions() else None
    after = " ".join(["", "with", *wish]) if wish else ""
    moves = row({f"{asset} {move}": f"/whatif {asset} {move}{after}" for move in ("-5%", "-20%")})
    ways = (moves, row({"Hedge": " ".join(["/hedge", *wish]), "Where you trade": "/markets"}))
    return Reply(
        depegged(hedge, depeg(hedge, asset, move, owned, found.legs if found else ())),
        tuple(filter(None, ways)),
    )


async def _of_today(desk: Desk, moves: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The moves by the tickers of today. Raises BadInput where one coin has two, by two names."""
    today = await coins_today(desk, moves)
    names = list(today.values())
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadInput(f"{twice[0]} is there twice, by two names. Name each coin once.")
    return {today[coin]: move for coin, move in moves.items()}


def _parted(words: list[str]) -> tuple[list[str], list[str]]:
    """The words before and after “with”: the moves, and the hedge that they are about."""
    at = next((place for place, word in enumerate(words) if word.lower() == "with"), len(words))
    return words[:at], words[at + 1 :]


def read_moves(words: list[str]) -> tuple[tuple[Decimal, ...], Mapping[str, Decimal]]:
    """Moves of the market, or moves by coin; both are empty where nothing is said.

    Raises BadInput, with the form, for anything else.
    """
    market: list[Decimal] = []
    named: dict[str, Decimal] = {}
    coin: str | None = None
    for word in _spaced(words):
        if (move := _MOVE.fullmatch(word)) is None:
            if coin is not None:
                raise BadInput(f"Say how far {coin} moves, with its sign: {FORM}.")
            coin = _coin(word)
        elif coin is None:
            market.append(_share(move))
        elif coin in named:
            raise BadInput(f"{coin} is there twice. Name each coin once.")
        else:
            named[coin], coin = _share(move), None
    if coin is not None:
        raise BadInput(f"Say how far {coin} moves, with its sign: {FORM}.")
    if market and named:
        raise BadInput(f"Name a coin for every move, or for none: {FORM}.")
    if len(market) > MOST_COLUMNS:
        raise BadInput(f"At most {MOST_COLUMNS} moves side by side: /whatif -20% +20%.")
    return tuple(market), named


def _spaced(words: list[str]) -> list[str]:
    """The words as they are meant: every dash is a minus, a sign or % that stands apart joins its number, and
    BTC-15 is two words.
    """
    # Phones turn a typed hyphen into one of several dashes.
    text = re.sub("[\u2010-\u2015\u2212]", "-", " ".join(words))
    for apart, joined in ((r"\s+%", "%"), (r"([+-])\s+", r"\1"), (r"([A-Za-z]):?([+-])", r"\1 \2")):
        text = re.sub(apart, joined, text)
    return text.split()


def _coin(word: str) -> str:
    if word[0].isdigit() and not any(letter.isalpha() for letter in word):
        raise BadInput(f"Say whether “{word[:20]}” is a fall or a rise: -{word[:20]} or +{word[:20]}.")
    try:
        asset = ticker_of(word.removesuffix(":"))
    except BadInput:
        raise BadInput(f"I do not understand “{word[:30]}”. Type {FORM}.") from None
    return asset


def _share(move: re.Match[str]) -> Decimal:
    sign, digits = move.groups()
    share = parse_number(digits) / 100 * (-1 if sign == "-" else 1)
    if not LEAST_MOVE <= share <= MOST_MOVE:
        raise MoveOutOfRange
    return share


def _buttons(wish: list[str]) -> tuple[tuple[Button, ...], ...]:
    """Buttons for other moves of the same hedge, as far as they can carry its words, and for the way back."""
    after = " ".join(["", "with", *wish]) if wish else ""
    moves = (row({move: f"/whatif {move}{after}" for move in moves}) for moves in OFFERED)
    back = (*row({"Hedge": " ".join(["/hedge", *wish])}), Button("Portfolio", "/portfolio"))
    return tuple(filter(None, (*moves, back)))


command = Command(
    "whatif",
    "what you gain or lose if prices move",
    _whatif,
    "/whatif -20% +20%",
    {
        "/whatif -20% +20%": "the market falls, or rises",
        "/whatif BTC -15% SOL -40%": "some coins do",
        "/whatif -30% with 50% ETH": "with another hedge, as after /hedge",
        DEPEG: "the dollar coin of your shorts is no dollar any more",
    },
)
