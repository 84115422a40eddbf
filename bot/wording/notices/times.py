"""Moments by the clock of the user, where their time zone is known."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.wording.numbers import day


def moment(at: datetime, now: datetime, place: tzinfo = UTC) -> str:
    """`09:12 UTC` or `11:12 Berlin time`, with the day where it is not today in that zone."""
    at, now = at.astimezone(place), now.astimezone(place)
    clock = f"{at:%H:%M} {zone_name(place)}"
    return clock if at.date() == now.date() else f"{day(at, now)}, {clock}"


def zone_name(place: tzinfo) -> str:
    """Whose time it is: `UTC`, `Berlin time`."""
    city = place.key.rpartition("/")[2].replace("_", " ") if isinstance(place, ZoneInfo) else ""
    return f"{city} time" if city not in ("", "UTC") else "UTC"
