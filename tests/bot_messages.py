"""What the stub of the Bot API keeps and speaks: messages, buttons, files, requests and failures."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bot_html import BadHtml, visible

MAX_TEXT = 4096
MAX_CALLBACK_DATA = 64
BOT = {"id": 123456789, "is_bot": True, "first_name": "Microhedge", "username": "MicrohedgeTestBot"}
DATE = 1_700_000_000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """A button of an inline keyboard, as shown and as sent back."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the bot as its reader sees it; `markup` is what the bot sent."""

    id: int
    chat: int
    text: str
    markup: str
    keyboard: tuple[tuple[Key, ...], ...] = ()
    edits: int = 0
    file: bytes | None = None
    parse_mode: str | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """All buttons, row after row."""
        return tuple(itertools.chain.from_iterable(self.keyboard))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of a multipart body."""

    filename: str
    content: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class Call:
    """One request that arrived, whatever became of it."""

    method: str
    fields: Json
    files: dict[str, Upload] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """What happens instead of, or before, an answer.

    status, description, retry_after, migrate_to: an error in Telegram's form; body: this raw body instead.
    delay: seconds of silence first; alone, the call then succeeds. late: it succeeds at once, but is answered
    so many seconds later. drop: the connection ends unanswered.
    """

    status: int | None = None
    description: str = "Internal Server Error"
    retry_after: int | None = None
    migrate_to: int | None = None
    body: bytes | None = None
    delay: float = 0.0
    late: float = 0.0
    drop: bool = False

    @property
    def response(self) -> web.Response:
        """The error as Telegram words it."""
        if self.body is not None:
            return web.Response(status=self.status or 200, body=self.body)
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to}
        if known := {name: value for name, value in parameters.items() if value is not None}:
            answer["parameters"] = known
        return web.json_response(answer, status=self.status or 500)


class Refused(Exception):
    """Telegram's answer to a request it does not accept."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.response = Failure(status, description).response


async def read_call(method: str, request: web.Request) -> Call:
    """The parameters, JSON where they are JSON, and the files."""
    fields: Json = {}
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            fields[name] = _value(name, str(value))
    return Call(method, fields, files)


def _value(name: str, text: str) -> Any:
    return json.loads(text) if name in {"reply_markup", "commands", "scope", "allowed_updates"} else text


def read_text(markup: str, call: Call, *, empty: bool = False) -> str:
    """What a reader sees of `markup`; refused as Telegram refuses it."""
    text = markup
    if call.fields.get("parse_mode") == "HTML":
        try:
            text = visible(markup)
        except BadHtml as error:
            raise Refused(400, f"Bad Request: can't parse entities: {error}") from None
    text = text.strip()
    if not text and not empty:
        raise Refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        raise Refused(400, "Bad Request: message is too long")
    return text


def read_keyboard(call: Call) -> tuple[tuple[Key, ...], ...]:
    """The inline keyboard of a request; refused when a button carries too little or too much."""
    rows = call.fields.get("reply_markup", {}).get("inline_keyboard", [])
    keyboard = tuple(tuple(Key(key["text"], key["callback_data"]) for key in row) for row in rows)
    if not all(0 < len(key.data.encode()) <= MAX_CALLBACK_DATA for row in keyboard for key in row):
        raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return keyboard


def as_user(user: int) -> Json:
    """A person in Telegram's form."""
    return {"id": user, "is_bot": False, "first_name": f"User {user}"}


def as_message(message: Message) -> Json:
    """A message of the bot in Telegram's form."""
    answer: Json = {
        "message_id": message.id,
        "date": DATE,
        "from": BOT,
        "chat": {"id": message.chat, "type": "private", "first_name": f"User {message.chat}"},
    }
    if message.file is None:
        answer["text"] = message.text
    if message.keyboard:
        rows = [[{"text": key.label, "callback_data": key.data} for key in row] for row in message.keyboard]
        answer["reply_markup"] = {"inline_keyboard": rows}
    return answer
