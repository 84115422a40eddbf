"""What funding pays or costs a short: a coin's, or that of the user's own hedge."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import money, percent
from core.cost.funding import HOURS_PER_DAY, MEAN_DAYS, WORST_DAYS, Income, Record, added, apr
from core.domain.quote import FundingRate

MONTH = 30
"""Days in a month of funding."""
DAYS_PER_YEAR = 365
EXPLAINED = (
    "Funding is paid between longs and shorts of a perpetual at set hours. A positive rate pays you, the "
    "short; a negative one costs you. You only pay or receive if the short is open at that moment."
)
NO_RECORD = "no past payments can be had now; this is today's rate alone, which can change at each payment."


def coin_funding(short: Income, now: datetime) -> Markup:
    """The funding of one coin's perpetual, for a short worth `short.notional` USD."""
    asset, rate = short.contract.asset, short.rate
    return lines(
        bold(_headline(asset, rate)),
        _for_a_short(short),
        None if short.record else f"{NO_RECORD[0].upper()}{NO_RECORD[1:]}",
        folded(
            table([*_rate_rows(rate, now), *_record_rows(short.record)]),
            bold(f"A short of {money(short.notional)}"),
            table(_money_rows([short])),
            EXPLAINED,
            _recorded([short]),
        ),
    )


def hedge_funding(shorts: Sequence[Income], dated: Sequence[str], now: datetime) -> Markup:
    """What the perpetuals of a hedge earn. dated: the coins that are hedged with a future, which has no
    funding.
    """
    unknown = [short.contract.asset for short in shorts if short.rate is None]
    return lines(
        bold(_earns(added(short.now for short in shorts), unknown)),
        _usually(shorts),
        _without_record(shorts),
        _next_payments(shorts, now),
        f"No funding on {', '.join(dated)}: that future runs to a date." if dated else None,
        folded(
            table(_money_rows(shorts)),
            "The rates now:",
            table([_rate_line(short) for short in shorts]),
            *(_leg(short, now) for short in shorts),
            EXPLAINED,
            _recorded(shorts),
        ),
    )


def no_funding(dated: Sequence[str], *, basis_known: bool) -> Markup:
    """The answer for a hedge without a perpetual. basis_known: whether the prices of
    its futures are known.
    """
    earn = (
        ": /basis shows what those earn"
        if basis_known
        else ". What those earn, their basis, is not known here"
    )
    return lines(
        bold("Your hedge has no funding"),
        f"It shorts {', '.join(dated)} with futures that run to a date{earn}.",
    )


def _headline(asset: str, rate: FundingRate | None) -> str:
    if rate is None:
        return f"Today's funding of {asset} is not known now"
    verb = "receives" if rate.rate >= 0 else "pays"
    return f"{asset}: a short {verb} {percent(abs(rate.rate), 4)} every {rate.interval_hours} h"


def _earns(daily: Decimal | None, unknown: Sequence[str]) -> str:
    if daily is None:
        return f"Today's funding of {', '.join(unknown)} is not known now"
    if money(abs(daily)) == money(Decimal(0)):
        return "Your hedge neither earns nor pays funding now"
    verb = "earns" if daily > 0 else "pays"
    return f"Your hedge {verb} {money(abs(daily))} a day in funding now"


def _for_a_short(short: Income) -> str | None:
    """What a short of one coin makes of it in dollars."""
    if short.now is None:
        return None
    verb = "receives" if short.now >= 0 else "pays"
    usual = _usually([short])
    text = f"A short of {money(short.notional)} {verb} {money(abs(short.now))} a day now."
    return f"{text} {usual}" if usual else text


def _usually(shorts: Sequence[Income]) -> str | None:
    """What a month pays at the usual rate, and the worst that happened."""
    mean, worst = added(short.mean for short in shorts), added(short.worst for short in shorts)
    if mean is None:
        return None
    month = mean * MONTH
    text = f"At the rates of the last month {MONTH} days {'pay you' if month >= 0 else 'cost you'} about "
    text = f"{text}{money(abs(month))}."
    if worst is None:
        return text
    return f"{text} The worst {WORST_DAYS} days {'paid' if worst >= 0 else 'cost'} {money(abs(worst))}."


