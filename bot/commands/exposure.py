"""/exposure: how your coins move, and what would hedge them best."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.desk.command import Asked, Command
from bot.desk.threads import in_thread
from bot.hedges.planning import check_moving, usual_wish, valued
from bot.reading.wishes import spell
from bot.wording.errors import said
from bot.wording.exposure import Crash, exposure
from bot.wording.reply import Button, Reply, fits
from bot.wording.sectors import sectors
from core.domain.coins.asset import MAJORS
from core.domain.coins.sector import ALL_SECTORS
from core.domain.errors import BadInput, HedgeError
from core.hedge.plan import weighed
from core.hedge.study import Study, study
from core.outlook.anatomy import Anatomy, anatomy
from core.outlook.compare import BEST_FEW, Comparison, compare, crash_coverage
from core.outlook.correlation import how_alike
from core.outlook.sectors import SectorPart, by_sector

PORTFOLIO = Button("Portfolio", "/portfolio")
ALIKE = Button("Do they fall together?", "/correlation")
SECTOR_WORDS = ("sector", "sectors", "by sector")


async def _exposure(asked: Asked) -> Reply:
    sectors_alone = asked.args.lower() in SECTOR_WORDS
    if asked.args and not sectors_alone:
        raise BadInput(
            "Type /exposure alone, or /exposure sector. What you want of a hedge goes after /hedge: "
            "/hedge 50% ETH."
        )
    desk = asked.desk
    snapshot, worth = await valued(desk)
    check_moving(worth, snapshot.venue)
    page = await desk.page()
    # What is compared is how well shorts hedge, whatever backs them.
    usual = replace(usual_wish(page.preferences), mode="isolated", cash=None)
    snapshot = await desk.with_past_funding(snapshot, weighed(page.holdings, snapshot, usual, desk.now))
    measured = await in_thread(study, worth, MAJORS, snapshot, desk.now.date())
    parts = await in_thread(anatomy, measured)
    if sectors_alone:
        found_sectors = by_sector(parts)
        return Reply(sectors(found_sectors), _sector_buttons(found_sectors))
    together = await in_thread(how_alike, measured)
    try:
        found = await in_thread(compare, page.holdings, snapshot, measured, usual, desk.now)
    except HedgeError as reason:
        return Reply(
            exposure(parts, measured, said(reason), together=together, days=usual.horizon_days),
            ((PORTFOLIO, ALIKE),),
        )
    crash = _crash(parts, measured, found)
    return Reply(
        exposure(parts, measured, found, crash, together, usual.horizon_days), tuple(_buttons(found, crash))
    )


def _sector_buttons(found: Mapping[str, SectorPart]) -> tuple[tuple[Button, ...], ...]:
    """A button that hedges each sector that is known here, two in a row."""
    known = [sector.name for sector in ALL_SECTORS if sector.name in found]
    buttons = [Button(f"Hedge {name}", f"/hedge sector {name}") for name in known]
    rows = (tuple(buttons[place : place + 2]) for place in range(0, len(buttons), 2))
    return (*rows, (Button("Exposure", "/exposure"), ALIKE))


def _crash(parts: Anatomy, measured: Study, found: Comparison) -> Crash | None:
    """How the recommended hedge would be sized by its beta in a crash; None where that beta is about the
    usual one.
    """
    if parts.benchmark is None or not parts.apart:
        return None
    best = found.recommended
    coverage = crash_coverage(measured, best.hedge, parts.benchmark)
    if coverage is None:
        return None
    wish = replace(best.wish, coverage=coverage)
    return Crash(coverage, best.wish.coverage, f"/hedge {spell(wish)}")


def _buttons(found: Comparison, crash: Crash | None) -> Iterator[tuple[Button, ...]]:
    """A button for each alternative, two in a row and the recommended one first, and one for the size that a
    crash needs.
    """
    first = found.recommended
    ordered = [first, *(one for one in found.alternatives if one is not first)]
    buttons = [
        Button(f"Hedge: {one.name}", line)
        for one in ordered
        if fits(line := "/hedge" if one.label == BEST_FEW else f"/hedge {spell(one.wish)}")
    ]
    yield from (tuple(buttons[place : place + 2]) for place in range(0, len(buttons), 2))
    if crash is not None and crash.matters and fits(crash.line):
        yield (Button("Size it for a crash", crash.line),)
    yield (PORTFOLIO, ALIKE)


command = Command(
    "exposure",
    "how your coins move, what hedges them best",
    _exposure,
    "/exposure",
    {
        "/exposure": "how each coin moves, and what would hedge you best",
        "/exposure sector": "the same by sector: DeFi, layer 1, memes ...",
    },
)
