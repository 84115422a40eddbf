"""Which hedge a command speaks of that names none: the one that was shown last, for a while."""

from datetime import timedelta

from bot.desk.desk import Desk
from bot.hedges.planned import planned
from bot.reading.wishes import spell
from core.hedge.hedge import Hedge
from core.store.user.topic import SHOWN_FOR, Shown

_STANDS = f"{SHOWN_FOR // timedelta(minutes=1)} minutes"


async def keep_shown(desk: Desk, hedge: Hedge) -> None:
    """This hedge is shown now: it is what /ticket and the like are about until another one is."""
    counts = {leg.contract.symbol: leg.count for leg in hedge.legs}
    await desk.topic.show(f"/hedge {spelled_exactly(hedge)}", counts)


def spelled_exactly(hedge: Hedge) -> str:
    """The words that ask for this hedge whatever the user's settings say.

    Its coins are not named where they were chosen: a coin that the user names may be shorted beyond what they
    hold of it, a chosen one may not.
    """
    return spell(hedge.wish)


async def planned_as_shown(desk: Desk, words: list[str]) -> tuple[Hedge, list[str]]:
    """The hedge that the words ask for, and the words; without any, the hedge that was shown last.

    Which one that is, and how long it is meant, is said beside the answer. One that was shown too
    long ago is named as not meant.
    """
    last = None if words else await desk.topic.shown()
    if last is None or last.words is None:
        return await planned(desk, words), words
    if not last.stands:
        desk.remark(
            f"About your usual hedge: what you saw last ({spelled(last)}) was more than {_STANDS} ago."
        )
        return await planned(desk, words), words
    hedge = await planned(desk, last.words)
    tell_which(desk, last, hedge)
    return hedge, last.words


def tell_which(desk: Desk, last: Shown, hedge: Hedge) -> None:
    """Say that the answer is about the hedge shown last, and whether that has other sizes by now."""
    desk.remark(f"About the hedge that you saw last: {spelled(last)}. I keep it for {_STANDS}.")
    if last.counts and last.counts != {leg.contract.symbol: leg.count for leg in hedge.legs}:
        desk.remark("Prices or your coins have changed since, and its sizes with them.")


def spelled(last: Shown) -> str:
    """The words of the hedge that was shown, with its coverage first: `100% 14d ETH SOL`."""
    return " ".join(last.words or [last.line])
