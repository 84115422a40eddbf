"""Whose fault a failed request is, and what to call it: the venue's, the network's, this country's, or ours.

ccxt tells a refusal for where we are from one for asking too often by the status alone, and several venues
answer both with 403. Here the answer itself is looked at, while ccxt has it in hand.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

import core
from core.machine.proxy import proxy_failures

Kinds = tuple[type[Exception], ...]

BLOCKED = "does not serve the country or network that this bot runs in"
"""What a refusal for where we are is called. Trying again does not help; another way out does."""
ANOTHER_VENUE = "Pick another venue; whoever runs this bot can set HTTPS_PROXY or VENUES."
MALFORMED: Kinds = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What ccxt raises where an answer has another shape than it expects, and a mistake in code does too."""
USUAL_WAIT = timedelta(seconds=30)
"""How long to wait where a venue asks for fewer requests and does not say for how long."""
LONGEST_WAIT = timedelta(days=30)
"""A venue that asks to wait longer is asked again after this; the longest bans known last three days."""
_FIGURES = 9
"""Digits of a number of seconds that is worth reading."""
_WHERE_WE_ARE = re.compile(
    r"restricted (?:location|region|country|jurisdiction|area)|(?:your|this) (?:country|region|jurisdiction)"
    r"|(?:country|region|location|jurisdiction) (?:is )?(?:not|blocked|restricted|unsupported)|geo-?block",
    re.IGNORECASE,
)
_TOO_OFTEN = re.compile(r"too (?:frequent|many|often)|rate.?limit|slow down", re.IGNORECASE)
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body)", re.IGNORECASE)
_OURS = Path(core.__file__).parents[1]
"""The folder of this program's packages. Told by the package, so that this file can lie anywhere in it."""


@dataclass(slots=True)
class Heard:
    """What has come back since a request was begun: the headers of its answer, their names in lower case."""

    client: Any
    before: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether the client had any answer: a request may wait for a listing that another has asked for."""
        return bool(self.client.answers_heard > self.before)


_HEARD: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def hearing(client: Any) -> Iterator[Heard]:
    """Around one request of a client that is listened to: what comes back of it."""
    heard = Heard(client, client.answers_heard)
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


def listen(client: Any, errors: Any) -> None:
    """Have a ccxt client tell `hearing` of its answers, and name a refusal for where we are as one.

    errors: ccxt's module of errors.
    """
    before: Callable[..., Any] = client.on_rest_response

    def on_rest_response(
        status: int, reason: str, url: str, method: str, headers: Mapping[str, str], body: str, *rest: Any
    ) -> Any:
        client.answers_heard += 1
        if (heard := _HEARD.get()) is not None:
            heard.headers = {name.lower(): text for name, text in headers.items()}
        if is_block(status, body):
            raise errors.RestrictedLocation(f"{status}")
        return before(status, reason, url, method, headers, body, *rest)

    client.answers_heard = 0
    client.on_rest_response = on_rest_response


def is_block(status: int, body: str) -> bool:
    """Whether an answer refuses us for the country or the network that we ask from.

    451 says so by itself. 403 does where it comes as a page, which some gateway before the venue has made, or
    speaks of a country; not where it says that we ask too often.
    """
    if status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return True
    start = body[:20_000]
    if status < HTTPStatus.BAD_REQUEST or status == HTTPStatus.TOO_MANY_REQUESTS or _TOO_OFTEN.search(start):
        return False
    if _WHERE_WE_ARE.search(start):
        return True
    return status == HTTPStatus.FORBIDDEN and _PAGE.match(start) is not None


def is_ours(error: BaseException, heard: Heard) -> bool:
    """Whether it is a mistake of this program: nothing was answered that could be wrong, or we raised it.

    We did where of all code of ours and of ccxt the innermost that was running is ours.
    """
    if not isinstance(error, MALFORMED) or isinstance(error, (OSError, aiohttp.ClientError)):
        return False
    return not heard.answered or _raised_by_us(error.__traceback__)


def _raised_by_us(trace: TracebackType | None) -> bool:
    ours = False
    while trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename)
        if "ccxt" in name.parts:
            ours = False
        elif name.is_relative_to(_OURS / "core") or name.is_relative_to(_OURS / "bot"):
            ours = True
        trace = trace.tb_next
    return ours


def retry_after(text: str | None, now: datetime) -> timedelta:
    """How long a Retry-After header asks to wait, in seconds or until a date: up to LONGEST_WAIT."""
    if text is None:
        return USUAL_WAIT
    if (digits := text.strip()).isdecimal():
        return min(timedelta(seconds=int(digits)), LONGEST_WAIT) if len(digits) <= _FIGURES else LONGEST_WAIT
    try:
        until = parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return USUAL_WAIT
    return min(max(until - now, timedelta(0)), LONGEST_WAIT)


def moment_text(at: datetime, now: datetime) -> str:
    """When, for a sentence: the time of day, and the day where it is another one."""
    return f"{at:%H:%M:%S} UTC" if at.date() == now.date() else f"{at.day} {at:%B %H:%M} UTC"


def reasons(errors: Any) -> tuple[tuple[Kinds, str, str], ...]:
    """What each kind of failure is called and what to do about it, the narrow kinds before the wide ones."""
    again = "Try again in a minute."
    proxies = (errors.InvalidProxySettings, *proxy_failures())
    clock = "Whoever runs this bot has to set the machine's clock."
    return (
        ((errors.RestrictedLocation,), BLOCKED, ANOTHER_VENUE),
        ((errors.RequestTimeout, TimeoutError), "did not answer in time", again),
        ((errors.DDoSProtection, errors.RateLimitExceeded), "asks for fewer requests", again),
        ((errors.OnMaintenance,), "is under maintenance", again),
        ((errors.InvalidNonce,), "says that the clock here is wrong", clock),
        (proxies, "cannot be asked through the proxy that is set", again),
        ((errors.ExchangeClosedByUser,), "is not asked any more, because this program ends", again),
        ((errors.BadResponse, *MALFORMED), "gave an answer that cannot be read", again),
        ((errors.OperationFailed, aiohttp.ClientError, OSError), "cannot be reached", again),
        ((errors.BaseError,), "refused the request", again),
    )
