"""/digest: one quiet message a day that says how things stand."""

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.reading.numbers import parse_number
from bot.reading.times import OFF, minutes, parse_daily, zone_alone, zone_called
from bot.wording.hours import digest_hours
from bot.wording.reply import Reply, row
from core.alert import rule_said
from core.store.user.alerts import Alert
from core.store.user.book import Choices

RULE = rule_said(["digest"], parse_number)
"""To the watch the daily summary is an alert like any other, which fires once a day."""
FORM = "/digest 8:00 Europe/Berlin"


async def _digest(asked: Asked) -> Reply:
    desk, typed = asked.desk, asked.args.strip()
    if not typed:
        return await _shown(desk)
    if typed.lower() in OFF:
        await desk.book.prefer(digest_at=None)
        await desk.alerts.remove(*(alert.number for alert in await _mine(desk)))
        return await _shown(desk)
    if (await desk.book.preferences()).digest_at is not None and (named := zone_alone(typed)):
        await desk.book.prefer(timezone=named)
        return await _shown(desk)
    at, place = parse_daily(typed)
    choices: Choices = {"digest_at": minutes(at)}
    if place:
        choices["timezone"] = zone_called(place)
    # Whether it was on before, which decides if the answer explains it.
    known = any(alert.mode != "off" for alert in await _mine(desk))
    await desk.book.prefer(**choices)
    await desk.alerts.add(RULE, mode="silent")
    return await _shown(desk, new=not known)


async def _mine(desk: Desk) -> list[Alert]:
    return [alert for alert in await desk.alerts.list() if alert.rule.kind == RULE.kind]


async def _shown(desk: Desk, *, new: bool = False) -> Reply:
    mine = await desk.book.preferences()
    on = mine.digest_at is not None and any(alert.mode != "off" for alert in await _mine(desk))
    ways = {"Off": "/digest off"} if on else {"Every day at 8": "/digest 8:00"}
    return Reply(digest_hours(mine, desk.now, on=on, new=new), (row({**ways, "Alerts": "/alerts"}),))


command = Command(
    "digest",
    "one quiet summary a day",
    _digest,
    FORM,
    {
        FORM: "every day at 8:00 there",
        "/digest 20:30": "in the time zone that you set before",
        "/digest Lisbon": "another time zone; alerts and quiet hours go by it, too",
        "/digest off": "none",
        "/digest": "what is set",
    },
)
