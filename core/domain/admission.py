"""Who may talk to the bot, and the codes by which people come in: rules alone, over values that are given."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

CODE_BYTES = 16
"""Random bytes of a code: of 2 to the 128 codes nobody guesses one, at whatever speed."""
OWNER_CODE_LASTS = timedelta(hours=1)
"""The link that makes somebody the owner is shown to who has just started the bot."""
INVITE_LASTS = timedelta(days=3)
ONE_SENTENCE = timedelta(days=1)
"""A stranger is told once in this time that the bot is private."""
MOST_LABEL = 40
"""Characters of the name that the owner gives to somebody."""

Role = Literal["owner", "member", "removed"]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whom the bot knows by their Telegram id."""

    id: int
    role: Role
    since: datetime
    """When they came in or, of a removed one, were removed."""
    label: str | None = None
    """What the owner calls them."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A code that lets one person in: what is kept of it is its hash."""

    hashed: bytes
    owner: bool
    """Whether it makes the owner, where there is none."""
    expires_at: datetime
    label: str | None = None


def code_of(random: bytes) -> str:
    """A code of these random bytes, in the letters that a link to a bot of Telegram may carry."""
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def hashed(code: str) -> bytes:
    """What is kept of a code. It is random enough that no slower hash would make it safer."""
    return hashlib.sha256(code.encode(errors="replace")).digest()


def opened_by(code: str, invites: Iterable[Invite], now: datetime) -> Invite | None:
    """The invite that this code is of and that has not expired.

    Every one is compared, in the same time whether its beginning is right or not.
    """
    given, found = hashed(code), None
    for invite in invites:
        if hmac.compare_digest(invite.hashed, given) and now < invite.expires_at:
            found = invite
    return found


def may_enter(person: Member | None, *, public: bool) -> bool:
    """Whether somebody is answered: nobody who was removed, and whom we do not know only where all may."""
    return public if person is None else person.role != "removed"


def role_by(invite: Invite, person: Member | None, owner: int | None) -> Role | None:
    """What this invite makes of somebody who opens it; None where it changes nothing.

    There is one owner: once there is, no link makes another. Who is in already uses up no invite.
    """
    if invite.owner:
        return "owner" if owner is None else None
    return "member" if person is None or person.role == "removed" else None
