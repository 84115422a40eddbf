"""/sync: compares the book with the connected venues, and takes over what differs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.desk.coin_names import balances_by_coin
from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.recording import hedge_again
from bot.hedges.reporting import ending, followed_by_report, moved_away
from bot.reading.venues import name_of
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply, row
from bot.wording.sync import THEIRS, Aside, accounts_said, applied, difference_shown, in_step
from core.domain.capital.mode import AccountMode
from core.domain.coins.place import only_elsewhere
from core.domain.errors import AlreadyDone, BadInput, NoData
from core.domain.holding import spread
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.journal.fate import Fate
from core.journal.fill import Fill, Margin
from core.journal.held import Held
from core.journal.matching import matching
from core.journal.sync import (
    VALID,
    Difference,
    added_up,
    coin_changes,
    counts_of,
    read_difference,
    write_difference,
)
from core.store.user.book import is_token
from core.store.user.recorded import Recorded
from core.venues.exchange import private_side

if TYPE_CHECKING:
    from core.venues.exchange.account.private_reading import Coins

NOT_CONNECTED = Reply(
    lines(bold("No venue is connected"), "With a read-only key I can read what you have there."),
    ((Button("Connect", "/connect"), Button("Add by hand", "/add")),),
)
DONE = ((Button("Positions", "/positions"), Button("Portfolio", "/portfolio"), Button("Hedge", "/hedge")),)
AGAIN = ((Button("Portfolio", "/portfolio"), Button("Sync again", "/sync")),)


@dataclass(slots=True)
class _Seen:
    """What all connected venues said."""

    coins: "dict[str, Coins]" = field(default_factory=dict)
    """By venue."""
    states: dict[str, AccountMode] = field(default_factory=dict)
    """How each account says that it backs positions, by venue, where it says so."""
    entries: list[Fill | Margin | Fate] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)


async def _sync(asked: Asked) -> Reply:
    match asked.args.lower().split():
        case []:
            return await _compare(asked.desk)
        case ["apply", token] if is_token(token):
            return await _apply(asked.desk, token)
        case ["apply", token, "gone"] if is_token(token):
            return await _apply(asked.desk, token, by_venue=True)
    raise BadInput("Type /sync alone, then press Apply.")


async def _compare(desk: Desk) -> Reply:
    venues = await desk.accounts.connected()
    if not venues:
        return NOT_CONNECTED
    positions = await desk.open_positions()
    seen = _Seen()
    for venue in venues:
        await _look(desk, venue, positions, seen)
    lying = (await desk.page()).lying
    there = {venue: coins.owned for venue, coins in seen.coins.items()}
    owned = added_up(list(there.values()))
    changes, dust = coin_changes(lying, there, await desk.prices(owned))
    difference = Difference(desk.now, lying, counts_of(positions), changes, tuple(seen.entries))
    aside = Aside(
        elsewhere=tuple(
            asset for asset, places in lying.items() if asset not in owned and only_elsewhere(places)
        ),
        dust=dust,
        borrowed=tuple(asset for asset, quantity in owned.items() if quantity < 0),
        unread=tuple(name for coins in seen.coins.values() for name in coins.unread),
        unlisted=tuple(seen.unlisted),
        renamed=tuple(dict.fromkeys(said for coins in seen.coins.values() for said in coins.said)),
    )
    names = [name_of(venue) for venue in venues]
    if difference.empty:
        return Reply(lines(in_step(names, aside), accounts_said(seen.states)), AGAIN)
    token = await desk.book.save_draft(write_difference(difference))
    apply = f"/sync apply {token}"
    theirs = row({THEIRS: f"{apply} gone"}) if difference.taken else ()
    buttons = ((*row({"Apply": apply, "Cancel": "/cancel"}),), theirs)
    text = lines(difference_shown(names, difference, aside, positions), accounts_said(seen.states))
    return Reply(text, tuple(filter(None, buttons)))


async def _look(desk: Desk, venue: str, positions: tuple[Held, ...], seen: _Seen) -> None:
    """Read one venue: its coins, and the fills that would make the positions of the book those that are open
    there.
    """
    account = await desk.accounts.stored(venue)
    snapshot = await desk.snapshot(venue=venue)
    coins = await account.balances()
    owned, said = await balances_by_coin(desk, venue, coins.owned)
    seen.coins[venue] = replace(coins, owned=owned, said=(*coins.said, *said))
    there = await account.positions(snapshot.contracts.values())
    seen.unlisted.extend(there.unlisted)
    state = await account.state()
    if state is not None:
        seen.states[venue] = state
    private = private_side(venue)
    ours = {held.symbol: held for held in positions if held.venue == venue}
    open_there = {position.symbol: position for position in there.positions}
    for symbol in sorted(open_there.keys() | {each for each in ours if private.lists(each)}):
        quote, position = _quote(symbol, snapshot, desk), open_there.get(symbol)
        mark = there.marks.get(symbol) or (quote.mark if quote else None)
        listed = snapshot.contracts.get(symbol)
        seen.entries.extend(matching(ours.get(symbol), position, listed, mark, desk.now, quote))


def _quote(symbol: str, snapshot: Snapshot, desk: Desk) -> Quote | None:
    try:
        return snapshot.quote(symbol, desk.now)
    except NoData:
        return None


async def _apply(desk: Desk, token: str, *, by_venue: bool = False) -> Reply:
    """Take the difference over. by_venue: whether it was the exchange that closed what became smaller."""
    draft = await desk.book.draft()
    if draft is None or draft.token != token:
        raise AlreadyDone("That difference is applied or was replaced; nothing changed now. Type /sync.")
    difference = read_difference(draft.body)
    if desk.now - difference.at > VALID:
        raise AlreadyDone("That difference is over an hour old, so nothing was changed. Type /sync again.")
    if by_venue:
        difference = difference.closed_by_venue(await desk.open_positions(), difference.at)
    sizing = await desk.ledger.sizing()
    less = await moved_away(desk, spread(difference.lying, difference.changes))
    prices: Mapping[str, Decimal] = await desk.prices(
        [*difference.held, *(change.asset for change in difference.changes)]
    )

    def answer(done: Recorded | None) -> Reply:
        if done is None:
            return Reply(lines(applied(difference), less), DONE)
        again = hedge_again(done, sizing) if difference.gone else ()
        text = lines(applied(difference, done.alerts), less if done.held else None)
        return ending(Reply(text, (*again, *DONE)), done)

    done = await desk.book.sync(difference, draft=token, prices=prices, tell=desk.telling(answer))
    return await followed_by_report(desk, answer(done))


command = Command("sync", "take over coins from a connected venue", _sync)
