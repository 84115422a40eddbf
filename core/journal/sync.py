"""What a venue says that a user has, compared with the book: the edits and fills that make them agree."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.domain.coins.place import ELSEWHERE, Lying, Place, all_of, only_elsewhere, place_of, totals
from core.domain.errors import BadInput, NoData
from core.domain.holding import HoldingChange, spread
from core.domain.position import Position
from core.journal.fill import Fill, Terms
from core.journal.held import Held, decimal

VALID = timedelta(hours=1)
"""A difference that was shown longer ago is not applied: prices and the account have moved on since."""
DUST = Decimal(1)
"""Coins worth less than this many USD are not added to the book."""
NOTHING = Decimal(0)
_PLACES = Decimal("1e-12")
"""Places of a price or a margin that had to be divided."""

Counts = Mapping[tuple[str, str], Decimal]
"""Open contracts, above zero long, by venue and symbol."""


@dataclass(eq=False)
class NoPriceToFill(NoData):
    """A position has changed at the venue, and nothing says at what price."""

    says = "There is no price of {symbol} on {venue} now. Try again in a minute."
    venue: str
    symbol: str


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
    fills: tuple[Fill, ...]
    """The fills to record."""

    @property
    def held(self) -> dict[str, Decimal]:
        """Coins in the book at that time, by asset."""
        return totals(self.lying)

    @property
    def after(self) -> dict[str, Decimal]:
        """Coins in the book once the edits are made."""
        return totals(spread(self.lying, self.changes))

    @property
    def empty(self) -> bool:
        """Whether the book agrees with the venue already."""
        return not self.changes and not self.fills


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


def closing_or_opening(
    held: Held | None, position: Position | None, terms: Terms, mark: Decimal | None, now: datetime
) -> Fill | None:
    """The fill that takes the book's position to the venue's; None where they agree.

    What grew is filled at the price that makes the book's average entry that of the venue. What shrank or
    closed is filled at the venue's mark, because the position does not tell what it was closed at. What
    turned from long to short or back is filled at the venue's entry. Raises NoData where such a price is not
    known.
    """
    before = held.count if held is not None else Decimal(0)
    after = position.count if position is not None else Decimal(0)
    if before == after:
        return None
    venue, symbol = (held.venue, held.symbol) if held is not None else _names(position)
    grows = position is not None and abs(after) > abs(before) and after * before >= 0
    price: Decimal | None
    margin: Decimal | None
    if position is not None and grows:
        price, margin = _grown(held, position, terms), _added(held, position, terms)
    elif position is not None and after * before < 0:
        price, margin = position.entry, _dollars(position, terms)
    else:
        price, margin = mark, None
    if price is None or price <= 0:
        raise NoPriceToFill(venue, symbol)
    return Fill(venue, symbol, terms, after - before, price, now, margin=margin)


def _names(position: Position | None) -> tuple[str, str]:
    assert position is not None  # noqa: S101 - one of the two is there, else nothing differs  # nosec B101
    return position.venue, position.symbol


def _grown(held: Held | None, position: Position, terms: Terms) -> Decimal:
    """The price at which the added contracts make the book's average entry
    that of the venue, in quoted units.
    """
    if held is None or not held.count:
        return position.entry
    old, new, entry = Fraction(held.count), Fraction(position.count), Fraction(position.entry)
    if terms.inverse:
        worth = new / entry - old / held.entry
        price = (new - old) / worth if worth else Fraction(0)
    else:
        price = (new * entry - old * held.entry) / (new - old)
    # Where the averages contradict each other, as after a partial close in between, there is no such price.
    rounded = decimal(price).quantize(_PLACES) if price > 0 else Decimal(0)
    return rounded if rounded > 0 else position.entry


def _added(held: Held | None, position: Position, terms: Terms) -> Decimal | None:
    """USD of margin that came with the added contracts; None where it is not known."""
    now = _dollars(position, terms)
    if held is None or not held.count or now is None:
        return now
    if held.margin is None:
        return None
    return max(now - decimal(held.margin), Decimal(0)).quantize(_PLACES)


def _dollars(position: Position, terms: Terms) -> Decimal | None:
    """The position's margin in USD, whatever it is kept in; None where it is not known."""
    if position.margin is None or not terms.inverse:
        return position.margin
    return (position.margin * position.entry / terms.scale).quantize(_PLACES)


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
            "fills": [asdict(fill) for fill in difference.fills],
        },
        default=str,
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
            tuple(map(_read_fill, said["fills"])),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        raise NotADifference from None


def _read_fill(said: Mapping[str, Any]) -> Fill:
    terms = said["terms"]
    expiry = terms["expiry"]
    return Fill(
        said["venue"],
        said["symbol"],
        Terms(
            terms["asset"],
            Decimal(terms["multiplier"]),
            Decimal(terms["scale"]),
            terms["inverse"],
            None if expiry is None else datetime.fromisoformat(expiry),
        ),
        Decimal(said["count"]),
        Decimal(said["price"]),
        datetime.fromisoformat(said["at"]),
        margin=None if said["margin"] is None else Decimal(said["margin"]),
        index=None if said["index"] is None else Decimal(said["index"]),
    )


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
