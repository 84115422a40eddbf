"""One beta by every estimator, to show how far the answer depends on the way of measuring."""

from collections.abc import Mapping

import numpy as np

from core.domain.errors import HedgeError
from core.hedge.study import Study
from core.measure.estimator import ESTIMATORS, cross_section, vasicek
from core.measure.regression import Fit


def second_opinion(study: Study, benchmark: str) -> Mapping[str, Fit | HedgeError]:
    """The portfolio's beta to the benchmark by every estimator; a sentence in place of one that cannot be
    had.

    The prior of the Vasicek beta is made of the other measured assets.
    """
    found = study.sample
    column = found.assets.index(benchmark)
    leg, portfolio = found.returns[:, [column]], found.returns @ study.weights
    others = [
        place for place, name in enumerate(found.assets) if name in found.measured and name != benchmark
    ]
    opinions: dict[str, Fit | HedgeError] = {}
    for name, estimate in ESTIMATORS.items():
        try:
            if estimate is vasicek:
                prior = cross_section(found.returns[:, others], leg[:, 0])
                opinions[name] = vasicek(portfolio, leg, prior=prior, ages=found.ages)
            elif name == "default":
                own = np.array([study.weights[column]])
                opinions[name] = estimate(portfolio, leg, own=own, ages=found.ages)
            else:
                opinions[name] = estimate(portfolio, leg, ages=found.ages)
        except HedgeError as reason:
            opinions[name] = reason
    return opinions
