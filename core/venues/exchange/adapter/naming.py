"""Which coin a row of a listing is on: what the venue shows its users, or a refusal by name.

ccxt renames coins by a table that was made for the spot market of a venue; on its contracts the same ticker
may be another coin (Gate's GTC, Bitget's OMNI, BingX's TRUMP). Nothing is renamed by that table here: where
it contradicts the venue's own id and the venue says no name that is shown, the contract is refused.
"""

from decimal import Decimal

from core.domain.coins.asset import listed_as
from core.domain.errors import BadInput, NoData
from core.venues.exchange.calls import Row, figure
from core.venues.exchange.venue import Venue


def coin(venue: Venue, row: Row) -> tuple[str, Decimal]:
    """The asset of a contract, and how many coins of it the name stands for (1000PEPE).

    Raises NoData when names contradict each other, or there is none that can be used.
    """
    symbol = row["symbol"]
    said = [name for key in venue.shown if (name := _pair_base(figure(row, key)))]
    shown = {name: read for name in said if (read := _read(venue, name))}
    if len(set(shown.values())) > 1:
        raise NoData(
            f"{venue.name} shows {symbol} as {' and '.join(shown)}: it cannot be told which coin it is on."
        )
    if shown:
        return next(iter(shown.values()))
    own = str(figure(row, venue.base))
    read = None if said else _read(venue, own)
    if read is None:
        raise NoData(f"{venue.name} lists {symbol}, whose coin has no usable ticker.")
    usual = str(row["base"])  # as it is written: Bitget's spot `omni` is another coin than OMNI
    kept = own.upper() if own.upper() != "XBT" else ""  # where it is no other name of BTC, it is another coin
    if usual not in (kept, read[0]):
        raise NoData(
            f"{venue.name} lists {own.upper()[:20]}, which is {usual[:20]} on its spot market: it cannot be "
            f"told which coin {symbol} is on."
        )
    return read


def _read(venue: Venue, name: str) -> tuple[str, Decimal] | None:
    try:
        return listed_as(name, thousands=venue.thousands)
    except BadInput:
        return None


def _pair_base(name: object) -> str:
    """The coin of `TRUMP`, `TRUMP-USDT` or `TRUMP_USDT PERPETUAL`; empty where there is no text."""
    return name.partition("_")[0].partition("-")[0].strip() if isinstance(name, str) else ""
