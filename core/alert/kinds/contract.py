"""Contract: whether what is open still trades, is stopped by its venue, or is not listed any more."""

from datetime import datetime, timedelta
from decimal import Decimal

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind, usual
from core.alert.legs import position_subjects
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.domain.snapshot import Snapshot
from core.journal.held import decimal, value

TRADES, RESTRICTED, SUSPENDED, GONE = Decimal(0), Decimal(1), Decimal(2), Decimal(3)
"""The condition of a contract as a figure: the higher, the less can be done in it."""
_GRADES = {"trading": TRADES, "post only": RESTRICTED, "reduce only": RESTRICTED, "suspended": SUSPENDED}
PASSING = ("post only", "suspended")
"""What a market may be for some minutes around a restart of its venue, and is told only where it lasts."""
LASTS = timedelta(minutes=15)
STATE = Check("what can be done in a contract", "contract", first=True)


def grade(snapshot: Snapshot | None, symbol: str, now: datetime) -> Decimal | None:
    """What can be done in the contract now; None where it is not known, or may be over in a moment."""
    if snapshot is None or not snapshot.contracts:
        return None
    contract = snapshot.contracts.get(symbol)
    if contract is None:
        return GONE
    if contract.condition in PASSING and now - snapshot.stopped.get(symbol, now) < LASTS:
        return None
    return _GRADES[contract.condition]


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    leg = situation.leg(rule.subject)
    if leg is None:
        return None
    held, snapshot = leg.held, situation.snapshots.get(leg.held.venue)
    if held.terms.expiry is not None and held.terms.expiry <= situation.now:
        return None  # its end is told as the end of a future
    found = grade(snapshot, held.symbol, situation.now)
    if found is None or snapshot is None:
        return None
    lost = snapshot.lost.get(held.symbol)
    quote = lost.last if lost else snapshot.quotes.get(held.symbol)
    contract = lost.contract if lost else leg.contract
    mark = quote.mark if quote else None
    return reading(
        found,
        Facts(
            subject=leg.asset,
            venue=held.venue,
            symbol=held.symbol,
            id=contract.id if contract else None,
            condition=contract.condition if leg.contract and contract else "gone",
            ends=contract.ends if contract else None,
            last=quote.at if quote else None,
            mark=mark,
            short=-decimal(value(held.terms, held.count, mark)) if mark else None,
            urgent=found >= SUSPENDED,
            simulated=situation.simulated,
        ),
    )


kind = Kind(
    "contract",
    "Contract stopped",
    "tells you when a contract that you have open is stopped by the exchange or taken off it",
    figures={
        "state": Figure(
            "plain", "above", TRADES, GONE, usual=(TRADES, RESTRICTED, SUSPENDED), checks=(STATE,)
        ),
    },
    forms={"contract": "when a contract can only be closed, is suspended, or is not listed any more"},
    subjects=position_subjects,
    measure=_measure,
    theme="contract",
    coin="optional",
    after_hedging=(usual("contract", "state", "above", "0", "1", "2"),),
)
