"""/calc: the textbook formulas on numbers of your own, typed at once or asked for one by one."""

from collections.abc import Mapping
from decimal import Decimal

from markupsafe import Markup

from bot.desk.command import Asked, Command
from bot.reading.numbers import parse_number
from bot.wording.calc import BY_BETA, BY_LOSS, asked_for, calculation, made_up, which_way
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput
from core.hedge.calc import MadeUp, calculate
from core.store.user.topic import Question

FORM = "/calc value 50000 beta 1.5 price 3500 size 0.01"
LOSS_FORM = "/calc loss 10000 price 3500 size 0.01 move 20"
LEAST, MOST = Decimal("1e-18"), Decimal("1e18")
"""Beyond these is nothing that can be held or traded."""
WAYS: Mapping[str, tuple[str, ...]] = {
    FORM: ("value", "beta", "price", "size"),
    LOSS_FORM: ("loss", "price", "size", "move"),
}
"""The numbers of each formula, by its form."""
_DOLLARS = ("value", "price", "loss")


async def _calc(asked: Asked) -> Reply:
    words = asked.args.lower().replace("=", " ").replace("$", "").split()
    if not words:
        ways = (Button(BY_LOSS, "/calc loss"), Button(BY_BETA, "/calc value"))
        return Reply(which_way(LOSS_FORM), (ways,))
    form, names = _way(words)
    given, open_name = _given(words, form)
    missing = open_name or next((name for name in names if name not in given), None)
    if missing is None:
        return Reply(_answer(form, given))
    said = " ".join(f"{name} {value:f}" for name, value in given.items())
    line = f"/calc {said} {missing}".replace("  ", " ")
    await asked.desk.book.prefer()  # so that there is somebody whom the question waits for
    await asked.desk.topic.ask(Question(line, line))
    return Reply(asked_for(missing), fresh=True, asks=line)


def _answer(form: str, given: Mapping[str, Decimal]) -> Markup:
    if form == LOSS_FORM:
        return made_up(MadeUp(given["loss"], given["price"], given["size"], given["move"] / 100))
    return calculation(calculate(given["value"], given["beta"], given["price"], given["size"]))


def _way(words: list[str]) -> tuple[str, tuple[str, ...]]:
    """The form whose numbers all of these words name; by a loss only where the loss or the fall is named.

    Raises BadInput for a name that is in neither, or that is there twice.
    """
    said = words[::2]
    form = LOSS_FORM if {"loss", "move"} & set(said) else FORM
    unknown = next((name for name in said if name not in WAYS[form]), None)
    if unknown is not None:
        raise BadInput(
            f"I do not understand “{unknown[:20]}” there. Name each number: {FORM}, or {LOSS_FORM}"
        )
    if len(set(said)) < len(said):
        raise BadInput(f"A number is there twice. Type {form}")
    return form, WAYS[form]


def _given(words: list[str], form: str) -> tuple[dict[str, Decimal], str | None]:
    """The numbers by name, and the last name where no number follows it."""
    open_name = words[-1] if len(words) % 2 else None
    given: dict[str, Decimal] = {}
    for name, text in zip(words[::2], words[1::2], strict=False):
        number = text.removeprefix("-").removesuffix("%") if name == "move" else text
        given[name] = parse_number(number, money=name in _DOLLARS)
        if given[name] <= 0:
            raise BadInput(f"The {name} must be above zero. Type {form}")
        if not LEAST <= given[name] <= MOST:
            raise BadInput(f"No {name} is that {'large' if given[name] > MOST else 'small'}. Type {form}")
        if name == "move" and given[name] > 100:
            raise BadInput(f"A coin cannot fall by more than 100%. Type {form}")
    return given, open_name


command = Command(
    "calc",
    "the formula on your own numbers",
    _calc,
    LOSS_FORM,
    {
        LOSS_FORM: "the contracts whose gain makes up a loss, if their coin falls so many percent",
        FORM: "the contracts that offset a portfolio by its beta",
        "/calc": "I ask for the numbers one by one",
    },
)
