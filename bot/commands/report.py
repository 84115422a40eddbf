"""/report: how a hedge went, so far or after it ended."""

from bot.desk.command import Asked, Command
from bot.hedges.open_hedge import NONE_OPEN
from bot.hedges.position_questions import with_position_questions
from bot.hedges.reporting import reply_with_report, standing_of
from bot.wording.reply import Reply
from core.domain.errors import BadInput


async def _report(asked: Asked) -> Reply:
    number = await _number(asked)
    if number is None:
        return NONE_OPEN
    desk = asked.desk
    open_now = await desk.ledger.open()
    if open_now is None or open_now.number != number:
        return await reply_with_report(desk, number)
    held = (await standing_of(desk, open_now)).open  # what has come to its liquidation price is noted first
    return with_position_questions(await reply_with_report(desk, number), held)


async def _number(asked: Asked) -> int | None:
    """The number of the hedge that is meant: the one typed, else the open one, else the last one; None
    without any.
    """
    if asked.words:
        word = asked.words[0].lstrip("#")
        if len(asked.words) > 1 or not (word.isascii() and word.isdigit() and len(word) < 10):
            raise BadInput("Type /report for the open hedge, or a number from /history: /report 3")
        return int(word)
    if episode := await asked.desk.ledger.open():
        return episode.number
    past = await asked.desk.ledger.past()
    return past[0].episode.number if past else None


command = Command(
    "report",
    "what a hedge kept safe, and what it cost",
    _report,
    forms={
        "/report": "of the open hedge so far, or the last one",
        "/report 3": "of a past one from /history",
    },
)
