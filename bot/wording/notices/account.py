"""Notices about a connected account: what was filled, what the venue did, and what became of its key."""

from collections.abc import Mapping

from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import Telling, dollars, priced, put
from bot.wording.notices.told_facts import ToldFacts
from bot.wording.numbers import number

_HOW = {
    "liquidated": "was liquidated",
    "deleveraged": "was closed by the exchange (auto-deleveraging)",
    "settled": "was settled: the contract has ended",
}
"""What the venue did, by the reason of the trade."""
_KEY = {"refused", "rights"}


def _headline(told: ToldFacts) -> str | None:
    what, side = told.figure, told.side or "position"
    if what == "gone":
        return put("URGENT: {coin} {side} on {venue} is gone", coin=told.subject, side=side, venue=told.venue)
    if what == "smaller":
        return put(
            "URGENT: {coin} {side} on {venue} is smaller", coin=told.subject, side=side, venue=told.venue
        )
    if what == "filled":
        return put("Recorded from {venue}: {coin} {side}", venue=told.venue, coin=told.subject, side=side)
    if what == "differs":
        return put("{coin} on {venue} is not what I have", coin=told.subject, venue=told.venue)
    if what == "rights":
        return put("URGENT: your {venue} key can do more than read", venue=told.venue)
    return put("I cannot read {venue} any more: the key is refused", venue=told.venue)


def _how(told: ToldFacts) -> str | None:
    """What happened to the position."""
    if told.figure not in ("gone", "smaller"):
        return None
    how = _HOW.get(told.facts.reason or "", "was closed by an order that you did not tell me of")
    part = "It" if told.figure == "gone" else "A part of it"
    at = priced(told.facts.mark)
    return f"{part} {how}{f' at {at}' if at else ''}. I have recorded it."


def _bare(told: ToldFacts) -> str | None:
    """What is not hedged now."""
    if told.figure not in ("gone", "smaller") or told.side != "short":
        return None
    left = dollars(told.facts.short)
    still = f" {left} is still short." if left else ""
    return put(
        "{value} of your coins is not hedged by it any more.{still}",
        value=dollars(told.facts.value),
        still=still,
    )


def _filled(told: ToldFacts) -> str | None:
    if told.figure != "filled":
        return None
    return put(
        "{value} at {price}, as the account tells it.",
        value=dollars(told.facts.value),
        price=priced(told.facts.mark),
    )


def _differs(told: ToldFacts) -> str | None:
    if told.figure != "differs" or told.facts.then is None or told.facts.value is None:
        return None
    mine, theirs = number(told.facts.then), number(told.facts.value)
    return f"By what was recorded you have {mine} contracts open, by the account {theirs} (a minus is short)."


def _key(told: ToldFacts) -> str | None:
    return {
        "refused": "It was deleted, has expired, or may not read this. I ask nothing there with it any more.",
        "rights": "I read nothing with it from now on. What I never do, others could who get hold of it.",
    }.get(told.figure)


def _todo(told: ToldFacts) -> str:
    if told.figure in ("gone", "smaller"):
        return "What to do: if you want it hedged again, press the button for the orders."
    if told.figure == "filled":
        return "What to do: nothing needs doing. What is wrong can be taken back: /position."
    if told.figure == "differs":
        return "What to do: compare the two and take over what is right."
    return "What to do: make a new key that can only read."


def _ways(told: ToldFacts) -> Mapping[str, str]:
    if told.figure in ("gone", "smaller"):
        return {"Hedge again": "/hedge", "Bring it to size": "/adjust", "Positions": "/positions"}
    if told.figure == "differs":
        return {"Compare": "/sync", "Positions": "/positions"}
    if told.figure in _KEY:
        venue = told.facts.venue or ""
        return {"New key": f"/connect {venue}".strip(), "Accounts": "/accounts"}
    return {"Positions": "/positions"}


WORDS = {
    "account": KindWords(
        order=5,
        about={"account": "your connected accounts"},
        telling=Telling(_headline, lambda _: None, (_how, _bare, _filled, _differs, _key), _todo, _ways),
    )
}
