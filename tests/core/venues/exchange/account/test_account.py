"""An account read with a read-only key, at the wire."""

import gc
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.domain.capital.mode import AccountMode
from core.domain.errors import BadInput, NoData
from core.domain.position import Position
from core.venues.exchange import private_side, with_accounts
from core.venues.exchange.account.account import Account
from core.venues.exchange.account.rights import Rights
from tests.account_answers import BYBIT, GATE, OKX, VENUES, Venue, listed
from tests.core.venues.exchange.conftest import NOW
from tests.venue_server import Answer, VenueServer

TELLING = [name for name, venue in VENUES.items() if venue.rights is not None]


@pytest.fixture
async def server() -> AsyncIterator[VenueServer]:
    async with VenueServer() as server:
        yield server


def account(server: VenueServer, name: str, venue: Venue | None = None) -> Account:
    """The account that the venue of that name gives."""
    venue = venue or VENUES[name]
    server.answers.update(venue.answers)
    return Account(name, venue.keys(), url=server.url, clock=lambda: NOW, name=name.title())


@pytest.mark.parametrize("name", VENUES)
async def test_coins_of_all_pockets_are_added_up_without_unrealised_profit(
    server: VenueServer, name: str
) -> None:
    coins = await account(server, name).balances()
    assert coins.owned == {"ETH": Decimal("4.5"), "SOL": Decimal(60), "USDT": Decimal(1000)}
    assert coins.unread == ()


@pytest.mark.parametrize("name", VENUES)
async def test_an_open_short_has_its_count_entry_and_margin(server: VenueServer, name: str) -> None:
    venue = VENUES[name]
    there = await account(server, name).positions(venue.contracts)
    short = Position(name, "ETH/USDT:USDT", venue.count, Decimal("3498.5"), Decimal(2500))
    assert there.positions == (short,)
    assert there.marks == ({} if venue.mark is None else {"ETH/USDT:USDT": venue.mark})
    assert there.unlisted == ()


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize(
    ("key", "rights"),
    [("reading", (False, False)), ("trading", (True, False)), ("withdrawing", (None, True))],
)
async def test_what_a_key_may_do_is_what_the_venue_tells(
    server: VenueServer, name: str, key: str, rights: tuple[bool | None, bool]
) -> None:
    venue = VENUES[name]
    opened = account(server, name)
    server.answers[str(venue.rights)] = getattr(venue, key)
    found = await opened.rights()
    assert found.withdraw is rights[1]
    if rights[0] is not None:
        assert found.trade is rights[0]


@pytest.mark.parametrize("name", sorted(VENUES.keys() - TELLING))
async def test_a_venue_that_does_not_tell_leaves_it_open(server: VenueServer, name: str) -> None:
    assert await account(server, name).rights() == Rights(None, None)
    assert server.asked == []


@pytest.mark.parametrize("name", TELLING)
async def test_rights_in_a_form_that_is_not_known_are_not_taken_for_none(
    server: VenueServer, name: str
) -> None:
    opened = account(server, name)
    known = VENUES[name].reading
    assert isinstance(known, dict)
    strange = {**known, "result": {}, "data": [{}]} if "data" in known or "result" in known else {"x": 1}
    server.answers[str(VENUES[name].rights)] = strange
    found = await opened.rights()
    assert found.trade is not False
    assert found.withdraw is not False


async def test_an_address_is_public_and_may_do_nothing(server: VenueServer) -> None:
    server.serve(
        "/info",
        {
            "balances": [
                {"coin": "USDC", "token": 0, "total": "12.5", "hold": "0"},
                {"coin": "UETH", "token": 221, "total": "2", "hold": "0"},
                {"coin": "ETH", "token": 999, "total": "1000000", "hold": "0"},
            ]
        },
        {"type": "spotClearinghouseState", "user": "0xabc"},
    )
    server.serve(
        "/info",
        {
            "marginSummary": {"accountValue": "100.0", "totalRawUsd": "7586.79"},
            "assetPositions": [
                {"type": "oneWay", "position": {
                    "coin": "ETH", "szi": "-2.14", "entryPx": "3498.5", "marginUsed": "2500"
                }}
            ],
        },
        {"type": "clearinghouseState", "user": "0xabc"},
    )  # fmt: skip
    opened = Account("hyperliquid", {"walletAddress": "0xabc"}, url=server.url, clock=lambda: NOW)
    assert await opened.rights() == Rights(False, False)
    coins = await opened.balances()
    assert coins.owned == {"ETH": Decimal(2), "USDC": Decimal("112.5")}
    assert coins.unread == ("ETH",), "anybody may name a token so"
    short = Position("hyperliquid", "ETH/USDC:USDC", Decimal("-2.14"), Decimal("3498.5"), Decimal(2500))
    assert (await opened.positions([listed("ETH/USDC:USDC", "ETH")])).positions == (short,)


