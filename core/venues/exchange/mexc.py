"""MEXC futures: what it does differently. Orders are counted in contracts of `contractSize` coins."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from core.venues.exchange.account.private import PositionList, Private, Wallet
from core.venues.exchange.calls import (
    SPOT_TICKERS,
    Call,
    Each,
    Row,
    SpotCalls,
    Tier,
    Tiers,
    figure,
)
from core.venues.exchange.venue import Venue, words


def _risk_limits(row: Row) -> Iterator[Tier]:
    """The margin tiers in a row of the listing: a table, or else steps of one size; limits in contracts.

    Raises LookupError when the limits are counted in something else.
    """
    info = row["info"]
    if info["riskLimitType"] != "BY_VOLUME":
        raise LookupError("These limits are not volumes.")
    return _table(info["riskLimitCustom"]) if info.get("riskLimitCustom") else _steps(info)


def _table(rows: list[Row]) -> Iterator[Tier]:
    """Each tier reaches up to its `maxVol`, where the next one begins."""
    rows = sorted(rows, key=lambda row: int(row["level"]))
    yield Tier(0, rows[0]["mmr"], rows[0]["maxLeverage"])
    for low, high in pairwise(rows):
        yield Tier(low["maxVol"], high["mmr"], high["maxLeverage"])


def _steps(info: Row) -> Iterator[Tier]:
    """The first tier reaches up to `riskBaseVol`, every other one `riskIncrVol` further."""

    def of(name: str) -> Decimal:
        return Decimal(str(info[name]))

    yield Tier(0, info["maintenanceMarginRate"], info["maxLeverage"])
    for above in range(1, int(info["riskLevelLimit"])):
        yield Tier(
            of("riskBaseVol") + (above - 1) * of("riskIncrVol"),
            of("maintenanceMarginRate") + above * of("riskIncrMmr"),
            1 // (of("initialMarginRate") + above * of("riskIncrImr")),
        )


def _odd(row: Row) -> bool:
    """No perpetual for everybody: it delivers, or is hidden. ccxt takes every contract for a perpetual."""
    return figure(row, "info.futureType") not in (None, 1) or bool(figure(row, "info.isHidden"))


# mexc.com/api-docs/futures/market-endpoints/get-contract-info: state. No time of an end is published
_STATE = words("info.state", {"0": "trading", "1": "suspended", "2": None, "3": None, "4": "suspended"})


_ACCOUNT = Private(
    steps=(
        "On mexc.com open API in your account and create a key.",
        "Tick only the rights that say view or read: spot account and futures account.",
    ),
    wallets=(
        Wallet("spotPrivateGetAccount", ("balances",), "asset", ("free", "locked")),
        Wallet("contractPrivateGetAccountAssets", ("data",), "currency", ("equity", "-unrealized")),
    ),
    books=(
        PositionList(
            "contractPrivateGetPositionOpenPositions", ("data",), "symbol", "holdVol", "holdAvgPrice",
            margin=("im", "oim"), side="positionType",
        ),
    ),
)  # fmt: skip

MEXC = Venue(
    id="mexc",
    name="MEXC",
    pages={"*": "https://www.mexc.com/futures/{id}"},
    account=_ACCOUNT,
    options={"defaultType": "swap"},
    # its id TRUMP_USDT is the coin MAGATRUMP, and TRUMP is TRUMPOFFICIAL_USDT: these are the names it shows
    shown=("info.baseCoinName", "info.displayNameEn"),
    # `apiAllowed` is whether a program may trade it; people may, whatever that says
    condition=_STATE,
    skips=_odd,
    taker_fee=Decimal("0.0004"),
    maker_fee=Decimal("0.0001"),
    figures=(
        # mexc.com/api-docs/futures/market-endpoints/get-funding-rate: the symbol may be left out, for all of
        # them at once, which ccxt has no method for; where that fails the `singles` stand in
        Call(
            "request",
            {"rate": "fundingRate", "interval": "collectCycle", "next": "nextSettleTime"},
            args=("funding_rate", ["contract", "public"]),
            what="funding rates",
            needed=False,
            rows="data",
            name="symbol",
        ),
        # its timestamp is that of the last trade, not of the fair price
        Call(
            "fetch_tickers",
            {
                "mark": "info.fairPrice",
                "index": "info.indexPrice",
                "bid": "bid",
                "ask": "ask",
                "rate": "info.fundingRate",
                "turnover": "info.amount24",
            },
        ),
    ),
    singles=(
        Each("fetch_funding_rate", {"interval": "interval", "next": "fundingTimestamp"}, "funding schedule"),
    ),
    tiers=Tiers(unit="contracts", read=_risk_limits),
    spot=SpotCalls(SPOT_TICKERS, candles=500),
    candles=2000,
    # newest first; up to 1000 by today's documentation, but 100 by older ones, and fewer would seem the last
    settlements=100,
    paging=("page", "page_num"),
)
