"""What a notice says, as typed values: from the measurement to the stored row and on to the words.

`core.alert.facts_json` knows how they are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Context, Decimal
from typing import Any

_SHOWN = Context(prec=18)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened, to what, since when, and the figures that the message needs.

    Each kind of alert fills in its own fields. USD where nothing else is said; a fact is None where it is
    not known, or where the kind has no such thing.
    """

    # Which alert, and what made it fire.
    number: int | None = None
    """Of the user's alert."""
    kind: str | None = None
    what: str | None = None
    """The figure of the kind that the rule is about; `flip` where a value changed sides."""
    subject: str | None = None
    """The coin or venue, or the exact name of a position; empty for the hedge as a whole."""
    side: str | None = None
    """The way that the value went: `above` or `below`."""
    tier: int | None = None
    """From 1, the mildest."""
    tiers: int | None = None
    """How many tiers the rule has."""
    value: Decimal | None = None
    """What was measured, in the unit of the figure."""
    threshold: Decimal | None = None
    since: datetime | None = None
    """When the tier was first seen to be reached."""
    then: Decimal | None = None
    """The value at that time, where the user is told later."""
    at: datetime | None = None
    """Of when the figures are."""
    age: timedelta | None = None
    """Of the oldest price that was used; None where none was. Whole seconds."""
    urgent: bool = False
    """It does not wait for the end of quiet hours."""
    simulated: bool = False
    """The market is made up."""
    zone: str | None = None
    """The user's time zone."""
    key: str | None = None
    """Of the notice itself, where a digest names it."""

    # The contract or the coin that it is about.
    venue: str | None = None
    symbol: str | None = None
    id: str | None = None
    """What the venue calls the contract on its own pages."""
    condition: str | None = None
    """What can be done in the contract: `suspended`, `reduce only`; `resized` where it is another number of
    coins than when it was filled, `another kind` where it is another contract altogether, `gone` where it is
    no longer listed."""
    size_then: Decimal | None = None
    """Coins (of an inverse contract, dollars) in one contract when it was filled, where that has changed."""
    size_now: Decimal | None = None
    """The same now."""
    frozen: bool = False
    """Its price stands still while its coin moves."""
    perpetual: bool = False
    coin: bool = False
    """It is a coin that is held whose price is missing, and neither a venue nor a contract."""
    last: datetime | None = None
    """When the last price came."""
    expiry: datetime | None = None
    ends: datetime | None = None
    """When the venue has said that it takes the contract off."""
    days: Decimal | None = None
    """Days left until the end, or days of history that were measured."""

    # An open position, or the sum of several.
    short: Decimal | None = None
    """Worth of what is short; below zero where the position is long."""
    mark: Decimal | None = None
    liquidation: Decimal | None = None
    """The price at which the venue closes the position."""
    distance: Decimal | None = None
    """By what part of itself the price has to move for that; zero or less once it is past."""
    sigmas: Decimal | None = None
    """The same in usual days' moves."""
    chance: Decimal | None = None
    """Of a liquidation within two weeks."""
    mode: str | None = None
    """How an account backs several shorts together; None where it is about a position by itself."""
    falls: bool = False
    """It is a fall of the market that liquidates that account, and not a rise."""
    gained: Decimal | None = None
    """What it would make by its price if it were closed now."""
    margin: Decimal | None = None
    needed: Decimal | None = None
    """The least margin that the venue asks for."""
    add: Decimal | None = None
    """Margin to add so that the mildest tier is left."""
    lost: bool = False
    """The position counts as liquidated."""
    reason: str | None = None
    """How that was seen."""
    assumed: bool = False
    """The liquidation price rests on margin rates that are assumed."""
    positions: int | None = None
    """How many are open on the venue."""
    without: tuple[str, ...] = ()
    """Coins that are in no sum, because their price is not known."""

    # Funding and basis.
    rate: Decimal | None = None
    """Of one settlement, a decimal."""
    hours: int | None = None
    """Between two settlements, or that a move of the price took."""
    apr: Decimal | None = None
    """The rate a year, a decimal."""
    next: datetime | None = None
    """The next settlement."""
    day: Decimal | None = None
    """What comes in a day; below zero where it is paid."""
    reopen: Decimal | None = None
    """Fees of closing the positions and opening them again."""
    future: Decimal | None = None
    """Price of the future, a coin."""
    spot: Decimal | None = None
    """Price of the coin beside it."""

    # The hedge as a whole.
    wanted: Decimal | None = None
    """What should be short."""
    excess: Decimal | None = None
    """By which part of that too much is short; below zero: too little."""
    risk: Decimal | None = None
    """The swings that the error adds, as a part of the coins' own."""
    errors: Mapping[str, Decimal] | None = None
    """By coin, how much is short beyond what is wanted; below zero: too little."""
    made: Decimal | None = None
    """What the hedge has made since it began."""
    coins: Decimal | None = None
    """What the coins have made since it began."""
    began: datetime | None = None
    benchmark: str | None = None
    beta_then: Decimal | None = None
    """Beta of the coins to the benchmark when the hedge was sized."""
    beta_now: Decimal | None = None
    r2_then: Decimal | None = None
    """Part of the coins' swings that the hedge followed when it was sized."""
    r2_now: Decimal | None = None
    sized_at: datetime | None = None
    worth: Decimal | None = None
    """Of the coins, or of the one that it is about."""

    # The price of a coin.
    price: Decimal | None = None
    past: Decimal | None = None
    """The price that the move is measured from."""
    past_at: datetime | None = None
    change: Decimal | None = None
    """What the move made of the coins that are held."""
    hedged: bool = False
    """Something is open."""
    quantity: Decimal | None = None
    """Coins held."""

    # The daily summary.
    unpriced: tuple[str, ...] = ()
    """Coins held that have no price now."""
    reached: bool | None = None
    """Whether the user's venue can be read."""
    open: int | None = None
    """How many positions are open."""
    net: Decimal | None = None
    """What hedge and coins have made together since the hedge began."""
    hedge: Decimal | None = None
    """What the hedge has made of that."""
    coverage: Decimal | None = None
    """Part of the coins' risk that is hedged."""
    target: Decimal | None = None
    """The coverage that was aimed at."""
    expiry_subject: str | None = None
    """The coin of the future that ends first."""
    before: "Facts | None" = None
    """Figures of yesterday's summary."""
    fired: "tuple[Facts, ...]" = ()
    """What was told since the summary before."""
    attention: "tuple[Facts, ...] | None" = None
    """What is past a limit now. Empty where nothing is; None where that is not known."""
    unknown: "tuple[Facts, ...]" = ()
    """Notices that may not have arrived, each with its key."""


def exact_fact(number: Decimal | float | None) -> Decimal | None:
    """The number with as many figures as a notice keeps; None where it is no finite number."""
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    return _SHOWN.create_decimal(exact).normalize(_SHOWN) if exact is not None and exact.is_finite() else None


def as_kept(facts: Facts) -> Facts:
    """The facts as their row gives them back: numbers with so many figures, ages in whole seconds."""
    changed: dict[str, Any] = {
        each.name: exact_fact(value)
        for each in fields(Facts)
        if isinstance(value := getattr(facts, each.name), Decimal)
    }
    if facts.errors is not None:
        known = ((coin, exact_fact(error)) for coin, error in facts.errors.items())
        changed["errors"] = {coin: error for coin, error in known if error is not None}
    if facts.age is not None:
        changed["age"] = facts.age // _SECOND * _SECOND
    return replace(facts, **changed)
