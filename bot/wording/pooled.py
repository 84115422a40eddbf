"""What is said of shorts that share an account: what it takes, what ends it, what is owed, what is lost."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.hedge import Together
from bot.wording.layout import bold, lines, listed, table
from bot.wording.numbers import chance, money, percent, short_money
from bot.wording.shared import ways_told
from core.domain.capital.mode import MarginMode
from core.hedge.afford.backed import RallyDebt, SharedBacking
from core.hedge.hedge import Hedge, Means
from core.margin.pooled.path import MOST_RISE

NAMED = 3
"""Coins that are named where there are many."""


def together(plan: Hedge, backed: SharedBacking) -> Together:
    """All that is said in /hedge of what backs the plan."""
    venue = name_of(plan.venue)
    return Together(
        lead=lines(bold(what_it_takes(plan, backed)), _there(plan, backed), ends(plan, backed)),
        kept=lines(
            _frontier(plan, backed),
            _debt(venue, plan.outcome.benchmark, backed.rally) if backed.rally else None,
            at_stake(venue, backed),
            _uncounted(backed),
            f"Left out here, to be careful: {', '.join(backed.aside)}." if backed.aside else None,
            _assumed(venue, backed),
        ),
        workings=_workings(venue, backed),
    )


def instead(cash: Mapping[MarginMode, Decimal]) -> str | None:
    """What the same shorts would take in one account, by its mode."""
    said = [f"/hedge {mode} {_of(mode, amount)}" for mode, amount in cash.items()]
    return f"In one account: {'; '.join(said)}." if said else None


def _of(mode: MarginMode, cash: Decimal) -> str:
    if mode == "cross":
        return f"takes {money(cash)} of cash for all of them"
    return f"takes {f'{money(cash)} and' if cash else 'no cash, only'} your coins there"


def what_it_takes(plan: Hedge, backed: SharedBacking) -> str:
    """What backs the plan: no cash, so much, or what the user's cash does."""
    venue, coins = name_of(plan.venue), _coins(backed)
    if plan.wish.cash is not None:
        beside = f" beside your {coins} on {venue}" if coins else f" in one pool on {venue}"
        return f"With {money(plan.wish.cash)}{beside}: {percent(plan.unseen)} of the risk."
    if backed.cash == 0 and coins:
        return f"No cash needed: your {coins} on {venue} back it."
    if coins:
        return f"It takes {money(backed.cash)} of cash beside your {coins} on {venue}."
    return f"It takes {money(backed.cash)} of cash on {venue}, in one pool for all shorts."


def _coins(backed: SharedBacking) -> str:
    counted = [asset for asset, usd in backed.counted.items() if usd > 0]
    if len(counted) > NAMED:
        return f"{', '.join(counted[: NAMED - 1])} and {len(counted) - NAMED + 1} other coins"
    return listed(counted) if counted else ""


def _there(plan: Hedge, backed: SharedBacking) -> str | None:
    """How much of the cash lies there already."""
    if plan.wish.cash is not None or not backed.there or not backed.cash:
        return None
    missing = max(backed.cash - backed.there, Decimal(0))
    more = f"{money(missing)} more is needed" if missing else "that is enough"
    return f"{money(backed.there)} lies there already: {more}."


def ends(plan: Hedge, backed: SharedBacking) -> str:
    """What liquidates all shorts together, and how likely that is."""
    benchmark, found = plan.outcome.benchmark, backed.ends
    ways = ways_told(found, benchmark, "while the others stand still")
    odds = f"Chance of that within {plan.wish.horizon_days} days: {chance(backed.odds.probability)}."
    if not ways:
        return f"Nothing up to {MOST_RISE + 1:.0f} times today's prices liquidates it. {odds}"
    return f"All shorts are liquidated together, and only if {', or '.join(ways)}. {odds}"


