"""What a venue says that a user has, compared with the book: the edits and fills that make them agree."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from core.domain.coins.place import ELSEWHERE, Lying, Place, all_of, only_elsewhere, place_of, totals
from core.domain.errors import BadInput
from core.domain.holding import HoldingChange, spread
from core.journal.ended import by_venue, likely_reason
from core.journal.fate import Fate
from core.journal.fill import Fill, Margin, Terms
from core.journal.held import Held
from core.journal.matching import Matching

VALID = timedelta(hours=1)
"""A difference that was shown longer ago is not applied: prices and the account have moved on since."""
DUST = Decimal(1)
"""Coins worth less than this many USD are not added to the book."""
NOTHING = Decimal(0)
_NAMES: Mapping[type, str] = {Fill: "fill", Margin: "margin", Fate: "fate"}
"""What each kind of entry is called in a draft."""
_EXACT = frozenset(("count", "price", "fee", "margin", "index", "wanted"))
"""Their fields that are exact numbers."""

Counts = Mapping[tuple[str, str], Decimal]
"""Open contracts, above zero long, by venue and symbol."""


class NotADifference(BadInput):
    """The draft to be applied is not of an account's difference."""

    says = "That is no difference to apply."


@dataclass(frozen=True, slots=True)
class Difference:
    """What has to change in a book, and what the book was when that was found."""

    at: datetime
    """When the difference was found."""
    lying: Mapping[str, Lying]
    """Coins in the book at that time, by asset and place."""
    counts: Counts
    """Open contracts in the book at that time."""
    changes: tuple[HoldingChange, ...]
    """The edits of the holdings."""
    entries: Matching
    """What is to be recorded in the journal."""

    @property
    def held(self) -> dict[str, Decimal]:
        """Coins in the book at that time, by asset."""
        return totals(self.lying)

    @property
    def after(self) -> dict[str, Decimal]:
        """Coins in the book once the edits are made."""
        return totals(spread(self.lying, self.changes))

    @property
    def taken(self) -> tuple[Fill, ...]:
        """The fills that make a position smaller, by an order of the user or because the venue closed it."""
        return tuple(
            each
            for each in self.entries
            if isinstance(each, Fill)
            and each.reason is None
            and self.counts.get((each.venue, each.symbol), NOTHING) * each.count < 0
        )

    @property
    def gone(self) -> tuple[Fill, ...]:
        """The fills of what the venue closed by itself."""
        return tuple(each for each in self.entries if isinstance(each, Fill) and by_venue(each))

    def closed_by_venue(self, held: Iterable[Held], at: datetime) -> "Difference":
        """The same with every position that became smaller as one that the venue closed.

        held: the positions in the book. Why it did is what each price makes likely.
        """
        known = {(each.venue, each.symbol): each for each in held}
        why = {
            fill: likely_reason(known[fill.venue, fill.symbol], fill.price, at)
            for fill in self.taken
            if (fill.venue, fill.symbol) in known
        }
        entries = (
            replace(each, reason=why[each]) if isinstance(each, Fill) and each in why else each
            for each in self.entries
        )
        return replace(self, entries=tuple(entries))

    @property
    def empty(self) -> bool:
        """Whether the book agrees with the venue already."""
        return not self.changes and not self.entries


def counts_of(positions: Iterable[Held]) -> dict[tuple[str, str], Decimal]:
    """What these positions have open."""
    return {(held.venue, held.symbol): held.count for held in positions if held.count}


