"""What becomes of a whole sentence: a screen, the question which is meant, or a change to confirm."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from bot.desk.desk import Desk
from bot.reading.intents.meaning import Deed, Meaning, meant
from bot.wording.numbers import quantity
from bot.wording.reply import Button, Reply, fits
from bot.wording.understood import THANKS, coins_after, label_of, shall_i, taken_as, which_of
from core.domain.errors import BadInput
from core.domain.holding import MOST_PLACES, CoinsNotHeld

QUIETLY = ("/start", "/help", "/learn")
"""Of these it need not be said what a sentence was taken for."""
NO = Button("No", "/portfolio")


async def heard(text: str, desk: Desk) -> Meaning | None:
    """What the sentence means to this user; None where it is none that is known."""
    return meant(text, [held.asset for held in (await desk.page()).holdings])


async def said_to(meaning: Meaning, desk: Desk, run: Callable[[str], Awaitable[Reply]]) -> Reply:
    """The answer to a sentence that was understood. run: answers a command line.

    What changes something is shown first and waits for a yes; what has two readings is asked back.
    """
    if meaning.thanks:
        return Reply(THANKS, ((Button("Positions", "/positions"), Button("Portfolio", "/portfolio")),))
    if meaning.deeds:
        return await _after_deeds(desk, meaning.deeds)
    if len(meaning.lines) > 1:
        buttons = tuple((Button(label_of(line), line),) for line in meaning.lines)
        return Reply(which_of(len(meaning.lines)), (*buttons, (Button("Neither", "/help"),)))
    (line,) = meaning.lines
    if not meaning.asks:
        if line.split()[0] not in QUIETLY:
            desk.remark(taken_as(line))
        return await run(line)
    if not fits(line):
        raise BadInput(f"Type it as a command, so that I read it right: {line[:100]}")
    return Reply(shall_i(line), ((Button("Yes", line), NO),))


async def _after_deeds(desk: Desk, deeds: tuple[Deed, ...]) -> Reply:
    """What would be held after the coins were bought and sold, and the button that saves it."""
    before = {held.asset: held.quantity for held in (await desk.page()).holdings}
    after = {deed.asset: _left(deed, before.get(deed.asset, Decimal(0))) for deed in deeds}
    if len(after) == 1:
        [(asset, number)] = after.items()
        save = f"/set {asset} {number:f}" if number else f"/remove {asset}"
        if not fits(save):
            raise BadInput(f"Type how many you hold now, for example /set {asset} 60")
    elif all(after.values()):
        body = "\n".join(f"{asset} {number:f}" for asset, number in after.items())
        save = f"/set draft {await desk.book.save_draft(body)}"
    else:
        none = next(asset for asset, number in after.items() if not number)
        raise BadInput(f"Nothing was changed. Tell me one after the other: first /remove {none}")
    return Reply(coins_after(before, after), ((Button("Save", save), NO),))


def _left(deed: Deed, before: Decimal) -> Decimal:
    """Coins that are held after the deed. Raises BadInput where more were sold than are held."""
    number = deed.number if deed.number is not None else (deed.share or Decimal(0)) * before
    if deed.bought:
        return before + number
    if not before:
        raise CoinsNotHeld(deed.asset)
    if number > before:
        raise BadInput(
            f"You hold {quantity(before)} {deed.asset}, fewer than {quantity(number)}. Nothing was changed. "
            f"Type how many are left, for example /set {deed.asset} 5"
        )
    return (before - number).quantize(Decimal(1).scaleb(-MOST_PLACES)).normalize()
