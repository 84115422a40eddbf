"""What is said to a sentence: what it was taken for, which of several it may be, or that it is not clear."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import quantity

THANKS = lines(bold("You are welcome."), "I keep watch, and write to you when something needs doing.")
NOT_CLEAR = lines(
    bold("I did not understand that."),
    "Press what you want, or type what you hold, like SOL 60. /help shows what else there is.",
)


def taken_as(line: str) -> str:
    """The line that a sentence was taken for, said beside its answer."""
    return f"I took that as {line}"


def shall_i(line: str) -> Markup:
    """A line that changes something, shown before it is carried out."""
    return lines(bold("Shall I do that?"), Markup("<code>{}</code>").format(line), "Nothing is changed yet.")


def which_of(count: int) -> Markup:
    """The question which of several lines was meant."""
    return lines(bold("Which do you mean?"), f"I can read that in {count} ways, so I did nothing.")


def label_of(line: str) -> str:
    """What a button says that carries this line, in words where the line has numbers of its own."""
    match line.split():
        case ["/add", coin, worth] if worth.startswith("$"):
            return f"${int(worth[1:]):,} of {coin}" if worth[1:].isdigit() else f"{worth} of {coin}"
        case ["/add", coin, number]:
            return f"{number} {coin}"
        case ["/hedge", "keep" | "floor", _, "drop", fall]:
            return f"In a fall of {fall}"
    return _LABELS.get(line, line)


_LABELS = {
    "/remove all": "My coins",
    "/remove": "A coin",
    "/forget": "All my data",
    "/add": "Add coins",
    "/exit": "Close my hedge",
    "/dehedge": "Keep, halve or close",
    "/alerts": "What you tell me",
}


def coins_after(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> Markup:
    """What would be held after coins were bought and sold, before it is saved."""
    rows = [
        f"{asset}: {quantity(number) if number else 'none left'} "
        f"({f'you hold {quantity(before[asset])}' if asset in before else 'new'})"
        for asset, number in after.items()
    ]
    return lines(bold("Is that right? Nothing is saved yet."), *rows)


def did_you_mean(word: str, lines_meant: Sequence[str]) -> str:
    """The question whether an unknown command means one of these."""
    return f"I do not know {word[:30]}. Did you mean {' or '.join(lines_meant)}?"
