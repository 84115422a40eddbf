"""Exchanges that are not asked for figures: their contracts by published specification, one file each."""

from collections.abc import Callable, Mapping
from datetime import datetime

from core.domain.errors import NoData
from core.domain.market import Market
from core.venues.catalogue.cme import CME
from core.venues.catalogue.coinbasederivatives import COINBASE_DERIVATIVES
from core.venues.catalogue.market import CatalogueMarket
from core.venues.catalogue.product import Catalogue, Product

CATALOGUES: Mapping[str, Catalogue] = {
    CME.id: CME,
    COINBASE_DERIVATIVES.id: COINBASE_DERIVATIVES,
}
"""Every exchange with a catalogue, by its id here."""


def open_catalogue(venue: str, prices_from: Market, clock: Callable[[], datetime]) -> CatalogueMarket:
    """The market of a catalogue with spot prices from another market, which it does not close.

    clock: the time now, with a zone. Raises NoData when the venue is not one of CATALOGUES.
    """
    if venue not in CATALOGUES:
        raise NoData(f"There is no catalogue “{venue}”. Known are {', '.join(sorted(CATALOGUES))}.")
    return CatalogueMarket(CATALOGUES[venue], prices_from, clock)


__all__ = ["CATALOGUES", "Catalogue", "CatalogueMarket", "Product", "open_catalogue"]
