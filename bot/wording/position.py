"""Positions that are entered or corrected by hand."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.wording.alerts import turned_on
from bot.wording.filled import fill_told, name, open_now, position_opened
from bot.wording.layout import bold, folded, lines
from core.journal.correction import UNDO
from core.journal.fate import Fate
from core.journal.fill import Entry, Fill, Margin
from core.journal.held import Held
from core.store.user.recorded import Recorded

POSITION_FORMS = (
    "/position add short 2.14 ETH at 3500",
    "/position ETH margin 3000",
    "/position edit 2.2 ETH at 3490",
    "/position delete ETH",
    "/position undo",
)


def positions_listed(held: Sequence[Held]) -> Markup:
    """What is open, and the lines that correct it."""
    heading = (
        f"Open: {'1 position' if len(held) == 1 else f'{len(held)} positions'}" if held else "Nothing is open"
    )
    first = name(held[0].symbol, held[0].terms) if held else "ETH"
    return lines(
        bold(heading),
        *map(position_opened, held),
        "To enter or correct one by hand:" if held else "To enter one by hand:",
        *[
            Markup("<code>{}</code>").format(form.replace(" ETH", f" {first}", 1))
            for form in (POSITION_FORMS if held else POSITION_FORMS[:1])
        ],
        folded(
            "add: a position that I do not know of; short or long, with lev 3, margin 2500, fee 1, on bybit "
            "where that is so.",
            "edit: the right number and average price. delete: as if it had never been.",
            "Numbers count coins. Where the exchange shows contracts, say so: ETH 214 contracts.",
            "undo takes back the last change, for 10 minutes.",
        ),
    )


def position_changed(heading: str, done: Recorded) -> Markup:
    """The answer to a correction."""
    return lines(bold(heading), *open_now(done), turned_on(done.alerts))


def change_described(change: Sequence[Entry]) -> str:
    """A change of the journal in a few words, for the button that takes it back."""
    fills = [entry.what for entry in change if isinstance(entry.what, Fill)]
    kinds = {type(entry.what) for entry in change}
    if kinds == {Fate}:
        return "what you said became of it"
    if kinds == {Fill}:
        return fill_told(fills[0]) if len(fills) == 1 else f"{len(fills)} orders"
    if kinds == {Margin}:
        return "what backs it"
    if Fill in kinds:
        return "the correction"
    return "the undo" if change[0].source == UNDO else "the deletion"
