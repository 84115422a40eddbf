"""One portfolio's beta by every estimator."""

import numpy as np
import pytest

from core.hedge.study import Study, study
from core.measure.estimator import ESTIMATORS
from core.measure.exposure import expose
from core.measure.regression import Fit
from core.outlook.second_opinion import second_opinion
from tests.domain import NOW, TODAY, holdings, snapshot


def studied(*coins: str) -> Study:
    market = snapshot(BTC=90000, ETH=3500, SOL=160, LINK=15)
    return study(expose(holdings(*coins), market, NOW), ("BTC", "ETH", "SOL", "LINK"), market, TODAY)


def test_every_estimator_gives_its_opinion() -> None:
    found = second_opinion(studied("ETH 3", "SOL 60", "LINK 100"), "BTC")
    assert found.keys() == ESTIMATORS.keys()
    betas = [float(fit.betas[0]) for fit in found.values() if isinstance(fit, Fit)]
    assert len(betas) == len(ESTIMATORS)
    assert 0.9 < min(betas) <= max(betas) < 1.9


def test_the_usual_one_is_what_a_single_leg_is_sized_by() -> None:
    measured = studied("ETH 3", "SOL 60", "LINK 100")
    sized = measured.fit(measured.columns(["ETH"]))
    usual = second_opinion(measured, "ETH")["default"]
    assert isinstance(usual, Fit)
    assert sized is not None
    assert float(usual.betas[0]) == pytest.approx(float(sized.betas[0]), rel=1e-9)


def test_a_coin_against_itself_is_one_whichever_way_it_is_measured() -> None:
    for name, fit in second_opinion(studied("BTC 1"), "BTC").items():
        assert isinstance(fit, Fit), name
        np.testing.assert_allclose(fit.betas, 1.0, atol=0.02, err_msg=name)
