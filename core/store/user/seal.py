"""Sealing secrets. Each user has a data key, which is wrapped by a key of this server.

Everything is AES-256-GCM, with a fresh 12-byte nonce in front of the ciphertext. What a value belongs to is
authenticated with it, so that a row that is moved to another user, venue or field does not open there.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
"""The length of a key: 256 bits."""
NONCE_BYTES = 12
"""The length of a nonce, as NIST SP 800-38D recommends for GCM."""
FORM = 1
"""The version of how values are sealed. It is authenticated, so that another form cannot be mistaken for
it.
"""


class CannotOpen(Exception):
    """The value was changed, is not in its place, or its key is not here. It says nothing of the value."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A user's data key as it is stored: sealed by a server key."""

    version: int
    """The version of that server key."""
    key: bytes
    """The sealed data key."""


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """The keys of this server. The newest one wraps new data keys; each of them opens what it has wrapped."""

    by_version: Mapping[int, bytes] = field(repr=False)
    """The keys by version, 32 bytes each."""

    def __post_init__(self) -> None:
        if not self.by_version or any(len(key) != KEY_BYTES for key in self.by_version.values()):
            raise ValueError(f"server keys are {KEY_BYTES} bytes each, and there is at least one")

    @property
    def newest(self) -> int:
        """The version that new data keys are wrapped with."""
        return max(self.by_version)

    def new_data_key(self, user: int) -> Wrapped:
        """A random data key for a user, wrapped."""
        return self._wrap(secrets.token_bytes(KEY_BYTES), user)

    def rewrap(self, wrapped: Wrapped, user: int) -> Wrapped:
        """The same data key, wrapped by the newest server key. Raises CannotOpen."""
        return self._wrap(self._unwrap(wrapped, user), user)

    def box(self, wrapped: Wrapped, user: int) -> "Box":
        """What seals and opens values of this user. Raises CannotOpen."""
        return Box(user, _cipher(self._unwrap(wrapped, user)))

    def _wrap(self, data_key: bytes, user: int) -> Wrapped:
        version = self.newest
        cipher = _cipher(self.by_version[version])
        return Wrapped(version, _seal(cipher, data_key, _key_place(version, user)))

    def _unwrap(self, wrapped: Wrapped, user: int) -> bytes:
        server_key = self.by_version.get(wrapped.version)
        if server_key is None:
            raise CannotOpen(f"there is no server key of version {wrapped.version} here")
        return _open(_cipher(server_key), wrapped.key, _key_place(wrapped.version, user))


@dataclass(frozen=True, slots=True)
class Box:
    """Seals and opens the values of one user. It holds the open data key, so it should not outlive its
    use.
    """

    user: int
    """The user's id."""
    _cipher: "AESGCM" = field(repr=False)

    def seal(self, text: str, *, venue: str, name: str) -> bytes:
        """Seal the text as the field `name` of `venue`."""
        return _seal(self._cipher, text.encode(), _place(self.user, venue, name))

    def open(self, sealed: bytes, *, venue: str, name: str) -> str:
        """Open a text that was sealed in this very place. Raises CannotOpen."""
        return _open(self._cipher, sealed, _place(self.user, venue, name)).decode()


@dataclass(frozen=True, slots=True)
class TextSeal:
    """Seals texts that are stored for a short while. Its keys are made from
    secrets that are not in the database.
    """

    keys: Sequence[bytes] = field(repr=False)
    """The keys. The first one seals; each of them opens."""

    @classmethod
    def made_of(cls, *secrets_elsewhere: bytes) -> "TextSeal":
        """Make keys from secrets with at least 128 bits of chance in them, as server keys or a bot's
        token.
        """
        return cls([hmac.digest(secret, b"microhedge text seal 1", "sha256") for secret in secrets_elsewhere])

    def seal(self, text: str, *place: str | int) -> bytes:
        """Seal the text for this place."""
        return _seal(_cipher(self.keys[0]), text.encode(), _text_place(place))

    def open(self, sealed: bytes, *place: str | int) -> str:
        """Open a text that was sealed for this very place. Raises CannotOpen."""
        for key in self.keys:
            with suppress(CannotOpen):
                return _open(_cipher(key), sealed, _text_place(place)).decode()
        raise CannotOpen("the text was changed, is not in its place, or its key is not here any more")


def read_server_keys(text: str) -> ServerKeys:
    """Read keys from `{"1": "base64 of 32 bytes"}`. Raises ValueError, which never repeats any of it."""
    try:
        table = json.loads(text, object_pairs_hook=_unique)
        keys = {_version(version): base64.b64decode(key, validate=True) for version, key in table.items()}
        return ServerKeys(keys)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise ValueError('must be JSON such as {"1": "32 random bytes in base64"}') from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The pairs as a dict. A version that is there twice would silently lose
    one of its keys, so it is refused.
    """
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a version is there twice")
    return dict(pairs)


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and text[0] != "0"):
        raise ValueError("a version is a whole number from 1 on")
    return int(text)


def _cipher(key: bytes) -> "AESGCM":
    # Imported here: most answers need no key, and the import takes longer than they do.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _seal(cipher: "AESGCM", secret: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, secret, place)


def _open(cipher: "AESGCM", sealed: bytes, place: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        raise CannotOpen("the value was changed or is not in its place") from None


def _place(user: int, venue: str, name: str) -> bytes:
    # JSON, because joined by a separator two different places could read the same.
    return json.dumps(["value", FORM, user, venue, name]).encode()


def _text_place(place: Sequence[str | int]) -> bytes:
    return json.dumps(["text", FORM, *place]).encode()


def _key_place(version: int, user: int) -> bytes:
    return json.dumps(["data key", version, user]).encode()
