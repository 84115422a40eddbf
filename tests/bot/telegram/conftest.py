from collections.abc import AsyncIterator

import pytest

from tests.bot.telegram.conversation import Talk, serving
from tests.bot_api import BotApi


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Telegram, and nobody polling it yet."""
    async with BotApi() as api:
        yield api


@pytest.fixture
async def talk(api: BotApi) -> AsyncIterator[Talk]:
    """A conversation that is being served."""
    talk = Talk()
    async with serving(api, talk):
        yield talk
