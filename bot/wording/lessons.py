"""Eight short lessons: what a word means, on the reader's own figures where they hold something."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import about, beta, leverage, money, percent, price, quantity
from core.advice.drift import BAND
from core.hedge.hedge import Hedge

MOST_WORDS = 120
"""A lesson is shorter than so many words."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing that is worth knowing before one hedges."""

    title: str
    """What it answers."""
    told: Callable[[Hedge | None], tuple[str, ...]]
    """Its sentences, about the hedge that the reader would be shown; None where they hold nothing."""
    button: tuple[str, str]
    """The screen it is about: a label and a line."""
    names: tuple[str, ...] = ()
    """Other words that it is asked for by."""


def _futures(plan: Hedge | None) -> tuple[str, ...]:
    own = ""
    if plan is not None:
        leg = plan.legs[0]
        own = (
            f"For you that would be {quantity(leg.quantity)} {leg.asset} of them, worth "
            f"{money(leg.notional)}, in pieces of {quantity(leg.quantity / leg.count)} {leg.asset}."
        )
    return (
        "A future is a contract about a coin's price. You need not own the coin. Who sells one first is "
        "“short”: they gain when the price falls and lose when it rises.",
        "Your coins do the opposite, so together they stay about where they are. You keep the coins.",
        "Micro-futures are cut into small pieces, so that even a small portfolio can be fitted.",
        own,
    )


def _together(plan: Hedge | None) -> tuple[str, ...]:
    own = ""
    if plan is not None:
        own = (
            f"When {plan.outcome.benchmark} moved 1%, yours moved {beta(plan.beta)}% on average in "
            f"{plan.days} days. Traders call that number beta."
        )
    return (
        "Coins mostly rise and fall together. So a short of one or two large coins makes up for a fall of "
        "many small ones, for which there may be no future at all.",
        own,
        "It is an average of the past. On a single day, and most of all in a crash, a small coin may fall "
        "much further than it says. News about one coin alone is not covered.",
    )


def _dated(_: Hedge | None) -> tuple[str, ...]:
    return (
        "Two kinds of futures hedge equally well.",
        "A perpetual has no end. A few times a day one side pays the other, which may earn or cost you.",
        "A dated future ends on a day, mostly a Friday. It pays nothing in between. Instead its price starts "
        "a little above or below the coin's, and the gap closes by that day. You know at the start what it "
        "earns or costs. After it ends your coins are bare, so you move to the next one in time: I write to "
        "you before.",
    )


def _funding(plan: Hedge | None) -> tuple[str, ...]:
    own = ""
    if plan is not None and plan.income is not None:
        verb = "you would receive" if plan.income >= 0 else "you would pay"
        own = f"With your hedge {verb} about {about(plan.income)} a day, if rates stay as they were."
    return (
        "A perpetual never ends, so something has to keep its price near the coin's: funding. Every few "
        "hours one side pays the other.",
        "When many bet on a rise they pay those who are short, which is you. After a fall it often turns "
        "round, and being short costs.",
        own,
        "Rates change every few hours. I write to you when yours turn against you.",
    )


def _margin(plan: Hedge | None) -> tuple[str, ...]:
    own = ""
    if plan is not None:
        leg = min(plan.legs, key=lambda leg: leg.distance or 0)
        end = (
            f" If {leg.asset} rose {percent(leg.distance)} to {price(leg.liquidation)}, the exchange would "
            "close that short and keep its margin: liquidation."
            if leg.liquidation is not None and leg.distance is not None
            else ""
        )
        own = f"Your hedge takes {money(plan.margin)} at {leverage(leg.leverage)}.{end}"
    return (
        "Margin is money that you leave at the exchange so that it is sure you can pay a short's losses.",
        own,
        "Your coins gain in such a rise, but they lie elsewhere and do not save the short.",
        "In a crash an exchange may also close shorts that gain, because those who lost cannot pay. That is "
        "called deleveraging. Your coins are bare then.",
        "I write to you long before a liquidation.",
    )


def _drift(_: Hedge | None) -> tuple[str, ...]:
    return (
        "A hedge fits the coins that you had when you placed it. It is off when you buy or sell coins and do "
        "not tell me, when prices have moved far, or when your coins begin to move otherwise than before.",
        f"Small errors do not matter: under {percent(BAND)} of your coins' usual swings an order costs more "
        "than it brings.",
        "I compare all the time and write to you with the exact orders when it is worth it. Tell me what you "
        "buy or sell; that is all you have to do.",
    )


def _off(_: Hedge | None) -> tuple[str, ...]:
    return (
        "A hedge also takes away what you would gain in a rise. So decide beforehand when it ends, not in "
        "the middle of a move.",
        "Three usual ways: on a date, when what you feared is over; in halves, one after a large fall and "
        "the other later; or when it has become dear to hold.",
        "Nobody finds the lowest point. Halving means that you are half right both ways.",
        "Take it off by buying back exactly what is short. I show the orders, and what keeping it "
        "would mean.",
    )


def _insurance(plan: Hedge | None) -> tuple[str, ...]:
    own = ""
    if plan is not None:
        own = (
            f"With {money(plan.exposure.value)} of coins and a fall of {percent(plan.wish.fall)}, you would "
            f"stand at {money(plan.outcome.hedged, signed=True)} instead of "
            f"{money(plan.outcome.without, signed=True)}. In a rise you would gain as little."
        )
    return (
        "A hedge is insurance. It is not there to earn; it is there so that a crash does not hurt much.",
        own,
        "If prices rise, the short loses and your coins gain: that is no mistake, it is the price of being "
        "safe. A short that is larger than your coins need is a bet, and I never suggest one.",
    )


LESSONS: Mapping[str, Lesson] = {
    "futures": Lesson(
        "What is a micro-future?", _futures, ("The orders", "/ticket"), ("future", "micro", "short")
    ),
    "together": Lesson(
        "How do coins move together?",
        _together,
        ("How mine move", "/exposure"),
        ("beta", "correlation", "exposure"),
    ),
    "dated": Lesson(
        "Perpetual or dated?",
        _dated,
        ("Compare them", "/basis"),
        ("perpetual", "perp", "basis", "quarterly", "roll"),
    ),
    "funding": Lesson("What is funding?", _funding, ("What mine pays", "/funding"), ("rate",)),
    "margin": Lesson(
        "Margin, liquidation, deleveraging",
        _margin,
        ("How far mine is", "/margin"),
        ("liquidation", "deleveraging", "adl", "leverage", "collateral"),
    ),
    "drift": Lesson("When is the hedge off?", _drift, ("Check mine", "/adjust"), ("adjust", "size")),
    "off": Lesson(
        "When do I take it off?", _off, ("Keep, halve or close", "/dehedge"), ("exit", "dehedge", "end")
    ),
    "insurance": Lesson(
        "Insurance, not a bet",
        _insurance,
        ("What if prices move", "/whatif"),
        ("hedge", "speculation", "bet"),
    ),
}
"""The lessons in the order in which one reads them."""


def lesson(name: str, plan: Hedge | None) -> Markup:
    """One of LESSONS, on the figures of the plan."""
    return lines(bold(LESSONS[name].title), *LESSONS[name].told(plan))


def lessons_listed() -> Markup:
    """What there is to learn."""
    return lines(
        bold("Eight things worth knowing. Each takes half a minute."),
        "Press one, or type for example /learn funding",
    )