def _frontier(plan: Hedge, backed: SharedBacking) -> Markup | None:
    """What other amounts of cash would do, in three or four rows."""
    mine = Means(backed.cash, plan.unseen, backed.odds.probability)
    means = [each for each in plan.means if each.cash != mine.cash]
    if not means or not any(each.cash for each in (mine, *means)):
        return None
    rows = sorted([*means, mine], key=lambda each: each.cash)
    return table(
        [
            ("Cash", "removes", "liquidated"),
            *((_plain(each.cash), percent(each.removed), chance(each.odds)) for each in rows),
        ]
    )


def _plain(amount: Decimal) -> str:
    return short_money(amount).removeprefix("+")


def _debt(venue: str, benchmark: str, rally: RallyDebt) -> str | None:
    """What a rise makes the account owe, in dollars."""
    if rally.owed <= 0:
        return None
    free = "" if rally.free is None else f"free up to {money(rally.free)}, then "
    parts = [
        f"If {benchmark} rises {percent(rally.rise)}, your shorts lose {money(rally.loss)}. {venue} lends "
        f"you {money(min(rally.owed, rally.loss))} of that: {free}about {money(rally.a_day)} a day"
        f"{' (assumed)' if rally.assumed else ''}. Closing the shorts then turns it into a debt that your "
        "coins pay."
    ]
    if rally.limit is not None and rally.owed > rally.limit:
        parts.append(f"It lends {money(rally.limit)} at most, so have the rest there in cash by then.")
    if rally.sold_from is not None:
        parts.append(f"From {money(rally.sold_from)} of debt on it may sell coins by itself.")
    return " ".join(parts)


def at_stake(venue: str, backed: SharedBacking) -> str:
    """What is lost if the venue fails."""
    coins = backed.counted or backed.idle
    what = "cash" if not coins else "coins and cash" if backed.cash else "coins"
    return (
        f"All of this lies at {venue}: {money(backed.at_stake)} of {what}, and the hedge. If {venue} fails, "
        "all is lost."
    )


def _uncounted(backed: SharedBacking) -> str | None:
    """Coins that lie there and back nothing, with their dollars."""
    if not backed.idle:
        return None
    worth = sum(backed.idle.values(), Decimal(0))
    if backed.mode == "cross":
        return f"Your coins there ({money(worth)}) back nothing: a pool of cash is cash alone."
    verb = "counts" if len(backed.idle) == 1 else "count"
    return f"{_named(backed.idle)} ({money(worth)}) {verb} nothing there."


def _named(assets: Iterable[str]) -> str:
    named = list(assets)
    return (
        listed(named) if len(named) <= NAMED else f"{', '.join(named[:NAMED])} and {len(named) - NAMED} more"
    )


def _assumed(venue: str, backed: SharedBacking) -> str | None:
    if not backed.assumed:
        return None
    return f"How much of a coin {venue} counts was not read but {backed.source}: look it up there first."


def _workings(venue: str, backed: SharedBacking) -> Markup:
    rows = [(asset, _plain(usd)) for asset, usd in backed.counted.items()]
    figures = backed.figures
    ratio = None
    if figures.ratio is not None:
        gauge = backed.pool.gauge
        safer = "higher" if gauge.greater_is_safer else "lower"
        ratio = (
            f"{gauge.called}: {figures.ratio:,.3f} once it is open ({safer} is safer; "
            f"liquidated at {gauge.ends:f})"
        )
    return lines(
        f"Account: {backed.called}. Set that before the first order.",
        *([bold("Counts as margin"), table(rows)] if rows else []),
        f"What counts in all is {money(figures.equity)}; {money(figures.maintenance)} has to be left.",
        f"{ratio}." if ratio else None,
        f"Coins have to be switched on as margin at {venue}, and not be staked." if rows else None,
        *[f"Not published: {clause}." for clause in backed.unsure],
        f"Ratios: {backed.source}." if rows and not backed.assumed else None,
    )
