"""The page of an exchange where people see a contract and what they have open in it."""

from urllib.parse import quote

from core.venues.exchange import EXCHANGES


def page_of(venue: str, contract: str | None) -> str | None:
    """The address of the contract's page; None for a venue without one, and for a contract without a name.

    contract: what the venue calls it.
    """
    described = EXCHANGES.get(venue)
    if described is None or not described.page or not contract:
        return None
    name = quote(contract, safe="-_")
    return described.page.format(id=name, lower=name.lower())
