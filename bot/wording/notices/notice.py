"""The message for all notices that one user gets at one time.

`message` is all that delivery needs.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from markupsafe import Markup, escape

from bot.reading.venue_pages import page_of
from bot.reading.venues import name_of
from bot.wording.layout import SIMULATED_LINE, bold, folded, lines
from bot.wording.notices import LOCK_SCREEN, TICKET, details, distinct, headline, shortened, ways
from bot.wording.notices.digest import digest_message
from bot.wording.notices.kind_words import LAST, words_of
from bot.wording.notices.times import moment
from bot.wording.notices.told_facts import ToldFacts
from bot.wording.portfolio import ago
from bot.wording.reply import Button, Reply, fits, row
from bot.wording.rule import rule_standing
from core.alert import KINDS
from core.alert.facts import Facts
from core.alert.kind import URGENT
from core.alert.kinds import digest
from core.alert.rule import Rule

MOST_CHARACTERS = 4096
"""Telegram's limit for a message, in UTF-16 units; counted here with the tags."""
MOST_LINES = 30
"""So many notices get a line of their own in one message; /alerts lists all of them."""
MOST_WAYS, BESIDE = 6, 3
"""Ways on that are offered as buttons, and how many beside each other."""
MOST_MUTED = 3
"""So many kinds can be muted by a button."""
BREAK = "\n \n"
"""Stands between what happened and a daily summary."""
_row = partial(row, below=True)
"""A row of buttons that leave the pushed message as it is, so that it can still be read later."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Stands for a time that is not known where notices are put in order."""


def message(notices: Sequence[Facts], now: datetime) -> Reply:
    """One reply for the facts of the notices of one batch, in any order.

    Its text has at least one and at most 4096 characters, and its first line at most 60, which is what a
    locked phone shows. notices: at least one, each with the `number` of its alert for the buttons. now: aware
    UTC, for the age of the figures. Never raises: where facts are missing less is said.
    """
    told = sorted(map(ToldFacts, notices), key=_rank)
    events = [each for each in told if each.kind != digest.kind.name]
    # Of two summaries in one batch the later one has it all.
    summary = next(
        (digest_message(each, now) for each in reversed(told) if each.kind == digest.kind.name), None
    )
    if not events:
        # A summary alone has nothing to put to sleep or to mute.
        ways = _row({"Positions": "/positions", "Alerts": "/alerts"})
        return Reply(summary or bold("Nothing to tell"), (ways,))
    room = MOST_CHARACTERS - (_length(summary) + len(BREAK) if summary else 0)
    different = distinct(events)
    text = _single(events[0], now) if len(different) == 1 else _several(different, now, room)
    below = _sleep(events) if len(events) == 1 else _for_several(events)
    return Reply(lines(text, " ", summary) if summary else text, (*_ways(events), *below))


def _rank(told: ToldFacts) -> tuple[bool, int, int, Decimal, datetime, int]:
    """The worst comes first: urgent notices, then by kind and tier.

    Among equals the one comes first that is nearest to its end, then the earlier one.
    """
    words, tier = words_of(told.kind), told.facts.tier or 0
    kind = KINDS.get(told.kind)
    return (
        not told.facts.urgent and (kind is None or kind.urgency != URGENT),
        words.order if words else LAST,
        -tier,
        told.facts.distance or Decimal(0),
        told.facts.since or _LONG_AGO,
        told.facts.number or 0,
    )


def _single(told: ToldFacts, now: datetime) -> Markup:
    return lines(
        bold(headline(told)),
        *_remarks([told]),
        *map(escape, details(told, now)),
        _late(told, now),
        _aged([told], now),
    )


def _late(told: ToldFacts, now: datetime) -> str | None:
    """What the value was when the limit was passed and what it is now, where the notice is told later than it
    fired.
    """
    then, value, since = told.facts.then, told.facts.value, told.facts.since
    kind = KINDS.get(told.kind)
    if then is None or value is None or since is None or kind is None or told.figure not in kind.figures:
        return None
    rule = Rule(told.kind, told.figure, "", "above", (Decimal(0),))
    at = moment(since, now, told.place)
    return f"At {at} it was: {rule_standing(rule, then)}. Now: {rule_standing(rule, value)}."


def _several(told: Sequence[ToldFacts], now: datetime, room: int) -> Markup:
    """The worst as the first line, a line for each other one, and the details of all of them folded away."""
    shown = min(len(told), MOST_LINES)
    # Drop lines from the end until the rest fits; the worst is at the beginning.
    while shown > 1 and _length(_head(told, now, shown)) > room:
        shown -= 1
    head = _head(told, now, shown)
    return lines(head, *_folds(told, now, room - _length(head) - 1))


