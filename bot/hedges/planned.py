"""The hedge that the words of a user ask for, of what they hold and over their usual settings."""

from collections.abc import Iterable

from bot.desk.aside import aside
from bot.desk.desk import Desk
from bot.reading.sentence import KNOWN
from bot.reading.wishes import FORMS, read_wish
from core.domain.errors import BadInput
from core.domain.holding import Holding, NoHoldings
from core.domain.position import Position
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import histories, plan
from core.hedge.wish import Wish
from core.measure.exposure import Exposure, expose
from core.store.user.book import Preferences


async def planned(desk: Desk, words: list[str], positions: Iterable[Position] = ()) -> Hedge:
    """The hedge of the user's holdings that the words ask for, over their usual settings.

    positions: what is open already, of which the plan is then a change.
    """
    page = await desk.page()
    wish, holdings = read_wish(words, usual_wish(page.preferences)), page.holdings
    needed = histories((held.asset for held in holdings), wish) if holdings else []
    snapshot = await desk.snapshot(needed)
    _refuse_no_coin(wish, holdings, snapshot)
    return await aside(plan, holdings, snapshot, wish, desk.now, tuple(positions))


def _refuse_no_coin(wish: Wish, holdings: Iterable[Holding], snapshot: Snapshot) -> None:
    """Raise BadInput for a word that was taken for a coin to short and is none that anybody knows here."""
    known = {contract.asset for contract in snapshot.contracts.values()}
    known.update((held.asset for held in holdings), KNOWN)
    for word in wish.legs:
        if word not in known:
            raise BadInput(
                f"I do not understand “{word}”: it is no coin that {snapshot.venue} has a contract for. Type "
                f"{FORMS}."
            )


async def valued(desk: Desk, *more: str) -> tuple[Snapshot, Exposure]:
    """What the user's holdings are worth, in a snapshot with the histories that measuring them may need.

    more: further assets whose histories are needed. Raises BadInput where nothing is held.
    """
    page = await desk.page()
    if not page.holdings:
        raise NoHoldings
    needed = histories((held.asset for held in page.holdings), usual_wish(page.preferences))
    snapshot = await desk.snapshot([*needed, *more])
    return snapshot, expose(page.holdings, snapshot, desk.now)


def usual_wish(mine: Preferences) -> Wish:
    """What the user's settings wish for where a message says nothing else."""
    return Wish(coverage=mine.coverage, leverage=mine.leverage, horizon_days=mine.horizon_days, fee=mine.fee)
