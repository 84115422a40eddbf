"""The name of a process among those that share the database, and whether that process still runs."""

import itertools
import os
import socket

_CHANCE = os.urandom(4).hex()
"""Tells this process from an earlier one with the same number."""
_WORKERS = itertools.count(1)


def this_process() -> str:
    """A new name for a worker of this process, of its machine, its number, and some chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{_CHANCE}.{next(_WORKERS)}"


def worker_is_gone(worker: str) -> bool:
    """Whether the worker's process ran on this machine and does not any more; False where unknown."""
    host, number, chance = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(number) == os.getpid():
        return not chance.startswith(_CHANCE)  # numbers are given again
    try:
        os.kill(int(number), 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False
