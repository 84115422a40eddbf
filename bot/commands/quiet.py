"""/quiet: hours in which only urgent alerts come."""

from bot.desk.command import Asked, Command
from bot.reading.times import OFF, minutes, parse_hours, zone_alone, zone_called
from bot.wording.hours import quiet
from bot.wording.reply import Reply, row
from core.store.user.book import Choices, Preferences

FORM = "/quiet 23-7 Europe/Berlin"


async def _quiet(asked: Asked) -> Reply:
    book, typed = asked.desk.book, asked.args.strip()
    mine = await book.preferences()
    if not typed:
        return _shown(mine)
    if typed.lower() in OFF:
        return _shown(await book.prefer(quiet_from=None, quiet_to=None))
    if mine.quiet_from is not None and (named := zone_alone(typed)):
        return _shown(await book.prefer(timezone=named))
    start, end, place = parse_hours(typed)
    choices: Choices = {"quiet_from": minutes(start), "quiet_to": minutes(end)}
    if place:
        choices["timezone"] = zone_called(place)
    return _shown(await book.prefer(**choices))


def _shown(mine: Preferences) -> Reply:
    off = {"Off": "/quiet off"} if mine.quiet_from is not None else {"23 to 7": "/quiet 23-7"}
    return Reply(quiet(mine), (row({**off, "Alerts": "/alerts"}),))


command = Command(
    "quiet",
    "hours in which only urgent alerts come",
    _quiet,
    FORM,
    {
        FORM: "from 23:00 to 7:00 there",
        "/quiet 22:30-6:15": "in the time zone that you set before",
        "/quiet Lisbon": "another time zone; alerts and summaries tell times by it, too",
        "/quiet off": "alerts come at any hour",
        "/quiet": "what is set",
    },
)
