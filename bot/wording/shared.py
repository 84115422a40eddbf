"""Accounts whose open shorts share what backs them: how near they are to their end, in words."""

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, lines, listed
from bot.wording.numbers import chance, money, rise, safety
from core.margin.pooled.path import JointBreak
from core.outcome.shared import BENCHMARK, ODDS_DAYS, SharedStanding

MODE_NAMES = {
    "isolated": "isolated margin",
    "cross": "one pool of cash",
    "coins": "your coins as margin",
    "portfolio": "portfolio margin",
    "inverse": "coin-margined",
}
"""What a mode is called within a sentence."""


def accounts_told(accounts: Iterable[SharedStanding]) -> Markup | None:
    """A paragraph for each account; None without any."""
    told = [account_told(each) for each in accounts]
    return lines(*told) if told else None


def account_told(account: SharedStanding) -> Markup:
    """What backs the shorts of one account, and what ends them together."""
    venue, figures = name_of(account.venue), account.figures
    heading = bold(f"Your {venue} account, {MODE_NAMES[account.mode]}")
    if figures is None:
        return lines(heading, f"{_untold(account)} So how near its end is, is not known: look there.")
    health = account.health
    times = f", {safety(health)} what has to be left ({money(figures.maintenance)})" if health else ""
    return lines(
        heading,
        f"It backs {listed([leg.asset for leg in account.legs])} together. {money(figures.equity)} counts as "
        f"margin now{times}.",
        f"{money(figures.debt)} of it is owed to {venue}." if figures.debt > 0 else None,
        ends_told(account),
    )


def less_behind(before: SharedStanding, after: SharedStanding) -> Markup:
    """What is told at once when coins no longer lie where they back shorts."""
    venue = name_of(after.venue)
    return lines(
        bold(f"Less lies on {venue} to back your shorts there"),
        _odds_moved(before, after),
        ends_told(after) if after.figures else account_told(after),
        f"Put cash or coins that count back on {venue}, or take shorts off: /dehedge",
    )


def _odds_moved(before: SharedStanding, after: SharedStanding) -> str | None:
    if after.odds is None:
        return None
    past = f", {chance(before.odds.probability)} before" if before.odds else ""
    return f"Chance of liquidation within {ODDS_DAYS} days now: {chance(after.odds.probability)}{past}."


def ends_told(account: SharedStanding) -> str | None:
    """What liquidates all that is open there, and how likely that is; None where it is not known."""
    found = account.ends
    if found is None:
        return "What would liquidate it is not known: the past of a coin in it is missing."
    ways = ways_told(found, BENCHMARK, "alone")
    likely = f" Chance within {ODDS_DAYS} days: {chance(account.odds.probability)}." if account.odds else ""
    if not ways:
        return f"No move up to tenfold liquidates it.{likely}"
    return f"All of it is liquidated together, and only if {', or '.join(ways)}.{likely}"


def ways_told(found: JointBreak, benchmark: str, alone: str) -> list[str]:
    """The moves that liquidate an account, each in a few words. alone: how it is said that one coin moves and
    the others do not.
    """
    ways = []
    if found.rise is not None:
        ways.append(f"{benchmark} rises {_share(found.rise)}")
    if found.fall is not None:
        ways.append(f"{benchmark} falls {_share(found.fall)}")
    if found.alone is not None:
        verb = "rises" if found.alone > 0 else "falls"
        ways.append(f"{found.coin} {verb} {_share(abs(found.alone))} {alone}")
    return ways


def _share(move: float) -> str:
    return rise(Decimal(repr(move)))


def _untold(account: SharedStanding) -> str:
    if any(leg.side > 0 for leg in account.legs):
        return "A long position is in it, which I do not count with."
    return f"There is no price of {', '.join(account.unknown)} now."
