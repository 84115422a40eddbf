"""/invite: a link that lets one more person in."""

from bot.desk.command import Asked, Command
from bot.wording.people import invitation
from bot.wording.reply import Button, Reply
from core.domain.admission import MOST_LABEL


async def _invite(asked: Asked) -> Reply:
    access = asked.desk.owners_access
    label = " ".join(asked.words)[:MOST_LABEL] or None
    code, until = await access.invite(label)
    return Reply(
        invitation(access.link(code), code, until, label), ((Button("Who is in", "/people"),),), fresh=True
    )


command = Command(
    "invite",
    "let one more person in (owner)",
    _invite,
    forms={
        "/invite": "a link that lets in whoever opens it first",
        "/invite Anna": "the same, and /people shows them as Anna",
    },
)
