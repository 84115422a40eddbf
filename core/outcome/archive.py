"""A report card as text, to be stored: what it says must not depend on which prices are still known later."""

import json
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.journal.episode import coins_of
from core.outcome.effect import Effect
from core.outcome.kept import Kept
from core.outcome.report import LegReport, Report


def write_report(report: Report) -> str:
    """The report as JSON, with exact numbers and times as text."""
    return json.dumps(asdict(report), default=_text, sort_keys=True)


def read_report(body: str) -> Report:
    """Read what `write_report` wrote."""
    found: dict[str, Any] = json.loads(body)
    return Report(
        **{
            **found,
            **{name: datetime.fromisoformat(found[name]) for name in ("began", "until")},
            **{name: _exact(found[name]) for name in ("coverage", "spot", "protected")},
            **{name: tuple(found[name]) for name in ("unpriced", "unfunded", "rough")},
            "only": coins_of(found["only"]),
            "parts": {name: Decimal(amount) for name, amount in found["parts"].items()},
            "legs": tuple(map(_leg, found["legs"])),
            "effect": Effect(**found["effect"]),
            "kept": tuple(map(_kept, found.get("kept", ()))),
        }
    )


def _leg(found: dict[str, Any]) -> LegReport:
    return LegReport(**{**found, **{name: _exact(found[name]) for name in ("prices", "funding", "fees")}})


def _kept(found: dict[str, Any]) -> Kept:
    return Kept(**{**found, **{name: Decimal(found[name]) for name in ("low", "high", "came")}})


def _exact(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
