"""Who is let in. The people of the database are kept in memory for a moment, as every message asks."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.clocks.clock import utc_now
from core.domain.admission import (
    CODE_BYTES,
    INVITE_LASTS,
    OWNER_CODE_LASTS,
    Invite,
    Member,
    Role,
    code_of,
    hashed,
    may_enter,
)
from core.domain.errors import BadInput
from core.store.people import People

FRESH = 2.0
"""Seconds after which the people are read again, because another process may have removed somebody."""


@dataclass(slots=True)
class Access:
    """Who may talk to the bot. Whoever sits at a terminal (an id of 0 or below) is their own operator."""

    people: People
    public: bool = False
    """Everybody is let in, except those who were removed."""
    clock: Callable[[], datetime] = utc_now
    """The time of the machine, aware UTC: codes expire by it, however fast a simulated market goes."""
    random: Callable[[int], bytes] = secrets.token_bytes
    """Random bytes for codes."""
    bot: str | None = None
    """The bot's name at Telegram, once it is known."""
    _known: Mapping[int, Member] = field(default_factory=dict)
    _read_at: datetime | None = None

    async def admits(self, user: int) -> bool:
        """Whether this user is answered. Raises NoData while the database cannot be asked."""
        return user <= 0 or may_enter((await self.known()).get(user), public=self.public)

    async def is_owner(self, user: int) -> bool:
        """Whether this user runs the bot."""
        person = (await self.known()).get(user)
        return user <= 0 or (person is not None and person.role == "owner")

    async def owner(self) -> int | None:
        """The owner's id, if there is an owner."""
        return next((person.id for person in (await self.known()).values() if person.role == "owner"), None)

    async def known(self) -> Mapping[int, Member]:
        """Everybody who is known, by id."""
        now = self.clock()
        if self._read_at is None or not 0 <= (now - self._read_at).total_seconds() < FRESH:
            self._known = await self.people.all()
            self._read_at = now
        return self._known

    async def enter(self, user: int, code: str) -> Role | None:
        """The role that this code gives to the user who sent it; None where the code is not valid."""
        role = await self.people.enter(user, code, self.clock())
        self._read_at = None
        return role

    async def owner_code(self) -> str | None:
        """A code that makes the first one who opens it the owner; None where there is an owner already."""
        now = self.clock()
        code = code_of(self.random(CODE_BYTES))
        kept = await self.people.keep_invite(Invite(hashed(code), True, now + OWNER_CODE_LASTS), now)
        return code if kept else None

    async def invite(self, label: str | None) -> tuple[str, datetime]:
        """A code that lets one more person in, and when it expires."""
        now = self.clock()
        code, until = code_of(self.random(CODE_BYTES)), now + INVITE_LASTS
        await self.people.keep_invite(Invite(hashed(code), False, until, label), now)
        return code, until

    async def remove(self, user: int) -> None:
        """Let this person in no more. Raises BadInput for the owner, and for who is not in anyway."""
        person = (await self.known()).get(user)
        if person is None and not self.public:
            raise BadInput(f"Nobody with the number {user} is on the list. /people shows who is.")
        if not await self.people.remove(user, self.clock()):
            raise BadInput("You are the owner, and the bot needs one. OWNER= in its settings names another.")
        self._read_at = None

    async def name(self, user: int, label: str) -> None:
        """Give somebody this name in the list. Raises BadInput for who is not on it."""
        if not await self.people.name(user, label):
            raise BadInput(f"Nobody with the number {user} is on the list. /people shows who is.")
        self._read_at = None

    async def begin(self, owner: int | None) -> None:
        """At the start: makes this user the owner, if one is named, and lets known people stay."""
        now = self.clock()
        if owner is not None and owner > 0:
            await self.people.make_owner(owner, now)
        if not self.public:
            await self.people.let_stay()
        self._read_at = None

    async def stayed(self) -> int:
        """How many people stayed without the owner having been told. From now on they count as told."""
        count = await self.people.unannounced()
        if count:
            await self.people.announced()
        return count

    def link(self, code: str) -> str | None:
        """The link that opens this bot with the code; None while the bot's name is not known."""
        return f"https://t.me/{self.bot}?start={code}" if self.bot else None
