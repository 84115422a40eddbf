"""What the venues say that a user has, beside what the book says."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from bot.wording.alerts import turned_on
from bot.wording.filled import name
from bot.wording.layout import bold, folded, lines
from bot.wording.numbers import contracts, price, quantity
from core.journal.fill import Fill
from core.journal.sync import Counts, Difference
from core.store.user.alerts import Alert


@dataclass(frozen=True, slots=True)
class Aside:
    """What a comparison leaves alone, by the reason: coins or contracts by name."""

    elsewhere: tuple[str, ...] = ()
    """Held in the book, but at none of these venues."""
    dust: tuple[str, ...] = ()
    """Worth too little to matter."""
    borrowed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    """A sentence for each coin that is there under another name."""


_ASIDE = {
    "elsewhere": "In your book alone, left as they are (sold? /remove them)",
    "dust": "Left out, each worth under $1",
    "borrowed": "Borrowed, so not held: left as they are",
    "unread": "Left out, no coins I know",
    "unlisted": "Open contracts that I have no data of, left out",
}


def in_step(names: Sequence[str], aside: Aside) -> Markup:
    """The answer where the book and the venues agree."""
    return lines(
        bold(f"Your book agrees with {' and '.join(names)}"),
        "Nothing to change.",
        *aside.renamed,
        _left(aside),
    )


def difference_shown(names: Sequence[str], difference: Difference, aside: Aside) -> Markup:
    """What [Apply] would change in the book."""
    before, after = difference.held, difference.after
    coins = [_coin(asset, before.get(asset), after.get(asset)) for asset in _touched(difference)]
    count = len(coins) + len(difference.fills)
    positions = [_position(fill, difference.counts) for fill in difference.fills]
    return lines(
        bold(f"{' and '.join(names)} and your book differ in {count} {'thing' if count == 1 else 'things'}"),
        bold("Coins, in your book → there") if coins else None,
        *coins,
        *aside.renamed,
        bold("Positions, in your book → there") if positions else None,
        *positions,
        "Coins you also keep elsewhere: /add them again afterwards." if _shrinks(difference) else None,
        "[Apply] takes it into your book; it places no order.",
        _left(aside),
    )


def applied(difference: Difference, alerts: Sequence[Alert] = ()) -> Markup:
    """The answer once the book was changed. alerts: those that this turned on, where it opened a hedge."""
    coins, fills = len(_touched(difference)), len(difference.fills)
    said = [f"{coins} {'coin' if coins == 1 else 'coins'}"] if coins else []
    said += [f"{fills} {'position' if fills == 1 else 'positions'}"] if fills else []
    return lines(
        bold(f"Applied: {' and '.join(said)}"),
        "Positions that shrank are booked at the price they were shown with; correct it if you know better."
        if any(_reduces(fill, difference.counts) for fill in difference.fills)
        else None,
        turned_on(alerts),
    )


def _touched(difference: Difference) -> list[str]:
    return list(dict.fromkeys(change.asset for change in difference.changes))


def _coin(asset: str, before: Decimal | None, after: Decimal | None) -> str:
    if before == after and after is not None:
        return f"{asset}: {quantity(after)}, and I note that it lies there"
    return f"{asset}: {_shown(before)} → {_shown(after)}"


def _shown(coins: Decimal | None) -> str:
    return "none" if coins is None else quantity(coins)


def _position(fill: Fill, counts: Counts) -> Markup:
    before = counts.get((fill.venue, fill.symbol), Decimal(0))
    return Markup("{}: {} → {}, booked at {}").format(
        name(fill.symbol, fill.terms),
        _side(before, fill),
        _side(before + fill.count, fill),
        price(fill.price),
    )


def _side(count: Decimal, fill: Fill) -> str:
    if not count:
        return "none"
    return f"{'long' if count > 0 else 'short'} {contracts(abs(count), fill.terms)}"


def _reduces(fill: Fill, counts: Counts) -> bool:
    return counts.get((fill.venue, fill.symbol), Decimal(0)) * fill.count < 0


def _shrinks(difference: Difference) -> bool:
    before, after = difference.held, difference.after
    return any(after.get(asset, Decimal(0)) < before.get(asset, Decimal(0)) for asset in _touched(difference))


def _left(aside: Aside) -> Markup | None:
    told = [(words, getattr(aside, reason)) for reason, words in _ASIDE.items() if getattr(aside, reason)]
    return folded(*(f"{words}: {', '.join(names)}." for words, names in told)) if told else None
