"""/settings: your usual coverage, leverage, fee and horizon."""

from collections.abc import Callable
from decimal import Decimal

from markupsafe import Markup

from bot.desk.command import Asked, Command
from bot.reading.numbers import parse_number
from bot.wording.layout import bold, lines
from bot.wording.numbers import leverage, number, percent
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput
from core.hedge.wish import LEAST_COVERAGE, MOST_COVERAGE, MOST_LEVERAGE
from core.store.user.book import Choices, Preferences

MOST_FEE = Decimal("0.01")
MOST_DAYS = 90


def _leverage(text: str) -> Choices:
    if text == "auto":
        return {"leverage": None}
    times = _within(text.removesuffix("x"), Decimal(1), MOST_LEVERAGE, "/settings leverage 2, or auto")
    return {"leverage": times}


def _coverage(text: str) -> Choices:
    return {"coverage": _percent(text, LEAST_COVERAGE, MOST_COVERAGE, "/settings coverage 80%")}


def _fee(text: str) -> Choices:
    if text == "auto":
        return {"fee": None}
    return {"fee": _percent(text, Decimal(0), MOST_FEE, "/settings fee 0.036%, or auto")}


def _horizon(text: str) -> Choices:
    days = _within(text.removesuffix("d"), Decimal(1), Decimal(MOST_DAYS), "/settings horizon 14d")
    if days != int(days):
        raise BadInput("The horizon is whole days. Type /settings horizon 14d.")
    return {"horizon_days": int(days)}


def _percent(text: str, least: Decimal, most: Decimal, form: str) -> Decimal:
    if not text.endswith("%"):
        raise BadInput(f"Give it in percent: {form}.")
    return _within(text.removesuffix("%"), least * 100, most * 100, form) / 100


def _within(text: str, least: Decimal, most: Decimal, form: str) -> Decimal:
    value = parse_number(text)
    if not least <= value <= most:
        raise BadInput(f"It goes from {number(least)} to {number(most)}. Type {form}.")
    return value


SETTINGS: dict[str, Callable[[str], Choices]] = {
    "coverage": _coverage,
    "leverage": _leverage,
    "fee": _fee,
    "horizon": _horizon,
}


BUTTONS = ((Button("Venue", "/venue"), Button("Hedge", "/hedge"), Button("Help", "/help")),)


async def _settings(asked: Asked) -> Reply:
    book, words = asked.desk.book, asked.args.lower().split()
    if not words:
        return Reply(_shown(await book.preferences()), BUTTONS)
    change = SETTINGS.get(words[0])
    if change is None or len(words) != 2:
        raise BadInput(f"I can set {', '.join(SETTINGS)}. Type for example /settings leverage 2.")
    return Reply(_shown(await book.prefer(**change(words[1]))), BUTTONS)


def _shown(mine: Preferences) -> Markup:
    return lines(
        bold("Your settings"),
        f"coverage {percent(mine.coverage)}: how much of the risk /hedge takes away",
        f"leverage {leverage(mine.leverage)}: always this"
        if mine.leverage
        else "leverage auto: what keeps liquidation unlikely",
        f"fee {number(mine.fee * 100)}% of each order"
        if mine.fee is not None
        else "fee auto: the venue's own",
        f"horizon {mine.horizon_days}d: how long a hedge should stand",
        "Change one: /settings leverage 2",
    )


command = Command("settings", "your usual coverage, leverage, fee", _settings, "/settings leverage 2")
