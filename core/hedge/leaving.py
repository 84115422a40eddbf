"""Contracts in which no new short should be opened: those on their way out,
and those that are halted for now.
"""

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
"""What a condition means for somebody who wants to open a short; it follows
the contract's name in a sentence.
"""


def why_not(contract: Contract, horizon: datetime) -> str | None:
    """Why no short should be opened in it that is to last until `horizon`; None where one may be."""
    if contract.offered(horizon):
        return None
    if contract.ends is not None and contract.ends <= horizon:
        return f"{contract.venue} ends {contract.id} on {contract.ends:%d %b %Y, %H:%M} UTC"
    return f"{contract.id} on {contract.venue} {STOPPED[contract.condition]}"


def not_offered(snapshot: Snapshot, assets: Iterable[str], wish: Wish, now: datetime) -> dict[str, str]:
    """For each asset whose contract of the wished kind is listed here but not offered: the reason."""
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
    """For each contract whose end is announced, a sentence that says so, without the full stop at its end."""
    return [
        f"{contract.venue} ends {contract.id} on {contract.ends:%d %b %Y, %H:%M} UTC: it is settled then, "
        "and this part of the hedge ends"
        for contract in contracts
        if contract.ends is not None
    ]
