"""/disconnect: deletes the keys to a venue."""

from collections.abc import Sequence

from bot.desk.command import Asked, Command
from bot.reading.venues import name_of
from bot.wording.connect import disconnected
from bot.wording.layout import bold
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput


async def _disconnect(asked: Asked) -> Reply:
    accounts, word = asked.desk.accounts, asked.args.strip().lower()
    there = await accounts.connected()
    if not there:
        return Reply(bold("No venue is connected"), ((Button("Connect", "/connect"),),))
    if not word and len(there) > 1:
        rows = tuple((Button(name_of(venue), f"/disconnect {venue}"),) for venue in there)
        return Reply(bold("Which one?"), (*rows, (Button("All", "/disconnect all"),)))
    near = [venue for venue in there if venue.startswith(word)]
    if word != "all" and len(near) != 1:
        raise BadInput(
            f"Connected are {', '.join(map(name_of, there))}. Type /disconnect {there[0]}, or all."
        )
    return _answer(
        await accounts.erase(
            None if word == "all" else near[0],
            request=asked.desk.book.request,
            tell=asked.desk.telling(_answer),
        )
    )


def _answer(gone: Sequence[str]) -> Reply:
    return Reply(disconnected([name_of(venue) for venue in gone]), ((Button("Portfolio", "/portfolio"),),))


command = Command("disconnect", "erase a key you connected", _disconnect)