def _head(told: Sequence[ToldFacts], now: datetime, shown: int) -> Markup:
    more = f" (+{len(told) - 1} more)"
    left = len(told) - shown
    return lines(
        bold(shortened(headline(told[0]), LOCK_SCREEN - len(more)) + more),
        *_remarks(told),
        *(escape(headline(each)) for each in told[1:shown]),
        f"And {left} more: /alerts lists them." if left else None,
        _aged(told, now),
    )


def _folds(told: Sequence[ToldFacts], now: datetime, room: int) -> Iterator[Markup]:
    """The details of as many notices, from the first on, as there is room for."""
    parts: list[Markup] = []
    for each in told:
        part = lines(bold(headline(each)), *map(escape, details(each, now)))
        if _length(folded(*parts, part)) > room:
            break
        parts.append(part)
    if parts:
        yield folded(*parts)


def _remarks(told: Iterable[ToldFacts]) -> list[str]:
    return [SIMULATED_LINE] if any(each.facts.simulated for each in told) else []


def _aged(told: Sequence[ToldFacts], now: datetime) -> str | None:
    """When the oldest of the figures is from. A notice that rests on no price has no age."""
    rests = (each.facts.at for each in told if each.facts.age is not None)
    oldest = min((at for at in rests if at), default=None)
    return f"Figures of {moment(oldest, now, told[0].place)}, {ago(now - oldest)}." if oldest else None


def _ways(told: Sequence[ToldFacts]) -> tuple[tuple[Button, ...], ...]:
    """The buttons that lead on, those to tickets first. Where there are several tickets, each label says
    whose it is.

    A label that would stand for different lines is left out: nobody could tell which one was pressed.
    """
    # First by label, then by line: several notices may lead to the same line, which is then one button.
    called: dict[str, dict[str, ToldFacts]] = {}
    for each in told:
        for label, line in ways(each).items():
            called.setdefault(label, {}).setdefault(line, each)
    tickets = called.pop(TICKET, {})
    found: dict[str, str] = {}
    for line, each in tickets.items():
        label = _whose(each, line) if len(tickets) > 1 else TICKET
        found[label if label not in found else f"Ticket: {each.position}"] = line
    for label, (line, *more) in called.items():
        if not more and line not in found.values():
            found[label] = line
    buttons = (*_row(found)[:MOST_WAYS], *_pages(told))
    return tuple(buttons[at : at + BESIDE] for at in range(0, len(buttons), BESIDE))


def _pages(told: Iterable[ToldFacts]) -> tuple[Button, ...]:
    """A button to the exchange's page of a contract that has to be looked at there; for
    one contract at most.
    """
    found = {}
    for each in told:
        venue, own, words = each.facts.venue, each.facts.id, words_of(each.kind)
        if venue and words and words.page and (page := page_of(venue, own, each.facts.symbol)):
            found[page] = Button(f"Open {name_of(venue)}", "/positions", below=True, url=page)
    return tuple(found.values())[:1]


def _whose(told: ToldFacts, line: str) -> str:
    """The label of a ticket: its coin, or for the whole hedge the kind of alert that asks for it."""
    return f"Ticket: {told.subject if told.position and told.position in line else told.kind}"


def _sleep(told: Sequence[ToldFacts]) -> tuple[tuple[Button, ...], ...]:
    """Buttons that put this alert to sleep, switch it off, or mute its kind."""
    (number,) = _numbers(told) or ("",)
    if not number:
        return ()
    kind = told[0].kind
    return (
        _row({f"Snooze 1 {unit}": f"/alert snooze {number} 1{unit}" for unit in "hd"}),
        _row({"Mute this": f"/alert off {number}", **_muted(kind)}),
    )


def _for_several(told: Sequence[ToldFacts]) -> tuple[tuple[Button, ...], ...]:
    """Buttons that put all of these alerts to sleep, and that mute the first kinds."""
    numbers = _numbers(told)
    every = " ".join(numbers)
    later = {f"Snooze all 1 {unit}": f"/alert snooze {every} 1{unit}" for unit in "hd"}
    asleep = _row(later) if numbers and all(fits(line, below=True) for line in later.values()) else ()
    kinds = list(dict.fromkeys(each.kind for each in told))[:MOST_MUTED]
    muted = [label for kind in kinds for label in _muted(kind).items()]
    pairs = (_row(dict(muted[at : at + 2])) for at in range(0, len(muted), 2))
    return tuple(filter(None, (asleep, *pairs, _row({"All alerts": "/alerts"}))))


def _muted(kind: str) -> dict[str, str]:
    return {f"Mute {kind}": f"/alert off {kind}"} if kind in KINDS else {}


def _numbers(told: Iterable[ToldFacts]) -> list[str]:
    found = (each.facts.number for each in told)
    return list(dict.fromkeys(str(number) for number in found if number is not None and number > 0))


def _length(text: str) -> int:
    # Telegram counts UTF-16 units, in which an emoji is two.
    return len(str(text).encode("utf-16-le")) // 2
