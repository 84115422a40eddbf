"""Stored notices as the watch makes them: one firing for each tier of each figure of each kind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from core.alert import KINDS
from core.alert.facts import Facts
from core.alert.facts_json import write_facts
from core.alert.notice import facts_of
from core.alert.rule import Firing, Rule
from core.alert.situation import reading

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=18)

_PLACE: dict[str, Any] = {"venue": "bybit", "symbol": "ETH/USDT:USDT", "short": Decimal(24_100)}
_POSITION: dict[str, Any] = {
    **_PLACE,
    "subject": "ETH",
    "mark": Decimal("3412.1"),
    "liquidation": Decimal(3631),
    "needed": Decimal(852),
}
_MOVE: dict[str, Any] = {
    "value": Decimal("-0.062"),
    "price": Decimal("118.42"),
    "past": Decimal("126.25"),
    "worth": Decimal(7105),
    "change": Decimal(-440),
}
FACTS: dict[str, dict[str, Any]] = {
    "liquidation": {
        **_POSITION,
        "distance": Decimal("0.0642"),
        "sigmas": Decimal("1.7"),
        "chance": Decimal("0.04"),
        "margin": Decimal("2410.5"),
        "add": Decimal(1200),
    },
    "margin": {**_POSITION, "margin": Decimal(1210), "add": Decimal(500)},
    "adl": {
        **_PLACE,
        "subject": "ETH",
        "mark": Decimal("3412.1"),
        "gained": Decimal(5300),
        "margin": Decimal(8000),
        "add": Decimal(13_300),
        "reopen": Decimal(24),
    },
    "funding": {
        **_PLACE,
        "rate": Decimal("-0.00012"),
        "hours": 8,
        "apr": Decimal("-0.1314"),
        "day": Decimal("-8.7"),
    },
    "drift": {
        "short": Decimal(26_000),
        "wanted": Decimal(23_900),
        "excess": Decimal("0.088"),
        "risk": Decimal("0.08"),
        "errors": {"ETH": Decimal(2_300), "SOL": Decimal(-200)},
    },
    "expiry": {**_PLACE, "subject": "ETH", "expiry": NOW + timedelta(days=3)},
    "dehedge": {
        "subject": "BTC",
        "value": Decimal("-0.152"),
        "price": Decimal(90_000),
        "made": Decimal(3700),
        "coins": Decimal(-4100),
        "began": NOW - timedelta(days=7),
    },
    "price": _MOVE,
    "basis": {**_PLACE, "future": Decimal(3400), "spot": Decimal(3410), "day": Decimal("-2.04")},
    "beta": {
        "benchmark": "BTC",
        "beta_then": Decimal("1.5"),
        "beta_now": Decimal("1.8"),
        "r2_then": Decimal("0.9"),
        "r2_now": Decimal("0.45"),
        "worth": Decimal(50_000),
        "sized_at": NOW - timedelta(days=7),
    },
    "stale": {"venue": "bybit", "last": SINCE, "positions": 1},
    "contract": {
        "subject": "ETH",
        "venue": "bybit",
        "symbol": "ETH/USDT:USDT",
        "id": "ETHUSDT",
        "condition": "suspended",
        "last": SINCE,
        "mark": Decimal(3400),
        "short": Decimal(50_000),
        "urgent": True,
    },
    "digest": {
        "subject": "",
        "worth": Decimal(50_000),
        "began": NOW - timedelta(days=7),
        "net": Decimal(540),
        "coins": Decimal(-2000),
        "hedge": Decimal(2540),
        "coverage": Decimal("0.92"),
        "target": Decimal(1),
        "day": Decimal("3.2"),
        "expiry": NOW + timedelta(days=15, hours=3),
        "expiry_subject": "ETH",
    },
}
"""What a reading of each kind says."""
AGELESS = ("expiry", "beta", "stale", "contract", "digest")
"""Kinds that rest on no price of now."""
_SUBJECTS = {
    **dict.fromkeys(("liquidation", "margin", "expiry", "contract", "adl"), "bybit:ETH/USDT:USDT"),
    **dict.fromkeys(("funding", "basis"), "ETH"),
    "price": "SOL",
    "stale": "bybit",
    "digest": "2026-06-10",
}
_TIERS = {
    "share": ("0.05",),
    "usd": ("120",),
    "sigmas": ("2",),
    "days": ("3",),
    "minutes": ("15",),
    "plain": ("0.25",),
}


def rules() -> Iterator[Rule]:
    """A rule of every kind, figure and side that can be typed, with its usual tiers."""
    for kind in KINDS.values():
        for name, figure in kind.figures.items():
            tiers = figure.usual or tuple(map(Decimal, _TIERS[figure.unit]))
            subject = _SUBJECTS.get(kind.name, "")
            if figure.side is not None:
                yield Rule(kind.name, name, subject, figure.side, tiers)
                continue
            yield Rule(kind.name, name, subject, "above", tiers)
            yield Rule(kind.name, name, subject, "below", tiers)
            if figure.least <= 0 <= figure.most:
                yield Rule(kind.name, name, subject, "across", (Decimal(0),))


def notice(rule: Rule, tier: int = 1, number: int = 3, **facts: Any) -> dict[str, Any]:
    """The body of the rule's notice at this tier, with a value just beyond it."""
    rule = KINDS[rule.kind].whole(rule)
    threshold = rule.tiers[0] if rule.side == "across" else rule.tiers[tier - 1]
    side: Literal["above", "below"] = "above" if rule.side == "above" else "below"
    value = threshold + Decimal("0.01") * (1 if side == "above" else -1)
    if rule.kind == "price" and rule.figure != "level":
        facts = {"hours": 24 if rule.figure.endswith("24h") else 1, **facts}
    if rule.kind == "liquidation" and not threshold:
        facts = {"distance": value, **facts}
    if rule.kind not in AGELESS:
        facts = {"age": timedelta(seconds=20), **facts}
    told = reading(value, Facts(**{"simulated": True, **FACTS[rule.kind], **facts}))
    assert told is not None
    return write_facts(facts_of(number, rule, Firing(tier, side, SINCE, value, threshold), told, NOW))


def every_notice() -> Iterator[dict[str, Any]]:
    """One of each tier of each rule."""
    for number, rule in enumerate(rules(), start=1):
        tiers = 2 if rule.side == "across" else len(KINDS[rule.kind].whole(rule).tiers)
        for tier in range(1, tiers + 1):
            yield notice(rule, tier, number)


def usual(kind: str, figure: str | None = None) -> Rule:
    """The first rule of the kind, and of the figure."""
    return next(rule for rule in rules() if rule.kind == kind and figure in (None, rule.figure))
