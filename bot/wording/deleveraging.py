"""Auto-deleveraging in plain words: that a venue may close a short just when it pays."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import number
from core.domain.quote import Stage
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding

TAKEN_AWAY = (
    "In a crash an exchange may close a short that is in profit, at a price of its own, because those who "
    "lost cannot pay. That is called auto-deleveraging. You keep the gain up to then, but your coins are "
    "unhedged from that moment, and low leverage has not always prevented it."
)
"""What whoever shorts futures should know, said without naming an exchange."""

STAGES: Mapping[Stage, str] = {
    "calm": "calm",
    "near": "may soon close shorts in profit",
    "now": "may close shorts in profit now",
}
"""What an exchange says of itself, in a few words."""
_SHORTLY: Mapping[Stage, str] = {"calm": "calm", "near": "soon", "now": "now"}
NAME = 22
"""Letters of a coin with its exchange that a row has room for."""


def in_line(
    shorts: Sequence[LegStanding], signs: Mapping[Key, Stage], scores: Mapping[Key, Decimal]
) -> Markup:
    """Whether open shorts may be closed in profit.

    signs: what their exchanges say of it. scores: the place of each by the formula of its exchange.
    """
    rows = [(f"{leg.asset} {name_of(leg.held.venue)}"[:NAME], _place(leg, signs, scores)) for leg in shorts]
    return lines(
        bold("May an exchange close them in profit?"),
        table(rows),
        folded(
            "calm, soon, now: what Binance, Bybit or Gate says of the contract, to everybody. place: where "
            "you stand in line at an exchange that says nothing, worked out from what you recorded by the "
            "formula that it publishes. 0 is last and higher is sooner, but nobody knows the places of "
            "others, so it has no scale and sets off no alert. /anew brings a place back to 0.",
            TAKEN_AWAY,
        ),
    )


def _place(leg: LegStanding, signs: Mapping[Key, Stage], scores: Mapping[Key, Decimal]) -> str:
    key = (leg.held.venue, leg.held.symbol)
    if key in signs:
        return _SHORTLY[signs[key]]
    return f"place {number(round(scores[key], 2))}" if key in scores else "not known"
