"""The report of a hedge in plain words: what it made, how well it worked, what it cost,
and where it missed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import by_specification, name_of
from bot.wording.layout import bold, folded, lines, listed, table
from bot.wording.numbers import cents, cents_of, coins, day, money, percent, roughly
from core.outcome.effect import FEWEST
from core.outcome.kept import Kept
from core.outcome.report import PER, LegReport, Report

NAMES: Mapping[str, tuple[str, str]] = {
    "beta": ("coins vs plan", "your coins moved otherwise than the plan expected from the shorted coins"),
    "basis": ("future vs coin", "the futures did not move just as their coins did"),
    "funding": ("funding", "payments between shorts and longs"),
    "rounding": ("whole contracts", "contracts come whole, so the short was a little off the exact size"),
    "fees": ("fees", "what the venue took for the orders"),
    "size": ("size off plan", "the short was larger or smaller than planned: partly filled, early, or late"),
}
"""Each part of a miss: its name in a table, and what it means."""

ALMOST_ALL = 0.99
"""Above this a whole percent would say too much."""


def report_message(card: Report, now: datetime) -> Markup:
    """The whole answer to /report."""
    return lines(
        bold(_headline(card)),
        _when(card, now),
        _offset(card),
        _effect(card),
        _cost(card),
        _came_out(card),
        *_left_out(card),
        folded(_miss(card), _ranges(card), *map(_leg, card.legs), *_meanings(card), *_method(card)),
    )


def _headline(card: Report) -> str:
    return f"Coins {_signed(card.spot)}, hedge {_signed(card.hedge)}: {_signed(card.net)} in all"


def _when(card: Report, now: datetime) -> str:
    """`Hedge 3, 3 Jun to 20 Jun (17 days): ETH, SOL.`"""
    until = day(card.until, now) if card.ended else "now"
    legs = listed(list(dict.fromkeys(leg.asset for leg in card.legs)))
    return f"Hedge {card.number}, {day(card.began, now)} to {until} ({_length(card.days)}): {legs}."


def _length(days: Decimal) -> str:
    if days < 1:
        hours = round(days * 24)
        return {0: "less than an hour", 1: "1 hour"}.get(hours, f"{hours} hours")
    return "1 day" if round(days) == 1 else f"{days:.0f} days"


def _offset(card: Report) -> str:
    """How much of each lost dollar came back."""
    if card.offset is None:
        return "Your coins hardly moved, so there was little to make up for."
    fell = card.spot < 0
    share = cents_of(card.offset)
    if card.offset < 0:
        both = "lost" if fell else "gained"
        return f"Of each dollar that your coins {both}, the hedge {both} another {share}."
    if fell:
        return f"Of each dollar that your coins lost, the hedge gave back {share}."
    return f"Of each dollar that your coins gained, the hedge took {share}."


def _effect(card: Report) -> str:
    """How much smaller the daily swings and losses were with the hedge."""
    effect = card.effect
    if effect.variance is None:
        return f"Too few whole days to say how well it worked day by day: {effect.days} of {FEWEST}."
    swings = f"It took away {_away(effect.variance)} of the ups and downs"
    losses = "" if effect.downside is None else f" and {_away(effect.downside)} of the losses"
    return f"{swings}{losses}, day by day, over {effect.days} days."


def _away(share: float) -> str:
    """Words for the share of something that the hedge took away, or added where the share is below zero."""
    if share < 0:
        return f"less than nothing ({percent(share)})"
    return percent(share, 1 if share > ALMOST_ALL else 0)


def _cost(card: Report) -> str:
    """The premium: fees, less what funding and basis earned."""
    verb = "cost" if card.cost >= 0 else "paid you"
    text = f"Having it {verb} {money(abs(card.cost))}"
    if card.premium is None:
        return f"{text}."
    yearly = "" if card.yearly is None else f"; at this pace {money(abs(card.yearly))} a year"
    return f"{text}. That is {money(abs(card.premium))} for each {money(PER)} protected{yearly}."


def _came_out(card: Report) -> str:
    """How far it was off the aim, and the largest reason, in one sentence."""
    if not card.miss or not card.parts:
        return "It did what it was sized for, to the cent."
    largest = max(card.parts, key=lambda name: abs(card.parts[name]))
    better = "better" if card.miss > 0 else "worse"
    return (
        f"That is {money(abs(card.miss))} {better} than it was sized for, most of it from "
        f"{NAMES[largest][0]} ({cents(card.parts[largest])})."
    )


def _miss(card: Report) -> Markup:
    """The aim, how far the hedge was off, and the reasons, the largest first."""
    parts = sorted(card.parts.items(), key=lambda part: (-abs(part[1]), part[0]))
    rows = [(NAMES[name][0], cents(amount)) for name, amount in parts if amount]
    share = "all" if card.coverage == 1 else percent(card.coverage)
    aim = f"{share} of what your {coins(card.only)} {'does' if len(card.only) == 1 else 'do'}"
    if not rows:
        return lines(f"The aim was to make up for {aim}. It did, to the cent.")
    better = "better" if card.miss > 0 else "worse"
    off = f"It came out {money(abs(card.miss))} {better}" if card.miss else "It came out even"
    return lines(
        f"The aim was to make up for {aim}. {off}. Where that came from:",
        table([*rows, ("together", cents(card.miss))]),
    )


RANGES: Mapping[str, str] = {
    "bare swing": "your coins",
    "swing": "coins and hedge",
    "bare fall": "your coins in the fall",
    "fall": "coins and hedge in the fall",
    "funding": "funding",
}
"""What each range was stated of."""


def _ranges(card: Report) -> str | None:
    """Whether what came lay in the ranges that were stated beforehand, and if not, by how much."""
    if not card.stated:
        return "No ranges were stated for this hedge, so there is none to be judged."
    if not card.kept:
        return "Its ranges are not judged: it is too short yet, or a price is missing."
    missed = [each for each in card.kept if not each.held]
    counted = f"{len(card.kept) - len(missed)} of {len(card.kept)} ranges that I gave beforehand held"
    return f"{counted}{'; '.join(['', *map(_outside, missed)])}." if missed else f"{counted}."


def _outside(each: Kept) -> str:
    low, high = roughly(each.low), roughly(each.high)
    return f"{RANGES[each.what]} made {_signed(each.came)}, not between {low} and {high}"


def _left_out(card: Report) -> list[str]:
    found = []
    if card.unfunded:
        found.append(f"Without the funding of {listed(list(card.unfunded))}: its record could not be had.")
    if card.rough:
        found.append(rough(card.rough))
    unseen = [leg.asset for leg in card.legs if by_specification(leg.venue)]
    if unseen and not card.ended:
        found.append(
            f"{listed(list(dict.fromkeys(unseen)))}: what is open counts at the coin's price, for what the "
            "future trades at is not known here. The report after its end counts your own prices."
        )
    if card.unpriced:
        found.append(f"Without {listed(list(card.unpriced))}: no price was known.")
    return found


def rough(assets: Sequence[str]) -> str:
    """Names the coins whose price at the exact moment is not known."""
    return f"Rough for {listed(list(assets))}: a price from some hours before had to do."


def _leg(leg: LegReport) -> Markup:
    rows = [
        ("by its price", cents(leg.prices)),
        ("funding", "not known" if leg.funding is None else cents(leg.funding)),
        ("fees", cents(-leg.fees)),
        ("together", cents(leg.total)),
    ]
    return lines(bold(f"{leg.asset} {'short' if leg.short else 'long'}, {name_of(leg.venue)}"), table(rows))


def _meanings(card: Report) -> list[str]:
    return [f"{NAMES[name][0]}: {NAMES[name][1]}." for name in NAMES if card.parts.get(name)]


def _method(card: Report) -> list[str]:
    cost = (
        "The cost of having it is fees less funding and what the futures gained on their coins; what the "
        "short loses when prices rise is no cost, because your coins gain it."
    )
    if card.effect.variance is None:
        return [cost]
    return [cost, "Ups and downs (variance) and losses are of whole UTC days at daily closes, prices only."]


def _signed(amount: Decimal) -> str:
    return money(amount, signed=True)
