"""Every venue there is: exchanges that are asked, and those whose contracts are known by specification."""

from collections.abc import Mapping

from core.venues.catalogue import CATALOGUES
from core.venues.catalogue.product import Catalogue
from core.venues.exchange import EXCHANGES
from core.venues.exchange.venue import Venue

VENUES: Mapping[str, Venue | Catalogue] = {**EXCHANGES, **CATALOGUES}
"""Every venue by its id, the deepest market first: what one venue lacks is looked for in the next."""
