"""How the ways of measuring a beta are told apart."""

from bot.wording.beta import MEANINGS
from core.measure.estimator import ESTIMATORS


def test_every_way_of_measuring_is_explained_and_no_other() -> None:
    assert list(MEANINGS) == list(ESTIMATORS)
