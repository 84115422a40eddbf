"""Everybody who has the page open: each browser is a throw-away user, known by a cookie."""

import secrets
from collections.abc import Callable, Iterator

from bot.page.visitor import Talk, Visitor
from core.domain.errors import BadInput

MOST_VISITORS = 1000
"""So many visitors are kept; of more, those whose browsers are gone are forgotten first."""
TOKEN_BYTES = 24
FULL = "Too many people look at this page. Close one of the others first."


class Visitors:
    """The visitors by the token in their cookie. Their users count up from 1."""

    def __init__(self, talk: Talk, random: Callable[[int], str] = secrets.token_urlsafe) -> None:
        self._talk = talk
        self._random = random
        self._by_token: dict[str, Visitor] = {}
        self._last = 0

    def __iter__(self) -> Iterator[Visitor]:
        return iter(list(self._by_token.values()))

    def get(self, token: str | None) -> Visitor | None:
        """The visitor with this token."""
        return self._by_token.get(token or "")

    def of(self, user: int) -> Visitor | None:
        """The visitor who is this user."""
        return next((each for each in self._by_token.values() if each.user == user), None)

    def enter(self) -> str:
        """Let one more in. Returns the token. Raises BadInput where there are too many."""
        if len(self._by_token) >= MOST_VISITORS:
            gone = [token for token, each in self._by_token.items() if not each.watched]
            if not gone:
                raise BadInput(FULL)
            del self._by_token[gone[0]]
        token = self._random(TOKEN_BYTES)
        self._last += 1
        self._by_token[token] = Visitor(self._last, self._talk)
        return token
