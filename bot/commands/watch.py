"""/watch: reads an account by its public address, without any key."""

import re

from bot.desk.command import Asked, Command
from bot.wording.reply import Reply
from core.domain.errors import BadInput
from core.venues.exchange import private_side, with_accounts
from core.venues.exchange.account.private import ADDRESS

FORM = "/watch hyperliquid 0x..."
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


async def _watch(asked: Asked) -> Reply:
    venue, *rest = asked.words or [""]
    known = [each for each in sorted(with_accounts()) if private_side(each).pieces == ADDRESS]
    if not asked.words:
        return await asked.say(f"/connect {known[0]}")  # how it is done
    near = [each for each in known if venue and each.startswith(venue.lower())]
    if len(near) != 1 or len(rest) != 1:
        # Without the word itself: it may be a part of a key.
        raise BadInput(f"By its address I can read an account at {', '.join(known)}. Type {FORM}")
    if not _ADDRESS.fullmatch(rest[0]):
        raise BadInput(
            f"An address begins with 0x and has 40 more characters, 0 to 9 and a to f. Type {FORM}"
        )
    return await asked.say(f"/connect {near[0]} {rest[0]}")


command = Command(
    "watch",
    "read an account by its address, without a key",
    _watch,
    forms={FORM: "your account's public address; it is kept sealed, and your message deleted"},
    secret=True,
)
