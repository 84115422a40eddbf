"""/exit: the orders that close the hedge, or one coin of it, exactly as it is open."""

from fractions import Fraction

from bot.desk.command import Asked, Command
from bot.hedges.next_sizing import sizing_after_closing
from bot.hedges.open_hedge import NONE_OPEN, OpenHedge, legs_named, open_hedge
from bot.hedges.position_questions import all_counts_as_liquidated, with_position_questions
from bot.hedges.tickets import closing_orders, keep_ticket, ways_to_record
from bot.wording.exit_hedge import leave
from bot.wording.reply import Button, Reply, fits, row
from core.advice.unwind import unwound

FORM = "/exit"


async def _exit(asked: Asked) -> Reply:
    desk = asked.desk
    found = await open_hedge(desk)
    if found is None:
        return NONE_OPEN
    legs = legs_named(desk, found, asked.words, FORM)
    if not legs:
        return all_counts_as_liquidated(found.held)
    closed = unwound(legs, Fraction(1), found.fee)
    # What cannot be closed now is closed by hand: it is not aimed at any more, either.
    left = [(leg, leg.held.count) for leg in found.legs if leg not in legs]
    why = await sizing_after_closing(desk, found, left)
    token = await keep_ticket(
        desk, found, closing_orders(closed, Fraction(1)), why, " ".join([FORM, *asked.words])
    )
    stuck = [leg for leg in legs if not leg.tradable]
    text = leave(closed, stuck, whole=len(legs) == len(found.legs), now=desk.now)
    reply = Reply(text, (*(ways_to_record(token) if token else ()), *_others(found, asked.words)))
    return with_position_questions(reply, found.standing.open)


def _others(found: OpenHedge, words: list[str]) -> tuple[tuple[Button, ...], ...]:
    """Buttons to close one coin at a time, where there are several, and to look at the hedge."""
    assets = sorted({leg.asset for leg in found.legs})
    each = {f"Only {asset}": f"{FORM} {asset}" for asset in assets if len(assets) > 1 and not words}
    single = [Button(label, line) for label, line in each.items() if fits(line)]
    pairs = [tuple(single[at : at + 2]) for at in range(0, len(single), 2)]
    return (*pairs, row({"De-hedge": "/dehedge", "Positions": "/positions"}))


command = Command(
    "exit",
    "close your hedge, or one leg of it",
    _exit,
    "/exit ETH",
    {
        "/exit": "buys back all that is open",
        "/exit ETH": "one coin of it",
        "/exit ETH on bybit": "on one exchange only",
    },
)
