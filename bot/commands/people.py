"""/people: who may write to the bot, and the way to remove somebody."""

from bot.desk.command import Asked, Command
from bot.wording.people import people_message, person_removed
from bot.wording.reply import Button, Reply
from core.domain.admission import MOST_LABEL
from core.domain.errors import BadInput

HOW = "Type /people, /people remove 12345 or /people name 12345 Anna, with the number from the list."


async def _people(asked: Asked) -> Reply:
    access = asked.desk.owners_access
    match asked.words:
        case []:
            pass
        case ["remove", number]:
            user = _number(number)
            person = (await access.known()).get(user)
            await access.remove(user)
            return Reply(person_removed(person, user), ((Button("Who is in", "/people"),),))
        case ["name", number, *words] if words:
            await access.name(_number(number), " ".join(words)[:MOST_LABEL])
        case _:
            raise BadInput(HOW)
    known = sorted((await access.known()).values(), key=lambda person: (person.role != "owner", person.since))
    return Reply(people_message(known, public=access.public), ((Button("Invite one more", "/invite"),),))


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 16):
        raise BadInput(HOW)
    return int(word)


command = Command(
    "people",
    "who may use this bot (owner)",
    _people,
    forms={
        "/people": "who may use this bot",
        "/people remove 12345": "answers and watches for this person no more",
        "/people name 12345 Anna": "calls them Anna on the list",
    },
)
