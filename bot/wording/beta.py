"""The beta of a portfolio to one coin, measured in many ways."""

from collections.abc import Mapping

from markupsafe import Markup

from bot.wording.errors import said
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import beta, percent
from core.domain.errors import HedgeError
from core.measure.regression import Fit

MEANINGS = {
    "default": "what /hedge uses: recent days count more",
    "ols": "all days alike",
    "ewma": "recent days count more",
    "vasicek": "pulled to other coins' betas, the more the less sure it is",
    "blume": "pulled a third of the way to 1",
    "downside": "on days it fell",
    "upside": "on days it did not fall",
    "dimson": "with the day before and after",
    "huber": "wild days count less",
    "theil-sen": "the median slope, deaf to wild days",
}
"""What each way of ESTIMATORS does, in a few words; a test holds that none is missing."""


def opinions(found: Mapping[str, Fit | HedgeError], benchmark: str) -> Markup:
    """A table with the beta by each estimator, its standard error, its R-squared and its days; the usual one
    first.
    """
    fits = {name: fit for name, fit in found.items() if isinstance(fit, Fit)}
    refused = [f"{name}: {said(fit)}" for name, fit in found.items() if isinstance(fit, HedgeError)]
    values = [float(fit.betas[0]) for fit in fits.values()]
    return lines(
        bold(f"Your beta to {benchmark}: {beta(values[0])}" if values else f"No beta to {benchmark}"),
        f"When {benchmark} moves 1%, your coins move about that many %. "
        f"Measured in other ways it is {beta(min(values))} to {beta(max(values))}."
        if values
        else None,
        table(
            [
                ("", "beta", "+/-", "R²", "days"),
                *((name, *_row(fit)) for name, fit in fits.items()),
            ]
        ),
        *refused,
        folded(*(f"{name}: {MEANINGS[name]}." for name in fits), "+/- is one standard error."),
    )


def _row(fit: Fit) -> tuple[str, str, str, str]:
    return beta(float(fit.betas[0])), beta(float(fit.errors[0])), percent(fit.r_squared), str(fit.days)
