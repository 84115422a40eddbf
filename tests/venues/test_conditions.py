"""What each venue says can be done in a contract, in its own words, and when it will end."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.domain.contract import Contract
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.client import VenueClient
from core.venues.exchange.adapter.listing import contract
from core.venues.exchange.adapter.market import TIMEOUT
from tests.venue_server import VenueServer
from tests.venues.look import case_of
from tests.venues.world import ENDING, FAR_OFF, NOW, ms

NEVER = (None, "", "0", 0, "-1", -1, "soon", ms(FAR_OFF))
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


@pytest.mark.parametrize("venue", EXCHANGES)
async def test_every_word_of_a_venue_is_known(venue: str) -> None:
    row, said = await perpetual(venue), case_of(venue).says
    assert said
    for change, condition in said:
        found = read(venue, changed(row, change))
        assert (found.condition if found else None) == condition, change


@pytest.mark.parametrize("venue", EXCHANGES)
async def test_an_announced_end_is_read_and_what_is_none_is_not(venue: str) -> None:
    row, end = await perpetual(venue), case_of(venue).end
    assert (end is None) == (EXCHANGES[venue].ends == ""), "where the venue has a field for it, it is tried"
    if end is None:
        return
    key, stamp = end
    ending = read(venue, changed(row, {key: stamp}))
    assert ending is not None
    assert ending.ends == ENDING
    assert ending.until == ENDING
    assert ending.perpetual, "it goes on paying funding until then"
    for none in NEVER:
        found = read(venue, changed(row, {key: none}))
        assert found is not None, none
        assert found.ends is None, none


@pytest.mark.parametrize("venue", EXCHANGES)
async def test_a_word_that_nobody_knows_opens_nothing_and_hides_nothing(venue: str) -> None:
    case = case_of(venue)
    known = [change for change, _ in case.says if case.word in change]
    assert bool(known) == bool(case.word), "the field is one that the venue's words are in"
    if not case.word:
        return
    found = read(venue, changed(await perpetual(venue), {case.word: "NEWS"}))
    assert found is not None
    assert found.condition == "suspended"
