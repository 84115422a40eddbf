"""/cancel: drops a list or a question that waits for an answer."""

from bot.desk.command import Asked, Command
from bot.wording.layout import lines
from bot.wording.reply import Button, Reply


async def _cancel(asked: Asked) -> Reply:
    return _answer(await asked.desk.book.drop_draft(asked.desk.telling(_answer)))


def _answer(dropped: bool) -> Reply:
    return Reply(
        lines("Cancelled; nothing was changed." if dropped else "There is nothing to cancel."),
        ((Button("Portfolio", "/portfolio"),),),
    )


command = Command("cancel", "drop a list I asked about", _cancel)
