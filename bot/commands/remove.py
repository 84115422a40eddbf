"""/remove: deletes a holding, or all of them after one question."""

from collections.abc import Mapping
from decimal import Decimal

from bot.desk.coin_names import known_as
from bot.desk.command import Asked, Command
from bot.hedges.reporting import moved_away
from bot.reading.places import EVERYWHERE, split_place
from bot.reading.venues import name_of
from bot.wording.holding_changes import HEDGE_FOLLOWS, changes_made
from bot.wording.layout import bold, lines
from bot.wording.numbers import quantity
from bot.wording.places import which_place
from bot.wording.reply import Button, Reply, fits, row
from core.domain.coins.place import Lying, only_elsewhere, places_in_order, totals
from core.domain.errors import BadInput
from core.domain.holding import HoldingChange, spread

ABREAST = 3
"""Coins beside each other."""
MOST_BUTTONS = 30


async def _remove(asked: Asked) -> Reply:
    desk, book = asked.desk, asked.desk.book
    lying = (await desk.page()).lying
    before = totals(lying)
    place, text, everywhere = split_place(asked.args, desk.venues, desk.now)
    words = text.lower().replace(",", " ").split()
    if not words and before:
        return _of_which(before)
    if not before:
        raise BadInput("You have no holdings to remove.")
    if words == ["all"]:
        return Reply(
            lines(bold(f"Remove all {len(before)} holdings?"), ", ".join(before)),
            ((Button("Yes, remove all", f"/remove all {len(before)}"), Button("No", "/portfolio")),),
        )
    match words:
        case ["all", count] if count == str(len(before)):
            assets, everywhere = list(before), True
        case ["all", count] if count.isdigit():
            raise BadInput(f"You hold {len(before)} coins by now. Type /remove all to be asked again.")
        case _:
            assets = [known_as(desk, word, before) for word in words]
    names = list(dict.fromkeys(assets))
    if len(names) == 1 and place is None and not everywhere and not only_elsewhere(lying.get(names[0], {})):
        return _which(names[0], lying[names[0]])
    changes = [HoldingChange("remove", asset, place=place, whole=everywhere) for asset in names]
    hedged = bool((await asked.desk.ledger.current()).held)
    prices = await asked.desk.prices(change.asset for change in changes) if hedged else {}
    less = await moved_away(desk, spread(lying, changes)) if hedged else None
    adjust = (Button("Adjust", "/adjust"),) if hedged else ()

    def answer(after: Mapping[str, Decimal]) -> Reply:
        text = lines(changes_made(before, after, changes), less, HEDGE_FOLLOWS if hedged else None)
        return Reply(text, ((*adjust, Button("Portfolio", "/portfolio")),))

    return answer(await book.apply(changes, prices=prices, tell=asked.desk.telling(answer)))


def _of_which(held: Mapping[str, Decimal]) -> Reply:
    """The coins as buttons, of which one is removed, or all after one more question."""
    coins = [
        Button(asset, f"/remove {asset}") for asset in list(held)[:MOST_BUTTONS] if fits(f"/remove {asset}")
    ]
    rows = [tuple(coins[at : at + ABREAST]) for at in range(0, len(coins), ABREAST)]
    last = (Button("All", "/remove all"), Button("None", "/portfolio"))
    return Reply(lines(bold("Which coin do you no longer hold?")), (*rows, last))


def _which(asset: str, lying: Lying) -> Reply:
    """The question which coins to remove of an asset that does not lie elsewhere alone."""
    ways = {
        f"{quantity(coins)} {place.told(name_of)}": f"/remove {asset} at {place.key}"
        for place, coins in places_in_order(lying)
        if place.until is None
    }
    every = {"All of it": f"/remove {asset} at {EVERYWHERE}"}
    return Reply(
        which_place(asset, lying, "do you remove"), (row(ways), row(every), (Button("No", "/portfolio"),))
    )


command = Command("remove", "delete a coin, or all", _remove, "/remove SOL")
