"""How an episode changes: it begins, what is held or aimed at changes, it ends, or is open again.

Each function writes rows of one user, inside a transaction that holds the user's row.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Table, func, insert, select, update

from core.journal.episode import Sizing
from core.journal.fate import Fate
from core.journal.fill import Entry, Fill, Margin, Written
from core.journal.held import Held
from core.journal.tally import Tally
from core.store.tables import episodes, sizings, steps
from core.store.user.episodes import Span, has_sizing, load_holdings, load_steps
from core.store.user.refusals import AnotherOpen, NotOpen, TicketGone
from core.store.user.rows import write_sizing
from core.store.user.sheets import load_ticket_sizing


def next_number(connection: Connection, table: Table, user: int) -> int:
    """The number of the user's next row. Use it only inside a transaction that holds the user's row."""
    last: int | None = connection.scalar(select(func.max(table.c.number)).where(table.c.user_id == user))
    return (last or 0) + 1


def open_episode(connection: Connection, user: int) -> int | None:
    """The number of the user's open episode; None where none is open."""
    query = select(episodes.c.number).where(episodes.c.user_id == user, episodes.c.ended.is_(None))
    return connection.scalar(query)


def write_steps(
    connection: Connection,
    user: int,
    episode: int,
    at: datetime,
    quantities: Mapping[str, Decimal],
    prices: Mapping[str, Decimal],
) -> None:
    """Note that from `at` on so many coins of each asset are held. prices:
    USD per coin, as far as they are known.
    """
    first = next_number(connection, steps, user)
    rows = [
        {
            "user_id": user,
            "number": number,
            "episode": episode,
            "at": at,
            "asset": asset,
            "quantity": quantity,
            "price": prices.get(asset),
        }
        for number, (asset, quantity) in enumerate(sorted(quantities.items()), first)
    ]
    if rows:
        connection.execute(insert(steps), rows)


def begin_episode(
    connection: Connection, user: int, what: Iterable[Written], prices: Mapping[str, Decimal]
) -> Span:
    """A new episode from the first fill on, with a step for every holding."""
    began = min(each.at for each in what if isinstance(each, Fill))
    number = next_number(connection, episodes, user)
    row = {"user_id": user, "number": number, "began": began}
    connection.execute(insert(episodes), row)
    write_steps(connection, user, number, began, load_holdings(connection, user), prices)
    return Span(number, began)


def size_as_ticket(
    connection: Connection, user: int, token: str, episode: int, now: datetime, prices: Mapping[str, Decimal]
) -> None:
    """The episode is sized as the ticket says from now on, and what is held costs `prices` now.

    Without the prices of this moment nobody could tell later what was aimed at before it and after it.
    Raises AlreadyDone where the ticket is gone.
    """
    sizing = load_ticket_sizing(connection, user, token)
    if sizing is None:
        raise TicketGone
    if not has_sizing(connection, user, episode, sizing):
        _write_sizing(connection, user, episode, sizing)
        held = load_holdings(connection, user)
        known = {asset: quantity for asset, quantity in held.items() if asset in prices}
        write_steps(connection, user, episode, now, known, prices)


def settle_span(
    connection: Connection, user: int, before: Span, new: Iterable[Entry], tally: Tally
) -> datetime | None:
    """Write when the episode began and ended, now that it has new entries.
    Returns its end, if it has one.
    """
    _refuse_second(connection, user, before, open_now=bool(tally.open))
    _refuse_idle(tally.open, new)
    began = min(before.began, tally.first or before.began)
    ended = None if tally.open else tally.final or began
    own = (episodes.c.user_id == user, episodes.c.number == before.number)
    # A report told of the entries as they were.
    connection.execute(
        update(episodes).where(*own).values(began=began, ended=ended, report=None, stated=None, held=None)
    )
    if began < before.began:
        opening = (steps.c.user_id == user, steps.c.episode == before.number)
        connection.execute(update(steps).where(*opening, steps.c.at == before.began).values(at=began))
    return ended


def catch_up_holdings(
    connection: Connection, user: int, episode: int, now: datetime, prices: Mapping[str, Decimal]
) -> None:
    """Tell an episode that is open again how the holdings have changed while it was closed."""
    told = {step.asset: step.quantity for step in load_steps(connection, user, episode)}
    held = load_holdings(connection, user)
    assets = sorted(told.keys() | held.keys())
    quantities = {asset: held.get(asset, Decimal(0)) for asset in assets}
    differ = {
        asset: quantity for asset, quantity in quantities.items() if told.get(asset, Decimal(0)) != quantity
    }
    write_steps(connection, user, episode, now, differ, prices)


def _refuse_second(connection: Connection, user: int, before: Span, *, open_now: bool) -> None:
    """Raise BadInput where an ended episode would be open again beside an open one."""
    if before.ended is not None and open_now and open_episode(connection, user) is not None:
        raise AnotherOpen


def _refuse_idle(held: Iterable[Held], new: Iterable[Entry]) -> None:
    """Raise BadInput where a new margin or fate is about a contract that is not open."""
    open_now = {(each.venue, each.symbol) for each in held}
    for entry in new:
        if isinstance(entry.what, Margin | Fate) and (entry.what.venue, entry.what.symbol) not in open_now:
            raise NotOpen(entry.what.symbol)


def _write_sizing(connection: Connection, user: int, episode: int, sizing: Sizing) -> None:
    number = next_number(connection, sizings, user)
    row = {"user_id": user, "number": number, "episode": episode}
    connection.execute(insert(sizings), {**row, "at": sizing.at, "body": write_sizing(sizing)})
