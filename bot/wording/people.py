"""Who may write to the bot: invitations, the list of people, and what a stranger is told."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bot.wording.layout import bold, lines
from core.domain.admission import Member

PRIVATE = Markup("This bot is private. Ask the person who runs it for an invitation.")
"""All that a stranger is told, once a day."""
USED_UP = Markup("This link works no more: it was used or has expired. Ask for a new one.")
"""The same to a stranger who has opened a link."""
SHOWN = 40
"""People that one message lists."""


def invitation(link: str | None, code: str, until: datetime, label: str | None) -> Markup:
    """A link to pass on. In a terminal the bot's name is not known, so the line that
    does the same is shown.
    """
    whom = f"An invitation for {label}" if label else "An invitation for one person"
    way = "Pass this link on:" if link else "They send this line to the bot:"
    return lines(
        bold(whom),
        way,
        link or f"/start {code}",
        f"Whoever opens it first is let in, once, until {date_told(until)} {until:%H:%M} UTC.",
        "/people shows who is in, and removes them.",
    )


def people_message(known: Sequence[Member], *, public: bool) -> Markup:
    """The list of the people who may write. public: whether everybody else may, too."""
    inside = [person for person in known if person.role != "removed"]
    outside = [person for person in known if person.role == "removed"]
    first = "Everybody may use this bot (PUBLIC=1)" if public else f"{_count(len(inside))} may use this bot"
    if not public and not inside:  # whoever sits at the terminal is on no list
        first = "Nobody but you may use this bot"
    return lines(
        bold(first),
        *_listed(inside),
        bold("Removed") if outside else None,
        *_listed(outside),
        "/people remove NUMBER takes one out; /people name NUMBER Anna says who it is." if known else None,
        "/invite lets one more in, also one who was removed: their coins are kept.",
    )


def welcome_owner(unannounced: int) -> Markup:
    """What somebody is told who has just become the owner. unannounced: people who are in without an
    invitation.
    """
    return lines(
        bold("You are the owner of this bot."),
        "Nobody else is answered until you let them in: /invite makes a link for one person.",
        stayed(unannounced) if unannounced else None,
    )


def stayed(count: int) -> str:
    """Tells the owner how many people are in whom they have not invited."""
    if count == 1:
        return "1 person used this bot before and stays in, alerts included. /people shows and removes them."
    return (
        f"{count} people used this bot before and stay in, alerts included. /people shows and removes them."
    )


def person_removed(person: Member | None, user: int) -> Markup:
    """The answer once somebody has been removed."""
    who = person.label if person and person.label else f"Number {user}"
    return lines(
        bold(f"{who} is removed"),
        "They are not answered, watched or written to any more. What they stored is kept: /invite lets them "
        "back in.",
    )


def date_told(at: datetime) -> str:
    """A day: `3 March 2026`."""
    return f"{at.day} {at:%B %Y}"


def _listed(some: Sequence[Member]) -> list[str]:
    rows = [f"{person.id} {_who(person)}, since {date_told(person.since)}" for person in some[:SHOWN]]
    return [*rows, f"And {len(some) - SHOWN} more."] if len(some) > SHOWN else rows


def _who(person: Member) -> str:
    if person.role == "owner":
        return person.label or "the owner"
    return person.label or "no name yet"


def _count(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
