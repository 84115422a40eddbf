"""Price: a coin's price beyond a level, or its move over an hour or a day."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.domain.quote import Quote

SPANS = {
    "1h": (timedelta(hours=1), timedelta(minutes=5)),
    "24h": (timedelta(hours=24), timedelta(minutes=30)),
}
"""How long a move is looked at, and by how much the price that it is measured from may miss that."""
WAYS: Mapping[str, Callable[[Decimal], Decimal]] = {
    "": Decimal.copy_abs,
    "fall": lambda move: -move,
    "rise": lambda move: move,
}
"""What a move counts as: either way, down, up."""
PRICE = Check("price of a coin, or its move", "coin", open="none")


def _subjects(_: Situation, rule: Rule) -> tuple[str, ...]:
    return (rule.subject,) if rule.subject else ()


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    quote = situation.spot(rule.subject)
    if quote is None:
        return None
    return _level(situation, rule, quote) if rule.figure == "level" else _move(situation, rule, quote)


def _level(situation: Situation, rule: Rule, quote: Quote) -> Reading | None:
    """USD a coin."""
    return reading(
        quote.mark,
        Facts(
            price=quote.mark,
            worth=_held(situation, rule.subject) * quote.mark or None,
            hedged=bool(situation.legs),
            age=situation.age(quote),
            simulated=situation.simulated,
        ),
    )


def _move(situation: Situation, rule: Rule, quote: Quote) -> Reading | None:
    """The move, a decimal, from the price so long ago; None where none is known of about then."""
    *way, span = rule.figure.split()
    length, within = SPANS[span]
    trail = situation.trails.get(rule.subject)
    past = trail.near(situation.now - length, within) if trail else None
    if past is None or past[1] <= 0:
        return None
    move, held = quote.mark / past[1] - 1, _held(situation, rule.subject)
    return reading(
        WAYS["".join(way)](move),
        Facts(
            value=move,
            hours=length // timedelta(hours=1),
            price=quote.mark,
            past=past[1],
            past_at=past[0],
            worth=held * quote.mark or None,
            change=held * (quote.mark - past[1]) or None,
            hedged=bool(situation.legs),
            age=situation.age(quote),
            simulated=situation.simulated,
        ),
    )


def _held(situation: Situation, asset: str) -> Decimal:
    return sum((held.quantity for held in situation.holdings if held.asset == asset), Decimal(0))


kind = Kind(
    "price",
    "Price",
    "tells you when a coin passes a price, or moves a lot within an hour or a day",
    figures={
        "level": Figure(
            "usd", None, Decimal("1e-12"), Decimal("1e12"), share=Decimal("0.005"), checks=(PRICE,)
        ),
        **{
            f"{way} {span}".strip(): Figure(
                "share",
                "above",
                Decimal("0.001"),
                Decimal(10),
                said=frozenset(filter(None, (way, span))),
                past="prices",
                share=Decimal("0.2"),
                checks=(PRICE,),
            )
            for way in WAYS
            for span in SPANS
        },
    },
    forms={
        "price SOL below 120": "when SOL costs less than $120",
        "price SOL 5% 1h": "when it moves 5% within an hour, up or down",
        "price SOL fall 10% 24h": "when it falls 10% within a day",
    },
    subjects=_subjects,
    measure=_measure,
    theme="market",
    coin="needed",
)
