"""Sends a Reply to a chat, with a few more tries where the first one fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from markupsafe import escape
from telegram import Bot, ForceReply, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.picture.render import png
from bot.telegram.pages import MessagePage, pages
from bot.telegram.request import Unanswered
from bot.wording.reply import File, Picture, Reply

log = logging.getLogger(__name__)

TRIES = 3
MAX_WAIT = 60.0
"""Seconds that one message may wait in all, its tries taken together."""
PAUSE = 0.5
"""Seconds before another try when the network failed."""

MOST_CAPTION = 1024
"""Telegram's limit for the words below a picture."""

BARE = 3000
"""So many characters are kept of a message that Telegram has refused as it was, and that is sent in another
form.
"""

GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
"""Parts of Telegram's refusals, in lower case, which mean that the chat does not exist for us."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")

Below = InlineKeyboardMarkup | ForceReply | None
"""What is below a message: buttons, or that it is to be answered by a reply."""

Call = Callable[[str, str | None, Below], Awaitable[T]]
"""Sends or edits one message with this text, parse mode and what is below it."""


async def deliver(
    bot: Bot,
    chat: int,
    reply: Reply,
    *,
    edits: int | None = None,
    skip: int = 0,
    note: Callable[[int], Awaitable[None]] | None = None,
    asked: Callable[[int], Awaitable[None]] | None = None,
) -> None:
    """Send `reply` as new messages, or the first of them in place of the message `edits`, where that can be
    edited.

    skip: how many of its messages have arrived before. note: called with how many have arrived, after each
    message but the last. asked: called with the id of the last message with text, where that was sent anew.

    Raises TelegramError when Telegram refuses, or cannot be reached in a few tries. A message whose
    confirmation was lost on the way is sent again: twice is better than never, and nothing is traded by it.
    """
    first, *rest = pages(reply)
    parts: list[Callable[[], Awaitable[int | None]]] = [
        partial(_send, bot, chat, first)
        if edits is None
        else partial(_edit_or_send, bot, chat, edits, first),
        *(partial(_send, bot, chat, page) for page in rest),
        *(partial(_send_picture, bot, chat, picture) for picture in reply.pictures),
        *(partial(_send_file, bot, chat, file) for file in reply.files),
    ]
    for number, part in enumerate(parts[skip:], skip + 1):
        message = await part()
        if asked is not None and message is not None and number == 1 + len(rest):
            await asked(message)
        if note is not None and number < len(parts):
            await note(number)


async def post(bot: ExtBot[bool], chat: int, reply: Reply, *, silent: bool) -> int:
    """Send a notice that has waited for its turn, trying once. Returns the id of the message.

    Raises TelegramError: NotSent where nothing has reached Telegram, Unanswered where a part of it may have.
    """

    async def call(text: str, mode: str | None, buttons: Below) -> Message:
        return await bot.send_message(
            chat,
            text,
            parse_mode=mode,
            reply_markup=buttons,
            link_preview_options=_NO_PREVIEW,
            disable_notification=silent,
            rate_limit_args=True,
        )

    first, *rest = pages(reply)
    message = await _readable(call, first, _once)
    try:
        for page in rest:
            await _send(bot, chat, page)
    except TelegramError as error:
        raise Unanswered(error.message) from None
    return message.message_id


def bare(reply: Reply) -> Reply:
    """The words of a reply alone, without markup and buttons, cut where they are too long for one message."""
    return Reply(escape("\n".join(page.plain for page in pages(reply)).strip()[:BARE]))


async def fetch_file(bot: Bot, file: str) -> bytes:
    """The bytes of a file that somebody sent, by Telegram's id of it. Raises TelegramError."""
    found = await _patient(lambda: bot.get_file(file))
    return bytes(await _patient(found.download_as_bytearray))


async def remove(bot: Bot, chat: int, message: int) -> bool:
    """Delete a message of the user, and say whether it is gone. Never raises: what
    comes next matters more.
    """
    try:
        await _patient(lambda: bot.delete_message(chat, message))
    except BadRequest as error:
        if "not found" in error.message.lower():
            return True
        log.warning("Message %s of chat %s cannot be deleted: %s", message, chat, error)
    except TelegramError as error:
        log.warning("Message %s of chat %s is not deleted: %s", message, chat, error)
    else:
        return True
    return False


