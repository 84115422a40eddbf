"""The daily summary: how the coins and the hedge stand, what came of alerts, and what needs attention."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import SIMULATED_LINE, bold, lines, listed
from bot.wording.notices import distinct, headline, shortened
from bot.wording.notices.kind_words import KindWords
from bot.wording.notices.phrases import costs, put
from bot.wording.notices.told_facts import ToldFacts, short_text
from bot.wording.numbers import day, money, percent
from core.alert.facts import Facts

SHOWN = 5
"""Notices of a sort that are named."""
MOST_UNKNOWN = 20
"""The same of those that may not have arrived: nothing else tells of them."""
_ZERO = Decimal(0)
QUIET = "Nothing needs your attention."


def digest_message(told: ToldFacts, now: datetime) -> Markup:
    """The whole text. What is not known is left out."""
    return lines(
        bold(shortened(_headline(told, now))),
        SIMULATED_LINE if told.facts.simulated else None,
        *_attention(told),
        *_not_known(told),
        _since_began(told, now),
        _coverage(told),
        _funding(told),
        _expiry(told, now),
        None if _net(told, None) is None else _worth(told),  # else the headline says it
        *_named("Told you since the last one", _over(told)),
        *unsure(told.facts.unknown),
    )


def _headline(told: ToldFacts, now: datetime) -> str:
    """`Since yesterday +$146: coins +$166, hedge -$20`. Without an earlier summary it is since the hedge
    began.
    """
    before = told.facts.before
    # A summary of an earlier hedge has nothing to be compared with.
    before = before if before and _same_hedge(told, before) else None
    began = told.facts.began
    since = "Since yesterday" if before else f"Since {_day(told, began, now)}" if began else "So far"
    if made := _net(told, before):
        return f"{since} {made}"
    worth = told.facts.worth
    if worth is not None:
        return f"Your coins are worth {money(worth)}"
    return "Your day: not everything is known" if _not_known(told) else "Your day"


def _net(told: ToldFacts, before: Facts | None) -> str | None:
    """`+$146: coins +$166, hedge -$20`."""
    now, then = told.facts, before or Facts(net=_ZERO, coins=_ZERO, hedge=_ZERO)
    net, coins = _made(now.net, then.net), _made(now.coins, then.coins)
    hedge = _made(now.hedge, then.hedge)
    return f"{net}: coins {coins}, hedge {hedge}" if net and coins and hedge else None


def _day(told: ToldFacts, at: datetime, now: datetime) -> str:
    """The day of a moment in the user's time zone."""
    return day(at.astimezone(told.place), now.astimezone(told.place))


def _same_hedge(told: ToldFacts, before: Facts) -> bool:
    began = told.facts.began
    return began is not None and began == before.began


def _made(now: Decimal | None, then: Decimal | None) -> str | None:
    """What was made between two amounts that count from the beginning of the hedge."""
    return None if now is None or then is None else money(now - then, signed=True)


def _not_known(told: ToldFacts) -> list[str]:
    """What the summary leaves out and why, so that it is never a bare heading."""
    found = []
    if names := list(told.facts.without):
        found.append(
            f"Not known: how your {listed(names)} short{'s' if len(names) > 1 else ''} stand"
            f"{'' if len(names) > 1 else 's'}, for want of a price. What the hedge made is left out."
        )
    if told.facts.reached is False:
        found.append("Not known: any price. Your exchange cannot be read now; /status says more.")
    elif names := list(told.facts.unpriced):
        found.append(f"Not known: what your {listed(names)} is worth, for want of a price.")
    if not found and told.facts.worth is None and told.facts.open == 0:
        found.append("You hold nothing and have nothing open. /add adds coins.")
    return found


def _since_began(told: ToldFacts, now: datetime) -> str | None:
    made, began, before = _net(told, None), told.facts.began, told.facts.before
    if not (made and began and before and _same_hedge(told, before)):
        return None  # the headline says it
    return f"Since your hedge began on {_day(told, began, now)}: {made}."


def _coverage(told: ToldFacts) -> str | None:
    covered, target = told.facts.coverage, told.facts.target
    if covered is None:
        return None
    aimed = f"; you aimed at {percent(target)}" if target is not None else ""
    # A short whose price is missing covers something too, but nobody knows how much.
    least = "at least " if told.facts.without else ""
    return f"Your hedge covers {least}{percent(covered)} of your coins' risk{aimed}."


def _funding(told: ToldFacts) -> str | None:
    return put("Funding {costs} a day at the rates now.", costs=costs(told.facts.day))


def _expiry(told: ToldFacts, now: datetime) -> str | None:
    ends = told.facts.expiry
    if ends is None or ends <= now:
        return None
    days = (ends - now).days
    coin = short_text(told.facts.expiry_subject)
    left = f"in {days} day{'' if days == 1 else 's'}" if days else "within a day"
    return f"Your {f'{coin} ' if coin else ''}future ends on {_day(told, ends, now)}, {left}: /roll"


def _worth(told: ToldFacts) -> str | None:
    worth = told.facts.worth
    return f"Your coins are worth {money(worth)}." if worth is not None and worth > 0 else None


def _attention(told: ToldFacts) -> list[str]:
    """What is past its limit now. That nothing is past it is said only where all of it is known."""
    found = _named("Needs attention", told.facts.attention or ())
    # An empty list says that all was looked at; a missing one that it could not be.
    return found or ([QUIET] if told.facts.attention == () else [])


def _over(told: ToldFacts) -> list[Facts]:
    """Notices about what needs no attention any more."""
    lasting = {(each.facts.number, each.subject) for each in map(ToldFacts, told.facts.attention or ())}
    fired = map(ToldFacts, told.facts.fired)
    return [each.facts for each in fired if (each.facts.number, each.subject) not in lasting]


def unsure(notices: Sequence[Facts]) -> list[str]:
    """Names the notices of which nobody knows whether they arrived."""
    return _named("Not sure that these reached you", notices, MOST_UNKNOWN)


def _named(title: str, found: Sequence[Facts], most: int = SHOWN) -> list[str]:
    """The title with how many, and the first of them."""
    if not found:
        return []
    different = distinct(map(ToldFacts, found))
    left = len(different) - most
    shown = (f"– {headline(each)}" for each in different[:most])
    return [f"{title}: {len(different)}", *shown, *([f"– and {left} more"] if left > 0 else [])]


WORDS = {"digest": KindWords(about={"due": "digest once a day"})}
