"""Funding of the last months, week by week."""

from markupsafe import Markup

from bot.wording.funding import signed_percent
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import percent
from core.cost.funding import WORST_DAYS
from core.cost.funding_weeks import FundingPast

EXPLAINED = (
    "In percent of what is short: what funding brought a short in those days, below zero what it cost. Past "
    "funding goes in spells, and says little of the next weeks."
)


def funding_history(asset: str, month: FundingPast, quarter: FundingPast) -> Markup:
    """The whole answer to /funding ETH history."""
    verb = "received" if quarter.total >= 0 else "paid"
    return lines(
        bold(
            f"{asset}: a short {verb} {percent(abs(quarter.total), 2)} in funding in {quarter.known:.0f} days"
        ),
        table(
            [
                ("", f"{month.days} days", f"{quarter.days} days"),
                ("brought", signed_percent(month.total, 2), signed_percent(quarter.total, 2)),
                ("days that paid", percent(month.paid), percent(quarter.paid)),
                (f"worst {WORST_DAYS} days", _worst(month), _worst(quarter)),
            ]
        ),
        table([("week from", "brought"), *_weeks(quarter)]),
        f"On record are {quarter.known:.0f} of the {quarter.days} days."
        if quarter.known < quarter.days - 2
        else None,
        folded(EXPLAINED),
    )


def _worst(past: FundingPast) -> str:
    return "too short" if past.worst is None else signed_percent(past.worst, 2)


def _weeks(past: FundingPast) -> list[tuple[str, str]]:
    return [(f"{week.begins:%d %b}", signed_percent(week.total, 2)) for week in past.weeks]
