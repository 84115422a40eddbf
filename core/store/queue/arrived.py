"""Updates as the inbox takes them and hands them out, and how many of them there are."""

from dataclasses import dataclass, field
from datetime import datetime

NOBODY = 0
"""The user of an update whose sender cannot be read."""
EMPTY = "{}"
"""A body of which nothing is left."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An update as it is stored."""

    user: int
    """Its sender, or NOBODY."""
    update: int
    """Telegram's number of it."""
    body: str = EMPTY
    """JSON without a secret."""
    secret: bytes | None = field(default=None, repr=False)
    """The part of it that is secret, sealed."""
    why: str | None = None
    """What is wrong with an update that cannot be read. Such a one is stored and not handled."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that is ours to answer for as long as the lease is renewed."""

    user: int
    """Its sender."""
    update: int
    """Telegram's number of it."""
    received_at: datetime
    """When it was stored."""
    body: str
    """JSON without a secret."""
    secret: bytes | None = field(repr=False)
    """The part of it that is secret, sealed."""
    answer: str | None = None
    """The answer that was stored with the change that it made; None without one."""
    told: int = 0
    """How many messages of that answer have arrived."""
    claims: int = 0
    """How often it was begun and not ended, this time included: see HUNG."""
    attempts: int = 0
    """How often its handling has failed."""


@dataclass(frozen=True, slots=True)
class InboxDepth:
    """How many updates there are."""

    waiting: int
    """Updates that wait to be answered."""
    oldest: datetime | None
    """Since when the oldest of them waits."""
    poison: int
    """Updates that could not be read."""
    aside: int
    """Updates that were set aside."""
