import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.store.database import Database, open_database
from tests.conftest import sqlite_url
from tests.conversation import Talk, talk_over


@pytest.fixture
async def embedded(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database: enough for tests of what is said."""
    path = tmp_path / "embedded.db"
    shutil.copy(migrated_sqlite, path)
    opened = open_database(sqlite_url(path))
    yield opened
    await opened.close()


@pytest.fixture
def talk(embedded: Database) -> Talk:
    """A newcomer's talk in the calm market."""
    return talk_over(embedded)
