"""PostgreSQL's own programs, as far as they are on this machine: making a dump and loading one."""

import os
import re
import shutil
import subprocess  # nosec B404
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from core.domain.errors import BadInput, NoData
from core.store.tables import metadata

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/libpq/bin")
"""Where the programs lie when they are not on the PATH."""
MINUTES = 30
"""How long a dump or a load may take."""
LEAVING = 5.0
"""Seconds for which a connection may still be counted after whoever had it is gone: the server ends it on its
own time.
"""
LOOK = 0.05
"""Seconds between two looks who is connected."""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
"""Counts the other connections to the database."""
_REVISION = re.compile(r"COPY public\.alembic_version \(version_num\) FROM stdin;\n(\w+)\n")
"""Where a dump tells its schema."""
_OPTIONS = ("user", "password", "host", "port", "options", "connect_timeout", "sslmode", "sslrootcert")
"""What the programs read of a login from variables such as PGUSER."""


def dump(url: URL, to: Path) -> None:
    """Write the whole database as SQL, as it is at one moment. Raises
    NoData, without secrets, where that fails.
    """
    _run("pg_dump", url, "--no-owner", "--no-privileges", f"--file={to}")


def load_dump(url: URL, source: Path, *, busy: str) -> None:
    """Make our tables what the dump says or, where anything fails, leave them as they were.

    busy: the message of the BadInput that is raised where somebody else is connected. Raises NoData where it
    fails.
    """
    try:
        with psycopg.connect(make_conninfo("", **_login(url)), autocommit=True) as connection:
            alone = _is_alone(connection)
    except psycopg.Error:
        raise NoData("The database cannot be reached: check that it runs.") from None
    if not alone:
        raise BadInput(busy)
    # Also tables that came after the dump, which it says nothing of: their migration makes them again.
    names = ", ".join(f'public."{name}"' for name in (*metadata.tables, "alembic_version"))
    with tempfile.TemporaryDirectory(prefix="microhedge-") as folder:
        first = Path(folder) / "first.sql"
        first.write_text(f"DROP TABLE IF EXISTS {names} CASCADE;\n")
        quietly = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run("psql", url, *quietly, f"--output={os.devnull}", f"--file={first}", f"--file={source}")


def _is_alone(connection: psycopg.Connection) -> bool:
    """Whether nobody else is connected to the database, nor has been for longer than it takes to leave."""
    until = time.monotonic() + LEAVING
    while connection.execute(_OTHERS).fetchone() != (0,):
        if time.monotonic() > until:
            return False
        time.sleep(LOOK)
    return True


def revision_of_dump(source: Path) -> str | None:
    """The schema of a dump of ours; None for any other file and for one that is not whole."""
    try:
        text = source.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    found = _REVISION.search(text)
    whole = text.startswith("--\n-- PostgreSQL database dump") and "database dump complete" in text[-400:]
    return found[1] if found and whole else None


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run a program on the database. The login goes through the environment, which other users cannot see."""
    login = _login(url)
    own = {f"PG{name.upper()}": login[name] for name in _OPTIONS if name in login}
    try:
        subprocess.run(  # noqa: S603  # nosec B603
            [_find(program), *arguments],
            env={**os.environ, **own, "PGDATABASE": login["dbname"]},
            check=True,
            capture_output=True,
            timeout=MINUTES * 60,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoData(f"{program} failed{_why(error)}. Nothing was changed.") from None


def _why(error: Exception) -> str:
    """Why it failed, as far as that may be told: the program's own words may contain a login or a place."""
    said = getattr(error, "stderr", None) or b""
    if b"server version mismatch" in said:
        return ": it is older than the server, so install the newer one"
    return ": it took too long" if isinstance(error, subprocess.TimeoutExpired) else ""


def _login(url: URL) -> dict[str, str]:
    """The login as psycopg takes it."""
    named = {"user": url.username, "password": url.password, "host": url.host, "port": url.port}
    options = {name: value if isinstance(value, str) else value[0] for name, value in url.query.items()}
    known = {name: str(value) for name, value in named.items() if value}
    return {"connect_timeout": "10", **known, "dbname": url.database or "postgres", **options}


def _find(program: str) -> str:
    """The newest version of the program. Raises NoData, saying what to install, where there is none."""
    found = shutil.which(program)
    if found:
        return found
    others = [folder / program for pattern in FOLDERS for folder in Path("/").glob(pattern[1:])]
    others = [path for path in others if os.access(path, os.X_OK)]
    if not others:
        raise NoData(f"{program} is not on this machine. Install PostgreSQL's client programs.")
    return str(max(others, key=_version))


def _version(path: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", path.parent.parent.name)))
