"""The hedge that was shown last: for a while, commands that name no hedge are about it."""

from datetime import timedelta

from bot.desk.desk import Desk
from bot.hedges.planning import planned
from bot.reading.wishes import spell
from core.hedge.hedge import Hedge
from core.store.user.topic import SHOWN_FOR, Shown

_STANDS = f"{SHOWN_FOR // timedelta(minutes=1)} minutes"


async def remember_shown(desk: Desk, hedge: Hedge) -> None:
    """Remember that this hedge is shown now: /ticket and others are about it until another one is shown."""
    counts = {leg.contract.symbol: leg.count for leg in hedge.legs}
    await desk.topic.show(f"/hedge {spelled_exactly(hedge)}", counts)


def spelled_exactly(hedge: Hedge) -> str:
    """The words that ask for this hedge, whatever the user's settings are by then.

    Coins that we chose are left out: a coin that the user names may be shorted beyond what they hold of it,
    one that we choose may not, so naming it would change the answer.
    """
    return spell(hedge.wish)


def wish_words(last: Shown) -> list[str] | None:
    """The words of the wish for the hedge that was shown; None where other orders were."""
    command, *words = last.line.split()
    return words if command == "/hedge" else None


async def planned_or_last_shown(desk: Desk, words: list[str]) -> tuple[Hedge, list[str]]:
    """The hedge that the words ask for, and those words; without words, the hedge that was shown last.

    The answer then says which hedge that is and how long it will be meant. Where the last one was shown too
    long ago, the usual hedge is planned, and the answer says that the last one is not meant.
    """
    last = None if words else await desk.topic.shown()
    wished = None if last is None else wish_words(last)
    if last is None or wished is None:
        return await planned(desk, words), words
    if not last.stands:
        desk.remark(
            f"About your usual hedge: what you saw last ({spelled(last)}) was more than {_STANDS} ago."
        )
        return await planned(desk, words), words
    hedge = await planned(desk, wished)
    say_which_hedge(desk, last, hedge)
    return hedge, wished


def say_which_hedge(desk: Desk, last: Shown, hedge: Hedge) -> None:
    """Say that the answer is about the hedge shown last, and whether its sizes have changed since."""
    desk.remark(f"About the hedge that you saw last: {spelled(last)}. I keep it for {_STANDS}.")
    if last.counts and last.counts != {leg.contract.symbol: leg.count for leg in hedge.legs}:
        desk.remark("Prices or your coins have changed since, and its sizes with them.")


def spelled(last: Shown) -> str:
    """The words of the hedge that was shown, with its coverage first: `100% 14d ETH SOL`."""
    return " ".join(wish_words(last) or [last.line])
