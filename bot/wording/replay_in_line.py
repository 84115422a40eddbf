"""The shorts of a replay that an exchange might have closed in profit, told as a possibility."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import lines, table
from bot.wording.numbers import number, percent, short_money
from core.replay.fall import Replay, Replayed
from core.replay.in_line import InLine, shorts_in_line, without_them


def in_line_then(found: Replayed, moment: Callable[[Replay, int], str]) -> Markup | None:
    """Which shorts were in line to be closed, and the end without them; None where none was.

    moment: how a moment of the replay is written.
    """
    told = found.as_planned
    legs = [leg for leg in found.hedge.legs if leg not in found.absent]
    gone = shorts_in_line(legs, told, found.past.by_asset)
    if not gone:
        return None
    rows = [
        (each.path.short.asset[:6], moment(told, each.at), f"-{percent(each.fall)}", short_money(each.gained))
        for each in gone
    ]
    few = "This short was" if len(gone) == 1 else "These shorts were"
    return lines(
        f"{few} in profit in a fast fall, so in line to be closed by {name_of(found.hedge.venue)} "
        "(auto-deleveraging). Whether any was nobody knows:",
        table([("", "UTC", "in a day", "made"), *rows]),
        f"Closed there and not opened again: {short_money(without_them(told, gone))} in the end.",
        # Where all shorts share an account the formulas rest on its worth, which is not followed here.
        None if found.hedge.backed else _places(gone),
    )


def _places(gone: Sequence[InLine]) -> str | None:
    """Who of them stood first by the formula of the exchange."""
    known = sorted(
        ((each.score, each.path.short.asset) for each in gone if each.score is not None), reverse=True
    )
    if len(known) < 2:
        return None
    named = ", ".join(f"{asset} {number(round(score, 2))}" for score, asset in known)
    return f"First in line among them, by the formula that it publishes: {named}."
