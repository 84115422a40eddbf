"""A portfolio by sectors: what each is worth, how it moves, and its part of the swings."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.coins.asset import STABLECOINS
from core.domain.coins.sector import SECTORS
from core.outlook.anatomy import Anatomy, Part

NO_SECTOR, DOLLARS = "no sector", "dollars"
"""What coins count under that belong to no sector, and stablecoins."""


@dataclass(frozen=True, slots=True)
class SectorPart:
    """The coins of one sector together."""

    assets: tuple[str, ...]
    """Those held, the largest first."""
    weight: float
    """Their share of the portfolio's worth, a decimal."""
    betas: Mapping[str, float]
    """Their beta to each benchmark that could be measured."""
    variance_share: float
    """Their share of the portfolio's variance."""
    assumed: bool
    """Whether the history of one of them is too short, so that these figures are partly those of others."""


def by_sector(parts: Anatomy) -> dict[str, SectorPart]:
    """The holdings by sector, the one with the largest part of the swings first."""
    groups: dict[str, dict[str, Part]] = {}
    for asset, part in parts.parts.items():
        own = asset if asset in ("BTC", "ETH") else SECTORS.get(asset, NO_SECTOR)
        groups.setdefault(DOLLARS if asset in STABLECOINS else own, {})[asset] = part
    found = {name: _together(group) for name, group in groups.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1].variance_share, item[0])))


def _together(group: Mapping[str, Part]) -> SectorPart:
    """The sums; a beta of several coins is the mean by worth of theirs."""
    weight = sum(part.weight for part in group.values())
    benchmarks = next(iter(group.values())).betas
    return SectorPart(
        tuple(group),
        weight,
        {
            benchmark: sum(part.weight * part.betas[benchmark] for part in group.values()) / weight
            for benchmark in benchmarks
        }
        if weight
        else dict(benchmarks),
        sum(part.variance_share for part in group.values()),
        any(part.assumed for part in group.values()),
    )
