"""Which coin a ticker means, where that is not plain: receipts of staking, and tickers
that mean two coins.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from bot.reading.venues import name_of
from bot.wording.numbers import price
from core.domain.coins.names import MOVES_WITH


def receipts(assets: Collection[str]) -> Iterator[str]:
    """A sentence for each staking receipt among the assets: the coin that it is hedged as."""
    for asset in assets:
        if asset in MOVES_WITH:
            base = MOVES_WITH[asset]
            yield f"{asset} moves with {base}: hedged as {base} of the same worth."


def two_coins(apart: Mapping[str, Sequence[tuple[str, Decimal]]]) -> Iterator[str]:
    """A sentence for each ticker that means two coins: what it costs at each venue."""
    for asset, prices in apart.items():
        costs = " and ".join(f"{price(each)} on {name_of(venue)}" for venue, each in prices)
        yield (
            f"{asset} is {costs}: not one coin, so I take neither price. Choose the exchange of your "
            f"{asset} with /venue."
        )


def other_coin(asset: str, prices: Mapping[str, Decimal], same: Collection[str] | None) -> str | None:
    """Says at which venues the ticker means another coin. same: the venues where it is the user's coin; None
    where that is not known.
    """
    if same is None:
        costs = ", ".join(f"{price(each)} on {name_of(venue)}" for venue, each in prices.items())
        return f"{asset} is not the same coin everywhere: {costs}. Move only to the exchange of yours."
    others = [f"{name_of(venue)} ({price(each)})" for venue, each in prices.items() if venue not in same]
    return f"Left out, because {asset} is another coin there: {', '.join(others)}." if others else None


def not_moved(
    wanted: str, mine: str, assets: Sequence[str], here: Mapping[str, Decimal], there: Mapping[str, Decimal]
) -> str:
    """Why the user's venue was not changed: some tickers that they hold mean other coins there."""
    rows = [
        f"{asset} is {price(there[asset])} on {name_of(wanted)} and {price(here[asset])} on {name_of(mine)}"
        for asset in assets
    ]
    return f"{', '.join(rows)}: not the same coin. Your venue stays {name_of(mine)}."
