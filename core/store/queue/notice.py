"""Notices: the messages that alerts produce, and how they are stored."""

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
    """What it is about, without figures of the moment. A user gets one notice with a key, not a second."""
    alert: int | None
    """The number of the alert that it came from; None where it came from none."""
    kind: str
    """The kind of that alert."""
    urgency: int
    """How urgent it is, as `core.alert.kind` counts: 0 comes first."""
    silent: bool
    """Whether it comes without a sound."""
    facts: Facts
    """What happened."""
    created_at: datetime
    """When it was made."""
    due_at: datetime
    """It is not sent before this moment."""


@dataclass(frozen=True, slots=True)
class Batch:
    """All that is due to one user, claimed by one process to be sent."""

    user: int
    """The user's id."""
    chat: int
    """The Telegram chat that it goes to."""
    notices: tuple[Notice, ...]
    """What is due, the most urgent first."""
    lease_until: datetime
    """Until then nobody else sends it."""
    attempts: int = 1
    """How often the most tried of them has been claimed, this time included."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its notices."""
        return tuple(notice.key for notice in self.notices)

    @property
    def urgency(self) -> int:
        """The urgency of its most urgent notice."""
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
