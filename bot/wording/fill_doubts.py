"""What speaks against a fill, in words: a sentence for each kind of doubt."""

from bot.wording.numbers import contracts, price
from core.journal.doubt import AgainstOrder, Doubt, FarFromOrdered, FarFromPrice, FilledBefore, TurnsAround


def doubt_told(doubt: Doubt) -> str:
    """One sentence that says what was expected and what the user says instead."""
    match doubt:
        case AgainstOrder(sold):
            expected, did = ("buy", "sold") if sold else ("sell", "bought")
            return f"The ticket says {expected}, and you say {did}."
        case FilledBefore(before, ordered, terms):
            return f"{contracts(before, terms)} are recorded already of {contracts(ordered, terms)}."
        case FarFromOrdered(ordered, told, terms):
            return f"The ticket says {contracts(ordered, terms)}, and you say {contracts(told, terms)}."
        case FarFromPrice(usual, told):
            return f"The price is {price(usual)} now, and you say {price(told)}."
        case TurnsAround(short, held, terms):
            side = "short" if short else "long"
            return f"You are {side} only {contracts(held, terms)}: this would turn it around."
