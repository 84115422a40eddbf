"""How long a person waits for the first answer of a program that was not running, and the memory it takes.

Whole processes, started in turns: Python alone, Python with the two libraries that no answer goes without,
and `microhedge chat` on the simulated market. Files are in the system's cache, bytecode is compiled.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.report import REPEATS, Section, Table, ratio, verdict

CHAT = (sys.executable, "-m", "bot", "chat", "--market", "simulated")
NOTHING, LIBRARIES = "python -c pass", "python -c 'import sqlalchemy.ext.asyncio, numpy'"
AIM_SECONDS, AIM_MB = 1.5, 120
SHOWN = 10
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| \s*(\S+)")


@dataclass(frozen=True, slots=True)
class Start:
    """A program to start, what it is told, what its answer must say, and whether a database is there."""

    command: tuple[str, ...]
    told: str = ""
    says: str = ""
    existing: bool = False


ROWS = {
    NOTHING: Start((sys.executable, "-c", "pass")),
    LIBRARIES: Start((sys.executable, "-c", "import sqlalchemy.ext.asyncio, numpy")),
    "chat: /portfolio": Start(CHAT, "/portfolio\n", "Your coins:", existing=True),
    "chat: /hedge": Start(CHAT, "/hedge\n", "Short ", existing=True),
    "chat, new database: sample, /portfolio": Start(CHAT, "/add sample\n/portfolio\n", "Your coins:"),
    "chat, new database: sample, /hedge": Start(CHAT, "/add sample\n/hedge\n", "Short "),
}


def launched(start: Start, database: Path) -> dict[str, float]:
    """Seconds to the first line (`first`) and in all (`whole`), CPU seconds (`cpu`), peak MB (`peak`)."""
    command = (sys.executable, "-m", "tests.benchmarks.launch", start.told, *start.command)
    told = json.loads(subprocess.run(command, check=True, capture_output=True, env=_with(database)).stdout)
    assert start.says in told.pop("said")
    return {name: float(figure) for name, figure in told.items()}


def take_turns(folder: Path) -> dict[str, list[dict[str, float]]]:
    """Every row once a turn, after one that does not count."""
    found: dict[str, list[dict[str, float]]] = {row: [] for row in ROWS}
    existing = folder / "existing.db"
    launched(Start(CHAT, "/add sample\n", "Saved"), existing)
    for turn in range(REPEATS + 1):
        for place, (row, start) in enumerate(ROWS.items()):
            one = launched(start, existing if start.existing else folder / f"new-{turn}-{place}.db")
            if turn:
                found[row].append(one)
    return found


def import_costs(database: Path) -> list[tuple[str, float]]:
    """Milliseconds that the modules of each package take to import for /hedge, dearest first."""
    runs: list[Counter[str]] = []
    command = (sys.executable, "-X", "importtime", *CHAT[1:])
    for _ in range(REPEATS):
        ran = subprocess.run(
            command, check=True, input="/hedge\n", capture_output=True, text=True, env=_with(database)
        )
        runs.append(Counter())
        for found in IMPORTED.finditer(ran.stderr):
            runs[-1][_package(found[2])] += int(found[1])
    costs = {package: median(run[package] for run in runs) / 1e3 for package in runs[0]}
    return sorted(costs.items(), key=lambda item: -item[1])[:SHOWN]


def _package(module: str) -> str:
    """The package a module belongs to; the standard library is one."""
    top = module.partition(".")[0].lstrip("_")
    return "standard library" if top in _STANDARD or top.startswith("sysconfigdata") else top


_STANDARD = {name.lstrip("_") for name in sys.stdlib_module_names} | {"frozen_importlib"}


def _with(database: Path) -> dict[str, str]:
    """The environment without the settings of whoever runs this."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    return kept | {"DATABASE_URL": f"sqlite+aiosqlite:///{database}"}


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    folder = Path(tempfile.mkdtemp(prefix="microhedge-"))
    try:
        found = take_turns(folder)
        imports = import_costs(folder / "existing.db")
    finally:
        shutil.rmtree(folder)
    figures = {row: {name: [one[name] for one in turns] for name in turns[0]} for row, turns in found.items()}
    chats = [one for row, one in figures.items() if row.startswith("chat")]
    slowest, largest = max(median(one["whole"]) for one in chats), max(median(one["peak"]) for one in chats)
    return Section(
        "start",
        "Cold start",
        "Whole processes of `microhedge chat --market simulated` fed through a pipe, from the start to the "
        "first line of the first answer and to the end. The database holds the sample portfolio, or is new "
        "and has to be made and migrated. Peak resident memory is that of the process.",
        [
            Table(
                ("process", "first answer s", "whole s", "× libraries alone", "CPU s", "peak MB"),
                [
                    (
                        row,
                        f"{median(one['first']):.2f}" if row.startswith("chat") else "",
                        f"{median(one['whole']):.2f}",
                        ratio(one["whole"], figures[LIBRARIES]["whole"]),
                        f"{median(one['cpu']):.2f}",
                        f"{median(one['peak']):.0f}",
                    )
                    for row, one in figures.items()
                ],
            ),
            Table(
                ("package", "ms"),
                [(package, f"{cost:.0f}") for package, cost in imports],
                "Where imports go: `-X importtime` of /hedge, own time of each package's "
                "modules (the option itself slows imports)",
            ),
        ],
        [
            verdict(
                f"Aim: {AIM_SECONDS} s and {AIM_MB} MB at most, takes {slowest:.2f} s and {largest:.0f} MB",
                met=slowest < AIM_SECONDS and largest < AIM_MB,
            )
        ],
    )
