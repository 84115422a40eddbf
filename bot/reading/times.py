"""Times of day, time zones and spans as people type them: 8:00, 23-7, berlin, 1h."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo, available_timezones

from core.domain.errors import BadInput

_UTC = "UTC"
OFF = frozenset({"off", "none", "no", "never", "stop"})
"""Words that end what comes at a time."""
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|h|uhr)?", re.ASCII | re.IGNORECASE)
_CLOCK = r"\d[\d:.]*(?:h\d\d)?(?:\s*(?:am|pm|h|uhr)\b)?"
_HOURS = re.compile(
    rf"(?:from\s+|between\s+)?(?P<start>{_CLOCK})(?:\s*(?:[-–—]|to|until|and)\s*|\s+)(?P<end>{_CLOCK})"
    r"(?:\s+(?P<place>\D.*))?",
    re.ASCII | re.IGNORECASE,
)
_DAILY = re.compile(rf"(?:at\s+)?(?P<at>{_CLOCK})(?:\s+(?P<place>\D.*))?", re.ASCII | re.IGNORECASE)
_OFFSET = re.compile(r"(?:utc|gmt)?\s*[+−-]\s*\d{1,2}(?::?\d\d)?", re.ASCII | re.IGNORECASE)
"""So many hours from UTC: right for half of the year in most places that people say it of."""
_SPAN = re.compile(r"(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)", re.ASCII | re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST = timedelta(days=30)
"""The longest span that an alert sleeps for."""
_CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_PARTS = _CONTINENTS | {"Arctic", "Brazil", "Canada", "Chile", "Mexico", "US"}
"""What a zone's name may begin with; the others are no places."""
_MEANT = {
    **dict.fromkeys(("cet", "cest", "mez", "mesz", "germany"), "Europe/Berlin"),
    **dict.fromkeys(("bst", "uk", "england"), "Europe/London"),
    **dict.fromkeys(("est", "edt", "et"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "san francisco"), "America/Los_Angeles"),
    **dict.fromkeys(("ist", "india", "mumbai", "delhi"), "Asia/Kolkata"),
    **dict.fromkeys(("china", "beijing"), "Asia/Shanghai"),
    **dict.fromkeys(("japan", "jst"), "Asia/Tokyo"),
}
"""Usual names that are no zone of their own, or of several: offered, not taken."""
_SHOWN = 3


def parse_time(text: str) -> time:
    """`8`, `8:00`, `20.30` or `8 pm`; 24:00 is midnight. Raises BadInput where it is no time of day."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadInput(f"“{text[:20]}” is not a time of day. Type for example 8:00 or 22:30.")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise BadInput(f"“{text[:20]}” is not a time of day: before am and pm stands 1 to 12.")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    if hour > 23 or minute > 59:
        raise BadInput(f"“{text[:20]}” is not a time of day. It goes from 0:00 to 23:59.")
    return time(hour, minute)


def parse_hours(text: str) -> tuple[time, time, str]:
    """`23-7 Europe/Berlin`: from when until when, and what is said of the place, empty for nothing.

    Raises BadInput where that is no span of a day.
    """
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise BadInput(f"“{text[:30]}” does not say from when until when. Type for example 23-7.")
    start, end = parse_time(found["start"]), parse_time(found["end"])
    if start == end:
        raise BadInput("Those hours begin and end at the same time. Type for example 23-7, or off.")
    return start, end, found["place"] or ""


def parse_daily(text: str) -> tuple[time, str]:
    """`8:00 Europe/Berlin`: a time of day, and what is said of the place. Raises BadInput."""
    found = _DAILY.fullmatch(text.strip())
    if found is None:
        return parse_time(text), ""
    return parse_time(found["at"]), found["place"] or ""


def minutes(at: time) -> int:
    """Minutes after midnight."""
    return at.hour * 60 + at.minute


def parse_span(text: str) -> timedelta:
    """`30m`, `1h`, `1d`, `2w`. Raises BadInput where it is no span, or over LONGEST."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise BadInput(f"“{text[:20]}” is not a span of time. Type for example 30m, 1h or 1d.")
    span = int(found[1]) * _UNITS[found[2][0].lower()]
    if span > LONGEST:
        raise BadInput(f"The longest is {LONGEST.days} days. To stop an alert for good, turn it off.")
    return span


