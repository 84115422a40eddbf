"""Tells systemd how the program is, where systemd started it with Type=notify. Elsewhere it does nothing."""

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"
"""It answers; it is about to end; its event loop goes on. See sd_notify(3)."""


def tell(state: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send a state to systemd's socket, and say whether it was sent. Never raises: the program works without
    it.
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    where = f"\0{address[1:]}" if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(state.encode(), where)
    except (OSError, AttributeError) as error:  # AttributeError: Windows has no such sockets
        log.debug("systemd was not told: %s", type(error).__name__)
        return False
    return True


def watchdog_seconds(environ: Mapping[str, str] = os.environ) -> float | None:
    """Within how many seconds systemd wants to hear ALIVE; None where it does not wait for that."""
    said = environ.get("WATCHDOG_USEC", "")
    mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    if not mine or not said.isascii() or not said.isdigit():
        return None
    return int(said) / 1_000_000 or None
