"""/margin: what backs the shorts, how far they are from liquidation, and what a rally asks for."""

from dataclasses import replace
from decimal import Decimal

from markupsafe import Markup

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.last_shown import planned_or_last_shown
from bot.hedges.open_hedge import open_hedge
from bot.hedges.position_questions import with_fate_questions
from bot.hedges.reporting import shared_of
from bot.reading.wishes import spell
from bot.wording.backing import backing
from bot.wording.deleveraging import in_line
from bot.wording.layout import lines
from bot.wording.margin import margin
from bot.wording.numbers import leverage
from bot.wording.reply import Button, Reply, row
from bot.wording.shared import accounts_told
from core.domain.quote import STAGE_REFUSE, Stage
from core.hedge.hedge import Hedge
from core.outcome.course import Key
from core.outcome.own_score import own_scores
from core.outlook.ladder import ladder

OTHERS = (Decimal(1), Decimal(2), Decimal(3))
"""Leverages that are offered for comparison."""


async def _margin(asked: Asked) -> Reply:
    plan, _ = await planned_or_last_shown(asked.desk, asked.words)
    text = lines(margin(plan, ladder(plan)), await _open_now(asked.desk))
    reply = Reply(text, _buttons(plan))
    return with_fate_questions(reply, await asked.desk.open_positions())


async def _open_now(desk: Desk) -> Markup | None:
    """What backs what is short now where it is shared, and whether it may be closed in profit; None where
    nothing is short.
    """
    found = await open_hedge(desk) if await desk.open_positions() else None
    shorts = [leg for leg in found.legs if leg.side < 0] if found else []
    if not shorts:
        return None
    signs: dict[Key, Stage] = {}
    for venue in dict.fromkeys(leg.held.venue for leg in shorts):
        snapshot = await desk.last_snapshot((), venue)
        said = snapshot.deleveraging if snapshot else {}
        fresh = {symbol: each for symbol, each in said.items() if desk.now - each.at <= STAGE_REFUSE}
        signs |= {(venue, symbol): each.stage for symbol, each in fresh.items()}
    return lines(accounts_told(await shared_of(desk, shorts)), in_line(shorts, signs, own_scores(shorts)))


def _buttons(plan: Hedge) -> tuple[tuple[Button, ...], ...]:
    """Buttons for the same hedge at other leverages, where a leverage is set at all, and for the hedge
    itself.
    """
    mine = {leg.leverage for leg in plan.legs}
    others = {
        f"At {leverage(times)}": f"/margin {spell(replace(plan.wish, leverage=times))}"
        for times in OTHERS
        if mine != {times} and backing(plan.legs[0].contract).levered and plan.backed is None
    }
    whole = {"The hedge": f"/hedge {spell(plan.wish)}"}
    return tuple(filter(None, (row(others), row(whole))))


command = Command("margin", "how far your shorts are from liquidation", _margin, "/margin 2x")
