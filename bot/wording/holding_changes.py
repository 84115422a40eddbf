"""What an edit of the holdings changed, or would change."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import quantity
from core.domain.holding import HoldingChange

HEDGE_FOLLOWS = "Your hedge's target changed with it, at once. /adjust shows what to trade."


def changes_made(
    before: Mapping[str, Decimal],
    after: Mapping[str, Decimal],
    changes: Sequence[HoldingChange],
    unpriced: Sequence[str] = (),
) -> Markup:
    """The new quantity of each asset that was changed. Assets in `unpriced` have no price here and may be
    typing slips.
    """
    touched = list(dict.fromkeys(change.asset for change in changes))
    rows = [_row(asset, before.get(asset), after.get(asset)) for asset in touched]
    doubt = f"No price for {', '.join(unpriced)} here. A slip? /remove {unpriced[0]}" if unpriced else None
    heading = "Saved" if any(asset in after for asset in touched) else "Removed"
    return lines(bold(f"{heading}: {len(touched)} {'coin' if len(touched) == 1 else 'coins'}"), *rows, doubt)


def understood(
    changes: Sequence[HoldingChange],
    before: Mapping[str, Decimal],
    about: Collection[str],
    read: Sequence[str],
) -> Markup:
    """What was read of a table or of plain words, shown before it is saved.

    about, read: as in `bot.reading.holdings.Typed`.
    """
    rows = [
        f"{change.asset}: {'about ' if change.asset in about else ''}{quantity(change.quantity)}"
        + (f" (you hold {quantity(before[change.asset])})" if change.asset in before else "")
        for change in changes
    ]
    return lines(bold("Is that right? Nothing is saved yet."), *rows, columns_read(read))


def columns_read(read: Sequence[str]) -> str | None:
    """Names the columns of a pasted table that were read; None where there was no table."""
    if not read:
        return None
    name, *numbers = (f"“{heading[:30]}”" for heading in read)
    return f"Read from the columns {name} and {' + '.join(numbers)}."


def to_correct(changes: Sequence[HoldingChange]) -> Markup:
    """The list in a form that can be copied, changed and sent again."""
    typed = "\n".join(f"{change.asset} {change.quantity:f}" for change in changes)
    return lines(
        bold("Copy this, change it, and send it:"),
        Markup("<code>{}</code>").format(typed),
        "Nothing was saved. Leave out what you do not hold.",
    )


def changes_proposed(
    before: Mapping[str, Decimal],
    added: Mapping[str, Decimal],
    replaced: Mapping[str, Decimal],
    about: Collection[str] = (),
    read: Sequence[str] = (),
) -> Markup:
    """Two readings of a list of coins that the user already holds: added to them, or in place of them.

    about, read: as in `bot.reading.holdings.Typed`.
    """
    rows = []
    for asset, total in added.items():
        if before.get(asset) == total:
            continue
        if asset in before:
            rows.append(
                f"{asset}: you hold {quantity(before[asset])}. "
                f"Add: {quantity(total)}. Replace: {quantity(replaced[asset])}."
            )
        else:
            rows.append(f"{asset}: new, {'about ' if asset in about else ''}{quantity(total)}.")
    return lines(bold("You hold some of these. Add or replace?"), *rows, columns_read(read))


def _row(asset: str, before: Decimal | None, after: Decimal | None) -> str:
    if after is None:
        return f"{asset}: removed (was {quantity(before or Decimal(0))})"
    if before is None:
        return f"{asset}: {quantity(after)}"
    return f"{asset}: {quantity(after)} (was {quantity(before)})"
