"""How long a contract or a coin has had no price of its own, while its venue gives others."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from core.alert.situation import Situation
from core.domain.coins.asset import STABLECOINS
from core.domain.quote import QUOTE_WARN
from core.domain.snapshot import Snapshot

MINUTE = timedelta(minutes=1)
TOGETHER = timedelta(minutes=2)
"""A price no further behind the newest of its venue than this stopped together with the venue."""
FORGOTTEN = Decimal(24 * 60)
"""Minutes after which a coin that is held and has no price is no news any more."""


class Silence(NamedTuple):
    """How long something has had no price of its own."""

    minutes: Decimal
    """Whole minutes."""
    last: datetime | None
    """Of when the last price is; None where there never was any."""


def newest(snapshot: Snapshot) -> datetime | None:
    """Of when the newest price of the venue is."""
    return max((quote.at for quote in snapshot.quotes.values()), default=None)


def of_contract(
    snapshot: Snapshot | None,
    symbol: str,
    now: datetime,
    asked_since: datetime | None,
    latest: datetime | None = None,
) -> Silence | None:
    """Of a contract that is listed; None while the whole venue is silent, which is told of the venue.

    One that has had no price since the program began is silent since prices were first asked for. latest:
    `newest` of the venue, where the caller knows it already.
    """
    latest = latest or (newest(snapshot) if snapshot else None)
    if snapshot is None or latest is None or symbol not in snapshot.contracts:
        return None
    quote = snapshot.quotes.get(symbol)
    last = quote.at if quote else None
    if now - latest > QUOTE_WARN and (last is None or latest - last <= TOGETHER):
        return None
    since = last or asked_since
    return None if since is None else Silence(_minutes(now - since), last)


def of_coin(snapshot: Snapshot | None, asset: str, now: datetime) -> Silence | None:
    """Of a coin by whatever prices it; None of one that never had a price, and where the venue is silent."""
    latest = newest(snapshot) if snapshot else None
    if snapshot is None or latest is None or now - latest > QUOTE_WARN:
        return None
    last = last_prices(snapshot).get(asset)
    return Silence(_minutes(now - last), last) if last else None


def last_prices(snapshot: Snapshot) -> dict[str, datetime]:
    """Of when the last price of each coin is, by whatever prices it."""
    found: dict[str, datetime] = {}
    times = [
        (snapshot.contracts[symbol].asset, quote.at)
        for symbol, quote in snapshot.quotes.items()
        if symbol in snapshot.contracts
    ]
    times += [(lost.contract.asset, lost.last.at) for lost in snapshot.lost.values() if lost.last]
    times += [(asset, spot.at) for asset, spot in snapshot.spot.items()]
    for asset, at in times:
        found[asset] = max(at, found.get(asset, at))
    return found


def silent_coins(snapshot: Snapshot | None, assets: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Those of the coins that have had no price for some minutes, and not for a day."""
    latest = newest(snapshot) if snapshot else None
    if snapshot is None or latest is None or now - latest > QUOTE_WARN:
        return ()
    known = last_prices(snapshot)
    return tuple(
        asset
        for asset in assets
        if asset not in STABLECOINS
        and asset in known
        and now - known[asset] > QUOTE_WARN
        and _minutes(now - known[asset]) <= FORGOTTEN
    )


def held_coins(situation: Situation) -> tuple[str, ...]:
    """The coins that the user holds and that have no price of their own now."""
    assets = tuple(dict.fromkeys(held.asset for held in situation.holdings))
    return silent_coins(situation.snapshot, assets, situation.now)


def _minutes(span: timedelta) -> Decimal:
    return max(Decimal(span // MINUTE), Decimal(0))
