"""How an open hedge stands and how an ended one went: the figures that this needs, and the report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.wording.gone import HEDGE_AGAIN
from bot.wording.layout import lines
from bot.wording.reply import Reply, row
from bot.wording.report import report_message as worded
from bot.wording.shared import less_behind
from core.domain.coins.asset import STABLECOINS
from core.domain.coins.place import Lying, lying_at
from core.domain.errors import BadInput, NoData
from core.domain.range import Score
from core.domain.series import Candles, FundingHistory
from core.domain.snapshot import Snapshot
from core.journal.episode import Episode
from core.journal.fate import Fate
from core.journal.journal import live_entries
from core.outcome.archive import read_report, write_report
from core.outcome.course import NEAR, NO_CANDLES, Key, contracts_traded
from core.outcome.leg_standing import LegStanding
from core.outcome.life import benchmarks
from core.outcome.reached import NO_EXTREMES, Extreme, reached
from core.outcome.received import LEAD
from core.outcome.report import Report, report
from core.outcome.shared import BENCHMARK, Deposit, SharedStanding, shared_accounts
from core.outcome.standing import Standing, standing
from core.store.user.recorded import Recorded

MADE_GOOD = timedelta(days=1)
"""For so long after its end a report with gaps is made anew each time: what is missing may be known soon."""
AFTERWARDS = {"What next": "/next", "History": "/history", "New hedge": "/hedge"}
"""The buttons under the report of a hedge that is over."""


async def standing_of(desk: Desk, episode: Episode) -> Standing:
    """How an open episode stands now; what cannot be known now is None in it.

    Positions that have reached their liquidation price are noted in the journal first, also those that did
    while nobody looked.
    """
    snapshots, histories = await _snapshots(desk, episode), await _histories(desk, episode)
    found = await in_thread(standing, episode, snapshots, histories, desk.now)
    noted = await _noted(desk, episode, reached(found, await _missed(desk, found, snapshots)))
    return found if noted is episode else await in_thread(standing, noted, snapshots, histories, desk.now)


async def moved_away(desk: Desk, after: Mapping[str, Lying]) -> Markup | None:
    """What it does to accounts that open shorts share if coins lie so afterwards; None where no fewer do."""
    before = (await desk.page()).lying
    venues = {held.venue for held in await desk.open_positions() if held.pooled}
    episode = await desk.ledger.open() if any(_fewer(before, after, venue) for venue in venues) else None
    if episode is None:
        return None
    legs = (await standing_of(desk, episode)).kept
    then = {account.venue: account for account in await shared_of(desk, legs)}
    now = [each for each in await shared_of(desk, legs, after) if _fewer(before, after, each.venue)]
    return lines(*(less_behind(then[account.venue], account) for account in now))


def _fewer(before: Mapping[str, Lying], after: Mapping[str, Lying], venue: str) -> bool:
    """Whether fewer coins of any asset lie at the venue afterwards."""
    left = lying_at(after, venue)
    return any(left.get(asset, 0) < coins for asset, coins in lying_at(before, venue).items())


async def shared_of(
    desk: Desk, legs: Sequence[LegStanding], lying: Mapping[str, Lying] | None = None
) -> tuple[SharedStanding, ...]:
    """The accounts whose open positions share what backs them, as they stand now.

    lying: where the coins lie, if not as the book has it.
    """
    if not any(leg.held.pooled for leg in legs):
        return ()
    page = await desk.page()
    lying = page.lying if lying is None else lying
    home = desk.venue_of(page.preferences)
    venues = dict.fromkeys([home, *(leg.held.venue for leg in legs)])
    assets = list(dict.fromkeys([*page.lying, *(leg.asset for leg in legs), BENCHMARK]))
    found = {venue: await desk.last_snapshot(assets if venue == home else (), venue) for venue in venues}
    snapshots = {venue: snapshot for venue, snapshot in found.items() if snapshot is not None}
    there = {
        venue: Deposit(page.preferences.cash if venue == home else None, lying_at(lying, venue))
        for venue in venues
    }
    return await in_thread(shared_accounts, legs, there, snapshots, desk.now)


async def _missed(
    desk: Desk, found: Standing, snapshots: Mapping[str, Snapshot]
) -> Mapping[Key, Sequence[Extreme]]:
    """How far open contracts went since the watch last looked, where that was long ago."""
    if desk.unwatched is None or not found.open:
        return NO_EXTREMES
    home = desk.venue_of((await desk.page()).preferences)
    opened = {(leg.held.venue, leg.held.symbol) for leg in found.open}
    return await desk.unwatched.missed(home, snapshots.values(), opened, desk.now)


async def _noted(desk: Desk, episode: Episode, fates: Sequence[Fate]) -> Episode:
    """The episode once these fates are noted in it; the same object where there is nothing new."""
    if not fates or not await desk.ledger.note(fates):
        return episode
    return await desk.ledger.open() or episode


async def report_made(desk: Desk, episode: Episode) -> Report:
    """The report of an episode, made from today's figures. That of an ended episode is stored.

    Raises NoData, naming it, where an open contract has no price now.
    """
    snapshots, histories = await _snapshots(desk, episode), await _histories(desk, episode)
    candles = await _candles(desk, episode)
    found = await in_thread(report, episode, snapshots, histories, desk.now, candles)
    if episode.ended is not None and (found.whole or desk.now - episode.ended > MADE_GOOD):
        score = Score(len(found.kept), sum(each.held for each in found.kept))
        await desk.ledger.save_report(episode, write_report(found), score)
    return found


def ending(reply: Reply, done: Recorded) -> Reply:
    """The reply to what was recorded, which says whether a report belongs below it.

    So it is kept with the change. The report rests on figures from outside, which are read afterwards.
    """
    return replace(reply, report=done.number if done.ended else None)


async def followed_by_report(desk: Desk, reply: Reply) -> Reply:
    """The whole reply: with the report of the hedge where one belongs below it."""
    if reply.report is None:
        return reply
    whole = replace(reply, report=None)
    episode = await desk.ledger.episode(reply.report)
    if episode is None or episode.ended is None:  # taken back meanwhile
        return whole
    card = await report_made(desk, episode)
    known = {button.label: button for each in reply.buttons for button in each}
    again = ((known[HEDGE_AGAIN],),) if HEDGE_AGAIN in known else ()
    undo = [button for label, button in known.items() if label == "Undo"]
    return replace(
        whole,
        text=lines(reply.text, " ", worded(card, desk.now)),
        buttons=(*again, (*row(AFTERWARDS), *undo)),
    )


async def report_of(desk: Desk, number: int) -> Report:
    """The report of the user's hedge of this number: the stored one where there is one, else made now.

    Raises BadInput where there is none of this number, NoData where it cannot be made now.
    """
    if body := (await desk.ledger.reports([number])).get(number):
        return read_report(body)
    episode = await desk.ledger.episode(number)
    if episode is None or (episode.ended is not None and not await in_thread(live_entries, episode.entries)):
        raise BadInput(f"You have no hedge number {number}. /history lists them.")
    return await report_made(desk, episode)


async def reply_with_report(desk: Desk, number: int) -> Reply:
    """The report of a hedge as a reply, with buttons. Raises as `report_of` does."""
    found = await report_of(desk, number)
    ways = AFTERWARDS if found.ended else {"Positions": "/positions"}
    return Reply(worded(found, desk.now), (row(ways),))


async def _snapshots(desk: Desk, episode: Episode) -> dict[str, Snapshot]:
    """Figures of each venue that the episode traded on. The user's own comes first: it prices the coins."""
    home = desk.venue_of((await desk.page()).preferences)
    traded: dict[str, list[str]] = {
        home: sorted({step.asset for step in episode.steps} | benchmarks(episode))
    }
    for (venue, _), terms in contracts_traded(episode).items():
        traded.setdefault(venue, []).append(terms.asset)
    found = {venue: await desk.last_snapshot(assets, venue) for venue, assets in traded.items()}
    return {venue: snapshot for venue, snapshot in found.items() if snapshot is not None}


async def _histories(desk: Desk, episode: Episode) -> dict[Key, FundingHistory]:
    """Funding settled in the perpetuals of the episode since it began, by venue and symbol."""
    perpetual: dict[str, list[str]] = {}
    for (venue, symbol), terms in contracts_traded(episode).items():
        if terms.expiry is None and venue in desk.venues:
            perpetual.setdefault(venue, []).append(symbol)
    found: dict[Key, FundingHistory] = {}
    for venue, symbols in perpetual.items():
        histories = await desk.watch.funding_history(venue, symbols, episode.began - LEAD)
        found |= {(venue, symbol): history for symbol, history in histories.items()}
    return found


async def _candles(desk: Desk, episode: Episode) -> Mapping[str, Candles]:
    """Prices of the coins around the end of an episode that ended a while ago; empty where there are none."""
    if episode.ended is None or desk.now - episode.ended <= NEAR:
        return NO_CANDLES
    home = desk.venue_of((await desk.page()).preferences)
    assets = sorted(({step.asset for step in episode.steps} | benchmarks(episode)) - STABLECOINS)
    try:
        return await desk.watch.candles(home, assets, episode.ended - NEAR, episode.ended + NEAR, 1)
    except NoData:
        return NO_CANDLES
