"""Who may talk to the bot, and the codes by which new people come in. Only rules: nothing is stored here."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

CODE_BYTES = 16
"""How many random bytes a code is made of. There are 2 to the 128 such
codes, so nobody finds one by guessing.
"""
OWNER_CODE_LASTS = timedelta(hours=1)
"""How long the first code works, the one that makes somebody the owner. It is shown only in the terminal of
whoever has just started the bot, so it is used at once or not at all.
"""
INVITE_LASTS = timedelta(days=3)
"""How long a code that the owner gives to somebody works."""
ONE_SENTENCE = timedelta(days=1)
"""A stranger is told only once in this time that the bot is private; other messages of theirs get no
answer.
"""
MOST_LABEL = 40
"""The most characters of the name that the owner gives to somebody."""

Role = Literal["owner", "member", "removed"]
"""What somebody is to the bot. A removed person stays on the list, so that
they are not let in again by mistake.
"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whom the bot knows."""

    id: int
    """The id that Telegram gives to the person."""
    role: Role
    """What the person is now."""
    since: datetime
    """When the person came in or, where the role is `removed`, when they were removed."""
    label: str | None = None
    """What the owner calls the person; None where the owner gave no name."""


@dataclass(frozen=True, slots=True)
class Invite:
    """What is kept of a code that lets one person in. The code itself is not stored, only its hash."""

    hashed: bytes
    """The hash of the code, as `hashed` makes it."""
    owner: bool
    """Whether the code makes the owner, as long as there is none."""
    expires_at: datetime
    """From this moment on the code opens nothing."""
    label: str | None = None
    """What the owner will call whoever comes in by it."""


def code_of(random: bytes) -> str:
    """Turn random bytes into a code, using only characters that Telegram allows in a link to a bot."""
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def hashed(code: str) -> bytes:
    """The hash under which a code is stored.

    A fast hash is enough: unlike a password, a code is random, and trying all of them is hopeless at any
    speed.
    """
    # What a stranger types may hold characters that cannot be encoded; it then matches no code.
    return hashlib.sha256(code.encode(errors="replace")).digest()


def opened_by(code: str, invites: Iterable[Invite], now: datetime) -> Invite | None:
    """The invite that this code belongs to, or None where there is none or it has expired.

    Every invite is compared, each in constant time, so the time of the answer does not tell how much was
    right.
    """
    given, found = hashed(code), None
    for invite in invites:
        if hmac.compare_digest(invite.hashed, given) and now < invite.expires_at:
            # No early return: all comparisons are made, so that the time taken gives nothing away.
            found = invite
    return found


def may_enter(person: Member | None, *, public: bool) -> bool:
    """Whether this person gets answers.

    A removed person gets none. An unknown one (None) gets them only where the bot is `public`.
    """
    return public if person is None else person.role != "removed"


def role_by(invite: Invite, person: Member | None, owner: int | None) -> Role | None:
    """The role that this invite gives to whoever opens it, or None where it changes nothing.

    There is one owner, and once there is (`owner` is their id) no code makes another. Somebody who is in
    already keeps their role, and the invite is not used up.
    """
    if invite.owner:
        # A link for the owner that leaks later must not take the bot away from whom it belongs to.
        return "owner" if owner is None else None
    return "member" if person is None or person.role == "removed" else None
