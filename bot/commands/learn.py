"""/learn: eight short lessons, on the user's own figures."""

from contextlib import suppress

from bot.desk.command import Asked, Command
from bot.hedges.planning import planned
from bot.wording.lessons import LESSONS, lesson, lessons_listed
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput, HedgeError
from core.hedge.hedge import Hedge

FORM = "/learn funding"


async def _learn(asked: Asked) -> Reply:
    word = asked.args.lower().strip(" ?")
    if not word:
        return Reply(
            lessons_listed(), tuple((Button(each.title, f"/learn {name}"),) for name, each in LESSONS.items())
        )
    name = next((key for key, each in LESSONS.items() if word in (key, *each.names)), None)
    if name is None:
        raise BadInput(f"There is no lesson about “{word[:20]}”. Type one of: {', '.join(LESSONS)}.")
    plan: Hedge | None = None
    with suppress(HedgeError):  # somebody without coins, or without prices, learns it in general
        plan = await planned(asked.desk, [])
    if plan is None:
        asked.desk.remarks.clear()
    following = list(LESSONS)[list(LESSONS).index(name) + 1 :]
    onward = (Button("Next lesson", f"/learn {following[0]}"),) if following else ()
    return Reply(
        lesson(name, plan),
        ((Button(*LESSONS[name].button),), (*onward, Button("All lessons", "/learn"))),
    )


command = Command(
    "learn",
    "what the words mean, in eight lessons",
    _learn,
    FORM,
    {
        "/learn": "the eight lessons",
        **{f"/learn {name}": each.title for name, each in LESSONS.items()},
    },
)
