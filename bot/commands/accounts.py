"""/accounts: the accounts that are connected, how old what is known of them is, and what they may do."""

from bot.desk.command import Asked, Command
from bot.wording.accounts import accounts_listed
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput

NONE = Reply(
    lines(
        bold("No account is connected"),
        "With a key that can only read, or by its address, what is filled there records itself.",
    ),
    ((Button("Connect", "/connect"), Button("By hand", "/position")),),
)


async def _accounts(asked: Asked) -> Reply:
    if asked.args:
        raise BadInput("Type /accounts alone. /connect adds one, /disconnect takes one away.")
    found = await asked.desk.accounts.polls.accounts()
    if not found:
        return NONE
    return Reply(
        accounts_listed(found, asked.desk.now),
        ((Button("Sync", "/sync"), Button("Connect", "/connect"), Button("Disconnect", "/disconnect")),),
    )


command = Command("accounts", "what is connected, and how it was read", _accounts)
