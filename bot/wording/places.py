"""Where coins lie, in a few lines."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, lines
from bot.wording.numbers import quantity
from core.domain.coins.place import ELSEWHERE, Lying, Place, only_elsewhere, places_in_order

SHOWN = 8
"""Coins named of one place; of more it is said how many."""
FORM = lines(
    bold("Say where your coins lie:"),
    Markup("<code>/at bybit SOL 30, ETH all</code>"),
    Markup("<code>/at locked until 2027-03-01 DOT 500</code>"),
    Markup("<code>/at elsewhere ETH 2</code>"),
    "Only coins in your futures account at an exchange can back shorts there. /sync finds them by itself.",
)


def by_place(lying: Mapping[str, Lying]) -> dict[Place, list[str]]:
    """The coins at each place, as `SOL 40`; venues first, then locked coins, then elsewhere."""
    found: dict[Place, list[str]] = {}
    for asset, places in lying.items():
        for place, coins in places.items():
            found.setdefault(place, []).append(f"{asset} {quantity(coins)}")
    order = [place for place, _ in places_in_order(dict.fromkeys(found, Decimal(0)))]
    return {place: found[place] for place in order}


def places_briefly(lying: Mapping[str, Lying]) -> str | None:
    """One line for each place beside elsewhere; None where all coins lie elsewhere."""
    if all(only_elsewhere(places) for places in lying.values()):
        return None
    told = []
    for place, coins in by_place(lying).items():
        if place != ELSEWHERE:
            told.append(f"{_capital(place)}: {_few(coins)}.")
    rest = any(ELSEWHERE in places for places in lying.values())
    return " ".join([*told, "The rest lies elsewhere." if rest else ""]).strip()


def places_shown(lying: Mapping[str, Lying]) -> Markup:
    """All places with their coins, and how to change them."""
    rows = [f"{_capital(place)}: {_few(coins)}" for place, coins in by_place(lying).items()]
    return lines(bold("Where your coins lie"), *rows, FORM)


def places_said(assets: list[str], lying: Mapping[str, Lying], said: Sequence[str] = ()) -> Markup:
    """The answer once the user has said where these coins lie. said: remarks about names of coins."""
    rows = [f"{asset}: {', '.join(_each(lying[asset]))}" for asset in assets]
    return lines(bold(f"Saved: where {'it lies' if len(assets) == 1 else 'they lie'}"), *rows, *said)


def which_place(asset: str, lying: Lying, doing: str) -> Markup:
    """The question which of the coins an edit is about. doing: what it would do, as `to be 45`."""
    rows = _each(lying)
    return lines(bold(f"Which {asset} {doing}?"), *rows, "Nothing was changed yet.")


def _each(lying: Lying) -> list[str]:
    return [f"{quantity(coins)} {place.told(name_of)}" for place, coins in places_in_order(lying)]


def _few(coins: list[str]) -> str:
    more = len(coins) - SHOWN
    return f"{', '.join(coins[:SHOWN])} and {more} more" if more > 0 else ", ".join(coins)


def _capital(place: Place) -> str:
    told = place.told(name_of)
    return f"{told[0].upper()}{told[1:]}"
