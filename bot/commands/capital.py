"""/capital: what may back your shorts, by the modes that your venue has."""

from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.reading.modes import MODE_WORDS, modes_offered
from bot.reading.numbers import parse_number
from bot.reading.venues import name_of
from bot.reading.wishes import ANY_CASH
from bot.wording.capital import MODE_LABELS, capital_shown, recorded_otherwise
from bot.wording.layout import lines
from bot.wording.reply import Reply, row
from core.domain.capital.mode import MarginMode
from core.domain.coins.place import Place
from core.domain.errors import BadInput
from core.journal.held import Held
from core.margin.pooled.terms import terms_of

MOST = Decimal(10) ** 12
FORM = "/capital coins, /capital isolated or /capital cash 5000"


async def _capital(asked: Asked) -> Reply:
    match asked.args.lower().split():
        case []:
            return await _shown(asked.desk)
        case [word] if word in MODE_WORDS:
            return await _chosen(asked.desk, MODE_WORDS[word])
        case ["cash", amount]:
            await asked.desk.book.prefer(cash=_cash(amount), capital_asked=True)
            return await _shown(asked.desk)
    raise BadInput(f"I do not understand that. Type {FORM}.")


def differs(held: Held, venue: str, mode: MarginMode | None) -> bool:
    """Whether a position at the venue is recorded as backed in another way than the account is set to."""
    return held.venue == venue and held.mode != (mode or "isolated") and held.mode != "inverse"


async def _chosen(desk: Desk, mode: MarginMode) -> Reply:
    """Keep the mode, unless the venue does not have it, or its rules are not known well enough."""
    venue = desk.venue_of(await desk.book.preferences())
    offered = modes_offered(terms_of(venue))
    if mode not in offered:
        words = " or ".join(f"/capital {word}" for word, each in MODE_WORDS.items() if each in offered)
        raise BadInput(
            f"I know of no such account on {name_of(venue)}: {MODE_LABELS[mode].lower()}. Type {words}."
        )
    await desk.book.prefer(mode=mode, capital_asked=True)
    return await _shown(desk)


def _cash(text: str) -> Decimal | None:
    if text in ANY_CASH:
        return None
    amount = parse_number(text.removeprefix("$"), money=True)
    if not 0 < amount <= MOST:
        raise BadInput(
            "Cash is dollars above zero. Type for example /capital cash 5000, or /capital cash any."
        )
    return amount


async def _shown(desk: Desk) -> Reply:
    page = await desk.book.page()
    venue, mine = desk.venue_of(page.preferences), page.preferences
    terms, here = terms_of(venue), Place(venue)
    there = {asset: places[here] for asset, places in page.lying.items() if here in places}
    others = [(word, each) for word, each in MODE_WORDS.items() if each != (mine.mode or "isolated")]
    offered = modes_offered(terms)
    modes = row({MODE_LABELS[each]: f"/capital {word}" for word, each in others if each in offered})
    limit = {"Any cash": "/capital cash any"} if mine.cash else {"I have less cash": "/hedge cash"}
    otherwise = [each for each in await desk.open_positions() if differs(each, venue, mine.mode)]
    now_so = row(
        {f"Yes, {MODE_LABELS[mine.mode or 'isolated'].lower()}": f"/position mode {mine.mode or 'isolated'}"}
    )
    ways = (row({**limit, "Where coins lie": "/at"}), row({"Hedge": "/hedge", "Margin": "/margin"}))
    text = lines(capital_shown(venue, terms, mine, there), recorded_otherwise(otherwise, mine.mode))
    return Reply(text, (*([now_so] if otherwise else []), modes, *ways))


command = Command(
    "capital",
    "what may back your shorts: cash, or your coins",
    _capital,
    "/capital coins",
    {
        "/capital": "the ways that your exchange has, in a line each",
        "/capital isolated": "each short with cash of its own",
        "/capital cross": "one pool of cash for all shorts",
        "/capital coins": "your coins at the exchange as margin",
        "/capital cash 5000": "there is no more cash than that; any takes it back",
    },
)
