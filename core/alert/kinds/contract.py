"""Contract: whether what is open still trades as it was filled, or was stopped or taken off by its venue."""

from datetime import datetime, timedelta
from decimal import Decimal

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind, usual
from core.alert.legs import position_subjects
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.domain.snapshot import Snapshot
from core.journal.fill import Terms
from core.journal.held import decimal, value
from core.journal.relisted import change_of
from core.outcome.leg_standing import LegStanding

TRADES, RESTRICTED, SUSPENDED, GONE = Decimal(0), Decimal(1), Decimal(2), Decimal(3)
"""The condition of a contract as a figure: the higher, the less can be done in it."""
OTHER_SIZE = Decimal("0.5")
"""The same of one that trades, and is another number of coins than when it was filled."""
_GRADES = {"trading": TRADES, "post only": RESTRICTED, "reduce only": RESTRICTED, "suspended": SUSPENDED}
PASSING = ("post only", "suspended")
"""What a market may be for some minutes around a restart of its venue, and is told only where it lasts."""
LASTS = timedelta(minutes=15)
STATE = Check("what can be done in a contract", "contract", first=True)


def grade(snapshot: Snapshot | None, symbol: str, terms: Terms, now: datetime) -> Decimal | None:
    """What can be done in the contract now; None where it is not known, or may be over in a moment.

    terms: on which it was filled. One that is listed as another kind of contract by now is gone.
    """
    if snapshot is None or not snapshot.contracts:
        return None
    contract = snapshot.contracts.get(symbol)
    changed = "kind" if contract is None else change_of(terms, contract)
    if contract is None or changed == "kind":
        return GONE
    if contract.condition in PASSING and now - snapshot.stopped.get(symbol, now) < LASTS:
        return None
    return max(_GRADES[contract.condition], OTHER_SIZE if changed == "size" else TRADES)


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    leg = situation.leg(rule.subject)
    if leg is None:
        return None
    held, snapshot = leg.held, situation.snapshots.get(leg.held.venue)
    if held.terms.expiry is not None and held.terms.expiry <= situation.now:
        return None  # its end is told as the end of a future
    found = grade(snapshot, held.symbol, held.terms, situation.now)
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
            condition=_condition(leg, snapshot, found),
            size_then=held.terms.multiplier if found == OTHER_SIZE else None,
            size_now=contract.multiplier if contract and found == OTHER_SIZE else None,
            ends=contract.ends if contract else None,
            last=quote.at if quote else None,
            mark=mark,
            short=-decimal(value(held.terms, held.count, mark)) if mark else None,
            urgent=found == OTHER_SIZE or found >= SUSPENDED,
            simulated=situation.simulated,
        ),
    )


def _condition(leg: LegStanding, snapshot: Snapshot, found: Decimal) -> str:
    """The condition in a word, as `Facts` has it."""
    if found == OTHER_SIZE:
        return "resized"
    if leg.contract is not None:
        return leg.contract.condition
    return "another kind" if leg.held.symbol in snapshot.contracts else "gone"


kind = Kind(
    "contract",
    "Contract stopped",
    "tells you when a contract that you have open is stopped by the exchange or taken off it",
    figures={
        "state": Figure(
            "plain", "above", TRADES, GONE, usual=(TRADES, RESTRICTED, SUSPENDED), checks=(STATE,)
        ),
    },
    forms={"contract": "when a contract can only be closed, is suspended, resized, or not listed any more"},
    subjects=position_subjects,
    measure=_measure,
    theme="contract",
    coin="optional",
    after_hedging=(usual("contract", "state", "above", "0", "1", "2"),),
)
