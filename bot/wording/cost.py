"""What a hedge costs to have (its premium), part by part."""

from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import flows, money, percent, roughly
from core.cost.funding import WORST_DAYS
from core.cost.short import Cost
from core.outlook.premium import PER_PROTECTED, Premium
from core.ranges.paid import funding_forecast

NOT_A_COST = "What the short loses when prices rise is not in here: your coins gain it back."
WHOSE = {False: "the venue's", True: "exchange and broker together"}
"""Whose fee is assumed, by whether the contract is traded through a broker."""
BASIS_UNKNOWN = (
    "Basis not known, because what these futures trade at is not known here. One above spot also pays you by "
    "its date; one below spot also costs you."
)
NO_RECORD = "today's rate alone, for want of past payments"


def cost_message(statement: Premium, *, own_fee: bool) -> Markup:
    """The answer to /cost. own_fee: whether the fee is the user's setting and not the venue's usual one."""
    return lines(
        bold(_headline(statement)),
        _at_todays_rates(statement),
        f"That is {_signed_away(statement.per_thousand)} for each {money(PER_PROTECTED)} of the "
        f"{money(statement.protected)} it protects.",
        table(_parts(statement)),
        _funding(statement),
        _varies(statement),
        _year(statement),
        _ending(statement),
        BASIS_UNKNOWN if statement.basis is None else None,
        NOT_A_COST,
        lines(*_assumed(statement, own_fee=own_fee)),
        folded(*(_leg(leg) for leg in statement.legs), *_notes(statement)),
    )


def _headline(statement: Premium) -> str:
    verb = "costs" if statement.total >= 0 else "pays you"
    less = ", basis not counted" if statement.basis is None else ""
    return f"This hedge {verb} about {money(abs(statement.total))} over {days_long(statement.days)}{less}"


def _at_todays_rates(statement: Premium) -> str | None:
    """What the hedge would cost if funding stayed as it is now; None where that is what
    was counted anyway.
    """
    now = statement.total_now
    if now is None or now == statement.total:
        return None
    verb = "cost you" if now >= 0 else "pay you"
    return f"If funding stayed as it is today, it would {verb} {money(abs(now))}."


def _year(statement: Premium) -> str:
    """What a year of it would cost. Only a perpetual can be kept open for so long."""
    kept = f"{_signed_away(statement.kept)} if you keep it open, "
    if any(leg.contract.expiry for leg in statement.legs):
        kept = ""
    early = any(leg.days < statement.days for leg in statement.legs)
    when = "as its futures end" if early else f"every {days_long(statement.days)}"
    again = f"{_signed_away(statement.renewed)} if you close and reopen it {when}"
    return f"A year: {kept}{again}."


def _parts(statement: Premium | Cost) -> list[tuple[str, str]]:
    """The rows of the table: costs with a plus and receipts with a minus, so that the column adds up to the
    total.
    """
    legs = statement.legs if isinstance(statement, Premium) else (statement,)
    unseen = all(leg.half_spread is None for leg in legs)
    rows = [
        ("fees, in and out", money(statement.fees, signed=True)),
        ("spread, in and out", "not known" if unseen else money(statement.slippage, signed=True)),
    ]
    if statement.impact:
        rows.append(("moving the price", money(statement.impact, signed=True)))
    if any(leg.contract.perpetual for leg in legs):
        rows.append((_received("funding", statement.funding), money(-statement.funding, signed=True)))
    if statement.basis is None:
        rows.append(("basis", "not known"))
    elif statement.basis or not any(leg.contract.perpetual for leg in legs):
        rows.append((_received("basis", statement.basis), money(-statement.basis, signed=True)))
    return [*rows, ("you pay" if statement.total >= 0 else "you receive", money(abs(statement.total)))]


def _received(what: str, amount: Decimal) -> str:
    return f"{what} you {'receive' if amount >= 0 else 'pay'}"


