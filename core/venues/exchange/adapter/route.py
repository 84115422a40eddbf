"""How a ccxt client's requests leave this machine."""

from collections.abc import Mapping
from typing import Any

from core.machine.proxy import socks_for


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
