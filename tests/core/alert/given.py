"""Users at one moment in few words, on the venue of `tests.domain` at its NOW."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.reading.numbers import parse_number
from core.advice.sizing import sizing
from core.alert import KINDS, rule_said
from core.alert.rule import Firing, Rule, State, step
from core.alert.situation import Reading, Situation
from core.domain.quote import FundingRate, Quote
from core.domain.snapshot import Snapshot
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.journal.episode import Episode, Step
from core.journal.fill import Fill
from tests.core.journal.open_hedges import BEGAN, sold
from tests.core.outcome.lives import episode
from tests.domain import NOW, VENUE, holdings

ETH = f"{VENUE}:ETH/USDT:USDT"
FUTURE = NOW.replace(hour=8, minute=0) + timedelta(days=30)


def said(words: str) -> Rule:
    """The rule that somebody types after /alert."""
    return rule_said(words.split(), parse_number)


def user(snapshot: Snapshot, *held: str, **more: Any) -> Situation:
    """Somebody with these coins on this venue."""
    return Situation(NOW, VENUE, {VENUE: snapshot}, tuple(holdings(*held)), **more)


def with_open(snapshot: Snapshot, *fills: Fill, held: Sequence[str] = ("ETH 10",), **more: Any) -> Situation:
    """Somebody with these positions, entered by hand."""
    return user(snapshot, *held, episode=_begun(*fills, steps=_steps(snapshot, held)), **more)


def hedged(
    snapshot: Snapshot, *held: str, wish: Wish | None = None, began: Snapshot | None = None
) -> Situation:
    """Somebody who placed the hedge that was planned on `began`, by default at the prices now."""
    then = began or snapshot
    planned = plan(holdings(*held), then, wish or Wish(), NOW)
    fills = [
        sold(f"{leg.count:f}", then, leg.contract.symbol, index=f"{then.quotes[leg.contract.symbol].mark:f}")
        for leg in planned.legs
    ]
    sized = sizing(planned, "100%", BEGAN)
    return user(snapshot, *held, episode=_begun(*fills, steps=_steps(then, held), sizings=[sized]))


def _begun(*fills: Fill, **more: Any) -> Episode:
    return replace(episode(*fills, **more), began=BEGAN)


def _steps(snapshot: Snapshot, held: Sequence[str]) -> list[Step]:
    return [Step(BEGAN, one.asset, one.quantity, snapshot.price(one.asset, NOW)) for one in holdings(*held)]


def read_each(situation: Situation, rule: Rule) -> dict[str, Reading | None]:
    """What is measured of each subject of the rule."""
    kind = KINDS[rule.kind]
    return {each.subject: kind.measure(situation, each) for each in kind.each(rule, situation)}


def measured(situation: Situation, words: str) -> Reading | None:
    """What is measured of the one subject of a typed rule; of prices that are missing, of the venue."""
    found, *_ = read_each(situation, said(words)).values()
    return found


def stepped(
    rule: Rule, state: State, found: Reading | None, now: datetime = NOW
) -> tuple[State, Firing | None]:
    """One step of the rule, with the margin and the cool-down of its kind."""
    kind = KINDS[rule.kind]
    seen = found.value if found else None
    return step(rule, state, seen, now, margin=kind.margin(rule), cooldown=kind.cooldown)


def value(situation: Situation, words: str) -> Decimal | None:
    """The value alone."""
    found = measured(situation, words)
    return found.value if found else None


def fact(situation: Situation, words: str, name: str) -> Decimal | None:
    """One figure of the facts; None where it is not known."""
    found = measured(situation, words)
    assert found is not None
    figure = getattr(found.facts, name)
    return None if figure is None else Decimal(figure)


def older(situation: Situation, age: timedelta) -> Situation:
    """The same with quotes of that age."""
    old = {
        venue: replace(
            snapshot,
            quotes={symbol: replace(quote, at=NOW - age) for symbol, quote in snapshot.quotes.items()},
        )
        for venue, snapshot in situation.snapshots.items()
    }
    return replace(situation, snapshots=old)


def quoted(snapshot: Snapshot, prices: Mapping[str, str]) -> Snapshot:
    """The same with other prices, by asset."""
    marks = {
        contract.symbol: Decimal(prices[contract.asset]) * contract.scale
        for contract in snapshot.contracts.values()
        if contract.asset in prices
    }
    quotes = {symbol: Quote(mark, NOW, index=mark) for symbol, mark in marks.items()}
    return replace(snapshot, quotes={**snapshot.quotes, **quotes})


def funded(snapshot: Snapshot, **rates: str) -> Snapshot:
    """The same with these rates, each for 8 hours, of the assets' perpetuals."""
    known = {
        contract.symbol: FundingRate(Decimal(rates[contract.asset]), 8, NOW)
        for contract in snapshot.contracts.values()
        if contract.asset in rates and contract.perpetual
    }
    return replace(snapshot, funding={**snapshot.funding, **known})
