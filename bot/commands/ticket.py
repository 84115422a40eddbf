"""/ticket: the orders of a hedge, step by step as the exchange's screen asks for them."""

from bot.command import Asked, Command
from bot.reply import Button, Reply, row
from bot.wishes import planned
from bot.wording.ticket import ticket
from core.ticket import tickets, transfers


async def _ticket(asked: Asked) -> Reply:
    hedge = await planned(asked.desk, asked.words)
    placed = tickets(hedge, await asked.desk.snapshot(), asked.desk.now)
    return Reply(ticket(hedge, placed, transfers(placed)), _buttons(asked.words))


def _buttons(words: list[str]) -> tuple[tuple[Button, ...], ...]:
    """The same hedge explained, and what it does if prices move."""
    same = " ".join(["", *words])
    buttons = row({"Hedge": f"/hedge{same}", "What if": f"/whatif with{same}" if words else "/whatif"})
    return (buttons,) if buttons else ()


command = Command("ticket", "the orders to place, step by step", _ticket, "/ticket 50% ETH")
