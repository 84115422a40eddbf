"""The answer to /start: what this is, and to whom who comes back, how things stand."""

from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import money
from bot.wording.positions import coverage_now, standing_headline
from core.outcome.standing import Standing


def newcomer(first: Markup | None) -> Markup:
    """What I do, for somebody who has not told me of any coins. first: what stands above it."""
    return lines(
        first,
        bold("You hold coins and fear a fall. I tell you what to short, so that a fall costs you less."),
        "1. Tell me what you hold: SOL 60",
        "2. Ask /hedge: how much to short, what it takes, what it pays.",
        "3. You place the orders. I never trade; I keep watch and write to you.",
        "This is arithmetic on past prices, not advice.",
    )


def unhedged(first: Markup | None, count: int, worth: Decimal | None) -> Markup:
    """Of somebody who holds coins and has nothing open. worth: USD, None where prices cannot be had."""
    coins = "1 coin" if count == 1 else f"{count} coins"
    held = f"{money(worth)} in {coins}" if worth is not None else coins
    return lines(
        first,
        bold(f"You hold {held}, and no hedge is open."),
        "/hedge says what to short. Or ask me plainly: what if btc drops 30%",
    )


def hedged(first: Markup | None, standing: Standing | None) -> Markup:
    """Of somebody with a hedge open. standing: None where it cannot be known now."""
    if standing is None:
        return lines(first, bold("Your hedge is open."), "How it stands I cannot see now: no prices come in.")
    return lines(first, bold(standing_headline(standing)), coverage_now(standing))
