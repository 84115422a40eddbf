"""Aims that need today's date or the portfolio's worth, put into the words that a wish is read from."""

from collections.abc import Sequence
from decimal import Decimal

from bot.desk.desk import Desk
from bot.reading.numbers import parse_number
from bot.reading.times import parse_day
from bot.wording.numbers import money
from core.domain.errors import BadInput
from core.domain.holding import NoHoldings
from core.measure.exposure import expose

UNTIL = ("until", "till")
FLOOR = ("floor", "above")
FORM = "/hedge floor 40000 drop 30%"


async def plain_words(desk: Desk, words: Sequence[str]) -> list[str]:
    """The words with `until 24 December` as days, and `keep 10%` and `floor 40000` as dollars to lose.

    Raises BadInput for a day that is over, and for a floor that the portfolio is below already.
    """
    rest, plain = list(words), list[str]()
    while rest:
        word = rest.pop(0)
        if word.lower() in UNTIL:
            day, used = parse_day(rest, desk.now.date())
            rest = rest[used:]
            plain.append(f"{(day - desk.now.date()).days}d")
        elif word.lower() == "keep" and rest and rest[0].endswith("%"):
            share = parse_number(rest.pop(0).removesuffix("%")) / 100
            if share > 1:
                raise BadInput(
                    "You cannot lose more than all of it. Type for example /hedge keep 10% drop 30%"
                )
            plain += ["keep", _dollars(await _worth(desk) * share)]
        elif word.lower() in FLOOR:
            if not rest:
                raise BadInput(f"Something is missing after “{word}”. Type for example {FORM}.")
            plain += ["keep", _dollars(await _above(desk, rest.pop(0)))]
        else:
            plain.append(word)
    return plain


async def _above(desk: Desk, floor: str) -> Decimal:
    """USD that may be lost before the portfolio is worth so little."""
    least, worth = parse_number(floor.removeprefix("$"), money=True), await _worth(desk)
    if least >= worth:
        raise BadInput(f"Your coins are worth {money(worth)} now, so {money(least)} is no floor below it.")
    return worth - least


async def _worth(desk: Desk) -> Decimal:
    holdings = (await desk.page()).holdings
    if not holdings:
        raise NoHoldings
    return expose(holdings, await desk.snapshot(), desk.now).value


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}"
