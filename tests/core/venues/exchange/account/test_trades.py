"""The trades of an account as each venue tells them, at the wire."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.journal.merging import Traded
from core.venues.exchange.account.account import Account, AskedTooOften, KeyRefused
from tests.account_answers import VENUES
from tests.core.venues.exchange.conftest import NOW
from tests.venue_server import Answer, VenueServer

ETH = "ETH/USDT:USDT"
AT = datetime(2026, 1, 1, 8, tzinfo=UTC)
STAMP = int(AT.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Told:
    """How a venue tells that 2.14 ETH were sold at 3498.5 for a fee of 3.74 dollars.

    path: where it is asked. answer: to the first request. count: in the venue's contracts.
    """

    path: str
    answer: object
    count: str
    id: str = "77"
    others: object = ()


TOLD = {
    "binanceusdm": Told(
        "/fapi/v1/userTrades",
        [
            {
                "symbol": "ETHUSDT", "id": 77, "orderId": 5, "side": "SELL", "price": "3498.5", "qty": "2.14",
                "commission": "3.74", "commissionAsset": "USDT", "time": STAMP, "positionSide": "BOTH",
            }
        ],
        "-2.14",
    ),
    "bybit": Told(
        "/v5/execution/list",
        {
            "retCode": 0, "retMsg": "OK",
            "result": {
                "nextPageCursor": "",
                "list": [
                    {
                        "symbol": "ETHUSDT", "execId": "77", "orderId": "5", "side": "Sell",
                        "execQty": "2.14", "execPrice": "3498.5", "execFee": "3.74", "feeCurrency": "USDT",
                        "execTime": str(STAMP), "execType": "Trade",
                    },
                    {
                        "symbol": "ETHUSDT", "execId": "78", "orderId": "", "side": "Sell", "execQty": "2.14",
                        "execPrice": "3500", "execFee": "-0.2", "feeCurrency": "USDT",
                        "execTime": str(STAMP), "execType": "Funding",
                    },
                ],
            },
        },
        "-2.14",
    ),
    "okx": Told(
        "/api/v5/trade/fills-history",
        {
            "code": "0", "msg": "",
            "data": [
                {
                    "instType": "SWAP", "instId": "ETH-USDT-SWAP", "tradeId": "1", "ordId": "5",
                    "billId": "77", "side": "sell", "fillSz": "21.4", "fillPx": "3498.5", "fee": "-3.74",
                    "feeCcy": "USDT", "ts": str(STAMP), "subType": "4",
                }
            ],
        },
        "-21.4",
    ),
    "bitget": Told(
        "/api/v2/mix/order/fill-history",
        {
            "code": "00000", "msg": "success",
            "data": {
                "endId": "77",
                "fillList": [
                    {
                        "tradeId": "77", "symbol": "ETHUSDT", "orderId": "5", "price": "3498.5",
                        "baseVolume": "2.14", "side": "sell", "tradeSide": "open", "cTime": str(STAMP),
                        "feeDetail": [{"feeCoin": "USDT", "totalFee": "-3.74", "deduction": "no"}],
                    }
                ],
            },
        },
        "-2.14",
    ),
    "gate": Told(
        "/api/v4/futures/usdt/my_trades_timerange",
        [
            {
                "trade_id": "77", "create_time": STAMP / 1000, "contract": "ETH_USDT", "order_id": "5",
                "size": -214, "price": "3498.5", "fee": "3.74", "role": "taker",
            }
        ],
        "-214",
    ),
    "hyperliquid": Told(
        "/info",
        [
            {
                "coin": "ETH", "tid": 77, "oid": 5, "side": "A", "sz": "2.14", "px": "3498.5", "fee": "3.74",
                "feeToken": "USDC", "time": STAMP, "dir": "Open Short", "startPosition": "0.0",
            },
            {
                "coin": "@107", "tid": 79, "oid": 6, "side": "A", "sz": "1", "px": "20", "fee": "0",
                "feeToken": "USDC", "time": STAMP, "dir": "Sell",
            },
        ],
        "-2.14",
    ),
}  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[VenueServer]:
    async with VenueServer() as server:
        yield server


def reading(server: VenueServer, name: str) -> Account:
    key = {"walletAddress": f"0x{'a' * 40}"} if name == "hyperliquid" else VENUES[name].keys()
    return Account(name, key, url=server.url, clock=lambda: NOW, name=name.title())


def contracts_of(name: str) -> list[Contract]:
    if name == "hyperliquid":
        return [replace(VENUES["binanceusdm"].contracts[0], id="ETH")]
    return VENUES[name].contracts


@pytest.mark.parametrize("name", TOLD)
async def test_a_trade_is_read_with_its_sign_its_fee_and_its_time(server: VenueServer, name: str) -> None:
    told = TOLD[name]
    server.answers[told.path] = told.answer
    found = await reading(server, name).trades(
        contracts_of(name), NOW - timedelta(days=100), [ETH], lambda _: None
    )
    one = next(trade for trade in found.made if trade.id.endswith(f":{told.id}"))
    assert one == Traded(one.id, "5", ETH, Decimal(told.count), Decimal("3498.5"), AT, Decimal("3.74"))
    assert len(found.made) == 1


async def test_a_fee_in_a_coin_is_counted_in_dollars_and_one_of_unknown_worth_is_refused(
    server: VenueServer,
) -> None:
    rows = [{**row, "commission": "0.005", "commissionAsset": "BNB"} for row in TOLD["binanceusdm"].answer]  # type: ignore[attr-defined]
    server.answers["/fapi/v1/userTrades"] = rows
    account = reading(server, "binanceusdm")
    found = await account.trades(contracts_of("binanceusdm"), AT, [ETH], {"BNB": Decimal(600)}.get)
    assert found.made[0].fee == 3
    with pytest.raises(NoData, match="BNB"):
        await account.trades(contracts_of("binanceusdm"), AT, [ETH], lambda _: None)


@pytest.mark.parametrize("field", ["qty", "price", "time", "id", "side"])
async def test_a_row_that_cannot_be_read_is_refused_by_name(server: VenueServer, field: str) -> None:
    rows = [{**row, field: None} for row in TOLD["binanceusdm"].answer]  # type: ignore[attr-defined]
    server.answers["/fapi/v1/userTrades"] = rows
    with pytest.raises(NoData, match="ETH/USDT:USDT"):
        await reading(server, "binanceusdm").trades(contracts_of("binanceusdm"), AT, [ETH], lambda _: None)


async def test_a_refused_key_and_too_many_requests_are_told_apart(server: VenueServer) -> None:
    account = reading(server, "bybit")
    server.answers["/v5/execution/list"] = {"retCode": 33004, "retMsg": "Your api key has expired."}
    with pytest.raises(KeyRefused):
        await account.trades(contracts_of("bybit"), AT, [ETH], lambda _: None)
    server.answers["/v5/execution/list"] = Answer(
        {"retCode": 10006, "retMsg": "Too many visits!"}, status=429
    )
    with pytest.raises(AskedTooOften):
        await account.trades(contracts_of("bybit"), AT, [ETH], lambda _: None)
