"""The table of venues and capabilities, each cell the figure that was seen."""

import importlib
from collections import Counter
from collections.abc import Callable, Iterable

from core.domain.coins.asset import LISTED_AS
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.naming import coin
from core.venues.exchange.venue import Venue
from tests.venues.look import Seen

Cell = Callable[[Seen], str]
NONE = "—"


def _main(seen: Seen) -> Contract | None:
    """The contract that the figures of a row are of: on BTC, perpetual where there is one."""
    dated = (c for c in seen.contracts.values() if c.asset == "BTC" and not c.inverse)
    return seen.perpetual("BTC") or min(dated, key=lambda c: c.symbol, default=None)


def _contracts(seen: Seen) -> str:
    kinds = {
        "": sum(c.perpetual and not c.inverse for c in seen.contracts.values()),
        " dated": sum(not c.perpetual for c in seen.contracts.values()),
        " inverse": sum(c.inverse and c.perpetual for c in seen.contracts.values()),
    }
    return ", ".join(f"{count}{kind}" for kind, count in kinds.items() if count) or NONE


def _conditions(seen: Seen) -> str:
    """How many contracts are in each condition, and whether the venue says when one will end."""
    counts = Counter(contract.condition for contract in seen.contracts.values())
    told = "" if EXCHANGES[seen.venue].ends else ", no ends told"
    return ", ".join(f"{count} {condition}" for condition, count in counts.most_common()) + told


def _size(seen: Seen) -> str:
    contract = _main(seen)
    return f"{contract.multiplier:f} × {contract.lot:f}" if contract else NONE


def _price(seen: Seen) -> str:
    contract = _main(seen)
    quote = seen.quotes.get(contract.symbol) if contract else None
    return f"{quote.mark.normalize():f}" if quote else NONE


def _index(seen: Seen) -> str:
    contract = _main(seen)
    quote = seen.quotes.get(contract.symbol) if contract else None
    return f"{quote.index.normalize():f}" if quote and quote.index else NONE


def _book(seen: Seen) -> str:
    contract = _main(seen)
    quote = seen.quotes.get(contract.symbol) if contract else None
    return f"{quote.bid:f}/{quote.ask:f}" if quote and quote.bid and quote.ask else NONE


def _funding(seen: Seen) -> str:
    contract = _main(seen)
    rate = seen.rates.get(contract.symbol) if contract else None
    return f"{rate.rate * 100:+.4f} % / {rate.interval_hours} h" if rate else NONE


def _signs(seen: Seen) -> str:
    """How many contracts are in each stage of deleveraging."""
    counts = Counter(sign.stage for sign in seen.signs.values())
    return ", ".join(f"{count} {stage}" for stage, count in counts.most_common()) or NONE


def _collateral(seen: Seen) -> str:
    """How many coins count as margin, with the ratio of the first bitcoins, and the interest of a year."""
    found = seen.collateral
    if found is None:
        return NONE
    counts = found.haircuts.get("BTC")
    loan = found.loans.get("USDT") or found.loans.get("USDC")
    first = f", BTC {counts.ratio.normalize():f}" if counts else ""
    debt = f", debt {loan.daily_rate * 36500:.1f} %" if loan else ""
    return f"{len(found.haircuts)} coins{first}{debt}"


def _history(seen: Seen) -> str:
    contract = _main(seen)
    past = seen.settled.get(contract.symbol) if contract else None
    return f"{len(past.times)}" if past is not None and len(past.times) else NONE


def _closes(seen: Seen) -> str:
    closes = seen.closes.get("BTC")
    return f"{len(closes.days)}" if closes is not None and len(closes.days) else NONE


def _hours(seen: Seen) -> str:
    candles = seen.candles.get("BTC")
    return f"{len(candles.times)}" if candles is not None and len(candles.times) else NONE


def _brackets(seen: Seen) -> str:
    contract = _main(seen)
    if contract is None:
        return NONE
    if contract.brackets_assumed:
        return "assumed"
    first = contract.brackets[0]
    return f"{len(contract.brackets)} from {(first.rate * 100).normalize():f} %"


def _spot(seen: Seen) -> str:
    return ", ".join(f"{asset} {quote.mark.normalize():f}" for asset, quote in seen.spot.items()) or NONE


def _names(seen: Seen) -> str:
    """How many contracts were read by which name, and how many tickers a venue that shows none has refused.

    Those are what ccxt's table for its spot market gives to another coin.
    """
    venue = EXCHANGES.get(seen.venue)
    if venue is None:
        return NONE
    read = f"{len(seen.contracts)} by {'what is shown' if venue.shown else 'id'}"
    refused = sum(_refused(venue, ticker, other) for ticker, other in renamed_on_spot(venue).items())
    return f"{read}, {refused} refused" if refused else read


def _refused(venue: Venue, ticker: str, other: str) -> bool:
    told = {"name": ticker, **({"baseCoinName": ticker} if "info.baseCoinName" in venue.shown else {})}
    try:
        coin(venue, {"symbol": f"{other}/USDT:USDT", "base": other, "baseId": ticker, "info": told})
    except NoData:
        return True
    return False


def renamed_on_spot(venue: Venue) -> dict[str, str]:
    """The tickers that ccxt's table for a venue gives to another coin, with that coin."""
    table = getattr(importlib.import_module("ccxt"), venue.id)().commonCurrencies
    return {own: other for own, other in table.items() if other not in (LISTED_AS.get(own), own)}


COLUMNS: dict[str, Cell] = {
    "contracts": _contracts,
    "condition": _conditions,
    "names": _names,
    "BTC × lot": _size,
    "mark": _price,
    "index": _index,
    "bid/ask": _book,
    "funding": _funding,
    "deleveraging": _signs,
    "collateral": _collateral,
    "fundings": _history,
    "closes": _closes,
    "hours": _hours,
    "brackets": _brackets,
    "spot": _spot,
}


def table(rows: Iterable[tuple[str, str, Seen]]) -> str:
    """Lines of the table: of each row the venue, what its figures rest on, and what was seen."""
    cells = [["venue", "answers", *COLUMNS]]
    cells += [[venue, origin, *(cell(seen) for cell in COLUMNS.values())] for venue, origin, seen in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
