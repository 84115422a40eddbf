"""How often stated ranges held, over all hedges that have ended."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.wording.layout import bold, lines
from bot.wording.numbers import percent
from core.domain.range import HOLDS, Score

FEW = 20
"""Of fewer hedges the share says little: chance alone moves it by ten points and more."""
NONE_YET = (
    "With a hedge I say between which two figures its outcome lies four times in five. Once it has ended, I "
    "look whether that came true, and count it here."
)
NOT_COUNTED = (
    "Not counted: hedges that lasted less than a day, were entered without my ticket, or lack a price."
)


def record_message(own: Score, everybody: Score | None, unreported: Sequence[int]) -> Markup:
    """The whole answer to /record.

    own: the score of the user's hedges. everybody: that over all users, told to the owner alone. unreported:
    numbers of the user's ended hedges that have no report yet, newest first.
    """
    return lines(
        bold(_headline(own)),
        _judgement(own) if own.stated else NONE_YET,
        None if everybody is None else _over_all(everybody),
        _missing(unreported),
        NOT_COUNTED if own.stated or (everybody and everybody.stated) else None,
    )


def _headline(own: Score) -> str:
    if not own.stated:
        return "No range of yours has been judged yet"
    return f"{own.held} of {_ranges(own)} held ({percent(own.share)}), over {_hedges(own)}"


def _judgement(own: Score) -> str:
    """What the share should be, and how much it says of so many hedges."""
    aim = f"A range is meant to hold four times in five, in {percent(HOLDS)} of cases."
    few = f" Of fewer than {FEW} hedges chance decides more than my method does."
    return f"{aim}{few if own.hedges < FEW else ''}"


def _over_all(everybody: Score) -> str:
    if not everybody.stated:
        return "Over all users: no range has been judged yet."
    return (
        f"Over all users: {everybody.held} of {_ranges(everybody)} held ({percent(everybody.share)}), over "
        f"{_hedges(everybody)}."
    )


def _missing(unreported: Sequence[int]) -> str | None:
    """How many ended hedges are not counted because their report is not made yet, and the way to it."""
    if not unreported:
        return None
    have = "1 ended hedge has" if len(unreported) == 1 else f"{len(unreported)} ended hedges have"
    return f"{have} no report yet and may still be counted: type /report {unreported[0]}."


def _ranges(score: Score) -> str:
    return "1 range" if score.stated == 1 else f"{score.stated:,} ranges"


def _hedges(score: Score) -> str:
    return "1 hedge" if score.hedges == 1 else f"{score.hedges:,} hedges"