async def acknowledge(bot: Bot, press: str | None) -> None:
    """Tell Telegram that the press of a button arrived. Never raises: the answer itself matters more."""
    if press is None:
        return
    try:
        await bot.answer_callback_query(press)
    except BadRequest as error:
        log.debug("Press %s is not acknowledged: %s", press, error)  # too old: the spinner is gone anyway
    except TelegramError as error:
        log.warning("Press %s is not acknowledged: %s", press, error)


async def _send_picture(bot: Bot, chat: int, picture: Picture) -> int:
    """Send it on its light ground: nobody can tell whether a chat is dark, and it has a ground of its own."""
    image = InputFile(await png(picture.light), filename="picture.png")
    caption = picture.words[:MOST_CAPTION]
    return (await _patient(lambda: bot.send_photo(chat, image, caption=caption))).message_id


async def _send_file(bot: Bot, chat: int, file: File) -> int:
    document = InputFile(file.content, filename=file.name)
    return (await _patient(lambda: bot.send_document(chat, document))).message_id


async def _send(bot: Bot, chat: int, page: MessagePage) -> int:
    async def call(text: str, mode: str | None, buttons: Below) -> Message:
        return await bot.send_message(
            chat, text, parse_mode=mode, reply_markup=buttons, link_preview_options=_NO_PREVIEW
        )

    return (await _readable(call, page)).message_id


async def _edit_or_send(bot: Bot, chat: int, message: int, page: MessagePage) -> int | None:
    """Edit the message, or send a new one below it where it can no longer be edited; the id of a new one."""
    return None if await _edit(bot, chat, message, page) else await _send(bot, chat, page)


async def _edit(bot: Bot, chat: int, message: int, page: MessagePage) -> bool:
    """Edit the message. False where Telegram does not let it be edited."""

    async def call(text: str, mode: str | None, buttons: Below) -> object:
        return await bot.edit_message_text(
            text,
            chat_id=chat,
            message_id=message,
            parse_mode=mode,
            reply_markup=None if isinstance(buttons, ForceReply) else buttons,
            link_preview_options=_NO_PREVIEW,
        )

    try:
        await _readable(call, page)
    except BadRequest as error:
        if "not modified" in error.message.lower():
            return True
        log.info("Message %s of chat %s cannot be edited: %s", message, chat, error)
        return False
    return True


async def _once(call: Callable[[], Awaitable[T]]) -> T:
    return await call()


async def _patient(call: Callable[[], Awaitable[T]]) -> T:
    """Try a few times while Telegram asks to wait or the network fails. Raises what the last try raised."""
    waited = 0.0
    for left in reversed(range(TRIES)):
        try:
            return await call()
        except BadRequest:  # a NetworkError by descent, but trying again changes nothing
            raise
        except (RetryAfter, NetworkError) as error:
            pause = seconds(error.retry_after) if isinstance(error, RetryAfter) else PAUSE
            waited += pause
            if not left or waited > MAX_WAIT:
                raise
            log.info("Trying again in %g s: %s", pause, error)
            await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")


async def _readable(
    call: Call[T], page: MessagePage, trying: Callable[[Callable[[], Awaitable[T]]], Awaitable[T]] = _patient
) -> T:
    """Send the text as HTML. If Telegram does not take that, which is a mistake of ours, send it as plain
    text.
    """
    try:
        return await trying(lambda: call(page.html, ParseMode.HTML, page.keyboard))
    except BadRequest as error:
        if "can't parse entities" not in error.message.lower():
            raise
        log.error("Telegram refused our HTML, it is sent as plain text: %s", error)  # noqa: TRY400
        return await trying(lambda: call(page.plain, None, page.keyboard))


def seconds(duration: timedelta | float) -> float:
    """How many seconds Telegram wants us to wait, in either form in which the library tells it."""
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def is_gone(error: TelegramError) -> bool:
    """Whether Telegram refuses because the chat does not exist for us, or does not any more."""
    return any(words in error.message.lower() for words in GONE)
