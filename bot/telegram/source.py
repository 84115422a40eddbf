"""Where the updates of a bot come from: it asks Telegram for them, or Telegram sends them."""

from typing import Protocol

from bot.clocks.clock import utc_now
from bot.telegram.client import BotClient
from bot.telegram.inbox.intake import Intake
from bot.telegram.inbox.intake_state import IntakeState
from bot.telegram.inbox.reception import Reception


class Source(Protocol):
    """One way for updates to come."""

    async def connect(self, bot: BotClient) -> None:
        """Tell Telegram that they come this way. Raises TelegramError where it cannot be told."""
        ...

    async def run(self, bot: BotClient, reception: Reception, state: IntakeState) -> None:
        """Hand over what comes, until it is cancelled. What it raises ends the bot."""
        ...


class Polled:
    """Updates are asked for."""

    async def connect(self, bot: BotClient) -> None:
        """Remove a webhook of this bot, as it would get the updates."""
        await bot.delete_webhook(drop_pending_updates=False)

    async def run(self, bot: BotClient, reception: Reception, state: IntakeState) -> None:
        """Ask for updates for ever. Raises InvalidToken when Telegram no longer accepts the token."""
        await Intake(bot, reception, state, clock=utc_now).run()
