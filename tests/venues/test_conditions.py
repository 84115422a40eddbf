"""What each venue says can be done in a contract, in its own words, and when it will end."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.domain.contract import Contract
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.client import VenueClient
from core.venues.exchange.adapter.listing import contract
from core.venues.exchange.adapter.market import TIMEOUT
from tests.venue_server import VenueServer
from tests.venues.look import case_of
from tests.venues.world import NOW, ms

SOON = NOW + timedelta(days=4)
FAR = datetime(2100, 12, 25, 8, tzinfo=UTC)

SAYS: Mapping[str, tuple[tuple[dict[str, object], str | None], ...]] = {
    "binanceusdm": (
        ({"status": "TRADING", "deliveryDate": ms(FAR)}, "trading"),
        ({"status": "PRE_SETTLE"}, "suspended"),
        ({"status": "TRADING_HALT"}, "suspended"),
        ({"status": "SETTLING"}, None),
        ({"status": "CLOSE"}, None),
        ({"status": "PENDING_TRADING"}, None),
    ),
    "bybit": (
        ({"status": "Trading"}, "trading"),
        ({"status": "Settling"}, "suspended"),
        ({"status": "Delivering"}, None),
        ({"status": "Closed"}, None),
        ({"status": "PreLaunch"}, None),
    ),
    "okx": (
        ({"state": "live"}, "trading"),
        ({"state": "suspend"}, "suspended"),
        ({"state": "post_only"}, "post only"),
        ({"state": "rebase"}, "suspended"),
        ({"state": "preopen"}, None),
    ),
    "bitget": (
        ({"symbolStatus": "normal"}, "trading"),
        ({"symbolStatus": "restrictedAPI"}, "trading"),
        ({"symbolStatus": "limit_open"}, "reduce only"),
        ({"symbolStatus": "maintain"}, "suspended"),
        ({"symbolStatus": "off"}, None),
    ),
    "gate": (
        ({"status": "trading"}, "trading"),
        ({"in_delisting": True, "position_size": 1200}, "reduce only"),
        ({"in_delisting": True, "position_size": 0}, None),
        ({"status": "delisting"}, "reduce only"),
        ({"status": "circuit_breaker"}, "suspended"),
        ({"status": "delisted"}, None),
    ),
    "mexc": (
        ({"state": 0}, "trading"),
        ({"state": 4}, "suspended"),
        ({"state": 1}, "suspended"),
        ({"state": 2}, None),
        ({"state": 3}, None),
    ),
    "bingx": (
        ({"status": 1}, "trading"),
        ({"status": 25}, "reduce only"),
        ({"status": 0}, None),
    ),
    "weex": (
        ({}, "trading"),
        ({"status": "TRADING"}, "trading"),
        ({"status": "HALT"}, "suspended"),
        ({"status": "SETTLING"}, None),
    ),
    "hyperliquid": (({}, "trading"), ({"isDelisted": True}, None)),
    "krakenfutures": (
        ({"tradeable": True}, "trading"),
        ({"tradeable": False}, "suspended"),
        ({"postOnly": True}, "post only"),
    ),
    "coinbaseinternational": (
        ({"state": "open"}, "trading"),
        ({"state": "halted"}, "suspended"),
        ({"state": "locked"}, "suspended"),
        ({"state": "closed"}, None),
    ),
}
"""Of each venue: what is changed in its row of a contract, and what can then be done in it (None: ended)."""

ENDS: Mapping[str, tuple[str, object]] = {
    "binanceusdm": ("deliveryDate", ms(SOON)),
    "bybit": ("deliveryTime", str(ms(SOON))),
    "okx": ("expTime", str(ms(SOON))),
    "bitget": ("offTime", str(ms(SOON))),
    "gate": ("delisted_time", ms(SOON) // 1000),
    "bingx": ("offTime", ms(SOON)),
    "coinbaseinternational": ("expiration_timestamp", ms(SOON)),
}
"""Where a venue says when a perpetual will end."""
NEVER = (None, "", "0", 0, "-1", -1, "soon", ms(FAR))
"""What venues write where no end is announced, and what is none."""


async def rows(venue: str) -> Mapping[str, Mapping[str, Any]]:
    """ccxt's rows of the venue's listing, by its own name of the contract."""
    async with VenueServer(case_of(venue).answers()) as server:
        described = EXCHANGES[venue]
        client = VenueClient(
            venue,
            described.name,
            clock=lambda: NOW,
            timeout=TIMEOUT,
            options=described.options,
            url=server.url,
        )
        try:
            found, _ = await client.markets()
        finally:
            await client.close()
    return {row["symbol"]: row for row in found}


async def perpetual(venue: str) -> Mapping[str, Any]:
    """One row of a perpetual that trades."""
    case = case_of(venue)
    symbols = [symbol for symbol in case.contracts if symbol not in (*case.dated, *case.inverse)]
    return (await rows(venue))[symbols[0]]


def changed(row: Mapping[str, Any], change: Mapping[str, object]) -> dict[str, Any]:
    """The row as ccxt makes it of the venue's changed one; `active` as it follows from the venue's words."""
    info = {**row["info"], **change}
    active = info.get("tradeable", row["active"]) and not info.get("isDelisted", False)
    return {**row, "info": info, "active": active}


def read(venue: str, row: Mapping[str, Any]) -> Contract | None:
    return contract(EXCHANGES[venue], row, NOW)


@pytest.mark.parametrize("venue", SAYS)
async def test_every_word_of_a_venue_is_known(venue: str) -> None:
    row = await perpetual(venue)
    for change, condition in SAYS[venue]:
        found = read(venue, changed(row, change))
        assert (found.condition if found else None) == condition, change


@pytest.mark.parametrize("venue", ENDS)
async def test_an_announced_end_is_read_and_what_is_none_is_not(venue: str) -> None:
    row, (key, stamp) = await perpetual(venue), ENDS[venue]
    ending = read(venue, changed(row, {key: stamp}))
    assert ending is not None
    assert ending.ends == SOON
    assert ending.until == SOON
    assert ending.perpetual, "it goes on paying funding until then"
    for none in NEVER:
        found = read(venue, changed(row, {key: none}))
        assert found is not None, none
        assert found.ends is None, none


def test_every_venue_has_its_words() -> None:
    assert SAYS.keys() == EXCHANGES.keys()


@pytest.mark.parametrize("venue", [venue for venue in SAYS if venue not in ("hyperliquid", "krakenfutures")])
async def test_a_word_that_nobody_knows_opens_nothing_and_hides_nothing(venue: str) -> None:
    row = await perpetual(venue)
    [key] = SAYS[venue][1][0] if venue != "gate" else ["status"]
    found = read(venue, changed(row, {key: "NEWS"}))
    assert found is not None
    assert found.condition == "suspended"
