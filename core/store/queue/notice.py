"""Notices: what is to be pushed to users, and rows as notices."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from core.alert.facts import Facts
from core.alert.facts_json import read_facts, write_facts


@dataclass(frozen=True, slots=True)
class Notice:
    """One message that an alert produced."""

    key: str
    """What it is about, without live figures: a user gets one notice of a key."""
    alert: int | None
    """The number of the alert that it came from; None where it came from none."""
    kind: str
    urgency: int
    """As `core.alert.kind` counts it."""
    silent: bool
    """It comes without a sound."""
    facts: Facts
    """What happened."""
    created_at: datetime
    due_at: datetime
    """It is not to be sent before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """All that is due to one user, the most urgent first; whoever claimed it sends it, until `lease_until`.

    chat: the Telegram chat it goes to. attempts: how often the most tried of them has been claimed, with
    this time; 1 for what was never tried before.
    """

    user: int
    chat: int
    notices: tuple[Notice, ...]
    lease_until: datetime
    attempts: int = 1

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(notice.key for notice in self.notices)

    @property
    def urgency(self) -> int:
        """That of its most urgent notice."""
        return min(notice.urgency for notice in self.notices)

    @property
    def silent(self) -> bool:
        """Whether none of them makes a sound."""
        return all(notice.silent for notice in self.notices)


def in_order(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """The most urgent first, then by time."""
    return tuple(sorted(notices, key=lambda each: (each.urgency, each.created_at, each.key)))


def write_notice(user: int, notice: Notice) -> dict[str, Any]:
    """The row of a new notice."""
    return {
        "user_id": user,
        "key": notice.key,
        "alert": notice.alert,
        "kind": notice.kind,
        "urgency": notice.urgency,
        "silent": notice.silent,
        "body": json.dumps(write_facts(notice.facts), sort_keys=True, ensure_ascii=False),
        "created_at": notice.created_at,
        "due_at": notice.due_at,
        "state": "waiting",
        "attempts": 0,
    }


def read_notice(row: Row[Any]) -> Notice:
    """The notice in this row."""
    return Notice(
        row.key,
        row.alert,
        row.kind,
        row.urgency,
        row.silent,
        read_facts(json.loads(row.body)),
        row.created_at,
        row.due_at,
    )
