"""Settings from the environment."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import Settings, read_settings
from core.domain.errors import BadInput
from core.venues.offered import VENUES
from core.venues.simulated.scenario import SCENARIOS

EXAMPLE = Path(__file__).parents[2] / ".env.example"
NAMES = [setting.name.upper() for setting in fields(Settings)]
SECRET = "123456:AAsecretSECRETsecret"


def test_every_setting_is_in_the_example_and_the_example_has_no_other() -> None:
    assert re.findall(r"^#?([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE) == NAMES


def test_the_values_of_the_example_are_the_defaults() -> None:
    shown = dict(re.findall(r"^#?([A-Z_]+)=(.+)$", EXAMPLE.read_text(), re.MULTILINE))
    assert read_settings({**shown, "VENUE_URLS": ""}) == Settings()
    assert read_settings(shown).venue_urls == {"binanceusdm": "http://127.0.0.1:8080"}


def test_empty_and_blank_settings_are_the_defaults() -> None:
    assert read_settings({}) == read_settings(dict.fromkeys(NAMES, "")) == Settings()
    assert read_settings(dict.fromkeys(NAMES, "  ")) == Settings()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_of_the_simulated_market_can_be_set(scenario: str) -> None:
    assert read_settings({"SCENARIO": scenario}).scenario == scenario


def test_the_example_names_every_scenario_in_their_order() -> None:
    [named] = re.findall(r"what happens in it \((.*?)\)", EXAMPLE.read_text())
    assert named.split(", ") == list(SCENARIOS)


@pytest.mark.parametrize("venue", VENUES)
def test_every_venue_can_be_set(venue: str) -> None:
    assert read_settings({"VENUES": venue}).venues == (venue,)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("TELEGRAM_TOKEN", f" {SECRET} ", SECRET),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("DATABASE_URL", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("DATABASE_URL", "postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("DATABASE_URL", "sqlite+aiosqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
        ("DATABASE_URL", "sqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
        ("SIMULATION_SEED", "11", 11),
        ("SIMULATION_SPEED", "3600", 3600),
        ("METRICS_PORT", "9100", 9100),
        ("VENUE_URLS", '{"a": "http://b/"}', {"a": "http://b"}),
        ("LOG_LEVEL", "DEBUG", "DEBUG"),
    ],
)
def test_a_setting_is_read(name: str, value: str, read: object) -> None:
    assert getattr(read_settings({name: value}), name.lower()) == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_API_URL", SECRET),
        ("TELEGRAM_FILE_URL", "ftp://secret"),
        ("DATABASE_URL", "mysql://user:secret@host/db"),
        ("MARKET", "secret"),
        ("VENUE_URLS", "secret"),
        ("VENUE_URLS", '["secret"]'),
        ("VENUE_URLS", '{"secret": 1}'),
        ("VENUE_URLS", '{"a": "secret"}'),
        ("SCENARIO", "secret"),
        ("SIMULATION_SEED", "secret"),
        ("SIMULATION_SEED", "1.5"),
        ("SIMULATION_SPEED", "0"),
        ("SIMULATION_SPEED", "86401"),
        ("METRICS_PORT", "0"),
        ("METRICS_PORT", "secret"),
        ("LOG_LEVEL", "secret"),
    ],
)
def test_a_bad_setting_is_named_and_its_value_is_not_shown(name: str, value: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_settings({name: value})
    assert str(refusal.value).startswith(f"{name} must ")
    assert "secret" not in str(refusal.value).lower()
    assert refusal.value.__cause__ is None


def test_secrets_are_not_in_what_is_printed_of_the_settings() -> None:
    shown = repr(read_settings({"TELEGRAM_TOKEN": SECRET, "DATABASE_URL": "postgresql://u:secret@h/d"}))
    assert "secret" not in shown.lower()


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SIMULATION_SEED=3\nSCENARIO=crash\n")
    monkeypatch.setenv("SIMULATION_SEED", "5")
    monkeypatch.delenv("SCENARIO", raising=False)
    assert (read_settings().simulation_seed, read_settings().scenario) == (5, "crash")