def coin_changes(
    lying: Mapping[str, Lying], there: Mapping[str, Mapping[str, Decimal]], prices: Mapping[str, Decimal]
) -> tuple[tuple[HoldingChange, ...], tuple[str, ...]]:
    """The edits that give the book what lies at the venues, and the coins that were left out as dust.

    lying: coins in the book. there: coins at each venue that was asked, below zero where they are borrowed.
    prices: USD per coin, as far as known; all by asset. Coins of which the book knows no place are taken for
    those at the venues, unless none are there; what lies elsewhere beside them stays. A coin that the book
    does not have and that is worth less than DUST is left out; one without a price is taken, because it is
    not known to be dust. What is borrowed is no holding.
    """
    changes: list[HoldingChange] = []
    dust: list[str] = []
    for asset in sorted({*lying, *(asset for coins in there.values() for asset in coins)}):
        found = _without_debts({Place(venue): coins.get(asset, NOTHING) for venue, coins in there.items()})
        owned, places = all_of(found.values()), lying.get(asset, {})
        new = only_elsewhere(places)
        if new and not owned:
            continue
        if not places and asset in prices and owned * prices[asset] < DUST:
            dust.append(asset)
            continue
        changes += [
            HoldingChange("set", asset, coins, place)
            for place, coins in found.items()
            if places.get(place, NOTHING) != coins
        ]
        if new and places:
            changes.append(HoldingChange("set", asset, NOTHING, ELSEWHERE))
    return tuple(changes), tuple(dust)


def _without_debts(coins: Mapping[Place, Decimal]) -> dict[Place, Decimal]:
    """The coins at each venue, less what is borrowed at another one."""
    owed = -all_of(each for each in coins.values() if each < 0)
    left = {}
    for place, each in sorted(coins.items(), key=lambda one: one[0].key):
        paid = min(owed, max(each, NOTHING))
        owed -= paid
        left[place] = max(each, NOTHING) - paid
    return left


def write_difference(difference: Difference) -> str:
    """The difference as JSON, to be stored as a draft until the user says yes."""
    return json.dumps(
        {
            "sync": difference.at.isoformat(),
            "lying": {asset: _by_key(places) for asset, places in difference.lying.items()},
            "counts": [[*key, str(count)] for key, count in difference.counts.items()],
            "changes": [
                [change.asset, str(change.quantity), change.place.key if change.place else None]
                for change in difference.changes
            ],
            "entries": [{"entry": _NAMES[type(each)], **asdict(each)} for each in difference.entries],
        },
        default=lambda value: value.isoformat() if isinstance(value, datetime) else str(value),
    )


def read_difference(text: str) -> Difference:
    """Read what `write_difference` wrote. Raises BadInput for any other draft."""
    try:
        said = json.loads(text)
        return Difference(
            datetime.fromisoformat(said["sync"]),
            {asset: _places(coins) for asset, coins in said["lying"].items()},
            {(venue, symbol): Decimal(count) for venue, symbol, count in said["counts"]},
            tuple(
                HoldingChange("set", asset, Decimal(quantity), place_of(key) if key else None)
                for asset, quantity, key in said["changes"]
            ),
            tuple(map(_read_entry, said["entries"])),
        )
    except (ValueError, LookupError, TypeError, AttributeError, InvalidOperation):
        raise NotADifference from None


def _read_entry(said: Mapping[str, Any]) -> Fill | Margin | Fate:
    kept = {name: value for name, value in said.items() if name != "entry"}
    exact = {name: Decimal(kept[name]) for name in _EXACT & kept.keys() if kept[name] is not None}
    found = {**kept, **exact, "at": datetime.fromisoformat(kept["at"])}
    match said["entry"]:
        case "margin":
            return Margin(**found)
        case "fate":
            return Fate(**found)
    terms = kept["terms"]
    worth = {name: Decimal(terms[name]) for name in ("multiplier", "scale")}
    expiry = None if terms["expiry"] is None else datetime.fromisoformat(terms["expiry"])
    return Fill(**{**found, "terms": Terms(**{**terms, **worth, "expiry": expiry})})


def _by_key(places: Lying) -> dict[str, str]:
    return {place.key: str(coins) for place, coins in places.items()}


def _places(said: Mapping[str, str]) -> dict[Place, Decimal]:
    return {place_of(key): Decimal(coins) for key, coins in said.items()}


def added_up(owned: Sequence[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """The coins of all venues together, by asset."""
    totals: dict[str, Decimal] = {}
    for coins in owned:
        for asset, quantity in coins.items():
            totals[asset] = totals.get(asset, Decimal(0)) + quantity
    return dict(sorted(totals.items()))
