"""What a kind of alert is: what it watches, of which subjects, and how that is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from core.alert.check import Check
from core.alert.rule import Rule, Side
from core.alert.situation import Reading, Situation

Unit = Literal["share", "usd", "sigmas", "days", "minutes", "plain"]
"""What a value and its tiers are in. A `share` is a decimal that is shown as percent: 0.2 is 20 %. `sigmas`
are usual moves of a day."""

ONE_HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
URGENT, USUAL, QUIET = 0, 1, 2
"""How pressing a notice is: about liquidation and margin, about anything else, and the digest."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that a kind can watch, and how it is typed."""

    unit: Unit
    """The unit of its value and of its tiers."""
    side: Side | None
    """The only side that makes sense of it; None where the user says which."""
    least: Decimal
    """The smallest tier that can be typed."""
    most: Decimal
    """The largest tier that can be typed."""
    said: frozenset[str] = frozenset()
    """The words that name it; none of the figure that is meant where nothing else is said."""
    usual: tuple[Decimal, ...] = ()
    """The tiers where none are typed, the mildest first; without any, they have to be typed."""
    margin: Decimal = Decimal(0)
    """By how much a value has to be back before a tier is left; `share` may make it more."""
    share: Decimal = Decimal(0)
    """The same as a part of the smallest tier. The greater of the two counts."""
    last: Decimal | None = None
    """A tier that every rule has beyond those that can be typed: what nobody can want not to hear of."""
    past: Literal["prices", "funding"] | None = None
    """What of the coin's past it is measured with."""
    checks: tuple[Check, ...] = ()
    """What the sweep works out for all users at once; without any, each user is measured exactly each
    time."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alert: what it is called, what it can watch, and how that is measured."""

    name: str
    """The word that a rule of it begins with, and its name in the book."""
    title: str
    """A few words for a list."""
    help: str
    """What it tells, for somebody who knows nothing of futures."""
    figures: Mapping[str, Figure]
    """What it can watch, by the name that is kept in the book."""
    forms: Mapping[str, str]
    """What can be typed to set it, and what each of these says."""
    subjects: Callable[[Situation, Rule], tuple[str, ...]]
    """The exact names of what a rule is of now: `venue:symbol` of an open position, a coin, a venue, a day;
    an empty name stands for the hedge as a whole. There is no name at all while there is nothing of the
    sort."""
    measure: Callable[[Situation, Rule], Reading | None]
    """The value of a rule with an exact subject; None where it is not known now. Then nothing fires, and
    nothing is forgotten."""
    theme: str
    """The name of what it is told with: its sentences are in the file of that name among those of notices."""
    coin: Literal["none", "optional", "needed"] = "none"
    """Whether a coin or position can be typed, or has to be."""
    urgency: int = USUAL
    """URGENT, USUAL or QUIET; a reading may say of itself that it is urgent."""
    silent: bool = False
    """Whether its notices make no sound unless the user says so."""
    cooldown: timedelta = ONE_HOUR
    """How long the same tier of the same subject is not told again."""
    every: timedelta | None = None
    """How often it is worth measuring; None for each sweep."""
    daily: bool = False
    """Whether it is measured once a day instead, at the time that the user has chosen for a digest."""
    after_hedging: tuple[Rule, ...] = ()
    """The rules that opening a hedge turns on, of each subject."""
    always: bool = False
    """Whether opening a hedge turns them on also while there is no subject."""
    answered: bool = False
    """Whether the answers to a hedge that is being recorded tell how it stands, so that only a change is
    news."""

    @property
    def live(self) -> bool:
        """Whether it is looked at with every sweep, and comes of what that sees."""
        return self.every is None and not self.daily

    def margin(self, rule: Rule) -> Decimal:
        """How far the value of this rule has to be back before a tier is left."""
        figure = self.figures[rule.figure]
        return max(figure.margin, figure.share * min(abs(tier) for tier in rule.tiers if tier != figure.last))

    def whole(self, rule: Rule) -> Rule:
        """The rule with the tier that it has without being typed."""
        last = self.figures[rule.figure].last
        return rule if last is None else replace(rule, tiers=(*rule.tiers, last))

    def each(self, rule: Rule, situation: Situation) -> tuple[Rule, ...]:
        """The rule for each of its subjects now, each to be measured and stepped with a state of its own."""
        whole = self.whole(rule)
        return tuple(replace(whole, subject=name) for name in self.subjects(situation, rule))


def usual(kind: str, figure: str, side: Side, *tiers: str) -> Rule:
    """A rule of each subject: `usual("liquidation", "distance", "below", "0.3", "0.2")`."""
    return Rule(kind, figure, "", side, tuple(map(Decimal, tiers)))
