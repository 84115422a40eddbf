"""The page of an exchange where people see a contract and what they have open in it."""

from urllib.parse import quote

from core.venues.exchange import EXCHANGES


def page_of(venue: str, contract: str | None, symbol: str | None) -> str | None:
    """The address of the contract's page; None for a venue or a kind of contract without one, and for a
    contract without a name.

    contract: what the venue calls it. symbol: its unified name, which says of what kind it is.
    """
    described = EXCHANGES.get(venue)
    base, _, rest = (symbol or "").partition("/")
    settle, _, end = rest.partition(":")[2].partition("-")
    if described is None or not contract or not settle:
        return None
    kind = "dated" if end else "inverse" if settle == base else settle
    # A future has a page of its own kind or that of all others, and never that of a perpetual.
    address = described.pages.get(kind) or described.pages.get("*")
    own, coin = quote(contract, safe="-_"), quote(base, safe="-_")
    return address and address.format(id=own, lower=own.lower(), base=coin, settle=settle)
