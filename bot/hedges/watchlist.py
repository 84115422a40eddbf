"""A user's alerts: found by what was typed, switched on and off, and measured now."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.desk.coin_names import coin_today
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.reading.venues import name_of
from bot.wording.alerts import Measured
from core.alert import KINDS
from core.alert.kind import Kind
from core.alert.person import Person
from core.alert.rule import Rule, State, step
from core.alert.situation import Situation
from core.domain.coins.names import named
from core.domain.errors import BadInput
from core.outcome.course import contracts_traded
from core.prices.scenes import Scenes
from core.store.user.alerts import Alert, AlertSettings

SWITCHES: Mapping[str, AlertSettings] = MappingProxyType(
    {
        "on": {"mode": "on", "snoozed_until": None},
        "silent": {"mode": "silent", "snoozed_until": None},
        "off": {"mode": "off"},
        "wake": {"snoozed_until": None},
    }
)
"""The settings that each word of /alert changes."""
ALL = "all"
_NUMBERS = re.compile(r"(?:#|no\.?\s*)?\d{1,9}(?:[\s,]+(?:#|no\.?\s*)?\d{1,9})*", re.ASCII)


def chosen(mine: Sequence[Alert], said: str) -> list[Alert]:
    """The alerts that the words name: by one number or several, by their kind, or all of them.

    Raises BadInput where one of them is not there, and for no words at all.
    """
    said = said.strip().lower()
    if not mine:
        raise BadInput("You have no alerts. Type for example /alert funding ETH below -0.01%.")
    if said == ALL:
        return list(mine)
    if said in KINDS:
        found = [alert for alert in mine if alert.rule.kind == said]
        if not found:
            raise BadInput(f"You have no alert on {said}. /alerts shows those you have.")
        return found
    if not _NUMBERS.fullmatch(said):
        raise BadInput("Say which: its number in /alerts, a kind such as funding, or all.")
    wanted = dict.fromkeys(map(int, re.findall(r"\d+", said)))
    by_number = {alert.number: alert for alert in mine}
    if missing := [number for number in wanted if number not in by_number]:
        raise BadInput(f"You have no alert number {missing[0]}; nothing was changed. /alerts shows yours.")
    return [by_number[number] for number in wanted]


def names_some(said: str) -> bool:
    """Whether the words are a way of naming alerts that `chosen` reads; such alerts need not exist."""
    said = said.strip().lower()
    return said == ALL or said in KINDS or _NUMBERS.fullmatch(said) is not None


async def switched(desk: Desk, settings: AlertSettings, alerts: Sequence[Alert]) -> list[Alert]:
    """Change these settings of all the alerts, or of none; the alerts as they are then."""
    return list(await desk.alerts.change(*(alert.number for alert in alerts), **settings))


async def measured(desk: Desk, rule: Rule) -> list[Measured]:
    """How each subject of the rule stands now; empty where nothing is open that it is about."""
    kind = KINDS[rule.kind]
    situation = await _situation(desk, [rule])
    await desk.last_snapshot((), situation.venue)  # adds the remarks on that snapshot to the answer
    return await in_thread(_measured, kind, rule, situation)


def _measured(kind: Kind, rule: Rule, situation: Situation) -> list[Measured]:
    found = []
    for each in kind.each(rule, situation):
        reading = kind.measure(situation, each)
        value = reading.value if reading else None
        _, firing = step(
            each, State(), value, situation.now, margin=kind.margin(each), cooldown=kind.cooldown
        )
        leg = situation.leg(each.subject)
        found.append(Measured(leg.asset if leg else each.subject, value, reached=firing is not None))
    return found


async def blind(desk: Desk, alerts: Sequence[Alert]) -> set[int]:
    """The numbers of those alerts that cannot fire now, because a figure that they need is not known.

    Alerts that need the past of a coin are left out: the venue would have to be asked for it each time.
    """
    watching = [alert for alert in alerts if alert.mode != "off" and _at_hand(alert.rule)]
    if not watching:
        return set()
    situation = await _situation(desk, [alert.rule for alert in watching])
    return await in_thread(_unseen, watching, situation)


def _unseen(alerts: Iterable[Alert], situation: Situation) -> set[int]:
    """The numbers of those alerts that cannot be measured in this situation."""
    return {alert.number for alert in alerts if not _sees(alert.rule, situation)}


def _at_hand(rule: Rule) -> bool:
    """Whether current figures are enough to measure the rule."""
    kind = KINDS[rule.kind]
    return kind.live and kind.figures[rule.figure].past is None


def _sees(rule: Rule, situation: Situation) -> bool:
    """Whether every subject of the rule can be measured in this situation."""
    kind = KINDS[rule.kind]
    exact = kind.each(rule, situation)
    if not exact:
        return not situation.unclear
    return all(kind.measure(situation, each) is not None for each in exact)


async def of_today(desk: Desk, rule: Rule) -> Rule:
    """The rule with its coin by the ticker of today; what is open, or held, keeps its own.

    Raises BadInput for a price of an old coin of which one is not one of the new: either may be meant.
    """
    coin = _coin(rule)
    if coin is None:
        return rule
    today = await coin_today(desk, coin, [held.terms.asset for held in await desk.open_positions()])
    name = named(coin)
    if today != coin and name.coins != 1 and KINDS[rule.kind].figures[rule.figure].unit == "usd":
        raise BadInput(f"{name.said}. Say at which price of one {today}: /alert price {today} below 0.05")
    return replace(rule, subject=today)


async def refuse_unknown(desk: Desk, rule: Rule) -> None:
    """Raise BadInput for a rule about a coin that the user's venue has no price for: it could never fire."""
    coin = _coin(rule)
    if coin and await desk.unpriced([coin]):
        venue = name_of(desk.venue_of((await desk.page()).preferences))
        raise BadInput(f"{venue} has no price for {coin}, so nothing was set. Is that its ticker?")


def _coin(rule: Rule) -> str | None:
    """The coin that the rule names; None where it names a position, or nothing at all."""
    return None if ":" in rule.subject else rule.subject or None


async def _situation(desk: Desk, rules: Sequence[Rule]) -> Situation:
    """All that is needed to measure the rules, as the sweep would see it, less what is not known now."""
    page, episode = await desk.page(), await desk.ledger.open()
    named = filter(None, map(_coin, rules))
    home = desk.venue_of(page.preferences)
    person = Person(holdings=page.holdings, episode=episode, lying=page.lying, cash=page.preferences.cash)
    traded: dict[str, list[str]] = {home: [*person.coins, *named]}
    if episode is not None:
        for (venue, _), terms in contracts_traded(episode).items():
            traded.setdefault(venue, []).append(terms.asset)
    scenes = Scenes(desk.watch)
    offered = {venue: coins for venue, coins in traded.items() if venue in desk.venues}
    scene = await scenes.scene(home, desk.now, offered, rules)
    await scenes.befit(scene, [person])
    return scene.situation(person)
