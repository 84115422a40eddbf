"""De-hedging: how far the coin that leads the portfolio has fallen since the hedge began."""

from datetime import timedelta
from decimal import Decimal

from core.advice.dehedge import since_began
from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind, usual
from core.alert.legs import shorted
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading

FALL = Check("fall since the hedge began", "hedge", open="short", needs=frozenset({"beginning"}))


def _subjects(situation: Situation, _: Rule) -> tuple[str, ...]:
    return ("",) if any(leg.side < 0 for leg in situation.legs) else ()


def _measure(situation: Situation, _: Rule) -> Reading | None:
    """The fall, a decimal, negative a rise: of the benchmark, else of the largest short's coin."""
    coin = _benchmark(situation)
    quote = situation.spot(coin) if coin else None
    if situation.episode is None or coin is None or quote is None:
        return None
    move = since_began(situation.episode, [coin], {coin: quote.mark}).move
    if move is None:
        return None
    stands, short = situation.standing, shorted(situation)
    priced = stands is not None and short is not None and not stands.missing
    return reading(
        -move,
        Facts(
            subject=coin,
            value=move,
            price=quote.mark,
            made=stands.hedge if stands and priced else None,
            coins=stands.spot if stands and not stands.unpriced else None,
            short=short,
            began=situation.episode.began,
            age=situation.age(quote),
            simulated=situation.simulated,
        ),
    )


def _benchmark(situation: Situation) -> str | None:
    """The first coin whose price at the beginning is known; that of now has no say, or it would change."""
    if situation.episode is None:
        return None
    largest = sorted(situation.legs, key=lambda leg: -abs(leg.held.coins * leg.held.entry))
    sized = [situation.sizing.benchmark] if situation.sizing else []
    for coin in dict.fromkeys([*sized, *(leg.asset for leg in largest)]):
        if since_began(situation.episode, [coin], {coin: Decimal(1)}).move is not None:
            return coin
    return None


kind = Kind(
    "dehedge",
    "Time to take profit",
    "tells you when the market has fallen so far that your hedge can be made smaller or closed with a gain",
    figures={
        "fall": Figure(
            "share",
            "above",
            Decimal("0.01"),
            Decimal("0.95"),
            usual=(Decimal("0.15"), Decimal("0.3")),
            share=Decimal("0.2"),
            checks=(FALL,),
        )
    },
    forms={"dehedge 15%": "when the market has fallen 15% since your hedge began"},
    subjects=_subjects,
    measure=_measure,
    theme="hedge",
    cooldown=timedelta(hours=6),
    after_hedging=(usual("dehedge", "fall", "above", "0.15", "0.3"),),
)
