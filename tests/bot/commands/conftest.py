"""What a command says does not depend on the kind of database, so SQLite is enough.

tests/bot/test_commands_on_each_database.py has every command on PostgreSQL, too.
"""

import shutil
from pathlib import Path

import pytest

from tests.conftest import sqlite_url


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite database, where elsewhere it is one of each kind."""
    path = tmp_path / "microhedge.db"
    shutil.copy(migrated_sqlite, path)
    return sqlite_url(path)
