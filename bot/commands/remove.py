"""/remove: deletes a holding, or all of them after one question."""

from collections.abc import Mapping
from decimal import Decimal

from bot.desk.coin_names import known_as
from bot.desk.command import Asked, Command
from bot.wording.holding_changes import HEDGE_FOLLOWS, changes_made
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput
from core.domain.holding import HoldingChange


async def _remove(asked: Asked) -> Reply:
    book = asked.desk.book
    before = {held.asset: held.quantity for held in await book.holdings()}
    words = asked.args.lower().replace(",", " ").split()
    if not words:
        raise BadInput("Which coin? Type for example /remove SOL, or /remove all.")
    if not before:
        raise BadInput("You have no holdings to remove.")
    if words == ["all"]:
        return Reply(
            lines(bold(f"Remove all {len(before)} holdings?"), ", ".join(before)),
            ((Button("Yes, remove all", f"/remove all {len(before)}"), Button("No", "/portfolio")),),
        )
    match words:
        case ["all", count] if count == str(len(before)):
            assets = list(before)
        case ["all", count] if count.isdigit():
            raise BadInput(f"You hold {len(before)} coins by now. Type /remove all to be asked again.")
        case _:
            assets = [known_as(word, before) for word in words]
    changes = [HoldingChange("remove", asset) for asset in dict.fromkeys(assets)]
    hedged = bool((await asked.desk.ledger.current()).held)
    prices = await asked.desk.prices(change.asset for change in changes) if hedged else {}
    adjust = (Button("Adjust", "/adjust"),) if hedged else ()

    def answer(after: Mapping[str, Decimal]) -> Reply:
        text = lines(changes_made(before, after, changes), HEDGE_FOLLOWS if hedged else None)
        return Reply(text, ((*adjust, Button("Portfolio", "/portfolio")),))

    return answer(await book.apply(changes, prices=prices, tell=asked.desk.telling(answer)))


command = Command("remove", "delete a coin, or all", _remove, "/remove SOL")
