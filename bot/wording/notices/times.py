"""Moments as they are told, by the clock on the user's wall where that is known."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.wording.numbers import day


def moment(at: datetime, now: datetime, place: tzinfo = UTC) -> str:
    """`09:12 UTC`, `11:12 Berlin time`, with its day where that is not today there."""
    at, now = at.astimezone(place), now.astimezone(place)
    clock = f"{at:%H:%M} {zone_name(place)}"
    return clock if at.date() == now.date() else f"{day(at, now)}, {clock}"


def zone_name(place: tzinfo) -> str:
    """Whose time it is: `UTC`, `Berlin time`."""
    city = place.key.rpartition("/")[2].replace("_", " ") if isinstance(place, ZoneInfo) else ""
    return f"{city} time" if city not in ("", "UTC") else "UTC"
