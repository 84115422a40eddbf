"""/backup: a copy of the whole database on the server, for the owner."""

from bot.clocks.clock import utc_now
from bot.desk.command import Asked, Command
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput
from core.store.copies import DAYS

OWNER_ONLY = Reply(
    lines(
        bold("Only whoever runs this bot can do that"),
        "It copies the data of all users. /export gives you a copy of your own.",
    ),
    ((Button("Export my data", "/export"),),),
)
NOT_HERE = "No copies are kept here. Type in a shell on the server: microhedge backup FILE"


async def _backup(asked: Asked) -> Reply:
    desk = asked.desk
    if not desk.owner:
        return OWNER_ONLY
    if desk.backups is None:
        raise BadInput(NOT_HERE)
    copied = await desk.backups.make(utc_now())
    return Reply(
        lines(
            bold("The database is copied"),
            f"{copied.name}, {max(round(copied.size / 1024), 1):,} kB.",
            "It is on the server, in the folder of backups. Nothing was sent through Telegram.",
            f"One copy is made each day by itself; those of {DAYS} days are kept.",
            "To put one back, stop the bot and type: microhedge restore FILE",
        )
    )


command = Command("backup", "copy the database (owner only)", _backup)
