"""/forget: deletes all that is stored about a user, after one question."""

from bot.desk.command import Asked, Command
from bot.desk.stored_reply import write_reply
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput
from core.store.user.book import is_token

DELETED = Reply(
    lines(
        bold("Everything is deleted"),
        "Keys are best deleted at the venue as well. Backups of the whole bot that were made before now keep "
        "the rest for seven days. That you may write here stays on the list of the bot's owner.",
    ),
    ((Button("Start anew", "/start"),),),
)
QUESTION = "forget"
"""Marks the draft that stands for this question, so that no other one is answered by its button."""


async def _forget(asked: Asked) -> Reply:
    book = asked.desk.book
    match asked.args.lower().split():
        case []:
            token = await book.save_draft(QUESTION)
            return Reply(
                lines(
                    bold("Delete everything I know about you?"),
                    "That is: your coins, settings, positions, tickets, past hedges and reports, alerts, and "
                    "the keys you connected. It cannot be undone.",
                    "Open positions at a venue stay open there. /export saves a copy first.",
                ),
                (
                    (Button("Yes, delete everything", f"/forget yes {token}"),),
                    (Button("Export first", "/export"), Button("No", "/cancel")),
                ),
            )
        case ["yes", token] if is_token(token):
            await book.forget(token, QUESTION, write_reply(DELETED))
            return DELETED
    raise BadInput("Type /forget, then press Yes.")


command = Command("forget", "delete all your data", _forget)
