"""Where the database is stays with who runs the program; its password and its file are nobody else's."""

import os
import sys
from pathlib import Path

import pytest

from core.domain.errors import BadInput, NoStore
from core.machine.private_file import make_private
from core.store.address import read_url
from core.store.database import open_database
from tests.conftest import sqlite_url

PASSWORDS = ("p@ss", "12/s3cr3t", "12?s3cr3t", "a@b@c", "9/x@y", "1?a=@")


@pytest.mark.parametrize("password", PASSWORDS)
async def test_a_password_that_was_not_escaped_reaches_no_output(password: str) -> None:
    url = f"postgresql://anna:{password}@127.0.0.1:1/hedges"
    try:
        database = open_database(url)
    except BadInput as refused:
        said = refused.for_operator
        assert "%40" in said
    else:
        with pytest.raises(NoStore) as failed:
            async with database.read():
                pass
        await database.close()
        said = f"{failed.value.for_operator} {database!r}"
    assert "anna" not in said
    assert not any(part in said for part in (password, password[-3:]))


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:p%40s@h/d", "postgresql://h/d", "postgresql://u@h/d", "sqlite+aiosqlite:////tmp/a@b.db"],
)
def test_what_is_escaped_is_taken(url: str) -> None:
    assert read_url(url).database in ("d", "/tmp/a@b.db")


async def test_no_user_reads_where_the_database_is(tmp_path: Path) -> None:
    path = tmp_path / "private-place.db"
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 20)
    path.chmod(0o600)
    for url, place in (
        (sqlite_url(path), "private-place"),
        ("postgresql://anna@127.0.0.1:1/hedges", "127.0.0.1"),
    ):
        database = open_database(url)
        with pytest.raises(NoStore) as failed:
            async with database.read():
                pass
        await database.close()
        assert str(failed.value).startswith("Cannot ")
        assert not any(
            word in str(failed.value)
            for word in ("private-place", "127.0.0.1", "anna", "hedges", str(tmp_path))
        )
        assert place in failed.value.for_operator


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such modes")
class TestPrivateFiles:
    async def test_a_database_that_others_can_read_is_made_private_with_one_sentence(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = tmp_path / "open.db"
        await open_database(sqlite_url(path)).close()
        (tmp_path / "open.db-wal").touch()
        files = [path, path.with_name("open.db-wal")]
        for each in files:
            each.chmod(0o664)
        opened = open_database(sqlite_url(path))
        left = [each for each in files if each.exists()]  # an empty log goes as the file is opened
        assert path in left
        assert {each.stat().st_mode & 0o777 for each in left} == {0o600}
        await opened.close()
        said = [record.getMessage() for record in caplog.records]
        assert (
            "Others on this machine could read the database file open.db: I have made it yours alone." in said
        )
        caplog.clear()
        await open_database(sqlite_url(path)).close()
        assert caplog.records == []

    @pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
    def test_what_is_private_is_left_as_it_is(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "own"
        path.touch()
        path.chmod(mode)
        assert make_private(path, "it") is None
        assert path.stat().st_mode & 0o777 == mode
        assert make_private(tmp_path / "not there", "it") is None

    def test_what_cannot_be_made_private_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "theirs"
        path.touch()
        path.chmod(0o644)

        def refused(*_: object, **__: object) -> None:
            raise PermissionError(1, "not permitted")

        monkeypatch.setattr(os, "chmod", refused)  # as where the file is somebody else's
        with pytest.raises(BadInput, match=f"chmod 600 {path}"):
            make_private(path, "it")
