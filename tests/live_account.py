"""An account at an exchange on this machine that trades: its trades and positions, in that exchange's form.

It can lose a page of its trades, tell one twice, tell them in any order, or be down.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from core.domain.contract import Contract
from tests.domain import contract
from tests.venue_server import Query, VenueServer

Fault = Literal["none", "loses", "repeats", "shuffles", "down"]
ETH = "ETH/USDT:USDT"


@dataclass(frozen=True, slots=True)
class Made:
    """One trade at the exchange."""

    id: str
    order: str
    count: Decimal
    price: Decimal
    at: datetime
    fee: Decimal
    kind: str = "Trade"


@dataclass
class LiveAccount:
    """The account of one user at Bybit or Hyperliquid."""

    server: VenueServer
    venue: str
    made: list[Made] = field(default_factory=list)
    fault: Fault = "none"
    refused: bool = False
    trades: bool = False
    """Whether the key may trade."""

    def __post_init__(self) -> None:
        paths: Mapping[str, Callable[[Query], object]] = (
            {
                "/v5/execution/list": self._bybit_trades,
                "/v5/position/list": self._bybit_positions,
                "/v5/user/query-api": self._bybit_rights,
            }
            if self.venue == "bybit"
            else {"/info": self._hyperliquid}
        )
        for path, answer in paths.items():
            self.server.answers[path] = answer

    @property
    def key(self) -> dict[str, str]:
        if self.venue == "bybit":
            return {"apiKey": "key-of-mine-0123456789", "secret": "hunter2-hunter2-hunter2"}
        return {"walletAddress": f"0x{'a' * 40}"}

    @property
    def contract(self) -> Contract:
        own = contract("ETH", multiplier="1", lot="0.01", min_count="0.01", symbol=ETH)
        return replace(own, venue=self.venue, id="ETHUSDT" if self.venue == "bybit" else "ETH")

    @property
    def open(self) -> Decimal:
        return sum((each.count for each in self.made), Decimal(0))

    def order(
        self, count: Decimal, price: Decimal, at: datetime, parts: int = 1, kind: str = "Trade"
    ) -> None:
        """Fill an order in so many parts, each a thousandth of a second after the one before."""
        number = len(self.made)
        part = (count / parts).quantize(Decimal("0.0001"))
        for each in range(parts):
            own = count - part * (parts - 1) if each == parts - 1 else part
            self.made.append(
                Made(
                    str(10_000 + len(self.made)),
                    f"order-{number}",
                    own,
                    price + Decimal(each) / 100,
                    at + timedelta(milliseconds=each),
                    (abs(own) * price * Decimal("0.00055")).quantize(Decimal("0.00000001")),
                    kind,
                )
            )

    def _entry(self) -> Decimal:
        """The average price of what is open, as the exchange would have it; good enough for a test."""
        side = [each for each in self.made if each.count * self.open > 0]
        total = sum((abs(each.count) for each in side), Decimal(0))
        return (sum((abs(each.count) * each.price for each in side), Decimal(0)) / total).quantize(
            Decimal("0.01")
        )

    def _page(self, rows: list[Any], number: int) -> list[Any]:
        """The page as the fault has it."""
        if self.fault == "shuffles":
            return rows[::-1]
        if self.fault == "loses" and number % 2 == 0:
            return rows[: len(rows) // 3]
        return rows

    def _bybit_rights(self, _: Query) -> object:
        lists = {"ContractTrade": ["Order"] if self.trades else [], "Wallet": []}
        return self._ok({"readOnly": 0 if self.trades else 1, "permissions": lists})

    def _bybit_positions(self, query: Query) -> object:
        rows = []
        if self.open and query.get("settleCoin") == "USDT":
            rows = [
                {
                    "symbol": "ETHUSDT",
                    "side": "Buy" if self.open > 0 else "Sell",
                    "size": str(abs(self.open)),
                    "avgPrice": str(self._entry()),
                    "positionBalance": "100",
                    "markPrice": "3500",
                }
            ]
        return self._ok({"list": rows})

    def _bybit_trades(self, query: Query) -> object:
        if query.get("category") != "linear":
            return self._ok({"list": [], "nextPageCursor": ""})
        since = int(query["startTime"])
        until = since + 7 * 24 * 3600 * 1000
        stamped = [each for each in self.made if since <= _stamp(each.at) <= until]
        newest = sorted(stamped, key=lambda each: (each.at, each.id), reverse=True)
        begin = int(query.get("cursor") or 0)
        if self.fault == "repeats" and begin:
            begin -= 100
        rows = [
            {
                "symbol": "ETHUSDT", "execId": each.id, "orderId": each.order,
                "execQty": str(abs(each.count)), "execPrice": str(each.price),
                "side": "Buy" if each.count > 0 else "Sell",
                "execFee": str(each.fee), "feeCurrency": "USDT", "execTime": str(_stamp(each.at)),
                "execType": each.kind,
            }
            for each in newest[begin : begin + 100]
        ]  # fmt: skip
        following = str(begin + 100) if begin + 100 < len(newest) else ""
        return self._ok({"list": self._page(rows, begin // 100), "nextPageCursor": following})

    def _ok(self, result: object) -> object:
        if self.fault == "down":
            return {"retCode": 10016, "retMsg": "Internal server error", "result": {}}
        if self.refused:
            return {"retCode": 33004, "retMsg": "Your api key has expired.", "result": {}}
        return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1767225600000}

    def _hyperliquid(self, query: Query) -> object:
        if query["type"] == "userFillsByTime":
            since = int(query["startTime"])
            oldest = sorted(
                (each for each in self.made if _stamp(each.at) >= since), key=lambda each: (each.at, each.id)
            )
            rows = [
                {
                    "coin": "ETH", "tid": int(each.id), "oid": each.order, "sz": str(abs(each.count)),
                    "side": "B" if each.count > 0 else "A", "px": str(each.price), "fee": str(each.fee),
                    "feeToken": "USDC", "time": _stamp(each.at), "dir": "Open Short",
                }
                for each in oldest[:2000]
            ]  # fmt: skip
            return self._page(rows + (rows[-5:] if self.fault == "repeats" else []), 0)
        position = {"coin": "ETH", "szi": str(self.open), "entryPx": "3500", "marginUsed": "100"}
        return {"assetPositions": [{"type": "oneWay", "position": position}] if self.open else []}


def _stamp(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1000)
