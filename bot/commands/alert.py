"""/alert: sets a new alert, and switches, puts to sleep or removes those that a user has."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.watchlist import SWITCHES, chosen, measured, names_some, of_today, refuse_unknown, switched
from bot.reading.numbers import parse_number
from bot.reading.times import parse_span
from bot.wording.alerts import alert_made, alerts_changed, alerts_removed, asleep, kinds
from bot.wording.reply import Reply, row
from core.alert import KINDS, rule_said
from core.alert.kind import QUIET
from core.alert.rule import Rule
from core.domain.errors import BadInput
from core.domain.quiet import zone
from core.store.user.alerts import Alert, Mode

SEE = row({"All alerts": "/alerts"})
_SPAN_LAST = re.compile(r"(?<!\d)\d{1,9}\s{0,9}[a-z]{1,20}\Z", re.ASCII)
PRICE = "price"
_SAME = {"mute": "off", "stop": "off", "unmute": "on", "delete": "remove", "sleep": "snooze"}
"""Other words for what can be done with alerts."""
LATER = "Say which and how long: /alert snooze 3 1h, or 30m, or 1d."


async def _alert(asked: Asked) -> Reply:
    word, rest, *_ = (*_in_order(asked.args).split(maxsplit=1), "", "")
    name = _SAME.get(word.lower(), word.lower())
    if name in SWITCHES:
        return await _switch(asked.desk, name, rest)
    if name in _ACTIONS:
        return await _ACTIONS[name](asked.desk, rest.strip().lower())
    if not name or name == "help" or (name in KINDS and not rest.strip()):
        return await _explained(asked.desk, name if name in KINDS else "")
    return await _new(asked.desk, asked.words)


def _in_order(args: str) -> str:
    """The words with the action first: `3 off` as `off 3`, `funding silent` as `silent funding`."""
    which, _, last = args.strip().rpartition(" ")
    word = _SAME.get(last.lower(), last.lower())
    turned = which and (word in SWITCHES or word == "remove") and names_some(which)
    return f"{word} {which}" if turned else args


async def _explained(desk: Desk, name: str) -> Reply:
    """The kinds of alerts, or one of them. A kind about which nothing more has to be said is set at once."""
    if not name:
        return Reply(kinds(), (SEE,))
    try:
        rule_said([name], parse_number)
    except BadInput:
        return Reply(kinds(name), (SEE,))
    return await _new(desk, [name])


async def _new(desk: Desk, words: list[str]) -> Reply:
    rule = _rule(words)
    if KINDS[rule.kind].urgency == QUIET:
        raise BadInput("The summary needs a time. Type /digest 8:00 Europe/Berlin.")
    rule = await of_today(desk, rule)
    await refuse_unknown(desk, rule)
    found = await measured(desk, rule)

    def answer(alert: Alert) -> Reply:
        ways = {"Silent": f"/alert silent {alert.number}", "Remove": f"/alert remove {alert.number}"}
        return Reply(alert_made(alert, found), (row(ways), SEE))

    mode: Mode = "silent" if KINDS[rule.kind].silent else "on"
    return answer(await desk.alerts.add(rule, mode=mode, tell=desk.telling(answer)))


def _rule(words: list[str]) -> Rule:
    """The rule that is meant. Where no kind is said, as in `SOL below 120`, it is about the price."""
    kind = words[0].lower()
    if kind not in KINDS:
        with suppress(BadInput):
            return rule_said([PRICE, *words], parse_number)
        if near := get_close_matches(kind, [*KINDS, *SWITCHES, *_ACTIONS], n=1, cutoff=0.75):
            raise BadInput(f"I do not know “{words[0][:30]}”. Did you mean /alert {near[0]}?")
    return rule_said(words, parse_number)


async def _switch(desk: Desk, word: str, which: str) -> Reply:
    after = await switched(desk, SWITCHES[word], chosen(await desk.alerts.list(), which))
    return await _changed(after, desk)


async def _snooze(desk: Desk, said: str) -> Reply:
    found = _SPAN_LAST.search(said)
    which = said[: found.start()].strip() if found else ""
    if found is None or not which:
        raise BadInput(LATER)
    until = desk.now + parse_span(found[0])
    mine = [alert for alert in chosen(await desk.alerts.list(), which) if alert.mode != "off"]
    if not mine:
        raise BadInput("That is off already, so there is nothing to put to sleep. /alerts shows yours.")
    return await _changed(await switched(desk, {"snoozed_until": until}, mine), desk)


async def _remove(desk: Desk, which: str) -> Reply:
    def answer(gone: Sequence[Alert]) -> Reply:
        return Reply(alerts_removed(gone), (SEE,), fresh=True)

    meant = chosen(await desk.alerts.list(), which)
    return answer(await desk.alerts.remove(*(alert.number for alert in meant), tell=desk.telling(answer)))


async def _changed(alerts: Sequence[Alert], desk: Desk) -> Reply:
    """The answer to a change of alerts. It goes below the message whose button was pressed, so that what that
    one told stays to be read.
    """
    numbers = " ".join(str(alert.number) for alert in alerts)
    back: dict[str, str] = {}
    if all(asleep(alert, desk.now) for alert in alerts):
        back = {"Wake": f"/alert wake {numbers}"}
    elif any(alert.mode != "on" for alert in alerts):
        back = {"On": f"/alert on {numbers}"}
    place = zone((await desk.page()).preferences.timezone)
    return Reply(alerts_changed(alerts, desk.now, place), ((*row(back), *SEE),), fresh=True)


_ACTIONS: Mapping[str, Callable[[Desk, str], Awaitable[Reply]]] = {
    "snooze": _snooze,
    "remove": _remove,
}
"""What else can be done with alerts that there are, by the word after /alert."""

command = Command(
    "alert",
    "tell me when...",
    _alert,
    "/alert price SOL below 120",
    {
        "/alert price SOL below 120": "a new one; /alert lists what I can watch",
        "/alert off 3": "stop no. 3 of /alerts",
        "/alert on 3": "go on",
        "/alert silent 3": "without a sound",
        "/alert off funding": "all of a kind; so with on, silent, snooze, remove",
        "/alert snooze 3 1d": "not before tomorrow",
        "/alert remove 3": "forget it",
    },
)
