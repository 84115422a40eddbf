"""Dated futures: their price over spot, and whether one beats the perpetual for the user's hedge."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.wording.cost import days_long
from bot.wording.funding import signed_percent
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import money, price
from core.cost.basis import Dated
from core.cost.short import Cost
from core.outlook.premium import Rivals

SIGN = (
    "A future above spot (contango) pays you, the short: it falls to spot by its date. One below spot costs "
    "you. Some texts have this the wrong way round."
)


def basis_message(
    futures: Sequence[Dated], rivals: Sequence[Rivals], remark: str | None, missing: Sequence[str]
) -> Markup:
    """The answer to /basis.

    rivals: for each leg that could be either, the perpetual and the dated future side by side. remark: why
    some or all legs cannot be compared. missing: why the prices of some futures were refused.
    """
    return lines(
        *(_verdict(pair) for pair in rivals),
        None if rivals else bold(_range(futures)),
        remark,
        *(_future(future) for future in futures),
        SIGN,
        *missing,
        folded(*(_rivals(pair) for pair in rivals), *_notes(rivals)) if rivals else None,
    )


def _verdict(pair: Rivals) -> Markup:
    """What to short for one leg, in dollars."""
    over, gap = f"over {days_long(pair.days)}", money(abs(pair.saving))
    noise = pair.perpetual.noise
    if pair.far and pair.better is pair.dated and (pair.close or noise is None):
        headline = f"{pair.asset}: take the future until {_until(pair.dated)}"
        cheaper = "cheaper" if pair.saving > 0 else "dearer"
        more = (
            f"By past funding it is {gap} {cheaper} {over}, but so far ahead the future's own price tells "
            "more of the funding to come than the past does, and what it pays is fixed now."
        )
    elif pair.close and noise is not None:
        headline = f"{pair.asset}: too close to call, so take the perpetual"
        cheaper = "dated future" if pair.saving > 0 else "perpetual"
        more = f"The {cheaper} is {gap} cheaper {over}, but funding may differ by {money(noise)}."
    else:
        kind = "perpetual" if pair.better is pair.perpetual else f"future until {_until(pair.dated)}"
        headline = f"{pair.asset}: take the {kind}, {gap} cheaper {over}"
        more = (
            "Judged by today's funding rate alone, for want of past payments; it can change."
            if noise is None
            else f"That is more than the {money(noise)} by which funding may differ."
        )
    return lines(bold(headline), more, _today(pair))


def _today(pair: Rivals) -> str | None:
    """Which of the two would be cheaper if funding stayed as it is now; None where the verdict assumed just
    that.
    """
    saving = pair.saving_now
    if saving is None or saving == pair.saving:
        return None
    cheaper = "future" if saving > 0 else "perpetual"
    return f"If funding stayed as it is today, the {cheaper} would be {money(abs(saving))} cheaper."


def _until(side: Cost) -> str:
    return f"{side.contract.expiry:%d %b %Y}"


def _range(futures: Sequence[Dated]) -> str:
    yearly = sorted(future.yearly for future in futures)
    lowest, highest = signed_percent(yearly[0], 1), signed_percent(yearly[-1], 1)
    spread = lowest if lowest == highest else f"{lowest} to {highest}"
    return f"Dated futures stand {spread} a year over spot"


def _future(future: Dated) -> Markup:
    contract = future.contract
    margin = ", coin-margined" if contract.inverse else ""
    rows = [
        ("price", price(future.future)),
        ("over spot", signed_percent(future.basis, 2)),
        ("the same a year", signed_percent(future.yearly, 1)),
        ("days left", f"{future.days:.1f}"),
    ]
    return lines(bold(f"{contract.asset} until {contract.expiry:%d %b %Y}{margin}"), table(rows))


def _rivals(pair: Rivals) -> Markup:
    """Both sides part by part: costs with a plus, what you receive with a minus."""
    sides = (pair.perpetual, pair.dated)
    rows = [
        ("", "perpetual", "dated"),
        ("fees", *(_usd(side.fees) for side in sides)),
        ("spread", *("unknown" if side.half_spread is None else _usd(side.slippage) for side in sides)),
        ("funding", *(_usd(-side.funding) for side in sides)),
        ("basis", *("not known" if side.basis is None else _usd(-side.basis) for side in sides)),
        ("cost", *(_usd(side.total) for side in sides)),
    ]
    return lines(
        bold(f"{pair.asset}, {money(pair.perpetual.notional)} short"),
        table(rows),
    )


def _usd(amount: Decimal) -> str:
    return money(amount, signed=True)


def _notes(rivals: Sequence[Rivals]) -> list[str]:
    notes = [
        "Plus is a cost, minus is what you receive. Expected funding is its mean over the last 30 days. "
        "“May differ”: by its moves from day to day, it stays within that two times in three.",
        "Within that the perpetual is suggested up to a month, because it has no date to meet, and the dated "
        "future beyond: its price was the better forecast of funding to its date.",
    ]
    if any(side.half_spread is None for pair in rivals for side in (pair.perpetual, pair.dated)):
        notes.append("An unknown spread counts as nothing.")
    if any(pair.dated.basis for pair in rivals):
        over = days_long(min(pair.days for pair in rivals))
        notes.append(
            f"The future counts as closed after {over} or at its date, having earned its share of the gap "
            "by time. Closed early, the gap may have moved against you."
        )
    return notes
