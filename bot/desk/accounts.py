"""One user's read-only keys, and the accounts at venues that they open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.reading.venues import name_of
from core.domain.errors import BadInput
from core.store.accounts.account_reading import Polls
from core.store.database import Database
from core.store.user.keys import Keys, connected, erase
from core.store.user.own import Tell
from core.store.user.seal import ServerKeys

if TYPE_CHECKING:
    from core.venues.exchange.account.account import Account

NO_SERVER_KEY = (
    "This bot cannot keep a key safely yet, so it takes none. Type your coins instead, like SOL 60. Who runs "
    'it puts SERVER_KEYS={"1": "..."} into its settings, with what `openssl rand -base64 32` prints for the '
    "dots."
)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What the operator has set for reading accounts."""

    server_keys: ServerKeys | None = None
    """What users' keys are sealed with; None where keys cannot be kept."""
    urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Addresses to use instead of those of venues."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The keys of one user at the moment `now`."""

    database: Database
    user: int
    now: datetime
    clock: Callable[[], datetime]
    sealing: Sealing

    @property
    def keys(self) -> Keys:
        """The sealed keys. Raises BadInput, saying how to make one, where the server has no key."""
        if self.sealing.server_keys is None:
            raise BadInput(NO_SERVER_KEY)
        return Keys(self.database, self.user, self.sealing.server_keys, now=self.now)

    @property
    def polls(self) -> Polls:
        """How far the accounts were read."""
        return Polls(self.database, self.user, now=self.now)

    async def connected(self) -> tuple[str, ...]:
        """The venues that the user has stored a key to."""
        return await connected(self.database, self.user)

    async def erase(
        self, venue: str | None, *, request: int | None, tell: Tell[tuple[str, ...]]
    ) -> tuple[str, ...]:
        """Erase the key to one venue, or all; the venues whose keys are gone. request: who asks for it."""
        return await erase(self.database, self.user, venue, request=request, tell=tell)

    def account(self, venue: str, key: Mapping[str, str]) -> "Account":
        """The account that the key opens."""
        from core.venues.exchange.account.account import Account

        return Account(venue, key, url=self.sealing.urls.get(venue), clock=self.clock, name=name_of(venue))

    async def stored(self, venue: str) -> "Account":
        """The account that the stored key opens. Raises BadInput without one."""
        key = await self.keys.opened(venue)
        if key is None:
            raise BadInput(f"{name_of(venue)} is not connected. Type /connect {venue}.")
        return self.account(venue, key)