async def test_what_is_open_in_no_known_contract_is_named(server: VenueServer) -> None:
    there = await account(server, "bybit").positions([listed("SOL/USDT:USDT", "SOLUSDT")])
    assert there.positions == ()
    assert there.unlisted == ("ETHUSDT",)


async def test_both_sides_of_a_symbol_are_one_position_of_the_difference(server: VenueServer) -> None:
    long_side = {"contract": "ETH_USDT", "size": 14, "entry_price": "3000", "margin": "500"}
    opened = account(server, "gate")
    short_side = GATE.answers["/api/v4/futures/usdt/positions"]
    assert isinstance(short_side, list)
    server.answers["/api/v4/futures/usdt/positions"] = [*short_side, long_side]
    [position] = (await opened.positions(GATE.contracts)).positions
    assert (position.count, position.entry, position.margin) == (
        Decimal(-200),
        Decimal("3498.5"),
        Decimal(3000),
    )


async def test_wrapped_and_thousandfold_coins_are_the_coins_they_are(server: VenueServer) -> None:
    opened = account(server, "gate")
    server.answers["/api/v4/spot/accounts"] = [
        {"currency": name, "available": count, "locked": "0"}
        for name, count in (("WETH", "1"), ("ETH", "2"), ("1000PEPE", "5"), ("NO-COIN", "3"), ("DUST", "0"))
    ]
    coins = await opened.balances()
    assert coins.owned == {"ETH": Decimal(3), "PEPE": Decimal(5000), "USDT": Decimal(1000)}
    assert coins.unread == ("NO-COIN",)


async def test_an_account_that_was_never_opened_is_empty(server: VenueServer) -> None:
    opened = account(server, "gate")
    server.answers["/api/v4/futures/usdt/accounts"] = Answer(
        {"label": "USER_NOT_FOUND", "message": "please transfer funds first"}, status=400
    )
    assert (await opened.balances()).owned == {"ETH": Decimal("4.5"), "SOL": Decimal(60)}


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1,5", "much", True, ["1"]])
async def test_a_balance_that_is_no_number_is_refused_by_name(server: VenueServer, amount: object) -> None:
    opened = account(server, "gate")
    server.answers["/api/v4/spot/accounts"] = [{"currency": "ETH", "available": amount, "locked": "0"}]
    with pytest.raises(NoData, match="Gate gave no usable balance of ETH"):
        await opened.balances()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"size": None}, "no usable size of ETH_USDT"),
        ({"entry_price": "0"}, "no usable entry price of ETH/USDT:USDT"),
        ({"entry_price": "NaN"}, "no usable entry price of ETH/USDT:USDT"),
    ],
)
async def test_a_position_that_cannot_be_read_is_refused_by_name(
    server: VenueServer, change: dict[str, Any], says: str
) -> None:
    opened = account(server, "gate")
    rows: Any = GATE.answers["/api/v4/futures/usdt/positions"]
    server.answers["/api/v4/futures/usdt/positions"] = [{**rows[0], **change}]
    with pytest.raises(NoData, match=says):
        await opened.positions(GATE.contracts)


async def test_a_list_that_may_have_been_cut_off_is_not_relied_on(server: VenueServer) -> None:
    opened = account(server, "gate")
    rows: Any = GATE.answers["/api/v4/futures/usdt/positions"]
    server.answers["/api/v4/futures/usdt/positions"] = rows * 100
    with pytest.raises(NoData, match="lists 100 positions at once"):
        await opened.positions(GATE.contracts)


