"""Telegram as a bot sees it: the HTTP Bot API on loopback, and users who write, press and read.

    async with BotApi() as api:
        api.say(7, "/start")
        assert (await api.reply(7)).text == "Hello"
        api.press(7, "Help")

It is as strict as Telegram where strictness matters to us: HTML, lengths, buttons, edits that change nothing,
a wrong token, updates that come back until they are confirmed.
"""

import asyncio
import itertools
import os
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.bot_messages import (
    BOT,
    DATE,
    Call,
    Failure,
    Json,
    Key,
    Message,
    Refused,
    as_message,
    as_user,
    read_call,
    read_keyboard,
    read_text,
)

TOKEN = "123456789:AAtest-TOKEN_kept-out-of-every-log"
"""The default token: nothing real, but easy to find where it should not be."""

SECRET = "X-Telegram-Bot-Api-Secret-Token"
RETRY = 0.1
"""Seconds before an update that was not taken is sent again."""
PATIENCE = 60.0
"""Seconds that anything may take on a machine whose processors others want too."""


class BotApi:
    """A Bot API server for one bot, with the users on its other side.

    url: what stands before `/bot<token>`. calls: every request, in order. files: what getFile finds, by id.
    commands: what setMyCommands said, by scope. webhook: what setWebhook said; from then on updates are
    sent. processes: the addresses that stand behind the webhook's, in turns. answered: ids of the presses
    (as text, the update's id) that were acknowledged. deleted: chat and id of each message that was
    deleted. connections: the client addresses that requests came from.
    """

    def __init__(self, token: str = TOKEN, *, first_update: int = 880_000_001) -> None:
        self.token = token
        self.url = ""
        self.calls: list[Call] = []
        self._failures: defaultdict[str, deque[Failure]] = defaultdict(deque)
        self.commands: dict[str, list[Json]] = {}
        self.files: dict[str, bytes] = {}
        self.answered: set[str] = set()
        self.deleted: set[tuple[int, int]] = set()
        self.connections: set[object] = set()
        self._updates: list[Json] = []
        self._arrived = asyncio.Event()
        self._called = asyncio.Event()
        self._chats: defaultdict[int, dict[int, Message]] = defaultdict(dict)
        self._seen: defaultdict[int, asyncio.Queue[Message]] = defaultdict(asyncio.Queue)
        self._update_ids = itertools.count(first_update)
        self._message_ids = itertools.count(101)
        self.webhook: Json = {}
        self.processes: list[str] = []
        self._sending: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=50 * 2**20)
        app.router.add_post("/bot{token}/{method}", self._on_call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._on_download)
        # A long poll whose client has gone must not hold up the end.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    def settings(self, database_url: str, **more: str) -> dict[str, str]:
        """The environment of a bot process that talks to this Telegram and answers everybody."""
        return {
            **os.environ,
            "TELEGRAM_TOKEN": self.token,
            "TELEGRAM_API_URL": self.url,
            "TELEGRAM_FILE_URL": self.url,
            "DATABASE_URL": database_url,
            "PUBLIC": "1",
            **more,
        }

    # -- what users do

    def say(self, user: int, text: str, *, chat: Json | None = None, to: Message | None = None) -> int:
        """`user` writes `text`, in the private chat with the bot unless `chat` is given, as a reply `to` a
        message or to none; the update's id.
        """
        message = self._message_of(user, chat)
        if to is not None:
            message["reply_to_message"] = as_message(to)
        message["text"] = text
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.push({"message": message})

    def post(self, user: int, content: Json, *, chat: Json | None = None) -> int:
        """`user` posts something that is not a text: `{"sticker": {...}}`; the update's id."""
        return self.push({"message": self._message_of(user, chat) | content})

    def press(self, user: int, label: str) -> int:
        """`user` presses the newest button with this label in his chat; the update's id."""
        for message in reversed(self._chats[user].values()):
            for key in message.keys:
                if key.label == label:
                    return self.press_on(message, key, user=user)
        raise LookupError(f"chat {user} has no button {label!r}")

    def press_on(self, message: Message, key: Key, *, user: int) -> int:
        """`user` presses `key` of `message`, which may be out of date by now; the update's id."""
        update_id = next(self._update_ids)
        query = {
            "id": str(update_id),
            "from": as_user(user),
            "chat_instance": str(user),
            "data": key.data,
            "message": as_message(message),
        }
        return self.push({"callback_query": query}, update_id=update_id)

    def push(self, update: Json, *, update_id: int | None = None) -> int:
        """Any update; its id."""
        number = next(self._update_ids) if update_id is None else update_id
        self._updates.append({"update_id": number} | update)
        self._arrived.set()
        return number

    async def reply(self, user: int, *, within: float = PATIENCE) -> Message:
        """The next message of the bot to `user` that was not read yet: a new one or an edit."""
        async with asyncio.timeout(within):
            return await self._seen[user].get()

    def unread(self, user: int) -> int:
        """How many messages and edits `reply` has not returned yet."""
        return self._seen[user].qsize()

    def chat(self, user: int) -> list[Message]:
        """The bot's messages in a chat as they stand now, oldest first."""
        return list(self._chats[user].values())

    def called(self, method: str) -> list[Call]:
        """The requests of one method, in order."""
        return [call for call in self.calls if call.method == method]

    async def until_called(self, method: str, times: int = 1, *, within: float = PATIENCE) -> list[Call]:
        """Wait for so many requests of a method."""
        async with asyncio.timeout(within):
            while len(self.called(method)) < times:
                self._called.clear()
                await self._called.wait()
        return self.called(method)

    @property
    def unconfirmed(self) -> list[int]:
        """Ids of the updates that the bot has not confirmed: they are delivered again."""
        return [update["update_id"] for update in self._updates]

    def fail(self, method: str, failure: Failure, times: int = 1) -> None:
        """Let the next `times` requests of `method` fail, after those already arranged."""
        self._failures[method].extend([failure] * times)

    def recover(self, method: str) -> None:
        """Forget what was arranged to fail."""
        self._failures.pop(method, None)

    # -- the wire

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return Failure(401, "Unauthorized").response
        if request.transport is not None:
            self.connections.add(request.transport.get_extra_info("peername"))
        call = await read_call(method, request)
        self.calls.append(call)
        self._called.set()
        failure = Failure()
        if self._failures[method]:
            failure = self._failures[method].popleft()
            await asyncio.sleep(failure.delay)
            if failure.drop and request.transport is not None:
                request.transport.abort()
            if failure.drop or failure.status is not None or failure.body is not None:
                return failure.response
        handler = self._methods.get(method)
        if handler is None:
            return Failure(404, "Not Found").response
        try:
            result = await handler(self, call)
            await asyncio.sleep(failure.late)
            return web.json_response({"ok": True, "result": result})
        except Refused as refused:
            return refused.response

    async def _on_download(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"].removeprefix("files/"))
        if request.match_info["token"] != self.token or content is None:
            return Failure(404, "Not Found").response
        return web.Response(body=content)

    # -- the methods

    async def _get_me(self, call: Call) -> Json:
        return BOT | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def _get_updates(self, call: Call) -> list[Json]:
        offset, allowed = int(call.fields.get("offset", 0)), call.fields.get("allowed_updates")
        try:
            async with asyncio.timeout(float(call.fields.get("timeout", 0))):
                while not (waiting := self._waiting(offset, allowed)):
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return []
        return waiting[: int(call.fields.get("limit", 100))]

    def _waiting(self, offset: int, allowed: list[str] | None) -> list[Json]:
        """Forget what is confirmed or not wanted; the rest."""
        self._updates = [
            update
            for update in self._updates
            if update["update_id"] >= offset and (not allowed or not update.keys().isdisjoint(allowed))
        ]
        return self._updates

    async def _send_message(self, call: Call) -> Json:
        return self._sent(call, call.fields.get("text", ""))

    async def _send_file(self, call: Call) -> Json:
        kind = call.method.removeprefix("send").lower()
        upload = call.files.get(kind)
        if upload is None:
            raise Refused(400, f"Bad Request: there is no {kind} in the request")
        return self._sent(call, call.fields.get("caption", ""), upload.content)

    def _sent(self, call: Call, markup: str, file: bytes | None = None) -> Json:
        message = Message(
            id=next(self._message_ids),
            chat=int(call.fields["chat_id"]),
            text=read_text(markup, call, empty=file is not None),
            markup=markup,
            keyboard=read_keyboard(call),
            file=file,
            parse_mode=call.fields.get("parse_mode"),
        )
        self._show(message)
        return as_message(message)

    async def _edit_message_text(self, call: Call) -> Json:
        chat, number = int(call.fields["chat_id"]), int(call.fields["message_id"])
        before = self._chats[chat].get(number)
        if before is None:
            raise Refused(400, "Bad Request: message to edit not found")
        markup = call.fields.get("text", "")
        after = replace(before, text=read_text(markup, call), markup=markup, keyboard=read_keyboard(call))
        if after == before:
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        message = replace(after, edits=before.edits + 1, parse_mode=call.fields.get("parse_mode"))
        self._show(message)
        return as_message(message)

    async def _answer_callback_query(self, call: Call) -> bool:
        self.answered.add(call.fields["callback_query_id"])
        return True

    async def _delete_message(self, call: Call) -> bool:
        place = int(call.fields["chat_id"]), int(call.fields["message_id"])
        if place in self.deleted:
            raise Refused(400, "Bad Request: message to delete not found")
        self.deleted.add(place)
        return True

    async def _set_my_commands(self, call: Call) -> bool:
        for command in call.fields["commands"]:
            name, told = command["command"], command["description"]
            if not (0 < len(name) <= 32 and name.islower() and 0 < len(told) <= 256):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[call.fields.get("scope", {}).get("type", "default")] = call.fields["commands"]
        return True

    async def _get_file(self, call: Call) -> Json:
        file_id = call.fields["file_id"]
        if file_id not in self.files:
            raise Refused(400, "Bad Request: invalid file_id")
        size = len(self.files[file_id])
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": size,
            "file_path": f"files/{file_id}",
        }

    async def _set_webhook(self, call: Call) -> bool:
        self.webhook = dict(call.fields)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_updates())
        return True

    async def _send_updates(self) -> None:
        """Send what is not confirmed, one update of a user after the other, until each is taken."""
        turns = itertools.count()
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            under_way: set[int] = set()

            async def send(update: Json) -> None:
                path = urlsplit(self.webhook["url"]).path
                headers = {SECRET: self.webhook["secret_token"]}
                while update in self._updates:
                    process = self.processes[next(turns) % len(self.processes)]
                    with suppress(aiohttp.ClientError, TimeoutError):
                        async with session.post(process + path, json=update, headers=headers) as answer:
                            if answer.status == 200:
                                self._updates.remove(update)
                                break
                    await asyncio.sleep(RETRY)
                under_way.discard(update["update_id"])

            while True:
                for update in self._updates if self.processes else ():
                    if update["update_id"] not in under_way:
                        under_way.add(update["update_id"])
                        group.create_task(send(update))
                self._arrived.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), RETRY)

    async def _agree(self, call: Call) -> bool:
        return True

    _methods: dict[str, Callable[["BotApi", Call], Awaitable[Any]]] = {  # noqa: RUF012
        "getMe": _get_me,
        "getUpdates": _get_updates,
        "sendMessage": _send_message,
        "sendPhoto": _send_file,
        "sendDocument": _send_file,
        "editMessageText": _edit_message_text,
        "answerCallbackQuery": _answer_callback_query,
        "deleteMessage": _delete_message,
        "setMyCommands": _set_my_commands,
        "getFile": _get_file,
        "deleteWebhook": _agree,
        "setWebhook": _set_webhook,
        "sendChatAction": _agree,
    }

    def _show(self, message: Message) -> None:
        self._chats[message.chat][message.id] = message
        self._seen[message.chat].put_nowait(message)

    def _message_of(self, user: int, chat: Json | None) -> Json:
        return {
            "message_id": next(self._message_ids),
            "date": DATE,
            "from": as_user(user),
            "chat": chat or {"id": user, "type": "private", "first_name": f"User {user}"},
        }