def _funding(statement: Premium) -> str | None:
    """What the expected funding rests on, today's, and the worst."""
    perpetuals = [leg for leg in statement.legs if leg.contract.perpetual]
    if not perpetuals:
        return None
    without = [leg.contract.asset for leg in perpetuals if leg.record is None]
    spans = [leg.record.days for leg in perpetuals if leg.record is not None]
    basis = f"the mean of the last {min(spans):.0f} days" if spans else NO_RECORD
    if without and spans:
        basis = f"{basis} ({', '.join(without)}: {NO_RECORD})"
    parts = [f"Funding is {basis}."]
    if statement.worst is not None:
        parts.append(f"In {WORST_DAYS} bad days, one time in twenty: {flows(statement.worst)} or worse.")
    return " ".join(parts)


def _varies(statement: Premium) -> str | None:
    """Between which two figures the cost lies; None where past funding is not known, or there is none."""
    forecast = funding_forecast(statement.legs)
    if forecast is None:
        return None
    least, most = (statement.total + forecast.mid - end for end in (forecast.range.high, forecast.range.low))
    return f"Funding varies: four times in five the cost is between {_about(least)} and {_about(most)}."


def _about(amount: Decimal) -> str:
    """A cost or a receipt of a range."""
    said = roughly(abs(amount)).lstrip("+-")
    return said if amount >= 0 else f"{said} paid to you"


def _assumed(statement: Premium, *, own_fee: bool) -> list[str]:
    fees = {leg.fee for leg in statement.legs}
    each = " or ".join(fee(share) for share in sorted(fees))
    brokered = any(leg.contract.brokered for leg in statement.legs)
    whose = "your own" if own_fee else f"{WHOSE[brokered]}; yours: /settings fee 0.036%"
    patient = f" With limit orders that wait, fees are {money(statement.patient_fees)}."
    spreads = ", ".join(
        f"{leg.contract.asset} {'unknown, taken as 0' if leg.half_spread is None else fee(leg.half_spread)}"
        for leg in statement.legs
    )
    return [
        f"Assumed fee: {each} an order at market ({whose})."
        f"{patient if statement.patient_fees != statement.fees else ''}",
        f"Assumed half-spread, lost at each order: {spreads}.",
    ]


def _leg(leg: Cost) -> Markup:
    kind = "perpetual" if leg.contract.perpetual else f"until {leg.contract.expiry:%d %b %Y}"
    rows = [("short", money(leg.notional)), *_parts(leg)]
    if leg.noise:
        rows.append(("funding may differ by", money(leg.noise)))
    return lines(bold(f"{leg.contract.asset} {kind}"), table(rows))


def _notes(statement: Premium) -> list[str]:
    notes = []
    if statement.impact:
        notes.append(
            "Moving the price: orders so large push it against you. Estimated by the root of their share of "
            "a day's trading; spread over days and hours they cost less."
        )
    if any(leg.noise for leg in statement.legs):
        notes.append(
            "Funding may differ: by its moves from day to day, it stays within this two times in three."
        )
    if statement.basis:
        notes.append(
            "Basis: a future above spot falls to it by its date, which the short earns (it does not pay it). "
            "Closed earlier, a share of it by time is counted."
        )
    return [*notes, "Each part is rounded to the cent, leg by leg."]


def _ending(statement: Premium) -> str | None:
    """Names the futures that end before the horizon of the hedge."""
    ending = [leg for leg in statement.legs if leg.days < statement.days]
    if not ending:
        return None
    names = ", ".join(f"{leg.contract.asset} after {days_long(leg.days)}" for leg in ending)
    return (
        f"Before your horizon these futures end: {names}. What follows is not in here: a later one takes two "
        "more fees and earns its own basis."
    )


def fee(share: Decimal) -> str:
    """A small share with the places it has: `0.05%`, `0.036%`, `0.0042%`."""
    text = percent(share, 4)
    return f"{text[:-1].rstrip('0').rstrip('.')}%"


def days_long(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _signed_away(amount: Decimal) -> str:
    """A cost or a receipt, told by words and not by a sign."""
    return money(amount) if amount >= 0 else f"{money(-amount)} to you"
