import pytest

from core.store.database import Database
from tests.conversation import Talk, talk_over


@pytest.fixture(scope="session", autouse=True)
def _unpaced(unpaced: None) -> None:
    """Where a venue is asked, it is on this machine."""


@pytest.fixture
def talk(embedded: Database) -> Talk:
    """A newcomer's talk in the calm market."""
    return talk_over(embedded)
