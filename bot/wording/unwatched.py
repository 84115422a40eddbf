"""Open positions that are not watched as they should be: without a price, stopped, ending or not listed."""

from collections.abc import Iterable
from datetime import datetime

from bot.reading.venues import name_of
from bot.wording.numbers import day
from core.domain.coins.renamed import RENAMED
from core.domain.quote import QUOTE_WARN
from core.domain.snapshot import Snapshot
from core.journal.held import Held

_STOPPED = {
    "post only": "takes only waiting orders on {venue} now",
    "reduce only": "can only be closed on {venue} now",
    "suspended": "is suspended on {venue} now: no order is taken, and its price may stand still",
}


def unseen(snapshot: Snapshot, held: Iterable[Held], now: datetime) -> list[str]:
    """A sentence for each such position on the venue of the snapshot."""
    found = (_unseen(snapshot, each, now) for each in held if each.venue == snapshot.venue and each.count)
    return [sentence for sentence in found if sentence]


def _unseen(snapshot: Snapshot, held: Held, now: datetime) -> str | None:
    venue = name_of(held.venue)
    name = f"Your {held.terms.asset} {'short' if held.count < 0 else 'long'} on {venue}"
    contract, quote = snapshot.contracts.get(held.symbol), snapshot.quotes.get(held.symbol)
    if contract is None:
        if not snapshot.contracts:
            return None
        lost = snapshot.lost.get(held.symbol)
        since = f" since {_at(lost.since, now)}" if lost else ""
        return (
            f"{name} is not watched: {venue} does not list its contract{since}, and may have closed it. "
            f"Your coins may not be hedged.{_moved(held.terms.asset)}"
        )
    newest = max((each.at for each in snapshot.quotes.values()), default=now)
    if quote is None or quote.frozen or newest - quote.at > QUOTE_WARN:
        since = f" since {_at(quote.at, now)}" if quote else ""
        what = "its price stands still" if quote and quote.frozen else f"there is no price of it{since}"
        return f"{name} is not watched: {what}."
    if contract.condition != "trading":
        return f"{name}: its contract {_STOPPED[contract.condition].format(venue=venue)}."
    if contract.ends is not None:
        return f"{name}: {venue} ends its contract on {_at(contract.ends, now)}."
    return None


def _moved(asset: str) -> str:
    """Where the coin has another name by now, that the contract may go on under it."""
    new = RENAMED.get(asset)
    return f" {asset} is {new.new} now, so it may go on as {new.new}." if new else ""


def _at(at: datetime, now: datetime) -> str:
    clock = f"{at:%H:%M} UTC"
    return clock if at.date() == now.date() else f"{day(at, now)}, {clock}"
