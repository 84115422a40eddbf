"""`python -m tests.benchmarks` measures all and writes docs/BENCHMARKS.md; with names it prints those."""

import argparse
import os
from collections.abc import Callable

from tests.benchmarks import (
    capital,
    engines,
    hedge_quality,
    one_message,
    pictures,
    plan_speed,
    refresh,
    rolling,
    start,
    storm,
    survival,
    sweep,
    throughput,
)
from tests.benchmarks.report import PAGE, Section, machine, page

BENCHMARKS: dict[str, Callable[[], Section]] = {
    "throughput": throughput.measure,
    "storm": storm.measure,
    "survival": survival.measure,
    "one_message": one_message.measure,
    "sweep": sweep.measure,
    "start": start.measure,
    "plan_speed": plan_speed.measure,
    "rolling": rolling.measure,
    "refresh": refresh.measure,
    "hedge_quality": hedge_quality.measure,
    "pictures": pictures.measure,
    "capital": capital.measure,
    "engines": engines.measure,
}


def main() -> None:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS)
    )
    names: list[str] = parser.parse_args().names
    sections, load = [], os.getloadavg()[0]
    print(machine(), end="\n\n", flush=True)
    for name in names or BENCHMARKS:
        sections.append(BENCHMARKS[name]())
        print(sections[-1].markdown(), end="\n\n", flush=True)
    if not names:
        PAGE.write_text(page(sections, (load, os.getloadavg()[0])), encoding="utf-8")
        print(f"Written to {PAGE}")


if __name__ == "__main__":
    main()
