"""/history: past hedges, a line or two for each."""

from bot.desk.command import Asked, Command
from bot.wording.history import MOST_SHOWN, history
from bot.wording.reply import Button, Reply, row
from core.outcome.archive import read_report

ABREAST = 3
"""Buttons in a row."""


async def _history(asked: Asked) -> Reply:
    ledger = asked.desk.ledger
    past = await ledger.past()
    shown = [each.number for each in past[:MOST_SHOWN]]
    reports = {number: read_report(body) for number, body in (await ledger.reports(shown)).items()}
    coins = await ledger.coins(shown)
    open_now = (await ledger.current()).held
    buttons = [Button(f"Report {number}", f"/report {number}") for number in shown]
    rows = [tuple(buttons[start : start + ABREAST]) for start in range(0, len(buttons), ABREAST)]
    last = row({"Positions": "/positions"} if open_now else {"Plan a hedge": "/hedge"})
    return Reply(history(past, coins, reports, asked.desk.now), (*rows, last))


command = Command("history", "your past hedges", _history)
