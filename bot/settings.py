"""One typed settings object, read once from the environment and `.env`."""

import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from platformdirs import user_data_path

from core.domain.caps import CAPS, Caps
from core.domain.errors import BadInput
from core.machine.private_file import make_private
from core.store.address import with_driver
from core.store.user.seal import ServerKeys, read_server_keys
from core.venues.offered import VENUES
from core.venues.simulated.scenario import SCENARIOS

log = logging.getLogger(__name__)

MARKETS = ("auto", "exchange", "simulated")
"""Where prices may come from. `auto` is an exchange, with the simulated market to fall back on."""


def default_database_url() -> str:
    """An SQLite file in the user's data directory."""
    return f"sqlite+aiosqlite:///{user_data_path('microhedge', appauthor=False) / 'microhedge.db'}"


def _one_of(options: Iterable[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in options:
            raise ValueError(f"must be one of {', '.join(options)}")
        return text

    return read


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return text.rstrip("/")


def _proxy(text: str) -> str:
    if not text.startswith(("http://", "https://", "socks4://", "socks5://", "socks5h://")):
        raise ValueError("must start with http://, socks5:// or socks5h://")
    return text


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("must be a whole path, from / on")
    return path


def _venues(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    if unknown := [name for name in names if name not in VENUES]:
        raise ValueError(f"has {unknown[0]!r}, which is none of {', '.join(VENUES)}")
    if not names:
        raise ValueError("must name at least one venue")
    return names


def _urls(text: str) -> dict[str, str]:
    try:
        table = json.loads(text)
    except ValueError:
        table = None
    if not isinstance(table, dict) or not all(isinstance(url, str) for url in table.values()):
        raise ValueError('must be JSON such as {"binanceusdm": "http://127.0.0.1:8080"}')
    return {venue: _url(url) for venue, url in table.items()}


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("must be a whole number") from None


def _yes_or_no(text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if text.lower() not in words:
        raise ValueError("must be 1 or 0")
    return words[text.lower()]


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not least <= (number := _whole(text)) <= most:
            raise ValueError(f"must be between {least} and {most}")
        return number

    return read


def _most(name: str) -> Any:
    """A cap, see `core.domain.caps`: its default, and a number above zero."""
    return field(default=getattr(CAPS, name), metadata={"read": _between(1, 1_000_000)})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting has the environment's name in lower case; `.env.example` explains each."""

    telegram_token: str = field(default="", repr=False)
    telegram_api_url: str = field(default="https://api.telegram.org", metadata={"read": _url})
    telegram_file_url: str = field(default="https://api.telegram.org", metadata={"read": _url})
    database_url: str = field(
        default_factory=default_database_url, repr=False, metadata={"read": with_driver}
    )
    market: str = field(default="auto", metadata={"read": _one_of(MARKETS)})
    venues: tuple[str, ...] = field(default=tuple(VENUES), metadata={"read": _venues})
    owner: int | None = field(default=None, metadata={"read": _whole})
    public: bool = field(default=False, metadata={"read": _yes_or_no})
    venue_urls: Mapping[str, str] = field(default_factory=dict, repr=False, metadata={"read": _urls})
    https_proxy: str = field(default="", repr=False, metadata={"read": _proxy})
    server_keys: ServerKeys | None = field(default=None, repr=False, metadata={"read": read_server_keys})
    scenario: str = field(default="calm", metadata={"read": _one_of(SCENARIOS)})
    simulation_seed: int = field(default=7, metadata={"read": _whole})
    simulation_speed: int = field(default=1, metadata={"read": _between(1, 86_400)})
    webhook_url: str = field(default="", metadata={"read": _url})
    webhook_host: str = "127.0.0.1"
    webhook_port: int = field(default=8080, metadata={"read": _between(1, 65_535)})
    sweep_shards: int = field(default=4, metadata={"read": _between(1, 64)})
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = field(default=None, metadata={"read": _between(1, 65_535)})
    backup_folder: Path | None = field(default=None, metadata={"read": _folder})
    most_messages: int = _most("messages")
    most_characters: int = _most("characters")
    most_digits: int = _most("digits")
    most_holdings: int = _most("holdings")
    most_alerts: int = _most("alerts")
    most_tickets: int = _most("tickets")
    most_entries: int = _most("entries")
    log_level: str = field(default="INFO", metadata={"read": _one_of(("DEBUG", "INFO", "WARNING", "ERROR"))})

    @property
    def caps(self) -> Caps:
        """How much one user may have or ask for."""
        return Caps(**{each.name: getattr(self, f"most_{each.name}") for each in fields(Caps)})


def read_settings(environ: Mapping[str, str | None] | None = None, *, lenient: bool = False) -> Settings:
    """Settings from `environ`, by default the process's environment over the `.env` file of this folder.

    lenient: those that cannot be read are at their defaults. Else raises BadInput naming the first of them
    (never its value, which may be a secret).
    """
    given, refused = _read(_environment() if environ is None else environ)
    if refused and not lenient:
        raise BadInput(refused[0])
    return Settings(**given)


def refused_settings(environ: Mapping[str, str | None] | None = None) -> tuple[str, ...]:
    """A sentence for each setting that cannot be read."""
    return tuple(_read(_environment() if environ is None else environ)[1])


def _environment() -> Mapping[str, str | None]:
    """That of the process over the file .env here, which is for its owner alone from now on."""
    if said := make_private(Path(".env"), "the file .env here, which may hold a token"):
        log.warning(said)
    return {**dotenv_values(Path(".env")), **os.environ}


def _read(environ: Mapping[str, str | None]) -> tuple[dict[str, Any], list[str]]:
    """What is given, and why the rest cannot be read."""
    given: dict[str, Any] = {}
    refused: list[str] = []
    for setting in fields(Settings):
        text = (environ.get(setting.name.upper()) or "").strip()
        if not text:
            continue
        try:
            given[setting.name] = setting.metadata.get("read", str)(text)
        except ValueError as error:
            refused.append(f"{setting.name.upper()} {error}.")
    return given, refused
