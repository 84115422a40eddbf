"""Past hedges, the newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from bot.wording.layout import bold, lines, listed
from bot.wording.numbers import cents_of, day, money, percent
from core.outcome.report import Report
from core.store.user.episodes import Ended

MOST_SHOWN = 9
"""Hedges told of, the newest."""


def history(
    past: Sequence[Ended], coins: Mapping[int, Sequence[str]], reports: Mapping[int, Report], now: datetime
) -> Markup:
    """Two lines for each hedge that has ended: when it was and with which contracts, and how it went.

    coins, reports: by the number of the hedge, of those that are told of, as far as there is one.
    """
    if not past:
        return lines(
            bold("No past hedges yet"),
            "A hedge comes here when all of it is closed. /positions shows what is open.",
        )
    more = len(past) - MOST_SHOWN
    return lines(
        bold(f"{len(past)} past {'hedge' if len(past) == 1 else 'hedges'}"),
        *(
            _told(each, coins.get(each.number, ()), reports.get(each.number), now)
            for each in past[:MOST_SHOWN]
        ),
        f"And {more} older: /report with a number from 1 to {past[MOST_SHOWN].number}." if more > 0 else None,
    )


def _told(hedge: Ended, coins: Sequence[str], report: Report | None, now: datetime) -> Markup:
    hedged = f": {listed(coins)}" if coins else ""
    title = f"{hedge.number}. {day(hedge.began, now)} to {day(hedge.ended, now)}{hedged}"
    return lines(bold(title), _result(report) if report else f"No report yet: /report {hedge.number}")


def _result(report: Report) -> str:
    spot, hedge, net = (money(sum_, signed=True) for sum_ in (report.spot, report.hedge, report.net))
    found = f"Coins {spot}, hedge {hedge}: {net}."
    if report.effect.variance is not None and report.effect.variance >= 0:
        return f"{found} {percent(report.effect.variance)} of the ups and downs taken away."
    if report.offset is not None and report.offset > 0:
        gave = "gave back" if report.spot < 0 else "took"
        did = "lost" if report.spot < 0 else "gained"
        return f"{found} Of each dollar {did} it {gave} {cents_of(report.offset)}."
    return found