async def test_a_side_that_is_not_told_is_not_guessed(server: VenueServer) -> None:
    opened = account(server, "okx")
    answer: Any = OKX.answers["/api/v5/account/positions"]
    server.answers["/api/v5/account/positions"] = {**answer, "data": [{**answer["data"][0], "posSide": "up"}]}
    with pytest.raises(NoData, match="does not say whether ETH-USDT-SWAP is long or short"):
        await opened.positions(OKX.contracts)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"retCode": 10003, "retMsg": "API key is invalid.", "result": {}}, "refused this key"),
        ({"retCode": 10004, "retMsg": "error sign! origin_string[k]", "result": {}}, "refused this key"),
        (
            {"retCode": 10005, "retMsg": "Permission denied for current apikey.", "result": {}},
            "allow it to read",
        ),
        ({"retCode": 10010, "retMsg": "Unmatched IP, please check your API key's bound IP addresses."}, "IP"),
        (
            {"retCode": 10002, "retMsg": "invalid request, please check your server timestamp"},
            "clock is wrong",
        ),
        ({"retCode": 10006, "retMsg": "Too many visits!"}, "fewer requests"),
        (Answer(b"<html>blocked", 403, "text/html"), "does not serve the country"),
        (Answer({"msg": "no"}, 451), "Pick another venue"),
        (b"<html>", "cannot be read"),
        ({"retCode": 0, "retMsg": "OK", "result": {"list": [{"coin": 5}]}}, "cannot be read"),
    ],
)
async def test_a_refusal_is_one_sentence_without_the_key(
    server: VenueServer, answer: object, says: str
) -> None:
    opened = account(server, "bybit")
    server.answers["/v5/account/wallet-balance"] = answer
    with pytest.raises(NoData, match=says) as refused:
        await opened.balances()
    assert str(refused.value).startswith("Bybit ")
    assert not any(piece in str(refused.value) for piece in BYBIT.keys().values())
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


