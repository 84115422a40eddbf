"""Notices about one open position: liquidation, margin, expiry."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal

from bot.wording.gone import HEDGE_AGAIN
from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import (
    TENTH,
    TENTH_OF_PERCENT,
    TICKET,
    Telling,
    dollars,
    exact_span,
    exact_text,
    figured,
    passed_by,
    priced,
    put,
    share,
    span,
    times,
)
from bot.wording.notices.shared_account import ACCOUNT_LOW, ACCOUNT_NEAR, shared_or_alone
from bot.wording.notices.times import zone_name
from bot.wording.notices.told_facts import ToldFacts
from bot.wording.numbers import chance, safety
from core.journal.fate import BY_EXTREME, BY_MARK


def _liquidation(told: ToldFacts) -> str | None:
    if _doubtful(told):
        return f"URGENT: {told.subject} {_side(told)} may have been liquidated"
    if _past(told):
        return f"URGENT: {told.subject} {_side(told)} is past its liquidation price"
    urgent = "URGENT: " if told.worst else ""
    return put(
        "{urgent}{coin} {side} {away} from liquidation",
        urgent=urgent,
        coin=told.subject,
        side=_side(told),
        away=share(_away(told)),
    )


def _away(told: ToldFacts) -> Decimal | None:
    """By what part of itself the price would have to move to liquidate, rounded so that it reads as past the
    limit.
    """
    limit = told.facts.threshold if told.figure == "distance" else None
    return passed_by(told, told.facts.distance, limit, TENTH_OF_PERCENT)


def _past(told: ToldFacts) -> bool:
    away = told.facts.distance
    return away is not None and away <= 0


def _doubtful(told: ToldFacts) -> bool:
    """Whether it is past its liquidation price only by margin rates that are assumed: then it is asked."""
    return _past(told) and told.facts.assumed and not told.facts.lost


def _long(told: ToldFacts) -> bool:
    """Whether the position is long. The positions of a hedge are short."""
    short = told.facts.short
    return short is not None and short < 0


def _side(told: ToldFacts) -> str:
    return "long" if _long(told) else "short"


def _liquidation_limit(told: ToldFacts) -> str | None:
    if _past(told):
        return None  # there is nothing left to be away
    limit = told.facts.threshold
    if told.figure == "sigma":
        return put(
            "{moves} usual days' moves away", moves=figured(lambda moves: f"{moves.normalize():f}", limit)
        )
    return put("{away} away", away=exact_text(limit))


def _what_it_is(told: ToldFacts) -> str | None:
    """At what price the position is liquidated, and what that costs."""
    if _doubtful(told):
        return put(
            "{coin} {went} {mark}{unseen}. I expect {venue} to close your {side} at {end}, but I only assume "
            "its margin rates.",
            coin=_quoted(told),
            went=_went(told),
            mark=priced(told.facts.mark),
            unseen=" while I could not look" if told.facts.reason == BY_EXTREME else "",
            venue=told.venue or "the exchange",
            side=_side(told),
            end=priced(told.facts.liquidation),
        )
    surely = not told.facts.assumed
    told_prices = put(
        "{coin} {went} {mark}. At {end}{further} {closes} your {side}",
        coin=_quoted(told),
        went=_went(told),
        mark=priced(told.facts.mark),
        end=priced(told.facts.liquidation),
        closes="the exchange closes" if surely else f"I expect {told.venue or 'the exchange'} to close",
        side=_side(told),
        further="" if _past(told) else put(", {away} {way},", away=share(_away(told)), way=_way(told)) or "",
    )
    margin = dollars(told.facts.margin)
    lost = f" and {'keeps' if surely else 'keep'} its margin of {margin}" if margin else ""
    return f"{told_prices}{lost}; its part of your coins is then not hedged." if told_prices else None


def _quoted(told: ToldFacts) -> str:
    """What the prices are of: the coin, or so many of it as the contract quotes, as 1000PEPE."""
    base, slash, _ = told.position.partition("/")
    return base if slash else told.subject


def _went(told: ToldFacts) -> str:
    """How it is said what the price was, by how that is known; of nothing else it is the price now."""
    return {BY_MARK: "was at", BY_EXTREME: "went to"}.get(told.facts.reason or "", "is at")


def _way(told: ToldFacts) -> str:
    return "lower" if _long(told) else "higher"


def _how_likely(told: ToldFacts) -> str | None:
    moves, likely = told.facts.sigmas, told.facts.chance
    if _past(told):
        return None
    said = [f"{moves:.1f} usual days' moves away"] if moves is not None and 0 < moves < 1000 else []
    if likely is not None and 0 <= likely <= 1:
        said.append(f"chance within two weeks: {chance(float(likely))}")
    return f"That is {'; '.join(said)}." if said and moves else f"The {said[0]}." if said else None


def _liquidation_todo(told: ToldFacts) -> str:
    if _past(told):
        where = f" on {told.venue}" if told.venue else ""
        return (
            f"What to do: look{where} now whether it is still open, and press which it is. Until then it "
            "counts as liquidated: its margin as lost, its coins as not hedged."
            if told.facts.lost
            else f"What to do: look{where} now whether it is still open, and press which it is."
        )
    return " ".join(filter(None, (_add_margin(told), _tell_me(told))))


def _add_margin(told: ToldFacts) -> str:
    add = told.facts.add
    amount = f"{dollars(add)} of margin" if add is not None and add > 0 else "margin"
    where = f" on {told.venue}" if told.venue else ""
    return f"What to do: add {amount}{where}, or close the {_side(told)}: the ticket does that."


def _tell_me(told: ToldFacts) -> str | None:
    """How to enter margin that was added: what is not entered is not counted."""
    line = _with_margin(told, told.subject)
    return f"Margin that you add counts once you tell me: {line}" if line else None


def _with_margin(told: ToldFacts, position: str) -> str | None:
    margin, add = told.facts.margin, told.facts.add
    if margin is None or add is None or add <= 0 or not told.subject:
        return None
    whole = (margin + add).quantize(Decimal(1), ROUND_CEILING)
    name, _, place = position.partition(" on ")
    return f"/position {name} margin {whole}{f' on {place}' if place else ''}"


def _closing(told: ToldFacts) -> Mapping[str, str]:
    """A ticket for this position alone, as the others are in no danger."""
    if told.kind == "liquidation" and _past(told):
        again = {HEDGE_AGAIN: "/adjust"} if told.facts.lost else {}
        return {
            **again,
            "It was liquidated": f"/position liquidated {told.position}",
            "It is still open": f"/position open {told.position}",
            "Positions": "/positions",
        }
    added = _with_margin(told, told.position) if told.kind == "liquidation" and not _past(told) else None
    ways = {TICKET: f"/exit {told.position}", "Positions": "/positions"}
    return {**ways, "I added margin": added} if added else ways


def _margin(told: ToldFacts) -> str | None:
    urgent = "URGENT: " if told.worst else ""
    health = passed_by(told, told.facts.value, told.facts.threshold, TENTH)
    return put(
        "{urgent}{coin} margin: {health} the least allowed",
        urgent=urgent,
        coin=told.subject,
        health=figured(safety, health),
    )


def _margin_limit(told: ToldFacts) -> str | None:
    limit = told.facts.threshold
    return put("{limit} the least allowed", limit=figured(times, limit))


def _margin_dollars(told: ToldFacts) -> str | None:
    return put(
        "{margin} backs your {side} of {short} now; at {needed} the exchange closes it.",
        side=_side(told),
        margin=dollars(told.facts.margin),
        short=dollars(told.facts.short),
        needed=dollars(told.facts.needed),
    )


def _margin_prices(told: ToldFacts) -> str | None:
    return put(
        "Price {mark}, that comes at {end}.", mark=priced(told.facts.mark), end=priced(told.facts.liquidation)
    )


def _expiry(told: ToldFacts) -> str | None:
    if _ended(told):
        return (
            f"{'URGENT: your' if told.facts.urgent else 'Your'} {told.subject} {_what_ends(told)} has ended"
        )
    return put(
        "Your {coin} {what} ends in {left}",
        coin=told.subject,
        what=_what_ends(told),
        left=figured(span, told.facts.value),
    )


def _what_ends(told: ToldFacts) -> str:
    return "contract" if told.facts.perpetual else "future"


def _ended(told: ToldFacts) -> bool:
    left = told.facts.value
    return left is not None and left <= 0


def _expiry_limit(told: ToldFacts) -> str | None:
    return put("{limit} before the end", limit=figured(exact_span, told.facts.threshold))


def _expiry_dollars(told: ToldFacts) -> str | None:
    at, short = told.facts.expiry, dollars(told.facts.short)
    part = f"{short} of your hedge" if short and told.facts.short else "that part of your hedge"
    when = f" on {at.astimezone(told.place):%d %b %Y, %H:%M} {zone_name(told.place)}" if at else ""
    if _ended(told):
        return f"It was settled{when}, so {part} is gone."
    off = f"{told.venue or 'The exchange'} takes it off: " if told.facts.perpetual else ""
    return f"{off}{'it' if off else 'It'} is settled{when or ' then'}, and {part} ends."


def _expiry_todo(told: ToldFacts) -> str:
    if _ended(told):
        return "What to do: press the button and tell me the price that it was settled at. Then hedge anew."
    if told.facts.perpetual:
        return "What to do: close it before then with the ticket, and hedge with another contract: /hedge."
    return "What to do: move it to the next date, which the ticket does, or close it."


def _rolling(told: ToldFacts) -> Mapping[str, str]:
    if _ended(told):
        return {"It was closed": f"/position closed {told.position}", "Hedge": "/hedge"}
    if told.facts.perpetual:
        return {TICKET: f"/exit {told.position}", "Plan a hedge": "/hedge"}
    return {TICKET: f"/roll {told.position}", "Close it": f"/exit {told.position}"}


_LIQUIDATION = shared_or_alone(
    Telling(_liquidation, _liquidation_limit, (_what_it_is, _how_likely), _liquidation_todo, _closing),
    ACCOUNT_NEAR,
)
_MARGIN = shared_or_alone(
    Telling(_margin, _margin_limit, (_margin_dollars, _margin_prices), _add_margin, _closing), ACCOUNT_LOW
)
_EXPIRY = Telling(_expiry, _expiry_limit, (_expiry_dollars,), _expiry_todo, _rolling)
WORDS = {
    "liquidation": KindWords(
        order=10,
        about={
            "distance": "liquidation{of} less than {limits} away",
            "sigma": "liquidation{of} less than {limits} usual days' moves away",
        },
        watched="liquidation",
        telling=_LIQUIDATION,
        page=True,
    ),
    "margin": KindWords(
        order=20,
        about={"health": "margin{of} below {limits} the least allowed"},
        # This share reads better as a multiple.
        limit=times,
        standing=lambda _, value: f"{safety(value)} the least allowed",
        telling=_MARGIN,
    ),
    "expiry": KindWords(
        order=40,
        about={"left": "expiry{of} in {limits}"},
        watched="the end of a contract",
        telling=_EXPIRY,
        page=True,
    ),
}
