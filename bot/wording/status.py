"""How the venues answer, and how old their figures are."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.errors import said
from bot.wording.layout import bold, folded, lines, table
from core.domain.quote import QUOTE_WARN
from core.prices.watch import VenueHealth
from core.store.queue.outbox import Depth

CIRCUITS = {
    "closed": "answers",
    "opened": "failed too often: left in peace for half a minute, then tried again",
    "half-opened": "failed too often: being tried again now",
    "waiting": "asks for fewer requests: waiting as long as it wants",
}
"""What a circuit's state means."""
SHOWN = 8
"""Problems of one venue that are listed."""


def status(
    venues: Sequence[VenueHealth],
    now: datetime,
    *,
    owner: bool,
    depth: Depth | None = None,
    troubles: Sequence[str] = (),
    unseen: Sequence[str] = (),
) -> Markup:
    """The answer to /status: how each venue is doing, and with `depth` how many notices wait to be delivered.

    owner: whether to show requests, circuits and problems, too. troubles: what is wrong with the program
    itself. unseen: the user's positions that are not watched as they should be.
    """
    rows = [(name_of(each.venue)[:11], *_ages(each, now)) for each in venues]
    return lines(
        bold(_first(venues, now, unseen)),
        *(bold(f"Trouble: {sentence}") for sentence in troubles),
        table([("", "prices", "funding", "closes"), *rows]) if rows else None,
        "How old the figures are, in s, m, h or d; - means none yet." if rows else None,
        *(_failure(each) for each in venues),
        _notices(depth, now) if depth else None,
        folded(*(_details(each) for each in venues)) if owner and venues else None,
    )


def _first(venues: Sequence[VenueHealth], now: datetime, unseen: Sequence[str]) -> str:
    failing = [each for each in venues if each.failure]
    old = [each for each in venues if each.quotes_at is None or now - each.quotes_at > QUOTE_WARN]
    if failing:
        return f"{', '.join(name_of(each.venue) for each in failing)} cannot be read now."
    if old:
        return f"Prices from {', '.join(name_of(each.venue) for each in old)} are old."
    if not venues:
        return "No venue was asked for yet."
    if unseen:
        return f"Not watched as it should be: {', '.join(unseen)}."
    return "Prices are current." if len(venues) == 1 else f"All {len(venues)} venues in use answer."


def _ages(each: VenueHealth, now: datetime) -> tuple[str, str, str]:
    return _age(each.quotes_at, now), _age(each.funding_at, now), _age(each.closes_at, now)


def _age(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "-"
    seconds = max(int((now - at).total_seconds()), 0)
    for size, letter in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"


def _failure(each: VenueHealth) -> str | None:
    return said(each.failure) if each.failure else None


def _notices(depth: Depth, now: datetime) -> str:
    """How many notices wait to be delivered to all users."""
    said = "No notice waits to be sent."
    if depth.waiting or depth.sending:
        oldest = _age(depth.oldest, now)
        said = f"Notices: {depth.waiting} to send, {depth.sending} on the way, oldest {oldest}."
    unsure = f" {depth.unknown} may not have arrived: digests name them." if depth.unknown else ""
    return said + unsure


def _details(each: VenueHealth) -> Markup:
    health = each.health
    circuit = CIRCUITS.get(health.circuit, health.circuit)
    problems = list(health.problems[:SHOWN])
    if len(health.problems) > SHOWN:
        problems.append(f"And {len(health.problems) - SHOWN} more like these.")
    return lines(
        bold(name_of(each.venue)),
        f"{circuit[0].upper()}{circuit[1:]} (circuit {health.circuit}).",
        f"{health.calls} requests in the last minute.",
        *problems,
        *(f"Changed {event}" for event in health.events),
    )
