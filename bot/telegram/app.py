"""The bot as Telegram sees it: its client and the menu of its commands."""

import logging

from telegram import BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError

from bot.settings import Settings
from bot.telegram.client import BotClient
from bot.telegram.inbox.answers import Answerer
from bot.telegram.logs import hide_secrets
from bot.telegram.pace import CountAnswers, Pace
from bot.telegram.request import AiohttpRequest
from core.domain.errors import BadInput
from core.store.queue.pace import StoredPace

log = logging.getLogger(__name__)

UNSET = "TELEGRAM_TOKEN is not set. Get a token from @BotFather and put it into .env or the environment."
MAX_HELP = 256
"""Telegram's limit for what the menu says about a command, in characters."""
CONNECTIONS = 512
"""Requests under way at once: so many chats may hang before anybody else waits."""


def build_client(settings: Settings, pace: Pace | None = None, shared: StoredPace | None = None) -> BotClient:
    """The bot's client, not yet connected. Raises BadInput without a token.

    pace: for the bot's messages. shared: for those of all processes of the bot together; None for one alone.
    """
    hide_secrets(settings.telegram_token)
    try:
        return BotClient(
            settings.telegram_token,
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_file_url}/file/bot",
            request=AiohttpRequest(CONNECTIONS, read_timeout=10, pool_timeout=10),
            get_updates_request=AiohttpRequest(1),
            answers=CountAnswers(pace or Pace(), shared=shared),
        )
    except InvalidToken:
        raise BadInput(UNSET) from None


def bot_of(token: str) -> int:
    """The id of the bot that a token belongs to; 0 where the token does not say."""
    number = token.partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 15 else 0


async def publish_menu(conversation: Answerer, bot: BotClient) -> None:
    """Show the commands in Telegram's menu. A failure is only logged: the bot works without the menu."""
    menu = [BotCommand(each.name.lower(), each.help[:MAX_HELP]) for each in conversation.commands]
    try:
        await bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats())
    except TelegramError as error:
        log.warning("The menu of commands is not set: %s", error)
