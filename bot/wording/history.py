"""Past hedges, the newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from bot.wording.hedge import listed
from bot.wording.layout import bold, lines
from bot.wording.numbers import cents_of, day, money, percent
from core.journal.episode import Episode
from core.outcome.course import fills_by_contract
from core.outcome.report import Report

MOST_SHOWN = 9
"""Hedges told of, the newest."""


def history(episodes: Sequence[Episode], reports: Mapping[int, Report], now: datetime) -> Markup:
    """Two lines for each hedge that has ended: when it was and with which contracts, and how it went."""
    if not episodes:
        return lines(
            bold("No past hedges yet"),
            "A hedge comes here when all of it is closed. /positions shows what is open.",
        )
    more = len(episodes) - MOST_SHOWN
    return lines(
        bold(f"{len(episodes)} past {'hedge' if len(episodes) == 1 else 'hedges'}"),
        *(_told(each, reports.get(each.number), now) for each in episodes[:MOST_SHOWN]),
        f"And {more} older: /report with a number from 1 to {episodes[MOST_SHOWN].number}."
        if more > 0
        else None,
    )


def _told(episode: Episode, report: Report | None, now: datetime) -> Markup:
    assets = [fills[0].terms.asset for fills in fills_by_contract(episode).values()]
    until = day(episode.ended, now) if episode.ended else "now"
    hedged = f": {listed(list(dict.fromkeys(assets)))}" if assets else ""
    title = f"{episode.number}. {day(episode.began, now)} to {until}{hedged}"
    return lines(bold(title), _result(report) if report else f"No report yet: /report {episode.number}")


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
