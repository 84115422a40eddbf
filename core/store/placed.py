"""Where a user's coins lie. Only what does not lie elsewhere has a row."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select

from core.domain.coins.place import ELSEWHERE, EXACTLY, Lying, Place, all_of, place_of
from core.store.tables import places
from core.store.types import plain


def read_lying(connection: Connection, user: int, held: Mapping[str, Decimal]) -> dict[str, Lying]:
    """The coins of each asset by place. held: all coins of each asset; what no row says lies elsewhere."""
    query = select(places.c.asset, places.c.place, places.c.quantity).where(places.c.user_id == user)
    return lying_of(map(tuple, connection.execute(query)), held)


def lying_of(rows: Iterable[tuple[str, str, Decimal]], held: Mapping[str, Decimal]) -> dict[str, Lying]:
    """The same from rows of asset, place and quantity of one user."""
    known: dict[str, dict[Place, Decimal]] = {}
    for asset, key, quantity in rows:
        known.setdefault(asset, {})[place_of(key)] = quantity
    lying: dict[str, Lying] = {}
    for asset, quantity in held.items():
        some = known.get(asset, {})
        rest = EXACTLY.subtract(quantity, all_of(some.values()))
        lying[asset] = {**some, ELSEWHERE: rest} if rest else some
    return lying


def write_places(
    connection: Connection, user: int, before: Mapping[str, Lying], after: Mapping[str, Lying]
) -> None:
    """Write the places of each asset whose places in `after` differ from those in `before`."""
    for asset in sorted(before.keys() | after.keys()):
        old, new = _placed(before.get(asset, {})), _placed(after.get(asset, {}))
        if old == new:
            continue
        connection.execute(delete(places).where(places.c.user_id == user, places.c.asset == asset))
        rows = [
            {"user_id": user, "asset": asset, "place": place.key, "quantity": quantity}
            for place, quantity in new.items()
        ]
        if rows:
            connection.execute(insert(places), rows)


def _placed(lying: Lying) -> dict[Place, Decimal]:
    """The coins that do not lie elsewhere."""
    return {place: Decimal(plain(coins)) for place, coins in lying.items() if place != ELSEWHERE}
