"""What the rows of the catalogues say, and that each says where it is from."""

from decimal import Decimal

import pytest

from core.domain.coins.asset import canonical
from core.domain.errors import NoData
from core.venues.catalogue import CATALOGUES, Catalogue, open_catalogue
from tests.core.venues.catalogue.given import Given
from tests.domain import NOW, snapshot

EVERY = pytest.mark.parametrize("catalogue", CATALOGUES.values(), ids=list(CATALOGUES))


@EVERY
def test_every_row_names_its_pages(catalogue: Catalogue) -> None:
    for product in catalogue.products:
        assert product.sources, product.code
        assert all(page.startswith("https://") for page in product.sources)
    assert catalogue.margin_source.startswith("https://")
    assert catalogue.broker_source.startswith("https://")
    assert catalogue.as_of <= NOW.date()


@EVERY
def test_every_row_can_be(catalogue: Catalogue) -> None:
    codes = [product.code for product in catalogue.products]
    assert len(codes) == len(set(codes))
    for product in catalogue.products:
        assert canonical(product.asset) == (product.asset, Decimal(1))
        assert min(product.multiplier, product.tick, product.scale) > 0
        assert product.fee is None or product.fee > 0
        assert product.cycle.months > 0


@pytest.mark.parametrize(
    ("venue", "code", "coins", "a_step_is_worth"),
    [
        ("cme", "MBT", "0.1", "0.50"),
        ("cme", "MET", "0.1", "0.05"),
        ("cme", "MSL", "25", "1.25"),
        ("cme", "SOL", "500", "25"),
        ("cme", "MXP", "2500", "1.25"),
        ("cme", "XRP", "50000", "25"),
        ("coinbasederivatives", "BIT", "0.01", "0.05"),
        ("coinbasederivatives", "SHB", "10000000", "0.10"),
    ],
)
def test_size_and_step_agree_with_what_the_exchange_says_a_step_is_worth(
    venue: str, code: str, coins: str, a_step_is_worth: str
) -> None:
    product = next(one for one in CATALOGUES[venue].products if one.code == code)
    assert str(product.multiplier) == coins
    assert product.tick * product.multiplier / product.scale == Decimal(a_step_is_worth)


def test_an_unknown_catalogue_is_refused_by_name() -> None:
    with pytest.raises(NoData, match="no catalogue “nyse”"):
        open_catalogue("nyse", Given(snapshot(BTC=1)), lambda: NOW)
