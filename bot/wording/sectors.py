"""A portfolio by sectors, as a table."""

from collections.abc import Mapping

from markupsafe import Markup

from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import beta, percent
from core.domain.coins.sector import ALL_SECTORS
from core.outlook.anatomy import BENCHMARKS
from core.outlook.sectors import DOLLARS, NO_SECTOR, SectorPart

SECTOR_NAMES = ", ".join(sector.name for sector in ALL_SECTORS)


def sectors(found: Mapping[str, SectorPart]) -> Markup:
    """The whole answer to /exposure sector."""
    name, first = next(iter(found.items()))
    measured = tuple(one for one in BENCHMARKS if one in first.betas)
    rows = [
        (
            f"{sector[:9]}*" if part.assumed else sector[:10],
            percent(part.weight),
            *(beta(part.betas[one]) for one in measured),
            percent(part.variance_share),
        )
        for sector, part in found.items()
    ]
    sources = {sector.name: sector.source for sector in ALL_SECTORS if sector.name in found}
    return lines(
        bold(f"Most of your swings: {_called(name)}, {percent(first.variance_share)}"),
        table([("", "held", *measured, "risk"), *rows]),
        "* Short history: partly assumed to move like your other coins."
        if any(part.assumed for part in found.values())
        else None,
        folded(
            *(f"{sector}: {', '.join(part.assets)}." for sector, part in found.items() if sector != DOLLARS),
            "Under BTC and ETH: the beta to each. Risk: the share of all your swings.",
            *(f"{sector} by {source}" for sector, source in sources.items()),
        ),
    )


def _called(sector: str) -> str:
    return "coins of no sector" if sector == NO_SECTOR else sector


def sector_compared(sector: str, unseen: Mapping[str, float], chosen: str, days: int) -> str:
    """Which coin hedges a sector best, and what the other would have done.

    unseen: the share of the risk that a hedge with each coin took out on days that its fit had not seen.
    """
    told = "; ".join(f"{asset} took {percent(share)}" for asset, share in unseen.items())
    if len(unseen) < 2:
        return f"Your {sector} coins hedged with {chosen}: it took {percent(unseen[chosen])} of their risk."
    return f"Your {sector} coins are hedged best with {chosen}: of the risk of the last {days} days {told}."