def _without_record(shorts: Sequence[Income]) -> str | None:
    without = [short.contract.asset for short in shorts if not short.record]
    return f"{', '.join(without)}: {NO_RECORD}" if without else None


def _rate_line(short: Income) -> tuple[str, str]:
    if short.rate is None:
        return short.contract.asset, "not known"
    yearly = f"{signed_percent(apr(short.rate), 1)} a year"
    return (
        f"{short.contract.asset} /{short.rate.interval_hours} h",
        f"{signed_percent(short.rate.rate, 4)} = {yearly}",
    )


def _next_payments(shorts: Sequence[Income], now: datetime) -> str | None:
    """When each perpetual settles next, those of one time together."""
    coins: dict[str, list[str]] = {}
    for short in shorts:
        if short.rate and short.rate.next_at:
            coins.setdefault(_when(short.rate.next_at, now), []).append(short.contract.asset)
    times = "; ".join(f"{', '.join(assets)} {time}" for time, assets in coins.items())
    return f"Next payment, UTC, and in how long: {times}." if times else None


def _leg(short: Income, now: datetime) -> Markup:
    rows = [*_rate_rows(short.rate, now), *_record_rows(short.record)]
    rows.append(("you, a day", _usd(short.now)))
    return lines(bold(f"{short.contract.asset}, {money(short.notional)} short"), table(rows))


def _rate_rows(rate: FundingRate | None, now: datetime) -> list[tuple[str, str]]:
    if rate is None:
        return [("rate now", "not known")]
    return [
        (f"rate, each {rate.interval_hours} h", signed_percent(rate.rate, 4)),
        ("the same a year", signed_percent(apr(rate), 1)),
        ("next (UTC)", _when(rate.next_at, now)),
    ]


def _record_rows(record: Record | None) -> list[tuple[str, str]]:
    if record is None:
        return []
    rows = [(f"mean {record.days:.0f} d, a year", signed_percent(record.mean * DAYS_PER_YEAR, 1))]
    if record.worst is not None:
        rows.append((f"worst {WORST_DAYS} days", signed_percent(record.worst, 2)))
    return rows


def _money_rows(shorts: Sequence[Income]) -> list[tuple[str, str]]:
    """USD of all the shorts together; a figure that is not known of each of them is left out."""
    now, mean = added(short.now for short in shorts), added(short.mean for short in shorts)
    worst = added(short.worst for short in shorts)
    rows = [("a day, now", _usd(now)), (f"{MONTH} days, now", _usd(now and now * MONTH))]
    if mean is not None:
        rows += [("a day, mean rate", _usd(mean)), (f"{MONTH} days, mean rate", _usd(mean * MONTH))]
    if worst is not None:
        rows.append((f"worst {WORST_DAYS} days", _usd(worst)))
    return rows


def _recorded(shorts: Sequence[Income]) -> str | None:
    """Says over how many settlements the mean and the worst were taken."""
    spans = [short.record.span for short in shorts if short.record]
    if not spans:
        return None
    each = " of each, as if they fell together" if len(shorts) > 1 else ""
    return (
        f"Mean of the last {MEAN_DAYS} days, or of what there is. Worst: the {WORST_DAYS} days in a row that "
        f"paid a short least{each}, among the last {min(spans):.0f} days, which is all that I keep."
    )


def _when(at: datetime | None, now: datetime) -> str:
    """`16:00, 4 h 21 m`: when, and in how long; with its day where that is not within a day."""
    if at is None:
        return "not known"
    if at < now:
        return f"{at:%H:%M}, due"
    hours, minutes = divmod(int((at - now).total_seconds() // 60), 60)
    day = f"{at:%d %b} " if hours >= HOURS_PER_DAY else ""
    return f"{day}{at:%H:%M}, {f'{hours} h ' if hours else ''}{minutes} m"


def signed_percent(share: float | Decimal, places: int) -> str:
    """A decimal share as percent with its sign: `+0.0100%`."""
    text = percent(share, places)
    return text if text.startswith("-") else f"+{text}"


def _usd(amount: Decimal | None) -> str:
    return "not known" if amount is None else money(amount, signed=True)