def zone_called(text: str) -> str:
    """The IANA name of the zone that a person calls so: `Europe/Berlin`, `berlin`, `new york`, `utc`.

    Raises BadInput with the nearest names where there is none of that name, or several that differ.
    """
    wanted = _plain(text)
    if _OFFSET.fullmatch(wanted):
        raise BadInput(
            "So many hours from UTC is wrong in summer or winter. Type a large city: Europe/Berlin."
        )
    if zone := _names().get(wanted):
        return zone
    found = _cities().get(wanted, ())
    if found and _agree(found):
        return min(found, key=len)
    if found:
        raise BadInput(f"There are several: {_listed(found)}. Type the whole name.")
    typed = text.strip()[:30]
    if near := _near(wanted):
        raise BadInput(f"I know no time zone “{typed}”. Did you mean {_listed(near)}?")
    raise BadInput(f"I know no time zone “{typed}”. Type a large city of yours: Europe/Berlin or New York.")


def zone_alone(text: str) -> str | None:
    """The zone where the text is nothing but the name of one."""
    try:
        return zone_called(text)
    except BadInput:
        return None


def _near(wanted: str) -> list[str]:
    """Zones that may have been meant, the likeliest first."""
    if zone := _MEANT.get(wanted):
        return [zone]
    names, cities = _names(), _cities()
    near = get_close_matches(wanted, [*cities, *names], n=2 * _SHOWN, cutoff=0.7)
    zones = (zone for each in near for zone in cities.get(each, (names.get(each, ""),)))
    return list(dict.fromkeys(zones))[:_SHOWN]


@cache
def _names() -> dict[str, str]:
    """Every zone by its name as it may be typed; of what is no place only UTC."""
    places = (zone for zone in sorted(available_timezones()) if zone.split("/")[0] in _PARTS)
    return {_plain(zone): zone for zone in places} | dict.fromkeys(("utc", "gmt", "z"), _UTC)


@cache
def _cities() -> dict[str, tuple[str, ...]]:
    """Zones by their city alone; older spellings of a place may be among them."""
    found: dict[str, tuple[str, ...]] = {}
    for name, zone in _names().items():
        if zone.split("/")[0] in _CONTINENTS:
            city = name.rpartition("/")[2]
            found[city] = (*found.get(city, ()), zone)
    return found


def _agree(zones: Sequence[str]) -> bool:
    """Whether clocks of all the zones show the same, in winter and in summer."""
    days = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
    return len({tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in days) for zone in zones}) == 1


def _plain(text: str) -> str:
    """Without accents, case and what stands between words."""
    letters = (letter for letter in normalize("NFKD", text.strip()) if not combining(letter))
    return re.sub(r"[\s_]+", " ", "".join(letters)).casefold()


def _listed(names: Sequence[str]) -> str:
    *firsts, last = names
    return f"{', '.join(firsts)} or {last}" if firsts else last


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?", re.ASCII | re.IGNORECASE)
DAY_FORM = "until 24 December, or until 2026-12-24"


def parse_day(words: Sequence[str], today: date) -> tuple[date, int]:
    """The coming day that the words begin with, and how many of them say it: `24 December`, `dec 24 2026`,
    `2026-12-24`. Without a year it is the next such day.

    Raises BadInput where they say no day, or one that is not after today.
    """
    try:
        found, used = _said_day(words, today)
    except ValueError:
        raise BadInput(f"“{' '.join(words[:2])[:30]}” is not a day. Type for example {DAY_FORM}.") from None
    if found <= today:
        raise BadInput(f"{found:%d %b %Y} is not after today. Type for example {DAY_FORM}.")
    return found, used


def _said_day(words: Sequence[str], today: date) -> tuple[date, int]:
    """The day and the number of its words. Raises ValueError where they are none."""
    first, second, third = (*words[:3], "", "", "")[:3]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", first):
        return date.fromisoformat(first), 1
    number, name = (first, second) if first[:1].isdigit() else (second, first)
    day, month = _DAY.fullmatch(number), _MONTHS.index(name[:3].lower()) + 1
    number = day[1] if day else "0"
    if re.fullmatch(r"20\d\d", third):
        return date(int(third), month, int(number)), 3
    coming = date(today.year, month, int(number))
    return coming if coming > today else date(today.year + 1, month, int(number)), 2
