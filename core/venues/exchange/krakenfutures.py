"""Kraken Futures: what it does differently.

PF_ and FF_ contracts are linear, in coins, settled in dollars; PI_ and FI_ ones are inverse, of one dollar.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from core.domain.contract import Condition
from core.venues.exchange.backs import Ask, Backs, Margined
from core.venues.exchange.calls import Call, Gives, Row, SpotCalls, Tier, Tiers, figure, usd_of
from core.venues.exchange.venue import Venue


def _rate(row: Row) -> Decimal:
    """What longs pay this hour as a part of notional.

    The ticker has what one contract pays: dollars of a linear one, which is a coin; coins of an inverse one,
    which is a dollar. ccxt divides both by the price, which makes nothing of the inverse ones.
    """
    paid, mark = Decimal(str(row["fundingRate"])), Decimal(str(row["markPrice"]))
    return paid * mark if row["symbol"].startswith("PI_") else paid / mark


def _foreign(row: Row) -> bool:
    """Whether it is on a share, a metal or an index, or priced in something else than dollars."""
    pair = str(row["id"]).upper().partition("_")[2].partition("_")[0]
    return bool(figure(row, "info.tradfi")) or not pair.endswith("USD")


def _levels(row: Row) -> Iterable[Tier]:
    """The margin levels in a row of the listing, from so many dollars on: inverse contracts are one each.

    Those of retail clients where they have their own, which ask for more; the others are of professionals.
    """
    own = row["info"]
    for level in own.get("retailMarginLevels") or own["marginLevels"]:
        dollars = level.get("numNonContractUnits")
        floor = level["contracts"] if dollars is None else dollars
        yield Tier(floor, level["maintenanceMargin"], 1 / Decimal(str(level["initialMargin"])))


def _listed(row: Row) -> Condition | None:
    """An instrument that is not tradeable stays listed, and its ticker goes on: it counts as suspended."""
    if figure(row, "info.postOnly"):
        return "post only"
    return "trading" if row["active"] else "suspended"


def _now(row: Row) -> Condition:
    """docs.kraken.com/api/docs/futures-api/trading/get-tickers: what the market is now, which ccxt drops."""
    if row.get("suspended"):
        return "suspended"
    return "post only" if row.get("postOnly") else "trading"


_GIVES: Gives = {
    "mark": "markPrice",
    "index": "indexPrice",
    "bid": "bid",
    "ask": "ask",
    "rate": _rate,
    "condition": _now,
    "turnover": "volumeQuote",
    "interest": usd_of("openInterest", "markPrice"),
}


def _taken(answer: Any) -> Iterator[Margined]:
    """Those of spot margin, which the futures follow. A coin without a value is unknown; staked ones, with a
    dot in their names, do not count.
    """
    for row in answer["result"].values():
        if "." not in row["altname"] and row.get("collateral_value") is not None:
            yield Margined(row["altname"], (("0", row["collateral_value"]),))


KRAKENFUTURES = Venue(
    backs=Backs("collateral values", (Ask("publicGetAssets", on_spot=True),), _taken),
    id="krakenfutures",
    name="Kraken Futures",
    unread="It tells neither the margin of a position nor the fee of a trade, so what I would write down "
    "is not what you have.",
    pages={"*": "https://futures.kraken.com/trade/futures/{id}"},
    condition=_listed,
    skips=_foreign,
    taker_fee=Decimal("0.0005"),
    maker_fee=Decimal("0.0002"),
    # no time: `lastTime` is that of the last trade, which in a quiet contract may be hours ago
    figures=(Call("public_get_tickers", _GIVES, rows="tickers", name="symbol"),),
    # support.kraken.com/articles/9618146737172: hourly since 29 September 2022
    funding_hours=1,
    tiers=Tiers(read=_levels),
    spot=SpotCalls(id="kraken", candles=720),
    server_time=False,
    candles=2000,
    # one request gives all there are
    settlements=1_000_000,
)
