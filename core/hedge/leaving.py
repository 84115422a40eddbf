"""Contracts that no new short is opened in, or not for long: on their way out, or stopped for now."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.domain.contract import Contract
from core.domain.snapshot import Snapshot
from core.hedge.wish import Wish

STOPPED = {
    "post only": "takes only orders that wait in its book now",
    "reduce only": "can only be closed now, not opened",
    "suspended": "is suspended now",
}
"""What a condition means to somebody who wants to open a short."""


def why_not(contract: Contract, horizon: datetime) -> str | None:
    """Why no new short is opened in it that should last until `horizon`; None where one may be."""
    if contract.offered(horizon):
        return None
    if contract.ends is not None and contract.ends <= horizon:
        return f"{contract.venue} ends {contract.id} on {contract.ends:%d %b %Y, %H:%M} UTC"
    return f"{contract.id} on {contract.venue} {STOPPED[contract.condition]}"


def not_offered(snapshot: Snapshot, assets: Iterable[str], wish: Wish, now: datetime) -> dict[str, str]:
    """Of each asset that has a contract of the wished kind here which is not offered: why."""
    until = now + timedelta(days=wish.horizon_days)
    found: dict[str, str] = {}
    for asset in dict.fromkeys(assets):
        dated = wish.kind == "quarterly" or (snapshot.dated_only and not wish.inverse)
        contract = snapshot.dated(asset, until) if dated else snapshot.perpetual(asset, inverse=wish.inverse)
        reason = why_not(contract, until) if contract else None
        if reason is not None:
            found[asset] = reason
    return found


def ends_later(contracts: Iterable[Contract]) -> list[str]:
    """One sentence, without its point, for each contract whose end is announced."""
    return [
        f"{contract.venue} ends {contract.id} on {contract.ends:%d %b %Y, %H:%M} UTC: it is settled then, "
        "and this part of the hedge ends"
        for contract in contracts
        if contract.ends is not None
    ]
