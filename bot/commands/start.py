"""/start: what this is, and the way in."""

from bot.desk.command import Asked, Command
from bot.wording.layout import bold, lines
from bot.wording.people import welcome_owner
from bot.wording.reply import Button, Reply


async def _start(asked: Asked) -> Reply:
    access = asked.desk.access
    first = None
    if asked.args and asked.desk.owner and access is not None:  # a link that made them the owner
        first = welcome_owner(await access.stayed())
    text = lines(
        first,
        bold("I work out which futures to short so that a fall of the market costs you less."),
        "1. Tell me what you hold: SOL 60",
        "2. Ask /hedge: contracts, how many, margin, cost.",
        "3. Place the orders yourself. I never trade; I keep watch and write to you.",
        "This is arithmetic on past prices, not advice.",
    )
    return Reply(text, BUTTONS)


BUTTONS = (
    (Button("Try a sample portfolio", "/add sample"),),
    (Button("Add my coins", "/add"), Button("Help", "/help")),
)

command = Command("start", "what I do, and how to begin", _start)
