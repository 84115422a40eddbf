"""Bots forked from a process that has read all their code, as reading it takes longer than they are to live.

async with Nursery() as nursery:
    born = await nursery.start("bot", "run", environment={"TELEGRAM_TOKEN": ...})
    born.send_signal(signal.SIGKILL)
    await born.wait()
"""

import asyncio
import json
import os
import runpy
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn, Self

LOOK = 0.01
"""Seconds between two looks whether a process lives."""
CODE = (
    "alembic.command",
    "aiosqlite",
    "psycopg",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "bot.__main__",
    "bot.running.opening",
    "bot.running.serve",
    "bot.telegram.polling",
    "core.sweep.sweep",
    "core.venues.simulated.market",
)
"""What a bot reads when it starts."""


class Born:
    """A process of the nursery."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def send_signal(self, number: int) -> None:
        """Send it a signal. Raises ProcessLookupError where it has ended."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once. Raises ProcessLookupError where it has ended."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> None:
        """Wait until it has ended."""
        with suppress(ProcessLookupError):
            while True:
                os.kill(self.pid, 0)
                await asyncio.sleep(LOOK)


class Nursery:
    """Starts processes. log: the file that they write to; by default nothing is kept."""

    def __init__(self, log: str = os.devnull) -> None:
        self._log = log

    async def __aenter__(self) -> Self:
        # A process with threads of its own is not to be forked.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        self._own = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.nursery", self._log, env=environment, stdin=PIPE, stdout=PIPE
        )
        await self._line()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._own.stdin is not None
        self._own.stdin.close()
        await self._own.wait()

    async def start(self, module: str, *arguments: str, environment: dict[str, str]) -> Born:
        """The process of `python -m module arguments` with this environment."""
        asked = {"module": module, "arguments": arguments, "environment": environment}
        assert self._own.stdin is not None
        self._own.stdin.write(json.dumps(asked).encode() + b"\n")
        return Born(int(await self._line()))

    async def _line(self) -> bytes:
        assert self._own.stdout is not None
        line = await self._own.stdout.readline()
        assert line, "the nursery has ended"
        return line


def main(log: str) -> None:
    """Fork a process for each line of standard input, and say its number."""
    for module in CODE:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended is gone at once
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _be(json.loads(line), log)
        print(pid, flush=True)  # noqa: T201


def _be(asked: dict[str, Any], log: str) -> NoReturn:
    """Become the process that was asked for."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(asked["environment"])
        output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        for old, new in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1), (output, 2)):
            os.dup2(old, new)
        sys.argv = [asked["module"], *asked["arguments"]]
        runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
