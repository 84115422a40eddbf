"""What a kind of alert is: what it watches, of which subjects, and how that is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from core.alert.rule import Rule, Side
from core.alert.situation import Reading, Situation

Unit = Literal["share", "usd", "sigmas", "days", "minutes", "plain"]
"""Of a value and its tiers. share: a decimal shown as percent, .2 is 20 %. sigmas: usual moves of a day."""

ONE_HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
URGENT, USUAL, QUIET = 0, 1, 2
"""Of notices: about liquidation and margin, anything else, the digest."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that a kind can watch, and how it is typed.

    side: the only one that there is; None where it has to be typed. said: words that name the figure; none
    where it is meant without any. least, most: bounds of a tier. usual: tiers where none are typed, mildest
    first; none: they have to be. margin: by how much a value has to be back before a tier is left; share: the
    same as a part of the smallest tier; the greater counts. last: a tier beyond all that can be typed, which
    every rule has: what nobody can want not to hear. past: whether past figures of the coin are needed.
    """

    unit: Unit
    side: Side | None
    least: Decimal
    most: Decimal
    said: frozenset[str] = frozenset()
    usual: tuple[Decimal, ...] = ()
    margin: Decimal = Decimal(0)
    share: Decimal = Decimal(0)
    last: Decimal | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alert.

    title: a few words for a list. help: what it tells, for somebody who knows no futures. figures: by name.
    forms: what can be typed after /alert, and what each says. subjects: what a rule is of now, each by its
    exact name: `venue:symbol` of an open position, a coin, a venue, a day; empty for the hedge as a whole;
    none at all while there is nothing of the sort. measure: of a rule with an exact subject; None where it is
    not known now, which fires nothing and forgets nothing. coin: whether one can or must be typed. urgency:
    URGENT, USUAL or QUIET. silent: whether its notices make no sound unless the user says so. cooldown: per
    alert, subject and tier. every: how often it is worth measuring; None for each sweep. after_hedging: rules
    that opening a hedge turns on, of each subject. always: also where there is no subject yet. answered:
    whether the answers to a hedge that is being recorded say how it stands, so that only a change is news.
    """

    name: str
    title: str
    help: str
    figures: Mapping[str, Figure]
    forms: Mapping[str, str]
    subjects: Callable[[Situation, Rule], tuple[str, ...]]
    measure: Callable[[Situation, Rule], Reading | None]
    coin: Literal["none", "optional", "needed"] = "none"
    urgency: int = USUAL
    silent: bool = False
    cooldown: timedelta = ONE_HOUR
    every: timedelta | None = None
    after_hedging: tuple[Rule, ...] = ()
    always: bool = False
    answered: bool = False

    @property
    def live(self) -> bool:
        """Whether it is looked at with every sweep, and comes of what that sees."""
        return self.every is None and self.urgency != QUIET

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
