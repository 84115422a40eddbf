"""The leverage of a leg, its risk, and the cash that would make it safe."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hedge.leg import Leg, Offer, open_leg
from core.hedge.unmet import LiquidatedAtOnce, TooMuchLeverage
from core.hedge.wish import Wish
from core.margin import MAX_CHOSEN, TARGET, liquidation_linear, rallies_of, rally_probability, tiered
from tests.domain import contract

PRICE = Decimal(3500)
CALM, WILD = 0.02, 0.08


def leg(sigma: float, count: str = "20000", *, inverse: bool = False, **wished: object) -> Leg:
    """A short of 20 ETH at 3,500, in thousandths, unless said otherwise."""
    own = contract("ETH", multiplier="10", inverse=True) if inverse else contract("ETH")
    wish = Wish(inverse=inverse, **wished)  # type: ignore[arg-type]
    offer = Offer(own, PRICE, None)
    return open_leg(offer, Decimal(count), Decimal(70_000), 1.0, sigma, wish, held=Decimal(0))


@given(st.floats(0.005, 0.12), st.integers(1, 60), st.booleans())
def test_the_leverage_is_the_largest_whole_one_within_the_target(
    sigma: float, days: int, inverse: bool
) -> None:
    chosen = leg(sigma, horizon_days=days, inverse=inverse)
    assert chosen.safe == (chosen.risk <= TARGET * (1 + 1e-9))
    if not chosen.safe:
        assert chosen.leverage == 1
    elif chosen.leverage < MAX_CHOSEN:
        more = leg(sigma, horizon_days=days, inverse=inverse, leverage=chosen.leverage + 1)
        assert more.risk > TARGET * (1 - 1e-9)


def test_a_calm_coin_may_be_shorted_at_a_higher_leverage_than_a_wild_one() -> None:
    assert leg(CALM).leverage > leg(WILD).leverage == 1


def test_the_extra_margin_brings_the_risk_to_the_target() -> None:
    risky = leg(WILD)
    assert risky.risk > TARGET
    backed, own = risky.margin + risky.extra_margin, risky.contract
    price = liquidation_linear(-1, Decimal(20), PRICE, backed, own.brackets, own.taker_fee)
    assert price is not None
    assert rally_probability(float(price / PRICE - 1), WILD, 14, rallies_of("ETH")) == pytest.approx(TARGET)


def test_a_safe_leg_needs_no_extra_margin() -> None:
    assert leg(CALM).extra_margin == 0


def test_the_users_leverage_is_taken_with_its_risk() -> None:
    mine = leg(WILD, leverage=Decimal(5))
    assert mine.leverage == 5
    assert not mine.safe
    assert mine.risk > leg(WILD).risk > TARGET


def test_an_inverse_short_at_1x_has_no_risk() -> None:
    held = leg(WILD, count="7000", inverse=True, leverage=Decimal(1))
    assert (held.liquidation, held.distance, held.risk) == (None, None, 0)


def test_a_leverage_that_the_venue_forbids_on_this_size_names_the_most_it_allows() -> None:
    with pytest.raises(TooMuchLeverage) as refused:
        leg(CALM, count="300000", leverage=Decimal(100))
    assert (refused.value.asset, refused.value.most) == ("ETH", Decimal(75))


def test_a_leverage_that_is_past_liquidation_at_entry_is_refused() -> None:
    own = contract("ETH", brackets=tiered([("0", "0.2", "100")]))
    wish = Wish(leverage=Decimal(10))
    with pytest.raises(LiquidatedAtOnce) as refused:
        open_leg(Offer(own, PRICE, None), Decimal(100), Decimal(1), 1.0, 0.005, wish, held=Decimal(0))
    assert (refused.value.asset, refused.value.leverage, refused.value.safe) == (
        "ETH",
        Decimal(10),
        Decimal(2),
    )
