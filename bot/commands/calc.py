"""/calc: the textbook formula on numbers of your own."""

from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.reading.numbers import parse_number
from bot.wording.calc import calculation
from bot.wording.reply import Reply
from core.domain.errors import BadInput
from core.hedge.calc import calculate

FORM = "/calc value 50000 beta 1.5 price 3500 size 0.01"
LEAST, MOST = Decimal("1e-18"), Decimal("1e18")
"""Beyond these is nothing that can be held or traded."""
_NAMES = ("value", "beta", "price", "size")


async def _calc(asked: Asked) -> Reply:
    words = asked.args.lower().replace("=", " ").replace("$", "").split()
    if len(words) != 2 * len(_NAMES) or sorted(words[::2]) != sorted(_NAMES):
        raise BadInput(f"Give all four: portfolio value, beta, contract price and size. Type {FORM}")
    given: dict[str, Decimal] = {}
    for name, text in zip(words[::2], words[1::2], strict=True):
        given[name] = parse_number(text, money=name in ("value", "price"))
        if given[name] <= 0:
            raise BadInput(f"The {name} must be above zero. Type {FORM}")
        if not LEAST <= given[name] <= MOST:
            raise BadInput(f"No {name} is that {'large' if given[name] > MOST else 'small'}. Type {FORM}")
    answer = calculate(given["value"], given["beta"], given["price"], given["size"])
    return Reply(calculation(answer))


command = Command("calc", "the formula on your own numbers", _calc, FORM)
