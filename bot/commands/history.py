"""/history: past hedges, a line or two for each."""

from bot.desk.command import Asked, Command
from bot.wording.history import MOST_SHOWN, history
from bot.wording.reply import Button, Reply, row
from core.outcome.archive import read_report

ABREAST = 3
"""Buttons in a row."""


async def _history(asked: Asked) -> Reply:
    past = await asked.desk.ledger.past()
    reports = {each.episode.number: read_report(each.report) for each in past if each.report}
    episodes = [each.episode for each in past]
    open_now = await asked.desk.ledger.open() is not None
    buttons = [Button(f"Report {each.number}", f"/report {each.number}") for each in episodes[:MOST_SHOWN]]
    rows = [tuple(buttons[start : start + ABREAST]) for start in range(0, len(buttons), ABREAST)]
    last = row({"Positions": "/positions"} if open_now else {"Plan a hedge": "/hedge"})
    return Reply(history(episodes, reports, asked.desk.now), (*rows, last))


command = Command("history", "your past hedges", _history)