async def test_a_mistake_of_ours_is_not_told_as_the_venues(
    server: VenueServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = account(server, "bybit")
    wrong = replace(opened._private.wallets[0], method="privateGetV5NoSuchThing")
    monkeypatch.setattr(opened, "_private", replace(opened._private, wallets=(wrong,)))
    with pytest.raises(NoData, match="mistake of mine"):
        await opened.balances()
    assert "AttributeError" in caplog.text
    assert not any(piece in caplog.text for piece in BYBIT.keys().values())


async def test_a_venue_that_is_down_is_said_to_be(server: VenueServer) -> None:
    opened = account(server, "bybit")
    server.answers["/v5/account/wallet-balance"] = Answer(b"busy", 503, "text/plain")
    with pytest.raises(NoData, match="Bybit cannot be reached"):
        await opened.balances()
    gone = Account("bybit", BYBIT.keys(), url="http://127.0.0.1:9", clock=lambda: NOW, name="Bybit")
    with pytest.raises(NoData, match="Bybit cannot be reached"):
        await gone.balances()


@pytest.mark.parametrize(
    "key", [{}, {"apiKey": "a"}, {"apiKey": "a", "secret": ""}, {"secret": "b", "apiKey": "a"}]
)
def test_a_key_of_another_form_is_refused(key: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="A key of bybit has 2 parts"):
        Account("bybit", key, url=None, clock=lambda: NOW)


def test_a_venue_without_accounts_is_refused() -> None:
    with pytest.raises(BadInput, match="I cannot read accounts there"):
        Account("simulated", {}, url=None, clock=lambda: NOW)


@pytest.mark.parametrize("name", VENUES)
async def test_a_signed_request_is_not_logged_at_any_level(
    server: VenueServer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    opened = account(server, name)
    server.answers[str(VENUES[name].rights)] = VENUES[name].reading
    await opened.rights()
    await opened.balances()
    await opened.positions(VENUES[name].contracts)
    server.answers.clear()
    with pytest.raises(NoData):
        await opened.balances()
    assert not any(piece in caplog.text for piece in VENUES[name].keys().values())
    assert server.url not in caplog.text


async def test_nothing_holds_a_key_once_the_call_is_over(server: VenueServer) -> None:
    # Made at run time, so that no constant of the code keeps it alive.
    piece = f"secret-of-{id(server)}"
    server.answers.update(BYBIT.answers)
    opened = Account("bybit", {"apiKey": "k", "secret": piece}, url=server.url, clock=lambda: NOW)
    await opened.balances()
    server.answers.clear()
    with pytest.raises(NoData):
        await opened.balances()
    del opened
    gc.collect()
    holders = [each for each in gc.get_referrers(piece) if isinstance(each, dict) and "apiKey" in each]
    assert holders == []


def test_every_venue_names_its_wallets_and_positions() -> None:
    import importlib

    for name in with_accounts():
        private = private_side(name)
        methods = {wallet.method for wallet in private.wallets} | {book.method for book in private.books}
        methods |= {private.rights[0]} if private.rights else set()
        client = getattr(importlib.import_module(f"ccxt.async_support.{name}"), name)
        assert [method for method in methods if not hasattr(client, method)] == [], name


STATES: dict[str, tuple[dict[str, object], AccountMode]] = {
    "binanceusdm": (
        {
            "/fapi/v1/multiAssetsMargin": {"multiAssetsMargin": True},
            "/fapi/v3/account": {"totalMarginBalance": "4000", "totalMaintMargin": "100", "assets": []},
        },
        AccountMode("coins", Decimal(4000), Decimal("0.025")),
    ),
    "bybit": (
        {
            "/v5/account/info": {"retCode": 0, "retMsg": "OK", "result": {"marginMode": "REGULAR_MARGIN"}},
            "/v5/account/wallet-balance": {
                "retCode": 0,
                "retMsg": "OK",
                "result": {
                    "list": [
                        {
                            "totalMarginBalance": "12000.5",
                            "accountMMRate": "0.03",
                            "coin": [
                                {"coin": "ETH", "walletBalance": "4.5"},
                                {"coin": "SOL", "walletBalance": "60"},
                                {"coin": "XRP", "walletBalance": "0"},
                            ],
                        }
                    ]
                },
            },
            "/v5/account/collateral-info": {
                "retCode": 0,
                "retMsg": "OK",
                "result": {
                    "list": [
                        {"currency": "ETH", "collateralSwitch": True},
                        {"currency": "SOL", "collateralSwitch": False},
                        {"currency": "XRP", "collateralSwitch": False},
                    ]
                },
            },
        },
        AccountMode("coins", Decimal("12000.5"), Decimal("0.03"), ("SOL",)),
    ),
    "okx": (
        {
            "/api/v5/account/config": {"code": "0", "msg": "", "data": [{"acctLv": "3"}]},
            "/api/v5/account/balance": {
                "code": "0",
                "msg": "",
                "data": [{"adjEq": "9000", "totalEq": "10000", "mgnRatio": "34.2", "details": []}],
            },
        },
        AccountMode("coins", Decimal(9000), Decimal("34.2")),
    ),
    "gate": (
        {
            "/api/v4/unified/unified_mode": {"mode": "multi_currency"},
            "/api/v4/unified/accounts": {
                "total_margin_balance": "3382.5",
                "total_maintenance_margin_rate": "16.5",
            },
        },
        AccountMode("coins", Decimal("3382.5"), Decimal("16.5")),
    ),
}


@pytest.mark.parametrize("name", sorted(STATES))
async def test_an_account_says_how_it_backs_positions(name: str) -> None:
    answers, expected = STATES[name]
    async with VenueServer() as served:
        asked = account(served, name)
        served.answers.update(answers)
        assert await asked.state() == expected


@pytest.mark.parametrize("name", sorted(VENUES))
async def test_a_venue_that_does_not_say_it_costs_nothing_else(server: VenueServer, name: str) -> None:
    asked = account(server, name)
    server.answers.update({path: {"data": [], "result": {}} for path in STATES.get(name, ({},))[0]})
    assert await asked.state() is None
