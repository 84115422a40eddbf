"""The Telegram application: which update becomes which line of the conversation."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from markupsafe import Markup
from telegram import BotCommand, BotCommandScopeAllPrivateChats, Message, Update
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.reply import Reply, pressed
from bot.secrecy import keeps_secret
from bot.settings import Settings
from bot.telegram.client import Client
from bot.telegram.deliver import acknowledge, edit, remove, send
from bot.telegram.logs import hide_secrets
from bot.telegram.order import PerUserProcessor
from bot.telegram.pace import CountAnswers, Pace
from bot.telegram.request import AiohttpRequest
from core.errors import BadInput
from core.trace import trace

log = logging.getLogger(__name__)

TEXT_ONLY = Reply(Markup("I read text only. /help shows what I understand."))
EDITED = Reply(Markup("An edited message changes nothing here. Send it as a new one."))
DELETED = Markup("Your message is deleted, for what was in it.")
DELETE_IT = Markup("<b>I could not delete your message with the key. Delete it yourself now.</b>")
EXPOSED = Reply(
    Markup("Others may have seen the key in that message: delete it at the venue. Send keys in private only.")
)
PRIVATE_ONLY = Reply(Markup("I talk in private chats only; open a private chat with me."))
UNSET = "TELEGRAM_TOKEN is not set. Get a token from @BotFather and put it into .env or the environment."
MAX_HELP = 256
"""Telegram's limit for what the menu says about a command, in characters."""

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]

Heard = Callable[[int], Awaitable[Reply | None]]
"""Is told a user who has written in their private chat; what to tell them besides, if anything."""

_PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
_EDITED = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE
_WRITTEN = filters.TEXT | filters.CAPTION
_GROUP = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
_COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?")


class CommandLike(Protocol):
    """What the menu shows of a command."""

    @property
    def name(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def secret(self) -> bool: ...


class Conversation(Protocol):
    """All that this front end knows of the assistant."""

    @property
    def commands(self) -> Sequence[CommandLike]:
        """The commands in the order of the menu."""
        ...

    async def answer(self, text: str, *, user: int, request: int | None) -> Reply:
        """The reply to a line of a user. `request` is the same when Telegram delivers a line twice.

        Raises nothing that a user can cause.
        """
        ...


async def nobody_listens(_user: int) -> None:
    """Nobody wants to know who writes."""


def build_application(
    settings: Settings,
    conversation: Conversation,
    on_refused: Callable[[], object] | None = None,
    heard: Heard = nobody_listens,
    pace: Pace | None = None,
) -> App:
    """An application that is ready to be served; its bot is a Client. Raises BadInput without a token.

    heard: told each user who has written or pressed, once they are answered. pace: for the bot's messages.
    on_refused: called when Telegram no longer accepts the token; who gives it has to stop the polling.
    """
    hide_secrets(settings.telegram_token)
    order = PerUserProcessor()
    try:
        client = Client(
            settings.telegram_token,
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_file_url}/file/bot",
            request=AiohttpRequest(256, read_timeout=10, pool_timeout=10),
            get_updates_request=AiohttpRequest(1),
            backlog=order.backlog,
            on_refused=on_refused,
            answers=CountAnswers(pace or Pace()),
        )
    except InvalidToken:
        raise BadInput(UNSET) from None
    application: App = (
        Application.builder()
        .bot(client)
        .concurrent_updates(order)
        .post_init(partial(_publish_menu, conversation))
        .job_queue(None)
        .build()
    )
    talk = _Talk(conversation, heard)
    application.add_handler(MessageHandler(_PRIVATE & filters.TEXT, talk.text))
    application.add_handler(MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL, talk.other))
    application.add_handler(MessageHandler(_EDITED & _WRITTEN, talk.edited))
    application.add_handler(MessageHandler(_GROUP & _WRITTEN, talk.group))
    application.add_handler(CallbackQueryHandler(talk.press))
    application.add_handler(TypeHandler(Update, talk.heard), group=1)
    application.add_error_handler(_on_error)
    return application


