"""What is answered where a line cannot be carried out: what is wrong, what stands anyway, and ways out."""

import re

from markupsafe import escape

from bot.desk.desk import Desk
from bot.hedges.position_questions import with_fate_questions
from bot.wording.errors import said
from bot.wording.layout import lines
from bot.wording.reply import Button, Reply, fits
from bot.wording.still_known import known_without_prices
from core.domain.errors import CannotHedge, HedgeError, NoData
from core.domain.holding import NoHoldings

HELP = ((Button("Help", "/help"),),)
NEWCOMER = ((Button("Try a sample portfolio", "/add sample"), Button("Add my coins", "/add")), *HELP)
LOOKS = frozenset({"hedge", "whatif", "replay", "exposure", "funding", "markets", "beta", "margin", "learn"})
"""Commands that change nothing, so that a whole line of theirs may be on a button."""
_BARE = (
    "portfolio positions position adjust exit dehedge alerts alert venue history ticket status at filled "
    "sync basis roll remove quiet digest settings report cost connect"
)
BARE = frozenset({*LOOKS, *_BARE.split()})
"""Commands that alone show something, or ask what is meant."""
MOST = 3
_LINE = re.compile(r"/(?P<name>[a-z]+)(?P<rest>(?: (?!or\b|and\b|to\b|for\b|shows\b|is\b)[^\s,;]+)*)")


async def failed(error: HedgeError, line: str, desk: Desk, *, secret: bool) -> Reply:
    """The answer to a line that raised. secret: whether the line must not be repeated on a button."""
    sentence = said(error)
    if isinstance(error, NoHoldings):
        return Reply(escape(sentence), NEWCOMER)
    again = (Button("Try again", line),) if isinstance(error, NoData) and not secret and fits(line) else ()
    ways = ways_out(sentence, line)
    reply = Reply(escape(sentence), tuple(row for row in (again, ways, *HELP) if row))
    if not isinstance(error, NoData | CannotHedge):
        return reply
    try:
        held = await desk.open_positions()
        if isinstance(error, NoData):
            known = known_without_prices((await desk.page()).holdings, held)
            reply = Reply(lines(reply.text, known), reply.buttons)
        return with_fate_questions(reply, held)
    except HedgeError:
        return reply


def ways_out(sentence: str, line: str = "") -> tuple[Button, ...]:
    """The lines that the sentence says to type, as buttons where pressing one changes nothing.

    line: what was refused, which is not offered again.
    """
    found: dict[str, Button] = {}
    for match in _LINE.finditer(sentence):
        name, whole = match["name"], match[0].rstrip(".:?!”")
        shown = whole if name in LOOKS else f"/{name}"
        if name in BARE and shown != line and fits(shown):
            found[shown] = Button(shown.removeprefix("/").capitalize(), shown)
    return tuple(found.values())[:MOST]
