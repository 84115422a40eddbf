"""/margin: what backs the shorts, how far they are from liquidation, and what a rally asks for."""

from dataclasses import replace
from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.hedges.last_shown import planned_or_last_shown
from bot.hedges.position_questions import with_fate_questions
from bot.reading.wishes import spell
from bot.wording.backing import backing
from bot.wording.margin import margin
from bot.wording.numbers import leverage
from bot.wording.reply import Button, Reply, row
from core.hedge.hedge import Hedge
from core.outlook.ladder import ladder

OTHERS = (Decimal(1), Decimal(2), Decimal(3))
"""Leverages that are offered for comparison."""


async def _margin(asked: Asked) -> Reply:
    plan, _ = await planned_or_last_shown(asked.desk, asked.words)
    reply = Reply(margin(plan, ladder(plan)), _buttons(plan))
    return with_fate_questions(reply, await asked.desk.open_positions())


def _buttons(plan: Hedge) -> tuple[tuple[Button, ...], ...]:
    """Buttons for the same hedge at other leverages, where a leverage is set at all, and for the hedge
    itself.
    """
    mine = {leg.leverage for leg in plan.legs}
    others = {
        f"At {leverage(times)}": f"/margin {spell(replace(plan.wish, leverage=times))}"
        for times in OTHERS
        if mine != {times} and backing(plan.legs[0].contract).levered
    }
    whole = {"The hedge": f"/hedge {spell(plan.wish)}"}
    return tuple(filter(None, (row(others), row(whole))))


command = Command("margin", "how far your shorts are from liquidation", _margin, "/margin 2x")
