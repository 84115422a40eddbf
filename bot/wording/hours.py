"""When it is quiet for a user, and when their daily summary comes."""

from datetime import datetime, time, timedelta

from markupsafe import Markup

from bot.wording.layout import bold, lines
from core.alert.kinds.digest import LATEST as LATEST_MINUTES
from core.domain.quiet import last, zone
from core.store.user.book import Preferences

UTC = "UTC"
LATEST = timedelta(minutes=int(LATEST_MINUTES))
"""A summary is still sent when it is late by no more than this."""


def quiet(mine: Preferences) -> Markup:
    """The quiet hours that are set, what comes all the same, and how to change them."""
    if mine.quiet_from is None or mine.quiet_to is None:
        return lines(
            bold("No quiet hours: alerts come at any hour"),
            "Set some: /quiet 23-7 Europe/Berlin",
        )
    return lines(
        bold(f"Quiet from {clock(mine.quiet_from)} to {clock(mine.quiet_to)}, {time_zone(mine)}"),
        "Liquidation and margin alerts still come then, with sound. All others wait until the quiet hours "
        "are over and come as one message.",
        _zone(mine, "/quiet 23-7 Europe/Berlin"),
        "To end it: /quiet off",
    )


def digest_hours(mine: Preferences, now: datetime, *, on: bool, new: bool) -> Markup:
    """When the daily summary comes, and how to change that. on: whether it is on at all. new: whether it was
    off until now.
    """
    if mine.digest_at is None or not on:
        return lines(bold("No daily summary"), "Get one: /digest 8:00 Europe/Berlin")
    late = now - last(now, mine.digest_at, zone(mine.timezone)) < LATEST
    return lines(
        bold(f"A summary every day at {clock(mine.digest_at)}, {time_zone(mine)}"),
        "It comes without a sound: coins, hedge, funding, and what needs your attention.",
        "Today's comes in a minute, for its time has passed." if new and late else None,
        _zone(mine, "/digest 8:00 Europe/Berlin"),
        "To end it: /digest off",
    )


def clock(minutes: int) -> str:
    """`23:00`."""
    return f"{time(*divmod(minutes, 60)):%H:%M}"


def time_zone(mine: Preferences) -> str:
    """`Europe/Berlin time`."""
    return f"{(mine.timezone or UTC).replace('_', ' ')} time"


def _zone(mine: Preferences, form: str) -> str | None:
    """How to name a time zone, told to who has named none."""
    return None if mine.timezone else f"Not in UTC? Name a large city of your time zone: {form}"