class _Talk:
    """The handlers: one for each kind of update."""

    def __init__(self, conversation: Conversation, heard: Heard) -> None:
        self._conversation = conversation
        self._heard = heard

    async def text(self, update: Update, context: Context) -> None:
        """A line typed in a private chat."""
        message, user = update.message, update.effective_user
        if message is None or message.text is None or user is None:
            return
        line = _own(message.text, context.bot.username)
        if line is None:
            return
        # First of all, whatever becomes of the line.
        told = await self._remove_secret(message, context)
        reply = await self._conversation.answer(line, user=user.id, request=update.update_id)
        await send(context.bot, message.chat.id, _with(reply, told))

    async def press(self, update: Update, context: Context) -> None:
        """A button: its line, answered in the place of the message it belongs to, or below that."""
        query = update.callback_query
        if query is None:
            return
        message = query.message
        if message is None or query.data is None or message.chat.type != message.chat.PRIVATE:
            await acknowledge(query)
            return
        line, below = pressed(query.data)
        _, reply = await asyncio.gather(
            acknowledge(query),
            self._conversation.answer(line, user=query.from_user.id, request=update.update_id),
        )
        if below or reply.fresh:
            await send(context.bot, message.chat.id, reply)
        else:
            await edit(context.bot, message.chat.id, message.message_id, reply)

    async def heard(self, update: Update, context: Context) -> None:
        """Anything from a private chat, once it is answered: whoever it is from takes messages."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None or chat.type != chat.PRIVATE:
            return
        if (told := await self._heard(user.id)) is not None:
            await send(context.bot, chat.id, told)

    async def other(self, update: Update, context: Context) -> None:
        """Photos, stickers, voice and whatever else a private chat can carry."""
        if update.effective_message is not None:
            told = await self._remove_secret(update.effective_message, context)
            await send(context.bot, update.effective_message.chat.id, _with(TEXT_ONLY, told))

    async def edited(self, update: Update, context: Context) -> None:
        """A message that was changed after it was answered."""
        if update.effective_message is not None:
            told = await self._remove_secret(update.effective_message, context)
            await send(context.bot, update.effective_message.chat.id, _with(EDITED, told))

    async def group(self, update: Update, context: Context) -> None:
        """A text in a group: holdings are nobody else's business. Silent unless a command is meant for us."""
        message = update.message
        command = _COMMAND.match(message.text or message.caption or "") if message is not None else None
        if message is None or command is None:
            return
        ours = {each.name for each in self._conversation.commands}
        if (
            _is_us(command["bot"], context.bot.username)
            if command["bot"]
            else command["name"].lower() in ours
        ):
            told = await self._remove_secret(message, context)
            await send(context.bot, message.chat.id, _with(EXPOSED, told) if told else PRIVATE_ONLY)

    async def _remove_secret(self, message: Message, context: Context) -> Markup | None:
        """Delete a message that carries a secret; what to tell its sender, None for any other message."""
        if not keeps_secret(message.text or message.caption or "", self._conversation.commands):
            return None
        gone = await remove(context.bot, message.chat.id, message.message_id)
        return DELETED if gone else DELETE_IT


def _with(reply: Reply, told: Markup | None) -> Reply:
    """The reply, and what became of the message that it answers."""
    if told is None:
        return reply
    parts = (reply.text, told) if told is DELETED else (told, reply.text)
    return replace(reply, text=Markup("\n").join(parts))


def _own(text: str, username: str) -> str | None:
    """`text` without our @name behind the command; None when the command is another bot's."""
    command = _COMMAND.match(text)
    if command is None or command["bot"] is None:
        return text
    return f"/{command['name']}{text[command.end() :]}" if _is_us(command["bot"], username) else None


def _is_us(name: str, username: str) -> bool:
    return name.lower() == username.lower()


async def _publish_menu(conversation: Conversation, application: App) -> None:
    """Show the commands in Telegram's menu. The bot works without it, so a failure is only told."""
    menu = [BotCommand(each.name.lower(), each.help[:MAX_HELP]) for each in conversation.commands]
    try:
        await application.bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats())
    except TelegramError as error:
        log.warning("The menu of commands is not set: %s", error)


async def _on_error(update: object, context: Context) -> None:
    """Say which update failed; never what it said. A failed network needs no traceback."""
    request, error = update.update_id if isinstance(update, Update) else None, context.error
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        log.warning("The answer to update %s was not delivered: %s", request, error)
    elif error is not None:
        log.error("Update %s failed\n%s", request, trace(error))
