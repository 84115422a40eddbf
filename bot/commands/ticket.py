"""/ticket: the orders of a hedge, step by step as the exchange's screen asks for them."""

from bot.command import Asked, Command
from bot.doubt import as_listed, beside_fates, beside_sizes, resized, shorted
from bot.recording import ways_to_record
from bot.reply import Button, Reply, row
from bot.wishes import planned, spell
from bot.wording.already import elsewhere
from bot.wording.layout import lines
from bot.wording.ticket import ticket
from core.life.sizing import orders, sizing
from core.ticket import tickets, transfers


async def _ticket(asked: Asked) -> Reply:
    desk = asked.desk
    held = await desk.open_positions()
    sizes = await resized(desk, held)
    kept = [each for each in as_listed(held, sizes) if not each.lost]
    hedge = await planned(desk, asked.words, [each.position for each in kept])
    snapshot = await desk.snapshot()
    placed = tickets(hedge, snapshot, desk.now)
    shown = orders(hedge, placed, snapshot, desk.now)
    token = None
    if shown:
        token = await desk.ledger.save_ticket(shown, sizing(hedge, spell(hedge.wish), desk.now))
    text = ticket(hedge, placed, transfers(placed))
    reply = Reply(lines(text, elsewhere(kept, hedge.venue)), _buttons(asked.words, token))
    return beside_sizes(beside_fates(reply, held, ordered=shorted(hedge)), sizes)


def _buttons(words: list[str], token: str | None) -> tuple[tuple[Button, ...], ...]:
    """What became of the orders; the same hedge explained, and what it does if prices move."""
    same = " ".join(["", *words])
    explained = row({"Hedge": f"/hedge{same}", "What if": f"/whatif with{same}" if words else "/whatif"})
    return tuple(filter(None, (*(ways_to_record(token) if token else ()), explained)))


command = Command("ticket", "the orders to place, step by step", _ticket, "/ticket 50% ETH")
