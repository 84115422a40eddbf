"""/connect: lets the bot read an account at a venue, with a key that can only read."""

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.reading.venues import name_of
from bot.wording.connect import form, how_to_connect, key_connected
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput
from core.venues.exchange import private_side, why_unread, with_accounts

CAN = {(True, True): "trade and withdraw", (True, False): "trade", (False, True): "withdraw"}
NOTHING_HERE = Reply(
    lines(
        bold("There is no account to connect here"),
        "This bot runs on a simulated market, or on a venue whose accounts I cannot read.",
    ),
    ((Button("Add coins by hand", "/add"), Button("Portfolio", "/portfolio")),),
)


async def _connect(asked: Asked) -> Reply:
    desk, (word, *pieces) = asked.desk, asked.words or [""]
    offered = _offered(desk)
    if not offered:
        return NOTHING_HERE
    venue = _meant(word.lower(), offered) if word else await _usual(desk, offered)
    if venue is None and (near := _meant(word.lower(), desk.venues)) and (why := why_unread(near)):
        raise BadInput(f"I cannot read accounts at {name_of(near)}. {why} Tell me of fills with /filled.")
    if venue is None:
        # Without the word itself: it may be a part of a key.
        raise BadInput(f"Name the venue first: /connect {offered[0]}. I can read {', '.join(offered)}.")
    _ = desk.accounts.keys  # refuses where keys cannot be sealed
    private = private_side(venue)
    names = private.pieces
    if not pieces:
        others = [other for other in offered if other != venue]
        return Reply(how_to_connect(venue, name_of(venue), names, private.steps, others))
    if len(pieces) != len(names):
        raise BadInput(f"Nothing was stored. Send it in one line: {form(venue, names)}")
    return await _try(desk, venue, dict(zip(names, pieces, strict=True)))


async def _try(desk: Desk, venue: str, key: dict[str, str]) -> Reply:
    """Store the key if the venue accepts it and it can do nothing but read."""
    name = name_of(venue)
    account = desk.accounts.account(venue, key)
    rights = await account.rights()
    if rights.trade or rights.withdraw:
        can = CAN[bool(rights.trade), bool(rights.withdraw)]
        raise BadInput(
            f"This key can {can}, so I did not store it. Delete it at {name} and make one that can only read."
        )
    await account.check()
    await desk.accounts.keys.keep(venue, key)
    await desk.accounts.polls.anew(venue)
    unknown = [what for what, can in (("trade", rights.trade), ("withdraw", rights.withdraw)) if can is None]
    told = (
        f"{name} does not say whether this key can {' or '.join(unknown)}: see there that it can only read."
        if unknown
        else "It can neither trade nor withdraw."
    )
    return Reply(
        key_connected(name, told), ((Button("Sync", "/sync"), Button("Disconnect", f"/disconnect {venue}")),)
    )


def _offered(desk: Desk) -> tuple[str, ...]:
    """The venues offered here whose accounts can be read."""
    return tuple(venue for venue in desk.venues if venue in with_accounts())


def _meant(word: str, offered: tuple[str, ...]) -> str | None:
    """The venue of that name, or the only one whose name begins so; None where it is not clear."""
    near = [venue for venue in offered if word and venue.startswith(word)]
    return word if word in offered else near[0] if len(near) == 1 else None


async def _usual(desk: Desk, offered: tuple[str, ...]) -> str:
    venue = desk.venue_of((await desk.page()).preferences)
    return venue if venue in offered else offered[0]


command = Command(
    "connect",
    "read your coins from a venue",
    _connect,
    forms={
        "/connect": "how to make a read-only key at your venue",
        "/connect bybit": "the same for another venue",
        "/connect bybit KEY SECRET": "connects; your message is deleted at once",
    },
    secret=True,
)
