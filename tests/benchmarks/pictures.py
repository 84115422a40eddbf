"""What a picture takes: the time to make it PNG, and its size."""

import asyncio
import tempfile
from time import perf_counter

from bot.commands.picture import PICTURED
from bot.picture.render import png
from bot.wording.reply import Picture
from core.store.database import open_database
from core.store.migrations import ensure_schema
from tests.benchmarks.report import Section, Table
from tests.conversation import talk_over


def measure() -> Section:
    """Each picture of a hedge that is two days old, on a light and on a dark ground."""
    rows = [_row(name, picture) for name, picture in asyncio.run(_drawn()).items()]
    return Section(
        "pictures",
        "Pictures",
        "Eight coins, a hedge of two orders two days old, a crash since. Each picture is made once, before "
        "it is kept. The aim is 200 KB and 300 ms.",
        [Table(("picture", "light, ms", "dark, ms", "light, KB", "dark, KB"), rows)],
    )


async def _drawn() -> dict[str, Picture]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite+aiosqlite:///{folder}/pictures.db")
        try:
            await ensure_schema(database)
            talk = talk_over(database, "crash")
            for line in ("/add sample", "/hedge 2 orders", "/ticket"):
                await talk.say(line)
            await talk.press("Filled as shown")
            talk.clock.move(days=2)
            answers = {name: await talk.say(f"/picture {name}") for name in PICTURED}
            return {name: answer.reply.pictures[0] for name, answer in answers.items()}
        finally:
            await database.close()


def _row(name: str, picture: Picture) -> tuple[str, ...]:
    times, sizes = list[str](), list[str]()
    for svg in (picture.light, picture.dark):
        began = perf_counter()
        image = asyncio.run(png(svg))
        times.append(f"{1000 * (perf_counter() - began):.0f}")
        sizes.append(f"{len(image) / 1000:.0f}")
    return (name, *times, *sizes)
