"""`microhedge doctor`: what is wrong here, by name, and what to do about it."""

import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.running.doctor import Finding, Looked, examine, misspelled
from bot.settings import Settings, refused_settings
from core.store.migrations import migrate
from tests.binance_answers import binance_answers
from tests.bot_api import BotApi
from tests.conftest import sqlite_url
from tests.venue_server import Answer, VenueServer

PRICES = {"BTC": Decimal(90000), "ETH": Decimal(3500)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and no proxies."""
    monkeypatch.chdir(tmp_path)
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


@pytest.fixture
async def venue() -> AsyncIterator[VenueServer]:
    async with VenueServer(binance_answers(PRICES, datetime.now(UTC))) as server:
        yield server


def set_up(folder: Path, venue: VenueServer, api: BotApi, **others: object) -> Settings:
    given: dict[str, object] = {
        "telegram_token": api.token,
        "telegram_api_url": api.url,
        "database_url": sqlite_url(folder / "mine.db"),
        "venues": ("binanceusdm",),
        "venue_urls": {"binanceusdm": venue.url},
    }
    return Settings(**{**given, **others})  # type: ignore[arg-type]


async def found(settings: Settings, **environ: str) -> dict[str, Finding]:
    looked = Looked(settings, refused_settings(environ), environ, {}, {})
    return {finding.about: finding async for finding in examine(looked)}


async def test_where_all_is_well_it_says_so(here: Path, venue: VenueServer) -> None:
    _migrate(here / "mine.db")
    async with BotApi() as api:
        findings = await found(set_up(here, venue, api))
    assert {about for about, finding in findings.items() if not finding.well} == set()
    assert set(findings) == {"settings", "files", "database", "telegram", "binanceusdm", "clock"}
    assert "can be written" in findings["database"].sentence
    assert "contracts" in findings["binanceusdm"].sentence


def _migrate(path: Path) -> None:
    migrate(sqlite_url(path))


async def test_a_wrong_token_is_told_and_not_repeated(here: Path, venue: VenueServer) -> None:
    async with BotApi() as api:
        findings = await found(set_up(here, venue, api, telegram_token="123:wrong"))
    assert not findings["telegram"].well
    assert "does not accept TELEGRAM_TOKEN" in findings["telegram"].sentence
    assert "wrong" not in findings["telegram"].sentence


@pytest.mark.parametrize(
    "answer", [Answer({"msg": "no"}, status=451), Answer(b"<html>denied</html>", 403, "text/html")]
)
async def test_a_block_of_the_country_is_named_and_so_is_the_way_out(
    here: Path, venue: VenueServer, answer: Answer
) -> None:
    venue.answers = dict.fromkeys(venue.answers, answer)
    async with BotApi() as api:
        findings = await found(set_up(here, venue, api))
    assert not findings["binanceusdm"].well
    assert "does not serve the country" in findings["binanceusdm"].sentence
    assert "HTTPS_PROXY" in findings["binanceusdm"].sentence
    assert "VENUES" in findings["binanceusdm"].sentence


async def test_a_clock_that_is_off_is_told(here: Path, venue: VenueServer) -> None:
    late = {"Date": format_datetime(datetime.now(UTC) - timedelta(minutes=20), usegmt=True)}
    venue.answers = {path: Answer(body, headers=late) for path, body in venue.answers.items()}
    me: dict[str, object] = {
        "/bot1:x/getMe": Answer({"ok": True, "result": {"username": "hedger"}}, headers=late)
    }
    async with BotApi() as api, VenueServer(me) as telegram:
        own = {"telegram_api_url": telegram.url, "telegram_token": "1:x"}
        findings = await found(set_up(here, venue, api, **own))
    assert findings["telegram"].well
    assert not findings["clock"].well
    assert "20 min fast" in findings["clock"].sentence


async def test_files_that_others_can_read_are_named(here: Path, venue: VenueServer) -> None:
    _write(here / ".env", 0o644)
    async with BotApi() as api:
        findings = await found(set_up(here, venue, api))
        assert "chmod go-rwx .env" in findings["files"].sentence
        _write(here / ".env", 0o600)
        assert (await found(set_up(here, venue, api)))["files"].well


def _write(path: Path, mode: int) -> None:
    path.write_text("")
    path.chmod(mode)


async def test_a_database_that_cannot_be_reached_or_made_is_told(here: Path, venue: VenueServer) -> None:
    async with BotApi() as api:
        first = await found(set_up(here, venue, api))
        assert "the first start makes it" in first["database"].sentence
        lost = "postgresql+psycopg://me:hunter2@127.0.0.1:9/money?connect_timeout=1"
        second = await found(set_up(here, venue, api, database_url=lost))
    assert not second["database"].well
    assert "hunter2" not in second["database"].sentence


def test_names_that_are_almost_ours_are_named() -> None:
    said = misspelled(
        {"TELEGRAM_TOKN": "x", "PATH": "y", "OWNER": "1"}, {"VENUE": "z", "NONSENSE": "", "HTTPS_PROXY": "p"}
    )
    assert said == [
        "VENUE means nothing here. Did you mean VENUES?",
        "NONSENSE in .env means nothing here. .env.example has all the names.",
        "TELEGRAM_TOKN means nothing here. Did you mean TELEGRAM_TOKEN?",
    ]


@pytest.mark.process
def test_it_runs_also_where_a_setting_cannot_be_read_and_ends_with_1(here: Path) -> None:
    (here / ".env").write_text("MARKET=simulated\nSIMULATION_SEED=secret\nTELEGRAM_TOKN=1\n")
    (here / ".env").chmod(0o600)
    environ = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "", "HOME": str(here)}
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"],
        cwd=here,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1, ran.stderr
    assert "SIMULATION_SEED must be a whole number." in ran.stdout
    assert "Did you mean TELEGRAM_TOKEN?" in ran.stdout
    assert "secret" not in ran.stdout + ran.stderr
    assert "simulated, so no venue is asked" in ran.stdout
