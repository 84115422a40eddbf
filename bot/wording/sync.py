"""What the venues say that a user has, beside what the book says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.alerts import turned_on
from bot.wording.filled import name
from bot.wording.gone import gone_in_sync
from bot.wording.layout import bold, folded, lines
from bot.wording.numbers import contracts, money, price, quantity
from core.domain.capital.mode import AccountMode
from core.journal.ended import LIQUIDATED
from core.journal.fate import Fate
from core.journal.fill import Fill, Margin, Terms
from core.journal.held import Held, decimal
from core.journal.relisted import RESIZED
from core.journal.sync import Difference
from core.margin.pooled.terms import terms_of
from core.store.user.alerts import Alert

THEIRS = "The exchange closed it"
"""The label of the button where a position became smaller by no order of the user's."""


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


def accounts_said(states: Mapping[str, AccountMode]) -> Markup | None:
    """How each account backs positions, by its own word."""
    said = [_account(venue, state) for venue, state in states.items()]
    return lines(bold("What backs shorts there"), *said) if said else None


def _account(venue: str, state: AccountMode) -> str:
    terms = terms_of(venue)
    called = terms.modes.get(state.mode) if state.mode else "each position by its own setting"
    parts = [f"{name_of(venue)}: {called or state.mode}."]
    if state.equity is not None:
        parts.append(f"{money(state.equity)} counts as margin.")
    if state.ratio is not None:
        gauge = (terms.portfolio if state.mode == "portfolio" else None) or terms.gauge
        safer = "higher" if gauge.greater_is_safer else "lower"
        parts.append(f"{gauge.called} {state.ratio:,.3f}: {safer} is safer, liquidated at {gauge.ends:f}.")
    if state.off:
        parts.append(f"Switched off as margin: {', '.join(state.off)}.")
    return " ".join(parts)


def in_step(names: Sequence[str], aside: Aside) -> Markup:
    """The answer where the book and the venues agree."""
    return lines(
        bold(f"Your book agrees with {' and '.join(names)}"),
        "Nothing to change.",
        *aside.renamed,
        _left(aside),
    )


def difference_shown(
    names: Sequence[str], difference: Difference, aside: Aside, held: Sequence[Held] = ()
) -> Markup:
    """What [Apply] would change in the book. held: the positions that are in it."""
    before, after = difference.held, difference.after
    coins = [_coin(asset, before.get(asset), after.get(asset)) for asset in _touched(difference)]
    touched = _positions(difference)
    count = len(coins) + len(touched)
    known = {(each.venue, each.symbol): each for each in held}
    positions = [each for key, entries in touched.items() for each in _position(known.get(key), entries)]
    return lines(
        bold(f"{' and '.join(names)} and your book differ in {count} {'thing' if count == 1 else 'things'}"),
        bold("Coins, in your book → there") if coins else None,
        *coins,
        *aside.renamed,
        bold("Positions, in your book → there") if positions else None,
        *positions,
        "Coins you also keep elsewhere: /add them again afterwards." if _shrinks(difference) else None,
        "[Apply] takes it into your book; it places no order.",
        f"[{THEIRS}] does the same where that was no order of yours, and leads to a new hedge."
        if difference.taken
        else None,
        _left(aside),
    )


def applied(difference: Difference, alerts: Sequence[Alert] = ()) -> Markup:
    """The answer once the book was changed. alerts: those that this turned on, where it opened a hedge."""
    coins, positions = len(_touched(difference)), len(_positions(difference))
    said = [f"{coins} {'coin' if coins == 1 else 'coins'}"] if coins else []
    said += [f"{positions} {'position' if positions == 1 else 'positions'}"] if positions else []
    return lines(
        bold(f"Applied: {' and '.join(said)}"),
        *gone_in_sync(difference.gone),
        "Positions that shrank are booked at the price they were shown with; correct it if you know better."
        if difference.taken
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


def _positions(difference: Difference) -> dict[tuple[str, str], list[Fill | Margin | Fate]]:
    """What is to be recorded of each position, by venue and symbol."""
    found: dict[tuple[str, str], list[Fill | Margin | Fate]] = {}
    for each in difference.entries:
        found.setdefault((each.venue, each.symbol), []).append(each)
    return found


def _position(held: Held | None, entries: Sequence[Fill | Margin | Fate]) -> Iterator[str]:
    """The lines about one position: what the book has of it, and what becomes of that."""
    fills = [each for each in entries if isinstance(each, Fill)]
    count = held.count if held is not None else Decimal(0)
    recounted = [each for each in fills if each.reason == RESIZED]
    if recounted:
        old, new = recounted
        yield (
            f"{name(old.symbol, old.terms)}: {_side(count, old.terms)} → {_side(new.count, new.terms)}, the "
            "same coins as the exchange counts them now"
        )
        count = new.count
    for fill in fills:
        if fill.reason == LIQUIDATED and held is not None:
            margin = f", its margin of {money(decimal(held.margin))} lost" if held.margin is not None else ""
            yield f"{name(fill.symbol, fill.terms)}: {_side(count, fill.terms)} → liquidated{margin}"
        elif fill.reason != RESIZED:
            after = _side(count + fill.count, fill.terms)
            yield (
                f"{name(fill.symbol, fill.terms)}: {_side(count, fill.terms)} → {after}, booked at "
                f"{price(fill.price)}"
            )
        count += fill.count if fill.reason != RESIZED else Decimal(0)
    if held is not None and any(isinstance(each, Fate) for each in entries):
        backing = next((each.margin for each in entries if isinstance(each, Margin)), None)
        backed = "" if backing is None else f", with a margin of {money(backing)}"
        yield f"{name(held.symbol, held.terms)}: {_side(count, held.terms)} is still open there{backed}"


def _side(count: Decimal, terms: Terms) -> str:
    if not count:
        return "none"
    return f"{'long' if count > 0 else 'short'} {contracts(abs(count), terms)}"


def _shrinks(difference: Difference) -> bool:
    before, after = difference.held, difference.after
    return any(after.get(asset, Decimal(0)) < before.get(asset, Decimal(0)) for asset in _touched(difference))


def _left(aside: Aside) -> Markup | None:
    told = [(words, getattr(aside, reason)) for reason, words in _ASIDE.items() if getattr(aside, reason)]
    return folded(*(f"{words}: {', '.join(names)}." for words, names in told)) if told else None
