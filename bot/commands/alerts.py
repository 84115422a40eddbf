"""/alerts: every alert with its state, and a button to switch it."""

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.position_questions import with_fate_questions
from bot.hedges.watchlist import SWITCHES, blind, chosen, switched
from bot.wording.alerts import alerts_listed
from bot.wording.reply import Button, Reply, row
from core.domain.errors import BadInput
from core.domain.quiet import zone
from core.store.user.alerts import Alert

ABREAST = 3
"""Switches in a row."""
MOST_SWITCHES = 12
NEXT = row({"Quiet hours": "/quiet", "Daily summary": "/digest"})


async def _alerts(asked: Asked) -> Reply:
    desk, words = asked.desk, asked.args.lower().split()
    if words:
        if words[0] not in SWITCHES or len(words) == 1:
            raise BadInput("Type /alerts to see them, and for example /alert off 3 to change one.")
        await switched(desk, SWITCHES[words[0]], chosen(await desk.alerts.list(), " ".join(words[1:])))
    return await _shown(desk)


async def _shown(desk: Desk) -> Reply:
    mine = await desk.alerts.list()
    switches = [_switch(alert) for alert in mine[:MOST_SWITCHES]]
    rows = [tuple(switches[start : start + ABREAST]) for start in range(0, len(switches), ABREAST)]
    place = zone((await desk.page()).preferences.timezone)
    unknown = [notice.facts for notice in await desk.alerts.unsure()]
    reply = Reply(
        alerts_listed(mine, desk.now, place, unknown, await blind(desk, mine), desk.caps.alerts),
        (*rows, NEXT),
    )
    return with_fate_questions(reply, await desk.open_positions())


def _switch(alert: Alert) -> Button:
    """A button that turns the alert on or off and shows the list again."""
    word = "on" if alert.mode == "off" else "off"
    return Button(f"Turn {alert.number} {word}", f"/alerts {word} {alert.number}")


command = Command("alerts", "what I watch for you", _alerts)
