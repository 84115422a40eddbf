"""/report: how a hedge went, so far or after it ended."""

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.open_hedge import NONE_OPEN
from bot.hedges.position_questions import with_position_questions
from bot.hedges.reporting import reply_with_report, standing_of
from bot.wording.reply import Reply
from core.domain.errors import BadInput
from core.journal.episode import Episode


async def _report(asked: Asked) -> Reply:
    desk, typed = asked.desk, _typed(asked)
    open_now = await desk.ledger.open()
    number = typed if typed is not None else await _newest(desk, open_now)
    if number is None:
        return NONE_OPEN
    if open_now is None or open_now.number != number:
        return await reply_with_report(desk, number)
    held = (await standing_of(desk, open_now)).open  # what has come to its liquidation price is noted first
    return with_position_questions(await reply_with_report(desk, number), held)


def _typed(asked: Asked) -> int | None:
    """The number that was typed; None without one."""
    if not asked.words:
        return None
    word = asked.words[0].lstrip("#")
    if len(asked.words) > 1 or not (word.isascii() and word.isdigit() and len(word) < 10):
        raise BadInput("Type /report for the open hedge, or a number from /history: /report 3")
    return int(word)


async def _newest(desk: Desk, open_now: Episode | None) -> int | None:
    """The number of the open hedge, else of the last one; None without any."""
    if open_now is not None:
        return open_now.number
    past = await desk.ledger.past()
    return past[0].number if past else None


command = Command(
    "report",
    "what a hedge kept safe, and what it cost",
    _report,
    forms={
        "/report": "of the open hedge so far, or the last one",
        "/report 3": "of a past one from /history",
    },
)
