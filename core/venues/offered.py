"""Every venue there is: exchanges that are asked, and those whose contracts are known by specification."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from core.venues.catalogue import CATALOGUES
from core.venues.catalogue.product import Catalogue
from core.venues.exchange import EXCHANGES
from core.venues.exchange.venue import Venue

VENUES: Mapping[str, Venue | Catalogue] = {**EXCHANGES, **CATALOGUES}
"""Every venue by its id, the deepest market first: what one venue lacks is looked for in the next."""

FeeSource = Literal["listing", "library", "specification", "made up"]
"""Where a venue's fees come from: its own listing, ccxt's table of what a new account pays, its published
specification, or nowhere, as in the simulated market.
"""


def fee_source(venue: str) -> FeeSource:
    """Where the fees of this venue's contracts come from."""
    if venue in CATALOGUES:
        return "specification"
    known = EXCHANGES.get(venue)
    if known is None:
        return "made up"
    return "listing" if known.fees[0].startswith("info.") else "library"


def catalogued_sizes(asset: str) -> dict[str, Decimal]:
    """The coins in one contract of each catalogued product on this asset, by exchange and code."""
    return {
        f"{catalogue.name} {product.code}": product.multiplier
        for catalogue in CATALOGUES.values()
        for product in catalogue.products
        if product.asset == asset
    }
