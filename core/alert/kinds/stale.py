"""Stale: no prices from a venue that matters to the user, of a contract that is open, or of a coin held.

The only kind that old prices let fire. A venue that is silent is told as one; where it gives prices, each
contract and each coin that has none of its own is told by itself.
"""

from decimal import Decimal

from core.alert.check import Check
from core.alert.facts import Facts
from core.alert.kind import Figure, Kind, usual
from core.alert.rule import Rule
from core.alert.silence import MINUTE, Silence, held_coins, newest, of_coin, of_contract
from core.alert.situation import Reading, Situation, leg_name, reading
from core.journal.held import decimal, value

COIN = "coin:"
"""Before the ticker of a coin in the name of a subject: a coin may be called as a venue is."""
VENUE = Check("minutes without a price of a venue", "venue")
CONTRACT = Check("minutes without a price of a contract", "contract", first=True)
HELD = Check("coins held without a price", "holder", needs=frozenset({"holdings"}))


def _subjects(situation: Situation, _: Rule) -> tuple[str, ...]:
    """The user's venue, those where something is open, each open contract, and coins without a price."""
    return (
        *dict.fromkeys([situation.venue, *(leg.held.venue for leg in situation.legs)]),
        *map(leg_name, situation.legs),
        *(f"{COIN}{asset}" for asset in held_coins(situation)),
    )


def _measure(situation: Situation, rule: Rule) -> Reading | None:
    """Minutes since the newest price of the subject."""
    if rule.subject.startswith(COIN):
        return _coin(situation, rule.subject.removeprefix(COIN))
    return _contract(situation, rule) if ":" in rule.subject else _venue(situation, rule)


def _venue(situation: Situation, rule: Rule) -> Reading | None:
    """Of a venue that never gave any price, since it was first asked.

    Those minutes count only once they are too many: after a start nobody knows how long it was quiet before.
    """
    snapshot = situation.snapshots.get(rule.subject)
    last = newest(snapshot) if snapshot else None
    since = last or situation.asked_since
    if since is None:
        return None
    minutes = max(Decimal((situation.now - since) // MINUTE), Decimal(0))
    if last is None and minutes <= rule.tiers[0]:
        return None
    legs = [leg for leg in situation.legs if leg.held.venue == rule.subject]
    return reading(
        minutes,
        Facts(
            venue=rule.subject,
            last=last,
            positions=len(legs),
            urgent=bool(legs),
            simulated=situation.simulated,
        ),
    )


def _contract(situation: Situation, rule: Rule) -> Reading | None:
    leg = situation.leg(rule.subject)
    if leg is None:
        return None
    snapshot = situation.snapshots.get(leg.held.venue)
    found = of_contract(snapshot, leg.held.symbol, situation.now, situation.asked_since)
    if found is None or (found.last is None and found.minutes <= rule.tiers[0]):
        return None
    quote = snapshot.quotes.get(leg.held.symbol) if snapshot else None
    mark = quote.mark if quote else None
    return reading(
        found.minutes,
        Facts(
            subject=leg.asset,
            venue=leg.held.venue,
            symbol=leg.held.symbol,
            id=leg.contract.id if leg.contract else None,
            last=found.last,
            mark=mark,
            short=-decimal(value(leg.held.terms, leg.held.count, mark)) if mark else None,
            liquidation=leg.liquidation,
            frozen=quote.frozen if quote else False,
            urgent=True,
            simulated=situation.simulated,
        ),
    )


def _coin(situation: Situation, asset: str) -> Reading | None:
    found: Silence | None = of_coin(situation.snapshot, asset, situation.now)
    if found is None:
        return None
    held = sum((each.quantity for each in situation.holdings if each.asset == asset), Decimal(0))
    return reading(
        found.minutes,
        Facts(
            subject=asset,
            venue=situation.venue,
            coin=True,
            last=found.last,
            quantity=held,
            simulated=situation.simulated,
        ),
    )


kind = Kind(
    "stale",
    "No prices",
    "tells you when I have had no price for a while: from your exchange, of a contract that you have "
    "open, or of a coin that you hold. Nothing else can be told of it then",
    figures={
        "minutes": Figure(
            "minutes",
            "above",
            Decimal(5),
            Decimal(1440),
            usual=(Decimal(15),),
            checks=(VENUE, CONTRACT, HELD),
        )
    },
    forms={"stale 15m": "when there were no prices for 15 minutes"},
    subjects=_subjects,
    measure=_measure,
    theme="market",
    after_hedging=(usual("stale", "minutes", "above", "15"),),
)
