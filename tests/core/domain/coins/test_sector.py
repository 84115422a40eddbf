"""Sectors: every coin in one, each with a leader and a page where it can be looked up."""

from core.domain.coins.asset import canonical
from core.domain.coins.sector import ALL_SECTORS, SECTORS, sector_called


def test_no_coin_is_in_two_sectors() -> None:
    assert len(SECTORS) == sum(len(sector.members) for sector in ALL_SECTORS)


def test_members_and_leaders_stand_under_their_canonical_names() -> None:
    for sector in ALL_SECTORS:
        assert sector.leader in sector.members
        assert all(canonical(asset)[0] == asset for asset in sector.members)


def test_every_sector_names_its_source() -> None:
    assert len({sector.source for sector in ALL_SECTORS}) == len(ALL_SECTORS)
    assert all(sector.source.startswith("https://") for sector in ALL_SECTORS)


def test_a_sector_is_found_by_any_of_its_names() -> None:
    for said, name in (("DEFI", "DeFi"), ("layer 1", "layer 1"), ("L2", "layer 2"), ("memes", "meme")):
        sector = sector_called(said.split())
        assert sector is not None
        assert sector.name == name
    assert sector_called(["foo"]) is None
