"""What is pushed to users, worded by kind of alert: each kind names the file that has its words.

A notice is worded when it is sent, from the facts that were stored when the alert fired: nothing is looked up
again, and a fact that is missing leaves out the sentence that needs it.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.wording.notices.kind_words import telling_of
from bot.wording.notices.phrases import TICKET, Telling
from bot.wording.notices.times import moment
from bot.wording.notices.told_facts import ToldFacts

__all__ = ["LOCK_SCREEN", "TICKET", "details", "distinct", "headline", "shortened", "ways"]

LOCK_SCREEN = 60
"""So many characters of a message are shown by a locked phone."""


def headline(told: ToldFacts) -> str:
    """The most important thing in at most LOCK_SCREEN characters."""
    telling = telling_of(told.kind)
    said = telling.headline(told) if telling else None
    about = f"{told.kind} {told.subject}".strip()
    return shortened(said or f"Your alert on {about} was reached")


def distinct(told: Iterable[ToldFacts]) -> list[ToldFacts]:
    """The notices in their order, without those that say the same as an earlier one: two alerts may differ in
    their limits alone.
    """
    first: dict[tuple[str, str], ToldFacts] = {}
    for each in told:
        first.setdefault((headline(each), each.position), each)
    return list(first.values())


def shortened(line: str, most: int = LOCK_SCREEN) -> str:
    """The line, cut to so many characters with an ellipsis where it is longer."""
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def details(told: ToldFacts, now: datetime) -> list[str]:
    """The sentences below the headline: the limit and since when it is passed, what it
    means, and what to do.
    """
    telling = telling_of(told.kind)
    if telling is None:
        return []
    said = [_limit(telling, told, now), *(line(told) for line in telling.means), telling.todo(told)]
    return [line for line in said if line]


def ways(told: ToldFacts) -> dict[str, str]:
    """What can be pressed, as command lines by label."""
    telling = telling_of(told.kind)
    return {label: line.strip() for label, line in telling.ways(told).items()} if telling else {}


def _limit(telling: Telling, told: ToldFacts, now: datetime) -> str | None:
    since = told.facts.since
    limit = telling.limit(told)
    said = [f"Your limit: {limit}"] if limit else []
    reached = [f"{'reached' if limit else 'Reached'} at {moment(since, now, told.place)}"] if since else []
    return f"{', '.join([*said, *reached])}." if said or reached else None
