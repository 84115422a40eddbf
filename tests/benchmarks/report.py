"""What a benchmark hands back, and how docs/BENCHMARKS.md shows it."""

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

REPEATS = 5
PAGE = Path(__file__).parents[2] / "docs" / "BENCHMARKS.md"
PREFACE = """\
# Benchmarks

Written by `make bench`; every section says the command that makes it again. Times depend on the machine and
what else it does, so read the ratios: they compare things measured in turns in one run. Medians of {repeats}.

{machine}
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under the names of their columns; the first column names the row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""

    def markdown(self) -> str:
        """The table, its columns padded so that it reads well in plain text too."""
        widths = [
            max(len(row[place]) for row in (self.columns, *self.rows)) for place in range(len(self.columns))
        ]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = ["| " + " | ".join(_padded(row, widths)) + " |" for row in (self.columns, rule, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines] if self.title else lines)


@dataclass(frozen=True, slots=True)
class Section:
    """One benchmark's findings. `name` is how it is run, `text` says what was measured and how."""

    name: str
    title: str
    text: str
    tables: Sequence[Table] = ()
    findings: Sequence[str] = ()

    def markdown(self) -> str:
        """The section with its heading and its command."""
        parts = [f"## {self.title}", f"`python -m tests.benchmarks {self.name}`", self.text]
        parts += [table.markdown() for table in self.tables]
        if self.findings:
            parts.append("\n".join(f"- {finding}" for finding in self.findings))
        return "\n\n".join(parts)


def page(sections: Iterable[Section], loads: tuple[float, float]) -> str:
    """The whole document; `loads` is the load of the machine before and after."""
    busy = f"Load when it began {loads[0]:.1f}, when it ended {loads[1]:.1f} (about 1 is its own)."
    preface = PREFACE.format(repeats=REPEATS, machine=f"{machine()} {busy}")
    return "\n".join([preface, "\n\n".join(section.markdown() for section in sections), ""])


def machine() -> str:
    """When, where and with what this was measured."""
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.system()}, Python {platform.python_version()}."
    )


def microseconds(call: Callable[[], object], times: int) -> list[float]:
    """Mean time of one call in each of REPEATS batches of `times`, after one call to warm up."""
    call()
    found = []
    for _ in range(REPEATS):
        began = perf_counter()
        for _ in range(times):
            call()
        found.append((perf_counter() - began) / times * 1e6)
    return found


def ratio(ours: Sequence[float], baseline: Sequence[float]) -> str:
    """Median of the ratios, turn by turn."""
    return f"{median(mine / theirs for mine, theirs in zip(ours, baseline, strict=True)):.2f}"


def verdict(text: str, *, met: bool) -> str:
    """An aim and whether it was met."""
    return f"{text}: {'met' if met else '**missed**'}."


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
