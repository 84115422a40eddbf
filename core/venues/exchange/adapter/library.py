"""ccxt, brought in when it is first needed: that takes seconds and much memory, so call it in a thread."""

import importlib
import threading
from typing import Any

_ONE_AT_A_TIME = threading.Lock()
"""ccxt's modules import each other: two threads that begin with different ones block each other for good."""


def ccxt_of(venue: str) -> tuple[Any, Any]:
    """ccxt's class of the venue, for asyncio, and the module of its errors."""
    with _ONE_AT_A_TIME:
        module = importlib.import_module(f"ccxt.async_support.{venue}")
        return getattr(module, venue), importlib.import_module("ccxt.base.errors")
