"""What an edit of the holdings changed, or would change."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import quantity
from core.holding import Change

HEDGE_FOLLOWS = "Your hedge's target changed with it, at once. /adjust shows what to trade."


def changes_made(
    before: Mapping[str, Decimal],
    after: Mapping[str, Decimal],
    changes: Sequence[Change],
    unpriced: Sequence[str] = (),
) -> Markup:
    """The new quantity of each asset that was touched; `unpriced` ones may be slips of the finger."""
    touched = list(dict.fromkeys(change.asset for change in changes))
    rows = [_row(asset, before.get(asset), after.get(asset)) for asset in touched]
    doubt = f"No price for {', '.join(unpriced)} here. A slip? /remove {unpriced[0]}" if unpriced else None
    heading = "Saved" if any(asset in after for asset in touched) else "Removed"
    return lines(bold(f"{heading}: {len(touched)} {'coin' if len(touched) == 1 else 'coins'}"), *rows, doubt)


def changes_proposed(
    before: Mapping[str, Decimal], added: Mapping[str, Decimal], replaced: Mapping[str, Decimal]
) -> Markup:
    """What adding and what replacing would give, for assets that are held already."""
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
            rows.append(f"{asset}: new, {quantity(total)}.")
    return lines(bold("You hold some of these. Add or replace?"), *rows)


def _row(asset: str, before: Decimal | None, after: Decimal | None) -> str:
    if after is None:
        return f"{asset}: removed (was {quantity(before or Decimal(0))})"
    if before is None:
        return f"{asset}: {quantity(after)}"
    return f"{asset}: {quantity(after)} (was {quantity(before)})"
