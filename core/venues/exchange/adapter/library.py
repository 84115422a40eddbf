"""ccxt itself: how it is brought in, and how the requests of its clients leave this machine.

Bringing it in takes seconds and much memory, so call `ccxt_of` in a thread.
"""

import importlib
import threading
from collections.abc import Mapping
from typing import Any

from core.machine.proxy import socks_for

_ONE_AT_A_TIME = threading.Lock()
"""ccxt's modules import each other: two threads that begin with different ones block each other for good."""


def ccxt_of(venue: str) -> tuple[Any, Any]:
    """ccxt's class of the venue, for asyncio, and the module of its errors."""
    with _ONE_AT_A_TIME:
        module = importlib.import_module(f"ccxt.async_support.{venue}")
        return getattr(module, venue), importlib.import_module("ccxt.base.errors")


def route(client: Any) -> None:
    """Send the client's requests through the SOCKS proxy that the environment names, if it names one."""
    if (proxy := socks_for(_first_address(client.urls.get("api")))) is not None:
        client.socksProxy = proxy
        client.aiohttp_trust_env = False


def _first_address(addresses: Any) -> str:
    """One address of a table of tables of addresses: all of a venue go the same way."""
    while isinstance(addresses, Mapping):
        addresses = next(iter(addresses.values()), "")
    return str(addresses or "")
