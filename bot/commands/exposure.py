"""/exposure: how your coins move, and what would hedge them best."""

from collections.abc import Iterator
from dataclasses import replace

from bot.desk.command import Asked, Command
from bot.desk.threads import in_thread
from bot.hedges.planning import usual_wish, valued
from bot.reading.venues import name_of
from bot.reading.wishes import spell
from bot.wording.errors import said
from bot.wording.exposure import Crash, exposure
from bot.wording.reply import Button, Reply, fits
from core.domain.coins.asset import MAJORS
from core.domain.errors import BadInput, HedgeError
from core.hedge.study import Study, study
from core.measure.exposure import Exposure
from core.outlook.anatomy import Anatomy, anatomy
from core.outlook.compare import BEST_FEW, Comparison, compare, crash_coverage

PORTFOLIO = Button("Portfolio", "/portfolio")


async def _exposure(asked: Asked) -> Reply:
    if asked.args:
        raise BadInput("Type /exposure alone. What you want of a hedge goes after /hedge: /hedge 50% ETH.")
    desk = asked.desk
    snapshot, worth = await valued(desk)
    _check_moving(worth, snapshot.venue)
    measured = await in_thread(study, worth, MAJORS, snapshot, desk.now.date())
    parts = await in_thread(anatomy, measured)
    try:
        page = await desk.page()
        usual = usual_wish(page.preferences)
        found = await in_thread(compare, page.holdings, snapshot, measured, usual, desk.now)
    except HedgeError as reason:
        return Reply(exposure(parts, measured, said(reason)), ((PORTFOLIO,),))
    crash = _crash(parts, measured, found)
    return Reply(exposure(parts, measured, found, crash), tuple(_buttons(found, crash)))


def _check_moving(worth: Exposure, venue: str) -> None:
    if worth.moving:
        return
    if worth.unpriced:
        raise BadInput(
            f"{name_of(venue)} has no price for {', '.join(worth.unpriced)}. Try another venue: /venue."
        )
    raise BadInput("You hold only stablecoins: the market does not move them, and they need no hedge.")


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
    yield (PORTFOLIO,)


command = Command("exposure", "how your coins move, what hedges them best", _exposure)
