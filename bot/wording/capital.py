"""What may back the shorts at a venue: its modes in a line each, and what the user has said."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.modes import modes_offered
from bot.reading.venues import name_of
from bot.wording.filled import name
from bot.wording.layout import bold, folded, lines
from bot.wording.numbers import money
from bot.wording.shared import MODE_NAMES
from core.domain.capital.mode import TAKES_COINS, MarginMode
from core.hedge.hedge import Hedge
from core.journal.held import Held
from core.margin.pooled.terms import VenueTerms
from core.store.user.book import Preferences

MODE_LABELS: Mapping[MarginMode, str] = {
    "isolated": "Isolated",
    "cross": "Cross",
    "coins": "My coins",
    "portfolio": "Portfolio margin",
    "inverse": "Coin-margined",
}
"""What a mode is called on a button."""
_MEANS: Mapping[MarginMode, str] = {
    "isolated": "each short has cash of its own, and can lose that and no more. The plainest.",
    "cross": "one pool of cash backs all shorts. They end together, or none does.",
    "coins": "your coins there back the shorts, most at less than their worth. No cash, or little.",
    "portfolio": "the same, with less margin where coins and shorts balance each other.",
}
"""What each mode that can be chosen means, in one line."""


def capital_shown(venue: str, terms: VenueTerms, mine: Preferences, there: Mapping[str, Decimal]) -> Markup:
    """The screen of /capital. there: the coins that lie in the account at the venue, by asset."""
    mode, place = mine.mode or "isolated", name_of(venue)
    offered = modes_offered(terms)
    known = mode in offered
    return lines(
        bold(f"What backs your shorts on {place}: {MODE_LABELS[mode].lower() if known else 'not known'}"),
        None
        if known
        else f"You chose {MODE_LABELS[mode].lower()}, which {place} does not have as far as I know.",
        *(f"{MODE_LABELS[each]}: {_MEANS[each]}{_from(terms, each)}" for each in offered),
        None if len(offered) > 2 else f"{place} takes cash alone, as far as I know.",
        _cash(mine.cash),
        _lying(place, there) if any(each in TAKES_COINS for each in offered) else None,
        "This is what /hedge counts with. Set the same in your account there, before the first order.",
        folded(
            *(f"{MODE_LABELS[each]} is called {terms.modes[each]} there." for each in offered),
            f"Source: {terms.source}, {terms.dated:%d %b %Y}.",
        ),
    )


def recorded_otherwise(held: Sequence[Held], mode: MarginMode | None) -> Markup | None:
    """The question about positions that were recorded as backed in another way; None without any."""
    if not held:
        return None
    told = [f"{name(each.symbol, each.terms)} with {MODE_NAMES[each.mode]}" for each in held]
    return lines(
        bold(f"Recorded otherwise: {', '.join(told)}"),
        f"If the account backs {'it' if len(held) == 1 else 'them'} with {MODE_NAMES[mode or 'isolated']} by "
        "now, press Yes: where it is liquidated depends on that.",
    )


def capital_question(plan: Hedge) -> str:
    """What is asked once below somebody's first hedge."""
    return (
        f"Is that much there for margin? If not, or if your coins lie on {name_of(plan.venue)} and could "
        "back the shorts, press it below. /capital keeps the answer."
    )


def _from(terms: VenueTerms, mode: MarginMode) -> str:
    least = terms.least.get(mode)
    return f" From {money(least)} in the account on." if least else ""


def _cash(cash: Decimal | None) -> str:
    if cash is None:
        return "Cash: no limit said. /capital cash 5000 sets one."
    return f"Cash: {money(cash)} in all. /capital cash any takes that back."


def _lying(place: str, there: Mapping[str, Decimal]) -> str:
    if not there:
        return f"No coin of yours is known to lie there. Say which do: /at {place.lower()} ETH all"
    return f"On {place} lie {', '.join(there)}. /at changes that."
