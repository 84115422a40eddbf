"""/venue: by its id, its name, or the beginning of either."""

import pytest

from bot.reading.venues import name_of, venue_called
from core.domain.errors import BadInput
from core.store.database import Database
from core.venues.catalogue import CATALOGUES
from core.venues.exchange import EXCHANGES
from tests.conversation import talk_over

OFFERED = ("binanceusdm", "bybit", "bitget", "coinbaseinternational", "coinbasederivatives", "cme")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("binanceusdm", "binanceusdm"),
        ("Binance", "binanceusdm"),
        ("BYBIT", "bybit"),
        ("by", "bybit"),
        ("Coinbase International", "coinbaseinternational"),
        ("coinbase d", "coinbasederivatives"),
        ("CME", "cme"),
    ],
)
def test_a_venue_is_found_by_what_people_call_it(typed: str, meant: str) -> None:
    assert venue_called(typed, OFFERED) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("coinbase", "may be Coinbase International or Coinbase Derivatives"),
        ("bi", "may be Binance or Bitget"),
        ("kraken", "Type one of: binanceusdm, bybit"),
        ("…", "Type one of"),
    ],
)
def test_a_name_that_is_none_or_several_is_asked_back(typed: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        venue_called(typed, OFFERED)


def test_every_venue_has_a_name_for_people() -> None:
    for venue in (*EXCHANGES, *CATALOGUES):
        assert name_of(venue) != venue


async def test_the_choice_is_kept_and_the_others_are_offered(embedded: Database) -> None:
    talk = talk_over(embedded, venues=("simulated", "bybit", "okx"))
    answer = await talk.say("/venue")
    assert answer.buttons["OKX"] == "/venue okx"

    assert (await talk.press("OKX")).lines[0] == "Your venue: OKX"
    assert (await talk.say("/venue")).lines[0] == "Your venue: OKX"
